import CRMDomain
import CRMSync

extension V1Server {
  /// `bulk_update`, `statistics` and `pipeline`, or nil if the word is no action of the resource.
  mutating func named(
    _ word: String, _ request: HTTPRequest, _ resource: V1Resource, _ user: V1User,
  ) -> HTTPResponse? {
    switch (word, resource) {
    case ("bulk_update", _):
      let exists = quirks.hasBulk && (resource != .tasks || quirks.bulkOnTasks)
      return exists && request.method == .post ? bulk(request, resource) : .notAllowed(request)
    case ("statistics", .leads), ("statistics", .contacts), ("statistics", .tasks):
      guard request.method == .get else { return .notAllowed(request) }
      return HTTPResponse(200, json: statistics(request, resource, user))
    case ("pipeline", .opportunities):
      return request.method == .get ? HTTPResponse(200, json: pipeline) : .notAllowed(request)
    default: return nil
    }
  }

  mutating func action(
    _ word: String, _ request: HTTPRequest, _ resource: V1Resource, _ id: Int, _ user: V1User,
  ) -> HTTPResponse {
    let exists =
      (word == "convert" && resource == .leads && quirks.hasConvert)
      || (word == "complete" && resource == .tasks && quirks.hasComplete)
    guard exists else { return .page404 }
    guard request.method == .post else { return .notAllowed(request) }
    guard let row = tables[resource]?.rows[id] else {
      return HTTPResponse(404, json: .detail("No \(resource.noun) matches the given query."))
    }
    return word == "convert" ? convert(row, user) : complete(row)
  }

  // MARK: Bulk

  private mutating func bulk(_ request: HTTPRequest, _ resource: V1Resource) -> HTTPResponse {
    let body: [String: JSONValue]
    switch object(request) {
    case .failure(let refusal): return refusal.response
    case .success(let members): body = members
    }
    var errors = FieldErrors()
    for name in ["ids", "action"] where body[name] == nil { errors.messages[name] = ["This field is required."] }
    guard errors.messages.isEmpty else { return HTTPResponse(400, json: errors.json) }
    let items = body["ids"]?.items ?? []
    if let index = items.firstIndex(where: { $0.integer == nil }) {
      let nested = JSONValue.object(["\(index)": .array([.string("A valid integer is required.")])])
      return HTTPResponse(400, json: .object(["ids": nested]))
    }
    let ids = Set(items.compactMap(\.integer))
    switch body["action"]?.string ?? "" {
    case "update": return bulkUpdate(ids, body["data"] ?? .object([:]), resource)
    case "delete":
      let found = ids.filter { tables[resource]?.rows[$0] != nil }
      guard quirks.bulk != .failsUnwritten else { return .page500 }
      for id in found { remove(resource, id) }
      return HTTPResponse(200, json: .object(["success": .bool(true), "deleted": .integer(found.count)]))
    case "export": return HTTPResponse(400, json: .error("Invalid action"))
    case let other:
      let text = "\"\(other)\" is not a valid choice."
      return HTTPResponse(400, json: .object(["action": .array([.string(text)])]))
    }
  }

  private mutating func bulkUpdate(_ ids: Set<Int>, _ data: JSONValue, _ resource: V1Resource) -> HTTPResponse {
    guard let values = data.members, quirks.bulk != .failsUnwritten else { return .page500 }
    for (name, value) in values where !isStorable(value, name, resource) { return .page500 }
    if quirks.bulkValidates {
      do throws(FieldErrors) {
        _ = try validated(values, resource, changing: nil, isWhole: false)
      } catch {
        return HTTPResponse(400, json: error.json)
      }
    }
    let found = ids.filter { tables[resource]?.rows[$0] != nil }.sorted()
    let moment = now
    for id in found { change(resource, id, values.mapValues { $0 }, isTouching: false) }
    // One statement gives one stamp to all.
    if quirks.bulkTouches { for id in found { tables[resource]?.rows[id]?.updatedAt = moment } }
    return HTTPResponse(200, json: .object(["success": .bool(true), "updated": .integer(found.count)]))
  }

  /// What the database itself refuses: unknown columns, keys of nothing, null, a taken unique value.
  private func isStorable(_ value: JSONValue, _ name: String, _ resource: V1Resource) -> Bool {
    guard let field = resource.field(name) else { return name == "created_at" }
    switch field.kind {
    case .user: return value == .null ? field.isNullable : user(value) != nil
    case .contact: return value.integer.map { tables[.contacts]?.rows[$0] != nil } ?? false
    default: break
    }
    if value == .null { return field.isNullable && (!field.isText || quirks.acceptsNullText) }
    if field.isUnique, let text = value.string { return !isTaken(text, name, resource, by: nil) }
    return true
  }

  // MARK: Convert and complete

