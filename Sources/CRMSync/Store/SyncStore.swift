import CRMDomain
import CRMStore

/// What synchronising needs of a database, for one profile (one account on one server): `SyncBook` is one, in SQLite.
///
/// Every event of `SyncMachine` is handled inside one transaction: what it wrote is committed, and flushed, before any of
/// the commands it answered is carried out. A throw rolls back, and the machine value from before the event stays valid.
///
/// Records written here carry the origin `sync` and make no operations. What others wrote is taken out of the journal by
/// `JournalIntake`, which calls the `note…` functions below, before each event.
package protocol SyncStore {
  // MARK: Records

  func record(_ key: RecordKey) throws -> LocalRecord?
  /// Adds a record with these values and the kind's defaults for the others.
  mutating func insert(_ kind: EntityKind, _ fields: [String: FieldValue]) throws -> RecordKey
  /// Sets these fields and leaves the others alone.
  mutating func update(_ key: RecordKey, _ fields: [String: FieldValue]) throws
  mutating func setTrashed(_ key: RecordKey, _ isTrashed: Bool) throws
  /// Records of a kind, trashed ones too, whose `field` refers to the local row `id`.
  func records(_ kind: EntityKind, whose field: String, is id: Int64) throws -> [RecordKey]
  /// The only record with these values that was here before book and server met and has not been sent; nil if such
  /// records are to stay apart.
  func twin(_ kind: EntityKind, of values: [(name: String, value: FieldValue)]) throws -> RecordKey?
  /// The user here of that name who is on no server yet, or the one marked as the rep if `name` is nil.
  func unmappedUser(named name: String?) throws -> RecordKey?

  // MARK: What is where

  func mapping(_ key: RecordKey) throws -> Mapping?
  func mapping(_ kind: EntityKind, serverID: Int64) throws -> Mapping?
  /// The record whose row was made by the create of that identity.
  func mapping(_ kind: EntityKind, intent: String) throws -> Mapping?
  /// All of a kind, lowest first.
  func serverIDs(_ kind: EntityKind) throws -> [Int64]
  func mappingCount(_ kind: EntityKind) throws -> Int
  func highestServerID(_ kind: EntityKind) throws -> Int64
  /// At most `limit` of those whose whole record is to be read and whose server id is below `id`, highest id first.
  func mappingsToRead(_ kind: EntityKind, below id: Int64, limit: Int) throws -> [Mapping]
  /// The hash each of these rows had in the last list it was in, of those that are known.
  func listHashes(_ kind: EntityKind, _ serverIDs: [Int64]) throws -> [Int64: UInt64]
  mutating func save(_ mapping: Mapping) throws
  /// Adds a record with what the row says and the kind's defaults for the rest, and which row it is.
  mutating func insert(_ row: PulledRow) throws
  /// So many rows are about to come, more or less, and become new records.
  mutating func expect(_ count: Int, of kind: EntityKind) throws
  mutating func removeMapping(_ key: RecordKey) throws

  // MARK: Outbox

  func operation(_ seq: Int64) throws -> OutboxOperation?
  /// The first of these states whose `seq` is `from` or higher and that does not stay here.
  func nextOperation(
    from seq: Int64, in states: Set<OutboxOperation.State>, leavingOut kinds: Set<EntityKind>,
  ) throws -> OutboxOperation?
  func hasOperation(in states: Set<OutboxOperation.State>) throws -> Bool
  /// Those of these states that do not stay here, in the order of `seq`, like every list of them.
  func operations(
    in states: Set<OutboxOperation.State>, leavingOut kinds: Set<EntityKind>,
  ) throws -> [OutboxOperation]
  func operations(of key: RecordKey) throws -> [OutboxOperation]
  /// True if one of that kind changes a reference `field` from the local row `id` to another.
  func hasOperation(_ kind: EntityKind, changing field: String, from id: Int64) throws -> Bool
  /// The earliest time that an operation which is to be sent and which no person must look at waits for.
  func nextOperationTime(leavingOut kinds: Set<EntityKind>) throws -> Instant?
  /// A number and an identity for a new operation.
  mutating func newOperation(_ key: RecordKey, _ action: OutboxOperation.Action) throws -> OutboxOperation
  mutating func save(_ operation: OutboxOperation) throws
  mutating func removeOperation(_ seq: Int64) throws

  // MARK: Bookkeeping

  func cursor(_ kind: EntityKind) throws -> Cursor
  mutating func save(_ cursor: Cursor, _ kind: EntityKind) throws
  mutating func add(_ conflict: Conflict) throws
  /// What was learned of the server, and when.
  func fact(_ name: String) throws -> (value: String, at: Instant)?
  mutating func learn(_ name: String, _ value: String, at: Instant) throws
  func lease() throws -> Lease?
  mutating func setLease(_ lease: Lease?) throws
}

extension SyncStore {
  package func listHashes(_ kind: EntityKind, _ serverIDs: [Int64]) throws -> [Int64: UInt64] {
    var hashes: [Int64: UInt64] = [:]
    for id in serverIDs { hashes[id] = try mapping(kind, serverID: id)?.listHash }
    return hashes
  }

