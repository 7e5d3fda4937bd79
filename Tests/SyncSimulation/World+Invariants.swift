import CRMDomain
import CRMStore
import CRMSync
import V1Simulator

extension World {
  /// After each commit: nothing known goes without a reason, and marks do not fall.
  func checkCommit(from old: MemorySyncStore, to new: MemorySyncStore, _ index: Int) throws {
    for kind in World.kinds {
      if let before = old.cursor(kind).highWater {
        guard let after = new.cursor(kind).highWater, after >= before else {
          throw Violation(invariant: "I7", detail: "the mark of \(kind.plural) fell")
        }
      }
      guard let resource = V1Resource(rawValue: kind.plural) else { continue }
      for id in old.serverIDs(kind) where new.mapping(kind, serverID: id) == nil {
        if network.server.tables[resource]?.rows[Int(id)] != nil {
          throw Violation(invariant: "I5", detail: "client \(index): \(kind.plural) \(id) was dropped and is there")
        }
      }
    }
    try checkEdits(new, index)
  }

  /// What waits to be sent is what the rep sees.
  private func checkEdits(_ store: MemorySyncStore, _ index: Int) throws {
    var latest: [RecordKey: [String: FieldValue]] = [:]
    for operation in store.operations() where operation.action != .delete {
      for (name, edit) in operation.edits { latest[operation.key, default: [:]][name] = edit.to }
    }
    for (key, values) in latest {
      guard let record = store.record(key), !record.isTrashed else { continue }
      for (name, wanted) in values {
        guard let info = key.kind.field(name), !Merge.isSame(record.fields[name] ?? .none, wanted, as: info.kind) else {
          continue
        }
        throw Violation(invariant: "I12", detail: "client \(index): \(key).\(name) was overwritten while it waits")
      }
    }
  }

  static let kinds = [EntityKind.contact, .lead, .opportunity, .task]

  // MARK: At the end of a round

  mutating func checkEnd(_ end: RoundEnd, _ report: RoundReport, _ index: Int) throws {
    let rows = network.server.tables.values.reduce(0) { $0 + $1.rows.count }
    let most = 60 + 12 * (rows + clients[index].store.operations().count + 10)
    if report.requests > most {
      throw Violation(invariant: "I14", detail: "\(report.requests) requests in a round, at most \(most) are needed")
    }
    for kind in World.kinds { settleDeceptions(kind, index) }
    guard case .complete = end else { return }
    for (kind, keys) in clients[index].known { try checkAsked(kind, keys, clients[index], index) }
    // A row that is made after the list was read, by a clock that is behind, is seen with the next round.
    for kind in World.kinds where clients[index].deceived[kind] == nil && !stampsWentBack {
      try checkMark(kind, clients[index], index)
    }
  }

  /// Whatever has a stamp older than the mark, and the time after it in which changes may still become visible, is known.
  private func checkMark(_ kind: EntityKind, _ client: Client, _ index: Int) throws {
    let cursor = client.store.cursor(kind)
    guard let resource = V1Resource(rawValue: kind.plural), !cursor.needsFullPass,
      let until = cursor.highWater?.adding(seconds: -pace.overlap - 1)
    else { return }
    let isLookingFor = client.store.operations(in: [.inDoubt, .inFlight]).contains {
      $0.key.kind == kind && $0.action == .create
    }
    for row in network.server.tables[resource]?.all ?? [] where row.updatedAt <= until {
      if network.server.hidden[resource]?.contains(row.id) == true { continue }
      guard let mapping = client.store.mapping(kind, serverID: Int64(row.id)) else {
        if isLookingFor { continue }
        throw Violation(invariant: "I7", detail: "client \(index) has passed \(resource.rawValue) \(row.id) by")
      }
      if client.store.operations(of: mapping.key).contains(where: { $0.action == .delete }) { continue }
      guard let seen = Instant(iso: mapping.updatedAt), seen >= row.updatedAt else {
        throw Violation(
          invariant: "I7", detail: "client \(index) has passed a change of \(resource.rawValue) \(row.id) by")
      }
    }
  }

