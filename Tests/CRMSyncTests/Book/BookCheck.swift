import CRMDomain
import CRMSync
import GRDB
import Testing
import V1Simulator

@testable import CRMStore

/// Whether a book and its server agree, as far as nothing in the book waits for a person.
struct BookCheck {
  private let book: SyncBook
  private let server: V1Server
  private let waiting: [RecordKey: [OutboxOperation]]
  private(set) var problems: [String] = []

  init(_ book: SyncBook, _ server: V1Server) throws {
    self.book = book
    self.server = server
    waiting = Dictionary(grouping: try book.everyOperation(), by: \.key)
  }

  mutating func run() throws {
    try checkOutbox()
    for kind in JournalIntake.kinds {
      guard let resource = V1Resource(rawValue: kind.plural) else { continue }
      try checkRecords(kind)
      try checkRows(kind, resource)
    }
    try checkHistory()
  }

  private mutating func complain(_ problem: String) { problems.append(problem) }

  // MARK: Outbox

  /// What still waits does so for a person.
  private mutating func checkOutbox() throws {
    for operation in try book.everyOperation() where operation.state != .quarantined {
      let isBehindStuck = waiting[operation.key]?.contains { $0.state == .quarantined } == true
      guard try !isBehindStuck && !needsUnsent(operation) else { continue }
      complain("still to do: \(operation.action.name) of \(operation.key), \(operation.state)")
    }
  }

  /// True if it names, or took a name away from, a record whose own operation waits.
  private func needsUnsent(_ operation: OutboxOperation) throws -> Bool {
    let isWaiting = try operation.waitsFor.contains { key in
      try book.mapping(key) == nil && book.record(key)?.isTrashed == false
    }
    if isWaiting { return true }
    if operation.action == .delete, stuckReferences.contains(operation.key) { return true }
    guard let record = try book.record(operation.key) else { return false }
    return try operation.key.kind.fields.contains { info in
      guard !info.isLocalOnly, case .reference(let kind) = info.kind,
        case .reference(let id)? = record.fields[info.name]
      else { return false }
      return try book.mapping(RecordKey(kind, id)) == nil
    }
  }

  /// Records that others would let go of if what waits were done.
  private var stuckReferences: Set<RecordKey> {
    var keys: Set<RecordKey> = []
    for (key, operations) in waiting {
      for (name, edit) in operations.flatMap(\.edits) {
        guard case .reference(let kind)? = key.kind.field(name)?.kind, case .reference(let id) = edit.from else {
          continue
        }
        keys.insert(RecordKey(kind, id))
      }
    }
    return keys
  }

  // MARK: Records

  /// What is in the book is on the server or is to get there.
  private mutating func checkRecords(_ kind: EntityKind) throws {
    let ids = try Int64.fetchAll(book.db, sql: "SELECT id FROM \"\(kind.rawValue)\" WHERE deleted_at IS NULL")
    for key in ids.map({ RecordKey(kind, $0) }) where waiting[key] == nil {
      // What a waiting conversion made is made there by the conversion.
      let isPiece = waiting.values.joined().contains { operation in
        guard case .convert(let contact, let deal) = operation.action else { return false }
        return key == RecordKey(.contact, contact) || key == deal.map { RecordKey(.opportunity, $0) }
      }
      if try book.mapping(key) == nil, !isPiece { complain("\(key) is nowhere but here, and not to be sent") }
    }
  }

  private mutating func checkRows(_ kind: EntityKind, _ resource: V1Resource) throws {
    let rows = server.tables[resource]?.rows ?? [:]
    for id in try book.serverIDs(kind) where rows[Int(id)] == nil {
      guard let mapping = try book.mapping(kind, serverID: id), waiting[mapping.key] == nil else { continue }
      complain("\(mapping.key) is said to be row \(id), which is gone")
    }
    for row in rows.values.sorted(by: { $0.id < $1.id }) where server.hidden[resource]?.contains(row.id) != true {
      guard let mapping = try book.mapping(kind, serverID: Int64(row.id)) else {
        complain("\(resource.rawValue) \(row.id) is not in the book")
        continue
      }
      try compare(row, resource, mapping)
    }
  }

