import CRMDomain
import CRMStore

extension Round {
  /// The record from before book and server met that a row is, by the values that tell records of its kind apart.
  /// `said` is what the row says in a field, references as server ids.
  func twin(
    _ kind: EntityKind, _ store: some SyncStore, _ said: (String) -> FieldValue?,
  ) throws -> RecordKey? {
    var values: [(name: String, value: FieldValue)] = []
    for name in kind.namesOfTwins {
      guard var value = said(name) else { return nil }
      if case .reference(let id) = value, case .reference(let target)? = kind.field(name)?.kind {
        guard let local = try store.mapping(target, serverID: id)?.key.id else { return nil }
        value = .reference(local)
      }
      values.append((name, value))
    }
    guard let first = values.first, !first.value.isEmpty else { return nil }
    return try store.twin(kind, of: values)
  }

  /// A row that is a record which was here before book and server met: from now on they are one. What only one side has,
  /// both get; where both have something else, the server's is shown and ours is a conflict.
  mutating func meet(
    _ twin: RecordKey, _ row: WireRow, _ store: inout some SyncStore,
  ) throws {
    for operation in try store.operations(of: twin) where operation.action == .create {
      try store.removeOperation(operation.seq)
    }
    guard let record = try store.record(twin) else { return }
    var mapping = Mapping(key: twin, serverID: row.id)
    var update = try store.newOperation(twin, .update)
    for (name, mine) in Self.said(by: record, shape(twin.kind)) {
      update.edits[name] = Edit(from: .none, to: mine)
      mapping.base[name] = FieldValue.none
    }
    try store.save(update)
    try store.save(mapping)
    try take(row, .list, mapping, [update], &store)
    // What both sides had is told as that.
    changed.remove(twin)
    report.matched += 1
  }

  /// What a rep has said in a record: neither what every new one has, nor what is empty.
  private static func said(by record: LocalRecord, _ shape: WireShape) -> [String: FieldValue] {
    var said: [String: FieldValue] = [:]
    let usual = shape.kind.defaults
    for info in shape.fields where !info.isReadOnly && info.name != "lead_score" {
      guard let mine = record.fields[info.name], !mine.isEmpty, mine != usual[info.name] else { continue }
      said[info.name] = mine
    }
    return said
  }
}

extension EntityKind {
  /// Two records that have the same in all of these are one. The first is never empty.
  fileprivate var namesOfTwins: [String] {
    switch self {
    case .lead, .contact: ["email"]
    case .opportunity: ["name", "contact", "amount"]
    case .task: ["title", "due_date"]
    default: []
    }
  }

  /// What a new record has in each field.
  var defaults: [String: FieldValue] {
    func values<R: Record>(_ type: R.Type) -> [String: FieldValue] {
      let record = R()
      return Dictionary(uniqueKeysWithValues: R.schema.fields.map { ($0.info.name, $0.get(record)) })
    }
    return values(recordType)
  }
}
