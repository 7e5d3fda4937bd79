import CRMDomain
import CRMSync

extension V1Server {
  mutating func records(
    _ request: HTTPRequest, _ resource: V1Resource, _ parts: [String], _ user: V1User,
  ) -> HTTPResponse {
    guard let first = parts.first else { return collection(request, resource, user) }
    if parts.count == 1, let answer = named(first, request, resource, user) { return answer }
    guard let id = Int(first) else { return HTTPResponse(404, json: .detail("Not found.")) }
    if parts.count == 2 { return action(parts[1], request, resource, id, user) }
    guard parts.count == 1 else { return .page404 }
    guard let row = tables[resource]?.rows[id] else {
      return HTTPResponse(404, json: .detail("No \(resource.noun) matches the given query."))
    }
    return single(request, resource, row)
  }

  private mutating func collection(_ request: HTTPRequest, _ resource: V1Resource, _ user: V1User) -> HTTPResponse {
    switch request.method {
    case .get, .head: list(request, resource, user)
    case .post: create(request, resource, user)
    case .options: options(resource)
    case .put, .patch, .delete: .notAllowed(request)
    }
  }

  private mutating func single(_ request: HTTPRequest, _ resource: V1Resource, _ row: V1Row) -> HTTPResponse {
    switch request.method {
    case .get, .head: ok(200, resource, row)
    case .patch: update(request, resource, row, isWhole: false)
    case .put: update(request, resource, row, isWhole: true)
    case .delete: delete(resource, row)
    case .options: options(resource)
    case .post: .notAllowed(request)
    }
  }

  // MARK: Writing

  private mutating func create(_ request: HTTPRequest, _ resource: V1Resource, _ user: V1User) -> HTTPResponse {
    let values: [String: JSONValue]
    do throws(FieldErrors) {
      switch object(request) {
      case .failure(let refusal): return refusal.response
      case .success(let body): values = try validated(body, resource, changing: nil, isWhole: true)
      }
    } catch {
      return HTTPResponse(400, json: error.json)
    }
    if resource == .opportunities, quirks.opportunityNeedsBothDates {
      guard values["actual_close_date"] ?? .null != .null, values["last_activity_date"] ?? .null != .null else {
        return .page500
      }
    }
    let outcome = createOutcome(resource)
    guard outcome != .failsUnwritten else { return .page500 }
    let row = insert(resource, values, by: user.id)
    return outcome == .works ? ok(201, resource, row) : .page500
  }

  private func createOutcome(_ resource: V1Resource) -> Quirks.Outcome {
    switch resource {
    case .leads: quirks.createLead
    case .contacts: quirks.createContact
    case .opportunities: quirks.createOpportunity
    case .tasks: quirks.createTask
    }
  }

  private func updateOutcome(_ resource: V1Resource, _ row: V1Row, _ values: [String: JSONValue]) -> Quirks.Outcome {
    switch resource {
    case .leads: return quirks.updateLead
    case .contacts: return quirks.updateContact
    case .tasks: return quirks.updateTask
    case .opportunities:
      let moves = values["stage"].map { $0 != row["stage"] } ?? false
      return quirks.updateOpportunity == .works && moves ? quirks.moveOpportunity : quirks.updateOpportunity
    }
  }

  private mutating func update(
    _ request: HTTPRequest, _ resource: V1Resource, _ row: V1Row, isWhole: Bool,
  ) -> HTTPResponse {
    if quirks.honoursIfMatch, let tag = request.headers["If-Match"], tag != Self.entityTag(detail(resource, row)) {
      return HTTPResponse(412, json: .detail("Precondition failed."))
    }
    let values: [String: JSONValue]
    do throws(FieldErrors) {
      switch object(request) {
      case .failure(let refusal): return refusal.response
      case .success(let body): values = try validated(body, resource, changing: row, isWhole: isWhole)
      }
    } catch {
      return HTTPResponse(400, json: error.json)
    }
    let outcome = updateOutcome(resource, row, values)
    guard outcome != .failsUnwritten else { return .page500 }
    let changed = change(resource, row.id, values)
    return outcome == .works ? ok(200, resource, changed ?? row) : .page500
  }

  private mutating func delete(_ resource: V1Resource, _ row: V1Row) -> HTTPResponse {
    if resource == .leads, quirks.deleteLead != .works {
      if quirks.deleteLead == .failsCommitted { remove(resource, row.id) }
      return .page500
    }
    remove(resource, row.id)
    return HTTPResponse(204)
  }

  // MARK: Tables

  /// Puts a new row in, with the values other fields have when nothing is sent. Also what an administrator may do.
  @discardableResult
  package mutating func insert(_ resource: V1Resource, _ values: [String: JSONValue], by user: Int = 1) -> V1Row {
    var all: [String: JSONValue] = [:]
    for field in resource.fields { all[field.name] = field.initial(quirks) }
    for (name, value) in kept(values) { all[name] = value }
    all[resource.creatorField] = .integer(user)
    let created = now
    now.microseconds += 45
    let id = tables[resource]?.nextID ?? 1
    let row = V1Row(id: id, values: all, createdAt: created, updatedAt: now)
    tables[resource]?.rows[id] = row
    tables[resource]?.nextID = id + 1
    writes += 1
    past.append(Stored(resource: resource, id: id, isNew: true, values: all))
    return row
  }

  /// Changes a row, and its stamp unless the change goes past the serializer and the model's save.
  @discardableResult
  package mutating func change(
    _ resource: V1Resource, _ id: Int, _ values: [String: JSONValue], isTouching: Bool = true,
  ) -> V1Row? {
    guard var row = tables[resource]?.rows[id] else { return nil }
    for (name, value) in kept(values) {
      row.values[name] = merged(value, name, row)
    }
    now.microseconds += 45
    if isTouching { row.updatedAt = now }
    tables[resource]?.rows[id] = row
    writes += 1
    if !values.isEmpty { past.append(Stored(resource: resource, id: id, isNew: false, values: values)) }
    return row
  }

  /// Deletes a row, and with a contact the deals that are its own.
  package mutating func remove(_ resource: V1Resource, _ id: Int) {
    guard tables[resource]?.rows.removeValue(forKey: id) != nil else { return }
    removed[resource, default: []].insert(id)
    writes += 1
    guard resource == .contacts, let deals = tables[.opportunities]?.all else { return }
    for deal in deals where deal["contact"] == .integer(id) { tables[.opportunities]?.rows[deal.id] = nil }
  }

  private func merged(_ value: JSONValue, _ name: String, _ row: V1Row) -> JSONValue {
    guard name == "custom_fields", quirks.mergesCustomFields, case .object(let new) = value,
      case .object(let old) = row[name]
    else { return value }
    return .object(old.merging(new) { $1 })
  }

  /// The values a write keeps, silently normalised or dropped as the server does.
  private func kept(_ values: [String: JSONValue]) -> [String: JSONValue] {
    var values = values
    if quirks.dropsCustomFields { values["custom_fields"] = nil }
    if let limit = quirks.cutsNotesAt, let notes = values["notes"]?.string, notes.count > limit {
      values["notes"] = .string(String(notes.prefix(limit)).trimmed)
    }
    return values
  }
}