  private mutating func convert(_ lead: V1Row, _ user: V1User) -> HTTPResponse {
    guard quirks.convert != .failsUnwritten else { return .page500 }
    guard !isTaken(lead.text("email"), "email", .contacts, by: nil) else { return .page500 }
    let stops = quirks.conversionStopsAfter ?? 3
    guard stops > 0 else { return .page500 }
    var values: [String: JSONValue] = ["contact_type": .string("customer")]
    for name in ["first_name", "last_name", "email", "phone", "company_name", "job_title", "assigned_to"] {
      values[name] = lead[name]
    }
    let contact = insert(.contacts, values, by: user.id)
    guard stops > 1 else { return .page500 }
    let deal = conversionDeal(lead, contact, user)
    guard stops > 2 else { return .page500 }
    change(.leads, lead.id, ["status": .string("converted"), "converted_at": .string(now.iso)])
    guard quirks.convert == .works else { return .page500 }
    let answer: [String: JSONValue] = [
      "success": .bool(true), "contact_id": .integer(contact.id),
      "opportunity_id": deal.map { .integer($0.id) } ?? .null,
    ]
    return HTTPResponse(200, json: .object(answer))
  }

  private mutating func conversionDeal(_ lead: V1Row, _ contact: V1Row, _ user: V1User) -> V1Row? {
    guard let value = Money(decimal: lead.text("estimated_value")), value.hundredths != 0 else { return nil }
    let company = lead["company_name"].string ?? "None"
    let day = Day(daysSince1970: Int(now.seconds / 86_400)).adding(days: 30)
    return insert(
      .opportunities,
      [
        "name": .string("\(company) - \(lead.text("first_name")) \(lead.text("last_name"))"),
        "company_name": lead["company_name"], "amount": lead["estimated_value"], "contact": .integer(contact.id),
        "probability": lead["probability"], "expected_close_date": .string(day.iso),
        "assigned_to": lead["assigned_to"],
      ], by: user.id)
  }

  private mutating func complete(_ task: V1Row) -> HTTPResponse {
    guard quirks.complete != .failsUnwritten else { return .page500 }
    let row = change(.tasks, task.id, ["status": .string("completed"), "completed_at": .string(now.iso)])
    return quirks.complete == .works ? ok(200, .tasks, row ?? task) : .page500
  }

  // MARK: Numbers

  private func statistics(_ request: HTTPRequest, _ resource: V1Resource, _ user: V1User) -> JSONValue {
    let rows = filtered(tables[resource]?.all ?? [], request, resource, user)
    func counts(_ name: String, _ words: [String]) -> JSONValue {
      .object(
        Dictionary(
          uniqueKeysWithValues: words.map { word in
            (word, .integer(rows.filter { $0[name] == .string(word) }.count))
          }))
    }
    let mine = JSONValue.integer(rows.filter { $0["assigned_to"] == .integer(user.id) }.count)
    var answer: [String: JSONValue] = ["total": .integer(rows.count)]
    switch resource {
    case .leads:
      answer["by_status"] = counts("status", Words.leadStatuses)
      answer["by_priority"] = counts("priority", Words.priorities)
      answer["assigned_to_me"] = mine
      answer["high_score"] = .integer(rows.filter { ($0["lead_score"].integer ?? 0) >= 75 }.count)
    case .contacts:
      answer["by_type"] = counts("contact_type", Words.contactTypes)
      answer["by_status"] = .object([:])
    case .tasks:
      answer["by_status"] = counts("status", Words.taskStatuses)
      answer["assigned_to_me"] = mine
      answer["overdue"] = .integer(rows.filter(isOverdue).count)
    case .opportunities: break
    }
    return .object(answer)
  }

  private var pipeline: JSONValue {
    var stages: [String: JSONValue] = [:]
    var total = 0.0
    var totalWeighted = 0.0
    for stage in Words.stages {
      let rows = (tables[.opportunities]?.all ?? []).filter { $0["stage"] == .string(stage) }
      let amounts = rows.map { Double(Money(decimal: $0.text("amount"))?.hundredths ?? 0) / 100 }
      let shares = zip(amounts, rows).map { $0 * Double($1["probability"].integer ?? 0) / 100 }
      let value = amounts.reduce(0, +)
      let weighted = shares.reduce(0, +)
      stages[stage] = .object([
        "count": .integer(rows.count), "total_value": Self.float(value), "weighted_value": Self.float(weighted),
      ])
      total += value
      totalWeighted += weighted
    }
    return .object([
      "total_value": Self.float(total), "total_weighted_value": Self.float(totalWeighted), "by_stage": .object(stages),
    ])
  }

  static func float(_ number: Double) -> JSONValue { number == 0 ? .integer(0) : .number(number) }
}
