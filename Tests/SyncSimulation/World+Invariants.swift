import CRMDomain
import CRMStore
import CRMSync
import V1Simulator

extension World {
  /// After each commit: nothing known goes without a reason, and marks do not fall.
  func checkCommit(from old: MemorySyncStore, to new: MemorySyncStore, _ client: Client) throws {
    for kind in [EntityKind.contact, .lead, .opportunity, .task] {
      if let before = old.cursor(kind).highWater {
        guard let after = new.cursor(kind).highWater, after >= before else {
          throw Violation(invariant: "I7", detail: "the mark of \(kind.plural) fell")
        }
      }
      let before = old.mappings(kind)
      guard let resource = V1Resource(rawValue: kind.plural) else { continue }
      for mapping in before where new.mapping(mapping.key) == nil {
        let isThere = network.server.tables[resource]?.rows[Int(mapping.serverID)] != nil
        let moved = new.mapping(kind, serverID: mapping.serverID) != nil
        if isThere, !moved {
          throw Violation(invariant: "I5", detail: "\(mapping.key) was dropped while row \(mapping.serverID) is there")
        }
      }
    }
  }

  /// Before each request: it names only rows that the server has or had.
  func checkReferences(_ request: HTTPRequest) throws {
    guard !request.method.onlyReads, case .object(let body)? = try? JSONValue(parsing: request.body) else { return }
    for (name, resource) in [("contact", V1Resource.contacts)] {
      guard case .integer(let id)? = body[name] else { continue }
      guard id > 0, id < network.server.tables[resource]?.nextID ?? 0 else {
        throw Violation(invariant: "I9", detail: "\(request.target) names \(name) \(id)")
      }
    }
    if case .integer(let id)? = body["assigned_to"], !network.server.users.contains(where: { $0.id == id }) {
      throw Violation(invariant: "I9", detail: "\(request.target) names user \(id)")
    }
  }

  func checkBounds(_ report: RoundReport, _ index: Int) throws {
    let rows = network.server.tables.values.reduce(0) { $0 + $1.rows.count }
    let most = 60 + 12 * (rows + clients[index].store.operations().count + 10)
    if report.requests > most {
      throw Violation(invariant: "I14", detail: "\(report.requests) requests in a round, at most \(most) are needed")
    }
  }

  func check() throws {
    for (index, client) in clients.enumerated() {
      try checkOutbox(client, index)
      try checkConverged(client, index)
      try checkWishes(client, index)
      try checkPrivate(client, index)
      if "\(client.store)".contains("eyJ") { throw Violation(invariant: "I13", detail: "a token is in the store") }
    }
    try checkDuplicates()
  }

  private func checkOutbox(_ client: Client, _ index: Int) throws {
    let operations = client.store.operations()
    for operation in operations {
      // Reps in these histories leave nothing out: what a server misses, we did not send.
      let isIncomplete = operation.refusal?.fields.values.contains { $0.contains("This field is required.") } ?? false
      if isIncomplete {
        throw Violation(invariant: "I9", detail: "client \(index) sent \(operation.key) without its parts")
      }
    }
    let stuck = Set(operations.filter { $0.state == .quarantined }.map(\.key))
    for operation in operations where operation.state != .quarantined {
      let waits = try stuck.contains(operation.key) || dependsOnStuck(operation, client)
      if !waits { throw Violation(invariant: "I1", detail: "client \(index) still has \(operation)") }
    }
  }

  /// True if it needs a record that is on no server and will not be without a person.
  private func dependsOnStuck(_ operation: OutboxOperation, _ client: Client) throws -> Bool {
    if operation.waitsFor.contains(where: { client.store.mapping($0) == nil }) { return true }
    guard let record = client.store.record(operation.key) else { return false }
    return operation.key.kind.fields.contains { info in
      guard !info.isLocalOnly, case .reference(let kind) = info.kind,
        case .reference(let id)? = record.fields[info.name]
      else { return false }
      return client.store.mapping(RecordKey(kind, id)) == nil
    }
  }