  /// Not more than a tenth, and ten, and never everything, goes without a person who was asked.
  private func checkAsked(_ kind: EntityKind, _ keys: [RecordKey], _ client: Client, _ index: Int) throws {
    let gone = keys.filter { client.store.mapping($0) == nil && !client.touched.contains($0) }
    let isEverything = gone.count > 2 && gone.count == keys.count && client.store.mappingCount(kind) == 0
    if gone.count > max(10, keys.count / 10) || isEverything {
      throw Violation(invariant: "I5", detail: "client \(index): \(gone.count) \(kind.plural) went without a question")
    }
  }

  /// Remembers untruths of lists that no client can see through.
  mutating func deceive(_ fault: Fault?, _ request: HTTPRequest, _ index: Int) {
    guard let fault, let kind = EntityKind(word: FaultyNetwork.disturbed(request).rawValue) else { return }
    switch fault {
    case .orderingIgnored, .countWrong: clients[index].deceived[kind] = rounds
    case .committedLate where pace.overlap < 110:
      for client in clients.indices { clients[client].deceived[kind] = rounds }
    default: break
    }
  }

  /// A full pass in a later round than the untruth ends it.
  private mutating func settleDeceptions(_ kind: EntityKind, _ index: Int) {
    let last = clients[index].store.cursor(kind).lastFullPassAt
    guard last != clients[index].fullPasses[kind] else { return }
    clients[index].fullPasses[kind] = last
    if let round = clients[index].deceived[kind], round < rounds { clients[index].deceived[kind] = nil }
  }

  // MARK: In the end

  /// Where nothing has changed, a round writes nothing, here or there, and reads no more than it must.
  mutating func checkIdle() throws {
    for index in clients.indices {
      // Once a day a round asks what the server can do, so that the best of three counts.
      let earlier = try (0..<2).map { _ in try idleRound(index).isFrugal }
      let before = clients[index].store
      let (report, isFrugal) = try idleRound(index)
      let after = clients[index].store
      let isSame =
        before.records == after.records && before.operations() == after.operations()
        && before.conflicts == after.conflicts && World.kinds.allSatisfy { before.mappings($0) == after.mappings($0) }
      guard report.writes == 0, isSame else {
        throw Violation(invariant: "I10", detail: "client \(index): a round without changes writes")
      }
      // As long as the server's clock is behind its rows, what may have changed meanwhile is looked at with each round.
      if report.details > 0 || !(isFrugal || earlier.contains(true) || stampsWentBack) {
        throw Violation(
          invariant: "I14", detail: "client \(index): \(report.requests) requests where nothing has changed")
      }
    }
  }

  /// A round, and whether it asked for no more than what was believed of the server before or after it makes needed.
  private mutating func idleRound(_ index: Int) throws -> (report: RoundReport, isFrugal: Bool) {
    func pages(_ world: World) -> Int { World.kinds.reduce(0) { $0 + world.pagesToExpect($1, index) } }
    for _ in 0..<20 {
      pass(3700)
      let most = pages(self)
      let (end, report) = try round(index, RoundOptions())
      if case .complete? = end { return (report, report.requests <= 1 + max(most, pages(self))) }
      _ = recover(index, end)
    }
    throw Violation(invariant: "I1", detail: "client \(index) does not come to an end")
  }

  /// One where the order is believed, else all of them and one to ask for it.
  private func pagesToExpect(_ kind: EntityKind, _ index: Int) -> Int {
    if let order = clients[index].store.fact("ordering \(kind)"), order.value == "yes",
      now(index) < order.at.adding(seconds: pace.factsLast)
    {
      return 1
    }
    let rows = V1Resource(rawValue: kind.plural).flatMap { network.server.tables[$0]?.rows.count } ?? 0
    return rows / min(2, network.server.quirks.pageSize) + 2
  }

