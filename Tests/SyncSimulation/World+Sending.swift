import CRMDomain
import CRMStore
import CRMSync
import V1Simulator

extension World {
  /// Before each request: what it says must be right, whatever comes of it.
  func checkSent(_ request: HTTPRequest, _ target: RowTarget, _ index: Int) throws {
    let client = clients[index]
    if let token = client.rotated, client.session.refresh != token {
      throw Violation(invariant: "I16", detail: "client \(index) uses a login whose new refresh token it did not keep")
    }
    guard !request.method.onlyReads else { return }
    let body: [String: JSONValue] =
      if case .object(let members)? = try? JSONValue(parsing: request.body) { members } else { [:] }
    var values = body
    if case .object(let members)? = body["data"] { values = members }
    if target.action == nil, !values.isEmpty { try checkFields(values, target) }
    if request.method == .post, target.isList { try checkResurrection(values, target, client, index) }
    try checkReferences(request, values)
    try checkNothingOfOthersGoes(values, target, client, index)
    if request.method == .delete || body["action"] == .string("delete") { try checkDelete(target, body, client, index) }
  }

  /// It says only what v1 has a field for.
  private func checkFields(_ values: [String: JSONValue], _ target: RowTarget) throws {
    let known = Set(target.resource.fields.filter { !$0.isReadOnly }.map(\.name))
    if let other = values.keys.filter({ !known.contains($0) }).min() {
      throw Violation(invariant: "I8", detail: "\(other) of \(target.resource.rawValue) was sent")
    }
  }

  /// It does not make again what others deleted and the client knew.
  private func checkResurrection(
    _ values: [String: JSONValue], _ target: RowTarget, _ client: Client, _ index: Int,
  ) throws {
    let name = target.resource == .tasks ? "title" : "last_name"
    for stored in network.server.past where stored.isNew && stored.resource == target.resource {
      guard stored.values[name] == values[name], client.met[target.resource]?.contains(stored.id) == true,
        network.server.tables[target.resource]?.rows[stored.id] == nil
      else { continue }
      throw Violation(invariant: "I4", detail: "client \(index) makes \(target.resource.rawValue) \(stored.id) again")
    }
  }

  /// It names only rows that the server has or had.
  private func checkReferences(_ request: HTTPRequest, _ values: [String: JSONValue]) throws {
    if case .integer(let id)? = values["contact"] {
      guard id > 0, id < network.server.tables[.contacts]?.nextID ?? 0 else {
        throw Violation(invariant: "I9", detail: "\(request.target) names contact \(id)")
      }
    }
    if case .integer(let id)? = values["assigned_to"], !network.server.users.contains(where: { $0.id == id }) {
      throw Violation(invariant: "I9", detail: "\(request.target) names user \(id)")
    }
  }

  /// Custom fields and tags are replaced as a whole: those of others, as they were read last, are among them.
  private func checkNothingOfOthersGoes(
    _ values: [String: JSONValue], _ target: RowTarget, _ client: Client, _ index: Int,
  ) throws {
    guard let id = target.id, case .row(let row)? = client.read[target.resource]?[id] else { return }
    if case .object(let new)? = values["custom_fields"], case .object(let old) = row["custom_fields"] {
      // Keys of the reps are theirs to change.
      if let key = old.keys.filter({ !$0.hasPrefix("k") && new[$0] != old[$0] }).min() {
        throw Violation(
          invariant: "I2", detail: "client \(index) overwrites \(key) of \(target.resource.rawValue) \(id)")
      }
    }
    if case .array(let new)? = values["tags"], case .array(let old) = row["tags"] {
      if let tag = old.first(where: { !new.contains($0) }) {
        throw Violation(invariant: "I2", detail: "client \(index) takes the tag \(tag) of others away")
      }
    }
  }

  /// A row as the client can know it, or nil if what it was answered was disturbed.
  private func known(_ id: Int, _ resource: V1Resource, _ client: Client) -> V1Row? {
    switch client.read[resource]?[id] {
    case .row(let row)?: row
    case .unclear?: nil
    case nil: network.server.tables[resource]?.rows[id]
    }
  }

  /// It deletes only what nobody has changed since the rep saw it, as far as the last look at it can tell.
  private func checkDelete(
    _ target: RowTarget, _ body: [String: JSONValue], _ client: Client, _ index: Int,
  ) throws {
    var id = target.id
    if case .array(let items)? = body["ids"], case .integer(let first)? = items.first { id = first }
    guard let id, let kind = EntityKind(word: target.resource.rawValue), let shape = WireShape.all[kind],
      let mapping = client.store.mapping(kind, serverID: Int64(id)), let row = known(id, target.resource, client)
    else { return }
    let wire = try shape.record(network.server.wireDetail(target.resource, row))
    for info in shape.fields where !info.isReadOnly && info.name != "lead_score" {
      guard let before = mapping.base[info.name], let now = wire.fields[info.name] else { continue }
      if !Merge.isSame(before, now, as: info.kind) {
        throw Violation(
          invariant: "I5", detail: "client \(index) deletes \(mapping.key), whose \(info.name) others changed")
      }
    }
    guard kind == .contact else { return }
    for deal in client.store.records(.opportunity, whose: "contact", is: mapping.key.id) {
      if client.store.record(deal)?.isTrashed == false {
        throw Violation(invariant: "I5", detail: "client \(index) deletes \(mapping.key), whose \(deal) goes with it")
      }
    }
  }
}

extension Client {
  /// A round begins, and whether a person would be asked about many deletions.
  /// Of kinds in `accepted` a person has said that records are gone.
  mutating func begin(accepted: Set<EntityKind>) {
    read = [:]
    rotated = nil
    known = [:]
    touched = []
    for kind in World.kinds { fullPasses[kind] = store.cursor(kind).lastFullPassAt }
    for kind in [EntityKind.lead, .task] where !accepted.contains(kind) {
      known[kind] = store.mappings(kind).map(\.key).filter { store.operations(of: $0).isEmpty }
    }
  }

  /// What an undisturbed answer told the client; nil if it was disturbed.
  mutating func hear(
    _ request: HTTPRequest, _ result: Result<HTTPResponse, TransportProblem>?, _ server: V1Server,
  ) {
    if request.path == "/api/auth/refresh/" { rotated = nil }
    let target = RowTarget(request)
    if let target, let id = target.id { read[target.resource, default: [:]][id] = .unclear }
    guard case .success(let response)? = result, response.isSuccess else { return }
    if request.path == "/api/auth/refresh/", case .object(let members)? = try? JSONValue(parsing: response.body),
      case .string(let token)? = members["refresh"]
    {
      rotated = token
    }
    guard let target, let id = target.id, target.action == nil, let row = server.tables[target.resource]?.rows[id]
    else { return }
    read[target.resource]?[id] = .row(row)
  }
}