  private func checkConverged(_ client: Client, _ index: Int) throws {
    for resource in V1Resource.allCases {
      guard let kind = EntityKind(word: resource.rawValue), let shape = WireShape.all[kind] else { continue }
      let rows = network.server.tables[resource]?.all ?? []
      for mapping in client.store.mappings(kind)
      where network.server.tables[resource]?.rows[Int(mapping.serverID)] == nil {
        throw Violation(
          invariant: "I1", detail: "client \(index): \(mapping.key) is mapped to row \(mapping.serverID), which is gone"
        )
      }
      for row in rows {
        guard let mapping = client.store.mapping(kind, serverID: Int64(row.id)) else {
          throw Violation(invariant: "I1", detail: "client \(index) does not know \(resource.rawValue) \(row.id)")
        }
        try compare(row, resource, shape, mapping, client, index)
      }
    }
  }

  private func compare(
    _ row: V1Row, _ resource: V1Resource, _ shape: WireShape, _ mapping: Mapping, _ client: Client, _ index: Int,
  ) throws {
    let waiting = client.store.operations(of: mapping.key)
    if waiting.contains(where: { $0.action == .delete }) { return }
    guard let record = client.store.record(mapping.key), !record.isTrashed else {
      throw Violation(invariant: "I1", detail: "client \(index): \(mapping.key) is in the trash, row \(row.id) is not")
    }
    let wire = try shape.record(network.server.wireDetail(resource, row))
    let kept = Set(waiting.flatMap(\.edits.keys))
    for info in shape.fields where !kept.contains(info.name) {
      guard let theirs = wire.fields[info.name] else { continue }
      var mine = record.fields[info.name] ?? .none
      if case .reference(let id) = mine, case .reference(let kind) = info.kind {
        mine = .reference(client.store.mapping(RecordKey(kind, id))?.serverID ?? -id)
      }
      if !Merge.isSame(mine, theirs, as: info.kind) {
        throw Violation(
          invariant: "I1",
          detail: "client \(index): \(mapping.key).\(info.name) is \(mine), row \(row.id) has \(theirs)")
      }
    }
  }

  /// Every word a rep wrote is or was on the server, or stands where the rep can see it.
  private func checkWishes(_ client: Client, _ index: Int) throws {
    let past = network.server.past.map { "\($0.values)" }.joined(separator: "\n")
    let conflicts = client.store.conflicts.map { "\($0.mine)" }.joined(separator: "\n")
    let waiting = client.store.operations().map { "\($0.edits) \($0.sent)" }.joined(separator: "\n")
    for wish in client.wishes {
      guard let word = wish.word, ![past, conflicts, waiting].contains(where: { $0.contains(word) }) else { continue }
      let record = client.store.record(wish.key)
      let isCreate = client.store.operations(of: wish.key).contains { $0.action == .create }
      let isWholeValue = !["notes", "tags"].contains(wish.field)
      let isReplaced = isWholeValue && client.wishes.last { $0.key == wish.key && $0.field == wish.field } != wish
      // What never left, or was deleted, or replaced by the rep himself, is not lost.
      if record?.isTrashed != false || isCreate || isReplaced || client.store.mapping(wish.key) == nil { continue }
      throw Violation(invariant: "I2", detail: "client \(index): \(wish.key).\(wish.field) lost \(word)")
    }
  }

  private func checkPrivate(_ client: Client, _ index: Int) throws {
    for (key, fields) in client.privately.sorted(by: { $0.key < $1.key }) {
      guard let record = client.store.record(key) else { continue }
      for (name, value) in fields where record.fields[name] != value {
        throw Violation(invariant: "I8", detail: "client \(index): \(key).\(name) is \(record.fields[name] ?? .none)")
      }
    }
  }

  /// No create made two rows. One whose answer was lost and whose row was deleted before it was looked for may have:
  /// nothing tells that apart from one that never arrived.
  private func checkDuplicates() throws {
    guard !hadTwoDeliveries else { return }
    var counts: [String: Int] = [:]
    for stored in network.server.past where stored.isNew {
      guard network.server.removed[stored.resource]?.contains(stored.id) != true else { continue }
      for name in ["last_name", "name", "title"] {
        guard case .string(let text)? = stored.values[name], text.hasPrefix("w"), text.hasSuffix("z") else { continue }
        counts["\(stored.resource) \(text)", default: 0] += 1
      }
    }
    if let twice = counts.filter({ $0.value > 1 }).keys.min() {
      throw Violation(invariant: "I3", detail: "\(twice) was made \(counts[twice] ?? 0) times")
    }
  }
}