  func check() throws {
    for (index, client) in clients.enumerated() {
      try checkOutbox(client, index)
      try checkConverged(client, index)
      try checkWishes(client, index)
      try checkPrivate(client, index)
      let texts = client.store.notes + client.store.records.values.flatMap { $0.fields.values.compactMap(\.text) }
      if texts.contains(where: { $0.contains("eyJ") }) {
        throw Violation(invariant: "I13", detail: "a token is in the store")
      }
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
      // Servers of these histories that refuse something have words for it; a limiter's page is no refusal.
      let hasReason = operation.refusal.map { !$0.isEmpty && ($0 != .withoutWords || hadGarbledRefusal) } ?? false
      if operation.state == .quarantined, !hasReason {
        throw Violation(invariant: "I1", detail: "client \(index): \(operation.key) waits and nobody knows why")
      }
    }
    let stuck = Set(operations.filter { $0.state == .quarantined }.map(\.key))
    for operation in operations where operation.state != .quarantined {
      let isBehind = stuck.contains(operation.key) || takes(stuck, operation, client)
      let waits = try isBehind || dependsOnStuck(operation, client)
      if !waits { throw Violation(invariant: "I1", detail: "client \(index) still has \(operation)") }
    }
  }

  /// True if it deletes a contact one of whose deals is to be deleted first, which needs a person.
  private func takes(_ stuck: Set<RecordKey>, _ operation: OutboxOperation, _ client: Client) -> Bool {
    guard operation.action == .delete, operation.key.kind == .contact else { return false }
    return client.store.records(.opportunity, whose: "contact", is: operation.key.id).contains(where: stuck.contains)
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
    var words = Words()
    for stored in network.server.past { stored.values.values.forEach { words.add($0) } }
    for conflict in client.store.conflicts { words.add(conflict.mine) }
    for operation in client.store.operations() {
      operation.edits.values.forEach { words.add($0.to) }
      operation.sent.values.forEach { words.add($0) }
    }
    for wish in client.wishes where wish.value != nil { try checkPlain(wish, client, index) }
    for wish in client.wishes {
      guard let word = wish.word, !words.contains(word) else { continue }
      let record = client.store.record(wish.key)
      let isCreate = client.store.operations(of: wish.key).contains { $0.action == .create }
      let isWholeValue = !["notes", "tags"].contains(wish.field)
      let isReplaced = isWholeValue && client.wishes.last { $0.key == wish.key && $0.field == wish.field } != wish
      // What never left, or was deleted, or replaced by the rep himself, is not lost.
      if record?.isTrashed != false || isCreate || isReplaced || client.store.mapping(wish.key) == nil { continue }
      throw Violation(invariant: "I2", detail: "client \(index): \(wish.key).\(wish.field) lost \(word)")
    }
  }

  /// A plain value that is in no other way recognisable was written to its row, or stands where the rep can see it.
  private func checkPlain(_ wish: Client.Wish, _ client: Client, _ index: Int) throws {
    guard let value = wish.value, let mapping = client.store.mapping(wish.key),
      let resource = V1Resource(rawValue: wish.key.kind.plural),
      client.wishes.last(where: { $0.key == wish.key && $0.field == wish.field }) == wish
    else { return }
    let id = Int(mapping.serverID)
    let wasWritten = network.server.past.contains {
      $0.resource == resource && $0.id == id && $0.values[wish.field] == .string(value)
    }
    let isSaid = client.store.conflicts.contains { $0.key == wish.key && $0.mine == .text(value) }
    let isWaiting = client.store.operations(of: wish.key).contains { $0.edits[wish.field]?.to == .text(value) }
    if !wasWritten, !isSaid, !isWaiting {
      throw Violation(invariant: "I2", detail: "client \(index): \(wish.key).\(wish.field) lost \(value)")
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
    // A list in the order of stamps that went back ends with its newest row, beyond where it is looked for.
    guard !hadTwoDeliveries, !stampsWentBack else { return }
    var counts: [String: Int] = [:]
    for stored in network.server.past where stored.isNew {
      guard network.server.removed[stored.resource]?.contains(stored.id) != true,
        wereHidden[stored.resource]?.contains(stored.id) != true
      else { continue }
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