  private mutating func compare(_ row: V1Row, _ resource: V1Resource, _ mapping: Mapping) throws {
    let key = mapping.key
    let operations = waiting[key] ?? []
    if operations.contains(where: { $0.action == .delete }) { return }
    guard let record = try book.record(key), !record.isTrashed, let shape = WireShape.all[key.kind] else {
      complain("\(key) is gone here and row \(row.id) is not")
      return
    }
    let wire = try shape.record(server.wireDetail(resource, row))
    var kept = Set(operations.flatMap(\.edits.keys))
    if operations.contains(where: { if case .convert = $0.action { true } else { $0.action == .complete } }) {
      kept.formUnion(["status", "converted_at", "completed_at"])
    }
    for info in shape.fields where !kept.contains(info.name) && !Self.stamps.contains(info.name) {
      guard let theirs = wire.fields[info.name] else { continue }
      let mine = try onServer(record.fields[info.name] ?? .none, info)
      guard !CRMSync.Merge.isSame(mine, theirs, as: info.kind) else { continue }
      complain("\(key).\(info.name) is \(mine) here, row \(row.id) has \(theirs)")
    }
  }

  /// Nobody can send them: an edit that is taken back stamps the record anew, a merge takes the oldest birth.
  private static let stamps: Set = ["created_at", "updated_at"]

  private func onServer(_ value: FieldValue, _ info: FieldInfo) throws -> FieldValue {
    guard case .reference(let id) = value, case .reference(let kind) = info.kind else { return value }
    return .reference(try book.mapping(RecordKey(kind, id))?.serverID ?? -id)
  }

  // MARK: History

  /// What synchronising wrote over, it wrote over with something that is newer there, or it says so in a conflict; and
  /// it left alone what no server knows of.
  private mutating func checkHistory() throws {
    let past = server.past.map { "\($0.values)" }.joined(separator: "\n")
    let conflicts = try Row.fetchAll(book.db, sql: "SELECT mine FROM sync_conflict").map { $0[0] as String }
    let noted = conflicts.joined(separator: "\n")
    let sql = """
      SELECT change.* FROM change JOIN operation ON operation.id = change.operation
      WHERE operation.origin = 'sync' AND change.action <> 'insert' AND change.kind <> 'user' ORDER BY change.id
      """
    for line in try Row.fetchAll(book.db, sql: sql) {
      guard let change = try RecordChange(row: line) else { continue }
      for (name, values) in change.fields {
        if change.kind.field(name)?.isLocalOnly == true {
          complain("synchronising changed \(change.kind.rawValue) \(change.records.lowerBound).\(name)")
        }
        let kept = Self.words(values.new)
        for word in Self.words(values.old).subtracting(kept) where !past.contains(word) && !noted.contains(word) {
          complain("\(change.kind.rawValue) \(change.records.lowerBound).\(name) lost \(word)")
        }
      }
    }
  }

  /// Words that only a rep of these tests writes, each once.
  private static func words(_ value: JSONValue) -> Set<String> {
    Set(value.text.matches(of: /w[a-z]?[0-9]+z/).map { String($0.output) })
  }
}

extension SyncBook {
  func everyOperation() throws -> [OutboxOperation] {
    try operations(in: [.pending, .inFlight, .inDoubt, .quarantined])
  }
}

extension CRMStore {
  func keys(_ kinds: [EntityKind], isTrashed: Bool) throws -> [RecordKey] {
    try pool.read { db in
      try kinds.flatMap { kind in
        let sql = "SELECT id FROM \"\(kind.rawValue)\" WHERE (deleted_at IS NOT NULL) = ? ORDER BY id"
        return try Int64.fetchAll(db, sql: sql, arguments: [isTrashed]).map { RecordKey(kind, $0) }
      }
    }
  }
}

extension BookBench {
  /// What does not agree between this book and the server; empty is good.
  func disagreements() throws -> [String] {
    let server = transport.server
    return try store.synchronise(profile.id, "") { book in
      while try !JournalIntake.run(&book) {}
      var check = try BookCheck(book, server)
      try check.run()
      return check.problems
    }.value
  }

  func checkAgreement(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let problems = try disagreements()
    #expect(problems.isEmpty, "\(problems.prefix(8).joined(separator: "\n"))", sourceLocation: sourceLocation)
  }
}
