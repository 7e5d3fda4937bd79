import CRMDomain
import CRMStore

/// A store that lives in memory: for simulated histories, and to say by example what a database must do.
package struct MemorySyncStore: SyncStore, Hashable, Sendable {
  package private(set) var records: [RecordKey: LocalRecord] = [:]
  package private(set) var conflicts: [Conflict] = []
  private var maps: [RecordKey: Mapping] = [:]
  private var keys: [EntityKind: [Int64: RecordKey]] = [:]
  /// By `seq`, lowest first.
  private var outbox: [OutboxOperation] = []
  private var cursors: [EntityKind: Cursor] = [:]
  private var facts: [String: Fact] = [:]
  private var held: Lease?
  private var lastID: Int64 = 0
  private var lastSeq: Int64 = 0
  private let name: String

  private struct Fact: Hashable, Sendable {
    let value: String
    let at: Instant
  }

  /// `name` makes the identities of creates differ between machines.
  package init(name: String) { self.name = name }

  package func record(_ key: RecordKey) -> LocalRecord? { records[key] }

  /// Every text that is not a record's, for those who look for secrets.
  package var notes: [String] { facts.values.map(\.value) }

  package mutating func insert(_ kind: EntityKind, _ fields: [String: FieldValue]) -> RecordKey {
    lastID += 1
    let key = RecordKey(kind, lastID)
    records[key] = LocalRecord(fields: (Self.initial[kind] ?? [:]).merging(fields) { $1 })
    return key
  }

  private static let initial = Dictionary(uniqueKeysWithValues: EntityKind.allCases.map { ($0, $0.defaults) })

  package mutating func update(_ key: RecordKey, _ fields: [String: FieldValue]) {
    records[key]?.fields.merge(fields) { $1 }
  }

  package mutating func setTrashed(_ key: RecordKey, _ isTrashed: Bool) { records[key]?.isTrashed = isTrashed }

  package func records(_ kind: EntityKind, whose field: String, is id: Int64) -> [RecordKey] {
    records.filter { $0.key.kind == kind && $0.value.fields[field] == .reference(id) }.keys.sorted()
  }

  package func twin(_ kind: EntityKind, of values: [(name: String, value: FieldValue)]) -> RecordKey? { nil }

  package func unmappedUser(named name: String?) -> RecordKey? {
    records.filter { key, record in
      guard key.kind == .user, maps[key] == nil else { return false }
      return name.map { record.fields["username"] == .text($0) } ?? (record.fields["is_me"] == .flag(true))
    }.keys.min()
  }

  package func mapping(_ key: RecordKey) -> Mapping? { maps[key] }
  package func mapping(_ kind: EntityKind, serverID: Int64) -> Mapping? { keys[kind]?[serverID].flatMap { maps[$0] } }
  package func mapping(_ kind: EntityKind, intent: String) -> Mapping? {
    maps.values.first { $0.key.kind == kind && $0.intent == intent }
  }
  package func serverIDs(_ kind: EntityKind) -> [Int64] { keys[kind]?.keys.sorted() ?? [] }
  /// By server id.
  package func mappings(_ kind: EntityKind) -> [Mapping] { serverIDs(kind).compactMap { mapping(kind, serverID: $0) } }
  package func mappingCount(_ kind: EntityKind) -> Int { keys[kind]?.count ?? 0 }
  package func highestServerID(_ kind: EntityKind) -> Int64 { keys[kind]?.keys.max() ?? 0 }
  package func mappingsToRead(_ kind: EntityKind, below id: Int64, limit: Int) -> [Mapping] {
    Array(mappings(kind).filter { $0.needsDetail && $0.serverID < id }.reversed().prefix(limit))
  }

  package mutating func save(_ mapping: Mapping) {
    maps[mapping.key] = mapping
    keys[mapping.key.kind, default: [:]][mapping.serverID] = mapping.key
  }

  package mutating func removeMapping(_ key: RecordKey) {
    guard let mapping = maps.removeValue(forKey: key) else { return }
    keys[key.kind]?[mapping.serverID] = nil
  }

  package func operations() -> [OutboxOperation] { outbox }
  package func operation(_ seq: Int64) -> OutboxOperation? { outbox.first { $0.seq == seq } }
  package func nextOperation(
    from seq: Int64, in states: Set<OutboxOperation.State>, leavingOut kinds: Set<EntityKind>,
  ) -> OutboxOperation? {
    outbox.first { $0.seq >= seq && states.contains($0.state) && !$0.staysHere(kinds) }
  }
  package func hasOperation(in states: Set<OutboxOperation.State>) -> Bool {
    outbox.contains { states.contains($0.state) }
  }
  package func operations(
    in states: Set<OutboxOperation.State>, leavingOut kinds: Set<EntityKind> = [],
  ) -> [OutboxOperation] {
    outbox.filter { states.contains($0.state) && !$0.staysHere(kinds) }
  }
  package func operations(of key: RecordKey) -> [OutboxOperation] { outbox.filter { $0.key == key } }
  package func hasOperation(_ kind: EntityKind, changing field: String, from id: Int64) -> Bool {
    outbox.contains { $0.key.kind == kind && $0.edits[field]?.from == .reference(id) }
  }
  package func nextOperationTime(leavingOut kinds: Set<EntityKind>) -> Instant? {
    outbox.filter { $0.state != .quarantined && !$0.staysHere(kinds) }.compactMap(\.nextAt).min()
  }

  package mutating func newOperation(_ key: RecordKey, _ action: OutboxOperation.Action) -> OutboxOperation {
    lastSeq += 1
    return OutboxOperation(seq: lastSeq, key: key, action: action, intent: "\(name)-\(lastSeq)")
  }

  package mutating func save(_ operation: OutboxOperation) {
    if let index = outbox.firstIndex(where: { $0.seq >= operation.seq }) {
      if outbox[index].seq == operation.seq {
        outbox[index] = operation
      } else {
        outbox.insert(operation, at: index)
      }
    } else {
      outbox.append(operation)
    }
  }
  package mutating func removeOperation(_ seq: Int64) { outbox.removeAll { $0.seq == seq } }

  package func cursor(_ kind: EntityKind) -> Cursor { cursors[kind] ?? Cursor() }
  package mutating func save(_ cursor: Cursor, _ kind: EntityKind) { cursors[kind] = cursor }
  package mutating func add(_ conflict: Conflict) { if !conflicts.contains(conflict) { conflicts.append(conflict) } }
  package func fact(_ name: String) -> (value: String, at: Instant)? { facts[name].map { ($0.value, $0.at) } }
  package mutating func learn(_ name: String, _ value: String, at: Instant) {
    facts[name] = Fact(value: value, at: at)
  }
  package func lease() -> Lease? { held }
  package mutating func setLease(_ lease: Lease?) { held = lease }
}
