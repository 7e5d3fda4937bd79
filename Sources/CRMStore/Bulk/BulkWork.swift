import CRMDomain
import GRDB
import GRDBSQLite

/// What whoever watches a bulk change wants next.
package enum BulkVerdict: Hashable, Sendable {
  case goOn
  /// Stop, and leave what is done.
  case keep
  /// Stop, and take back what is done.
  case takeBack
}

/// How a bulk change ended.
package struct BulkResult: Hashable, Sendable {
  package internal(set) var changed = 0
  /// Records looked at, changed or not.
  package internal(set) var done = 0
  /// nil where nothing was changed.
  package internal(set) var operation: Int64?
  package internal(set) var end = BulkVerdict.goOn
}

/// How far a bulk change is.
package struct BulkProgress: Hashable, Sendable {
  package let done: Int
  /// The operation under way, once something is written.
  package let operation: Int64?
}

/// One change of many records: read and counted beforehand, then written some thousand records at a time, so that others
/// can write in between; one operation of history all the same.
package struct BulkWork: Sendable {
  private let store: CRMStore
  private let change: BulkChange
  private let context: BulkChange.Context
  /// Records of one transaction.
  package static let piece = 2000

  package init(_ change: BulkChange, context: BulkChange.Context, store: CRMStore) {
    self.change = change
    self.context = context
    self.store = store
  }

  /// What the change would do to the records with these ids; nil if `isCancelled` says so in between.
  package func tally(_ ids: [Int64], isCancelled: (BulkTally) -> Bool = { _ in false }) throws(StoreProblem)
    -> BulkTally?
  {
    func tally<R: Record>(_ type: R.Type) throws(StoreProblem) -> BulkTally? {
      var tally = BulkTally(change)
      for piece in pieces(ids) {
        try store.read { reader in
          if change.isTrashing { return tally.addTrashed(try reader.alive(change.kind, piece).count) }
          for alike in try reader.alike(piece, of: R.self, to: change) {
            tally.add(alike.model, change.outcome(for: alike.model, in: context), count: alike.ids.count)
          }
        }
        if isCancelled(tally) { return nil }
      }
      return tally
    }
    return try tally(change.kind.recordType)
  }

  /// Carries the change out as one operation called `title`. `watch` is asked after each transaction.
  ///
  /// If a transaction fails, what the others wrote is taken back before the error is thrown.
  package func run(
    _ ids: [Int64], title: String, watch: (BulkProgress) -> BulkVerdict = { _ in .goOn },
  ) throws(StoreProblem) -> BulkResult {
    // In the order of the rows on the disk: each page is then read and written once.
    let ids = ids.count > Self.piece ? ids.sorted() : ids
    return try store.eachPiece(pieces(ids), title: title, watch: watch) { writer, piece in
      try Array(piece).pieces(of: SameValues.piece).reduce(0) { try $0 + change.apply(to: $1, writer, context) }
    }
  }

  private func pieces(_ ids: [Int64]) -> [ArraySlice<Int64>] { ids.pieces(of: Self.piece) }
}

extension CRMStore {
  /// Runs `body` over the pieces, each in a transaction of the one operation; `body` answers how many records it changed.
  func eachPiece(
    _ pieces: [ArraySlice<Int64>], title: String, watch: (BulkProgress) -> BulkVerdict,
    _ body: (StoreWriter, ArraySlice<Int64>) throws -> Int,
  ) throws(StoreProblem) -> BulkResult {
    var result = BulkResult()
    do throws(StoreProblem) {
      for piece in pieces {
        let operation = result.operation
        let (changed, written) = try transact(title, continuing: operation) { writer in
          (try body(writer, piece), writer.operationID)
        }
        result.operation = written
        result.changed += changed
        result.done += piece.count
        result.end = watch(BulkProgress(done: result.done, operation: result.operation))
        if result.end != .goOn { break }
      }
    } catch {
      if let operation = result.operation { _ = try revert(operation: operation) }
      throw error
    }
    try settle(&result, title)
    if pieces.count > 1 { try settleTextIndex() }
    return result
  }

