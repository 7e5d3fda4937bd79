import CRMDomain
import CRMStore

/// References are local row ids here and server ids there; this says which is which.
enum Translation {
  /// A value as the server has it. A record that is not there yet is the negative of its local id, which no server id
  /// is, so that it differs from every one.
  static func toServer(_ value: FieldValue, _ info: FieldInfo, _ store: some SyncStore) throws -> FieldValue {
    guard case .reference(let local) = value, case .reference(let kind) = info.kind else { return value }
    return .reference(try store.mapping(RecordKey(kind, local))?.serverID ?? -local)
  }

  /// A value as it is kept here, or nil if it names a row whose record is not settled yet.
  static func toLocal(
    _ value: FieldValue, _ info: FieldInfo, _ round: Round, _ store: inout some SyncStore,
  ) throws -> FieldValue? {
    guard case .reference(let id) = value, case .reference(let kind) = info.kind else { return value }
    if id < 0 { return .reference(-id) }
    if kind == .user, let local = round.colleagues[id] { return .reference(local) }
    if let mapping = try store.mapping(kind, serverID: id) {
      // Its row may be gone here, with a deletion on its way.
      return try store.record(mapping.key) == nil ? nil : .reference(mapping.key.id)
    }
    let isUnsettled = try store.operations(in: [.inFlight, .inDoubt]).contains {
      $0.key.kind == kind && $0.action == .create && $0.idFloor < id
    }
    guard !isUnsettled else { return nil }
    return .reference(try stub(kind, id, &store).id)
  }

  /// A record that stands for a row we have not read.
  static func stub(_ kind: EntityKind, _ id: Int64, _ store: inout some SyncStore) throws -> RecordKey {
    if kind == .user, try store.fact("account")?.value == "\(id)", let me = try store.unmappedUser(named: nil) {
      // The login says who we are, also where the server does not.
      try store.save(Mapping(user: me, serverID: id))
      return me
    }
    let fields: [String: FieldValue] = kind == .user ? ["username": .text("user #\(id)")] : [:]
    let key = try store.insert(kind, fields)
    var mapping = Mapping(key: key, serverID: id)
    mapping.needsDetail = kind != .user
    try store.save(mapping)
    return key
  }
}

/// What a row was read from, and so what it says.
enum RowSource {
  case list
  case detail
  /// A whole record that was read because only a summary of it was known. The summary still stands for the row if nothing
  /// was written in between.
  case completion
  /// The answer to our own write of these fields: they are common ground now.
  case echo(Set<String>)

  /// True if what is new in it is somebody else's doing, and not the rest of a row of which a summary was known.
  func tellsNews(of known: Mapping) -> Bool {
    switch self {
    case .list: true
    case .detail: !known.needsDetail
    case .completion, .echo: false
    }
  }
}

extension Round {
  /// Takes a server row into the store: new values into the record, except where the user's own edits stand.
  ///
  /// - Returns: the record, or nil if the row may be one of our own creates whose fate is not settled.
  @discardableResult
  mutating func apply(
    _ row: WireRow, _ kind: EntityKind, from source: RowSource, _ store: inout some SyncStore,
  ) throws -> RecordKey? {
    try meet(row.people, &store)
    guard let mapping = try store.mapping(kind, serverID: row.id) else { return try adopt(row, kind, &store) }
    if isStranger(row, mapping) {
      strangers = kind
      return nil
    }
    let operations = try store.operations(of: mapping.key)
    // What is to be deleted here is compared with how it was then.
    if operations.contains(where: { $0.action == .delete }) {
      if case .echo(let names) = source { try keep(row, names, mapping, &store) }
      return mapping.key
    }
    try take(row, source, mapping, operations, &store)
    return mapping.key
  }

  /// What we sent ourselves before the deletion is no change of others.
  private func keep(_ row: WireRow, _ names: Set<String>, _ known: Mapping, _ store: inout some SyncStore) throws {
    var mapping = known
    for name in names { mapping.base[name] = row.fields[name] ?? mapping.base[name] }
    try store.save(mapping)
  }