  package mutating func insert(_ row: PulledRow) throws {
    var base: [String: FieldValue] = [:]
    for (info, value) in zip(row.kind.fields, row.theirs) { base[info.name] = value }
    var values = base
    for (field, value) in row.links { values[row.kind.fields[field].name] = value }
    var mapping = Mapping(key: try insert(row.kind, values), serverID: row.serverID)
    (mapping.base, mapping.extras, mapping.updatedAt) = (base, row.extras, row.updatedAt)
    (mapping.listHash, mapping.needsDetail) = (row.listHash, !row.isWhole)
    try save(mapping)
  }

  package mutating func expect(_ count: Int, of kind: EntityKind) {}

  package func operations(in states: Set<OutboxOperation.State>) throws -> [OutboxOperation] {
    try operations(in: states, leavingOut: [])
  }

  // MARK: What a user did

  /// A record was opened here: it is read whole before others, in the round that comes.
  package mutating func noteOpened(_ key: RecordKey, at now: Instant) throws {
    guard let mapping = try mapping(key), mapping.needsDetail else { return }
    let earlier = try wanted().filter { $0 != key }
    try learn("wanted", WantedRecords.text(earlier.suffix(WantedRecords.most - 1) + [key]), at: now)
  }

  func wanted() throws -> [RecordKey] { WantedRecords.keys(try fact("wanted")?.value ?? "") }

  /// A record was made here.
  package mutating func noteCreate(_ key: RecordKey) throws {
    try save(try newOperation(key, .create))
  }

  /// Fields of a record were changed here. What waits for the same record takes the change up.
  package mutating func noteEdit(_ key: RecordKey, _ edits: [String: Edit]) throws {
    let known = Set((WireShape.all[key.kind]?.fields ?? []).filter { !$0.isReadOnly }.map(\.name))
    let edits = edits.filter { known.contains($0.key) && $0.value.from != $0.value.to }
    guard !edits.isEmpty else { return }
    if var last = try operations(of: key).last, last.action == .update || last.action == .create {
      switch last.state {
      case .quarantined where !last.suspects.isEmpty || last.isGivenUp:
        // Whether it is on the server already, or is to get there at all, is for the rep to say, not for an edit.
        last.take(edits)
        return try save(last)
      case .quarantined:
        last.state = .pending
        (last.attempts, last.refusal, last.nextAt) = (0, nil, nil)
        fallthrough
      case .pending:
        last.take(edits)
        return try save(last)
      case .inFlight, .inDoubt: break
      }
    } else if try mapping(key) == nil, try operations(of: key).isEmpty {
      return
    }
    var operation = try newOperation(key, .update)
    operation.edits = edits
    try save(operation)
  }

  /// A record was deleted here; it is in the trash.
  package mutating func noteDelete(_ key: RecordKey) throws {
    guard try mapping(key) != nil || !operations(of: key).isEmpty else { return }
    // What is never sent is not to be deleted there either; should it come back, it stays here as before.
    guard try !operations(of: key).contains(where: \.isGivenUp) else { return }
    for var operation in try operations(of: key) where operation.state == .quarantined {
      operation.state = .pending
      operation.attempts = 0
      try save(operation)
    }
    try save(try newOperation(key, .delete))
  }

  /// A deletion is not to be carried out after all; edits that went into it are still to be sent.
  package mutating func takeBack(_ delete: OutboxOperation) throws {
    guard !delete.edits.isEmpty else { return try removeOperation(delete.seq) }
    var update = delete
    update.action = .update
    (update.state, update.attempts, update.refusal, update.nextAt) = (.pending, 0, nil, nil)
    try save(update)
  }

  /// A record that came back was on the server all the time: what is left of its create are the edits since.
  mutating func settleReturn(_ create: OutboxOperation) throws {
    guard !create.edits.isEmpty else { return try removeOperation(create.seq) }
    var update = create
    update.action = .update
    try save(update)
  }

  /// A lead was converted into records that were made or chosen here. `edits` are the lead's own.
  package mutating func noteConvert(
    _ lead: RecordKey, contact: Int64, deal: Int64?, edits: [String: Edit],
  ) throws {
    var operation = try newOperation(lead, .convert(contact: contact, deal: deal))
    operation.edits = edits.filter { ["status", "converted_at"].contains($0.key) }
    try save(operation)
  }

  /// A task was completed here.
  package mutating func noteComplete(_ task: RecordKey, edits: [String: Edit]) throws {
    var operation = try newOperation(task, .complete)
    operation.edits = edits
    try save(operation)
  }
}

/// Records whose whole row is wanted soon, as one text of the store: "lead 4,contact 12".
enum WantedRecords {
  static let most = 50

  static func text(_ keys: [RecordKey]) -> String { keys.map(\.description).joined(separator: ",") }

  static func keys(_ text: String) -> [RecordKey] {
    text.split(separator: ",").compactMap { word in
      let parts = word.split(separator: " ")
      guard parts.count == 2, let kind = EntityKind(rawValue: String(parts[0])), let id = Int64(parts[1]) else {
        return nil
      }
      return RecordKey(kind, id)
    }
  }
}

extension OutboxOperation {
  /// Adds later edits: what was there first stays what it is compared with.
  mutating func take(_ later: [String: Edit]) {
    for (name, edit) in later { edits[name] = Edit(from: edits[name]?.from ?? edit.from, to: edit.to) }
    edits = edits.filter { $0.value.from != $0.value.to }
  }
}