  /// Takes back, or names as a part, what was stopped.
  private func settle(_ result: inout BulkResult, _ title: String) throws(StoreProblem) {
    guard let operation = result.operation else { return }
    switch result.end {
    case .goOn: break
    case .takeBack: _ = try revert(operation: operation)
    case .keep:
      let part = "\(title) (stopped after \(result.done))"
      try transact("", continuing: operation) { writer in
        try writer.db.execute(sql: "UPDATE operation SET title = ? WHERE id = ?", arguments: [part, operation])
      }
    }
  }

  /// Does the same to record after record, in pieces of one operation.
  package func each(
    _ ids: [Int64], title: String, watch: (BulkProgress) -> BulkVerdict = { _ in .goOn },
    _ body: (StoreWriter, Int64) throws -> Void,
  ) throws(StoreProblem) -> BulkResult {
    try eachPiece(ids.pieces(of: BulkWork.piece), title: title, watch: watch) { writer, piece in
      for id in piece { try body(writer, id) }
      return piece.count
    }
  }
}

extension BulkChange {
  /// Changes those of the records that are still there; answers how many became different.
  package func apply(to ids: some Collection<Int64>, _ writer: StoreWriter, _ context: Context) throws -> Int {
    func apply<R: Record>(_ type: R.Type) throws -> Int {
      if isTrashing { return try writer.trash(kind, try writer.reader.alive(kind, ids)) }
      var becoming: [[String: FieldValue]: [Int64]] = [:]
      var changed = 0
      for alike in try writer.reader.alike(ids, of: R.self, to: self) {
        guard case .changed(let new) = outcome(for: alike.model, in: context) else { continue }
        let values = new.differences(from: alike.model)
        if values["custom_fields"] == nil {
          becoming[values, default: []] += alike.ids
        } else {
          try writer.update(new, from: alike.model)
          changed += 1
        }
      }
      // Records that become the same in the same fields are written together.
      for (values, ids) in becoming { changed += try writer.set(values, in: kind, ids) }
      return changed
    }
    return try apply(kind.recordType)
  }
}

extension Record {
  fileprivate init(_ fields: [FieldInfo], _ values: [FieldValue]) {
    self.init()
    for (field, value) in zip(fields, values) { self[field.name] = value }
  }

  /// The fields in which it differs from `other`, with its own values.
  fileprivate func differences(from other: Self) -> [String: FieldValue] {
    var differences: [String: FieldValue] = [:]
    for field in Self.schema.fields {
      let value = field.get(self)
      if value != field.get(other) { differences[field.info.name] = value }
    }
    return differences
  }
}

/// Records that a change does not tell apart, with one that stands for all of them.
struct AlikeRecords<R: Record> {
  let model: R
  var ids: [Int64]
}

extension StoreReader {
  /// Those of the records that are there and not in the trash, put together where `change` treats them alike. Of their
  /// fields only those that decide about it are read.
  func alike<R: Record>(
    _ ids: some Collection<Int64>, of type: R.Type, to change: BulkChange,
  ) throws -> [AlikeRecords<R>] {
    guard let fields = change.deciding else {
      let records = try records(try alive(change.kind, ids), of: R.self)
      return records.map { AlikeRecords(model: $0, ids: [$0.id.rawValue]) }
    }
    let names = fields.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let sql = """
      SELECT id, \(names) FROM "\(change.kind.rawValue)" NOT INDEXED
      WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL
      """
    var alike: [AlikeRecords<R>] = []
    var places: [[FieldValue]: Int] = [:]
    try Self.each(try db.cachedStatement(sql: sql), [SameValues.list(ids)]) { row in
      let values = fields.indices.map { Self.value(row, Int32($0 + 1), fields[$0].kind) }
      let place = places[values] ?? alike.count
      if place == alike.count {
        places[values] = place
        alike.append(AlikeRecords(model: R(fields, values), ids: []))
      }
      alike[place].ids.append(sqlite3_column_int64(row, 0))
    }
    return alike
  }

  /// Those of the ids, in their order, whose records are there and not in the trash.
  func alive(_ kind: EntityKind, _ ids: some Collection<Int64>) throws -> [Int64] {
    let sql = """
      SELECT id FROM "\(kind.rawValue)" WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL
      """
    let found = Set(try Int64.fetchAll(try db.cachedStatement(sql: sql), arguments: [SameValues.list(ids)]))
    return ids.filter(found.contains)
  }
}

extension Array {
  /// Slices of at most so many elements.
  fileprivate func pieces(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