  /// A row nobody here knows: a new record, or perhaps one of ours.
  private mutating func adopt(
    _ row: WireRow, _ kind: EntityKind, _ store: inout some SyncStore,
  ) throws -> RecordKey? {
    if var operation = try claimant(of: row, kind, store) {
      if !operation.suspects.contains(row.id) {
        operation.suspects.append(row.id)
        try store.save(operation)
      }
      return nil
    }
    if let twin = try twin(kind, store, { row.fields[$0] }) {
      try meet(twin, row, &store)
      return twin
    }
    let original = try row.intent.flatMap { try store.mapping(kind, intent: $0) }
    let key = try insert(row, kind, &store)
    if let original {
      try note(Conflict(original.key, nil, .possibleDuplicate, theirs: .reference(row.id)), &store)
    }
    report.pulled += 1
    return key
  }

  /// A new record with everything the row says.
  private func insert(_ row: WireRow, _ kind: EntityKind, _ store: inout some SyncStore) throws -> RecordKey {
    var values: [String: FieldValue] = [:]
    var base: [String: FieldValue] = [:]
    var isSettled = true
    for info in shape(kind).fields {
      guard let theirs = row.fields[info.name] else { continue }
      guard let local = try Translation.toLocal(theirs, info, self, &store) else {
        isSettled = false
        continue
      }
      values[info.name] = local
      base[info.name] = theirs
    }
    let known = Mapping(key: try store.insert(kind, values), serverID: row.id)
    var mapping = known
    mapping.base = base
    mapping.stamp(row, .list, known, isWhole: row.fields.count == shape(kind).fields.count)
    if !isSettled { mapping.needsDetail = true }
    try store.save(mapping)
    return mapping.key
  }

  /// The create whose answer was lost and which this row may come from.
  private func claimant(of row: WireRow, _ kind: EntityKind, _ store: some SyncStore) throws -> OutboxOperation? {
    try store.operations(in: [.inFlight, .inDoubt]).first { operation in
      guard operation.key.kind == kind, operation.action == .create else { return false }
      if let intent = row.intent { return intent == operation.intent }
      guard row.id > operation.idFloor, try !waitsForRefused(operation, store) else { return false }
      return Candidate.matches(row, operation, shape(kind)) || Candidate.isNamesake(row, operation)
        || (!Candidate.keepsIdentity(kind) && Candidate.mayHaveChanged(row))
    }
  }

  /// True while it is not looked for, nor sent, before the rep has answered a refusal: meanwhile no row is kept from lists.
  private func waitsForRefused(_ operation: OutboxOperation, _ store: some SyncStore) throws -> Bool {
    try operation.waitsFor.contains { key in
      try store.operations(of: key).contains { $0.action == .create && $0.state == .quarantined }
    }
  }

  /// True if the id belongs to another record than it did: neither its birth nor what it says is the same.
  func isStranger(_ row: WireRow, _ mapping: Mapping) -> Bool {
    guard let now = row.created, let before = mapping.created, now != before else { return false }
    let names = ["email", "name", "title", "last_name"].filter { row.fields[$0] != nil && mapping.base[$0] != nil }
    return names.allSatisfy { row.fields[$0] != mapping.base[$0] }
  }

  // MARK: Merging

  mutating func take(
    _ row: WireRow, _ source: RowSource, _ known: Mapping, _ operations: [OutboxOperation],
    _ store: inout some SyncStore,
  ) throws {
    var mapping = known
    guard let record = try store.record(known.key) else {
      guard case .completion = source else { return }
      mapping.needsDetail = false
      return try store.save(mapping)
    }
    // Its deletion was given up.
    if record.isTrashed { try store.setTrashed(known.key, false) }
    var operations = operations
    var values: [String: FieldValue] = [:]
    let kind = known.key.kind
    unsettled.remove(known.key)
    for info in shape(kind).fields {
      guard let theirs = row.fields[info.name] else { continue }
      var common = mapping.base[info.name]
      if case .echo(let names) = source, names.contains(info.name) { common = theirs }
      let merged = try merge(
        theirs, common, record.fields[info.name] ?? .none, info, &operations, known.key, &store)
      guard let local = try Translation.toLocal(merged, info, self, &store) else {
        mapping.base[info.name] = nil
        unsettled.insert(known.key)
        continue
      }
      values[info.name] = local
      mapping.base[info.name] = theirs
    }
    let news = values.filter { record.fields[$0.key] != $0.value }
    if source.tellsNews(of: known), !news.isEmpty { changed.insert(known.key) }
    try store.update(known.key, news)
    for operation in operations {
      let isSpent = operation.action == .update && operation.edits.isEmpty
      if isSpent { try store.removeOperation(operation.seq) } else { try store.save(operation) }
    }
    mapping.stamp(row, source, known, isWhole: row.fields.count == shape(kind).fields.count)
    if unsettled.contains(known.key) {
      mapping.needsDetail = true
    } else if case .completion = source, row.updatedAt == known.updatedAt {
      mapping.listHash = known.listHash
      // A row beyond our limits in one field is read as far as it can be.
      mapping.needsDetail = false
    }
    try store.save(mapping)
  }

  /// The value of one field, with the user's edits of it adjusted to what the server has.
  private mutating func merge(
    _ theirs: FieldValue, _ common: FieldValue?, _ local: FieldValue, _ info: FieldInfo,
    _ operations: inout [OutboxOperation], _ key: RecordKey, _ store: inout some SyncStore,
  ) throws -> FieldValue {
    guard let index = operations.lastIndex(where: { $0.edits[info.name] != nil }),
      let edit = operations[index].edits[info.name]
    else { return theirs }
    let first = operations.first { $0.edits[info.name] != nil }?.edits[info.name] ?? edit
    let mine = try Translation.toServer(local, info, store)
    let base = try common ?? Translation.toServer(first.from, info, store)
    let merged = Merge.field(base: base, mine: mine, theirs: theirs, as: info.kind)
    if merged.isConflict {
      try note(Conflict(key, info.name, .bothChanged, base: base, mine: mine, theirs: theirs), &store)
    }
    let isSettled = Merge.isSame(merged.value, theirs, as: info.kind)
    let from = try Translation.toLocal(theirs, info, self, &store) ?? edit.from
    let to = try Translation.toLocal(merged.value, info, self, &store) ?? edit.to
    for other in operations.indices where operations[other].edits[info.name] != nil {
      let stays = other == index && !isSettled
      operations[other].edits[info.name] = stays ? Edit(from: from, to: to) : nil
    }
    return merged.value
  }

  mutating func note(_ conflict: Conflict, _ store: inout some SyncStore) throws {
    try store.add(conflict)
    report.conflicts += 1
  }

  // MARK: People

  /// Learns of colleagues from the records that name them.
  private mutating func meet(_ people: [WireRow.Person], _ store: inout some SyncStore) throws {
    for person in people where !met.contains(person) {
      try meet(person, &store)
      met.insert(person)
      colleagues[person.id] = try store.mapping(.user, serverID: person.id)?.key.id
    }
  }

  private func meet(_ person: WireRow.Person, _ store: inout some SyncStore) throws {
    guard let mapping = try store.mapping(.user, serverID: person.id) else {
      return try meetStranger(person, &store)
    }
    guard let record = try store.record(mapping.key) else { return }
    let news = person.fields.filter { record.fields[$0.key] != $0.value }
    if !news.isEmpty { try store.update(mapping.key, news) }
  }

  private func meetStranger(_ person: WireRow.Person, _ store: inout some SyncStore) throws {
    if let name = person.username, let known = try store.unmappedUser(named: name) {
      try store.save(Mapping(user: known, serverID: person.id))
      return
    }
    let key = try Translation.stub(.user, person.id, &store)
    try store.update(key, person.fields)
  }
}

extension Mapping {
  init(user key: RecordKey, serverID: Int64) {
    self.init(key: key, serverID: serverID)
    needsDetail = false
  }

  /// Keeps what says whether the row changes again.
  mutating func stamp(_ row: WireRow, _ source: RowSource, _ known: Mapping, isWhole: Bool) {
    for (name, value) in row.extras { extras[name] = value }
    if let intent = row.intent { self.intent = intent }
    updatedAt = row.updatedAt
    if isWhole {
      needsDetail = false
    } else {
      needsDetail = known.needsDetail || row.updatedAt != known.updatedAt || base != known.base
    }
    if case .list = source { listHash = row.hash } else { listHash = 0 }
  }
}

extension WireRow.Person {
  /// What is known of somebody, as the fields of a user here.
  fileprivate var fields: [String: FieldValue] {
    var fields: [String: FieldValue] = [:]
    if let username { fields["username"] = username.fieldValue }
    if let email { fields["email"] = email.fieldValue }
    if let fullName {
      let words = fullName.split(separator: " ", maxSplits: 1).map(String.init)
      fields["first_name"] = (words.first ?? "").fieldValue
      fields["last_name"] = (words.dropFirst().first ?? "").fieldValue
    }
    return fields
  }
}
