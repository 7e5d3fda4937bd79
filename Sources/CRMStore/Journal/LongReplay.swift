import CRMDomain
import GRDB

/// Undo and redo, a few thousand records to a transaction: others write in between, and nothing waits for the end.
extension CRMStore {
  /// - Parameter choose: the operation to take back or to do again, or nil if there is none.
  func replay(
    _ verb: Operation.Verb, watch: (ReplayProgress) -> Bool = { _ in true },
    choose: (StoreReader) throws -> Operation?,
  ) throws(StoreProblem) -> UndoResult? {
    do {
      guard let first = try begin(verb, choose) else { return nil }
      let result = try first.left.map { try goOn(first, $0, watch) } ?? first.result
      // A program that was killed may have been about the opposite.
      return first.verb == verb ? result : try replay(verb, watch: watch, choose: choose)
    } catch { throw StoreProblem(error, path: path) }
  }

  /// Finishes what programs were about that are gone; answers what that was.
  ///
  /// - Parameter watch: as for `revert`.
  package func finishInterruptedReplays(
    watch: (ReplayProgress) -> Bool = { _ in true },
  ) throws(StoreProblem) -> [UndoResult] {
    do {
      return try pool.read({ try UnfinishedReplay.left(in: $0) }).compactMap { left in
        let first = try write { db in
          guard let left = try UnfinishedReplay.left(in: db).first(where: { $0.target == left.target }),
            let operation = try Operation.of(left.target, in: db)
          else { return nil }
          return try piece(operation, left, limit: UnfinishedReplay.piece, db)
        }
        return try first.map { first in try first.left.map { try goOn(first, $0, watch) } ?? first.result }
      }
    } catch { throw StoreProblem(error, path: path) }
  }

  /// True if a program was killed while it took the operation back or did it again.
  func isInterrupted(_ operation: Int64) throws(StoreProblem) -> Bool {
    try read { reader in try UnfinishedReplay.left(in: reader.db).contains { $0.target == operation } }
  }

  // MARK: Pieces

  private struct Piece {
    let operation: Operation
    let verb: Operation.Verb
    let result: UndoResult
    let changes: ChangeSet
    let seen: Int
    /// Nil at the end.
    let left: UnfinishedReplay?
  }

  private func begin(_ verb: Operation.Verb, _ choose: (StoreReader) throws -> Operation?) throws -> Piece? {
    try write { db in
      guard let operation = try choose(StoreReader(db: db)) else { return nil }
      if let left = try UnfinishedReplay.of(operation.id, in: db) {
        guard left.process?.isAlive != true || left.process?.isThis == true else {
          throw StoreProblem(.locked, path: path)
        }
        return try piece(operation, left, limit: UnfinishedReplay.piece, db)
      }
      let source = try Replay.source(of: operation, verb, db)
      let state = UnfinishedReplay(verb, of: operation.id, source: source)
      return try piece(operation, state, limit: UnfinishedReplay.piece, db)
    }
  }

  /// Writes the rest of it, piece after piece.
  private func goOn(
    _ first: Piece, _ state: UnfinishedReplay, _ watch: (ReplayProgress) -> Bool,
  ) throws -> UndoResult {
    let (total, kind) = try read { reader in
      (try reader.recordCount(of: state.source), try reader.kindAdded(by: state.source))
    }
    if let kind { try beginUnloading(kind, rows: total) }
    let result = Result { try self.writeAll(first, state, total, watch) }
    try finishLoading()
    return try result.get()
  }

  private func writeAll(
    _ first: Piece, _ state: UnfinishedReplay, _ total: Int, _ watch: (ReplayProgress) -> Bool,
  ) throws -> UndoResult {
    var (state, done, result) = (state, first.seen, first.result)
    while true {
      let operations = Set([state.target] + (state.operation.map { [$0] } ?? []))
      if !result.isStopped, !watch(ReplayProgress(done: done, total: total, operations: operations)),
        let back = state.turnedBack
      {
        state = back
        result.isStopped = true
      }
      let next = try write { try piece(first.operation, state, limit: UnfinishedReplay.piece, $0) }
      guard let next else { return result }
      done += next.seen
      if !result.isStopped { result.add(next.result) }
      guard let left = next.left else { return result }
      state = left
    }
  }

  private func write(_ body: (Database) throws -> Piece?) throws -> Piece? {
    let piece = try pool.write(body)
    if let piece { announce(piece.changes) }
    return piece
  }

  /// All of it in this transaction.
  func replay(_ operation: Operation, _ verb: Operation.Verb, _ db: Database) throws -> UndoResult {
    let source = try Replay.source(of: operation, verb, db)
    return try piece(operation, UnfinishedReplay(verb, of: operation.id, source: source), limit: .max, db).result
  }

  private func piece(
    _ operation: Operation, _ state: UnfinishedReplay, limit: Int, _ db: Database,
  ) throws -> Piece {
    let writer = StoreWriter(
      db: db, title: operation.title, origin: .user, verb: state.verb, now: now,
      continuing: state.operation, leaving: textLimits.rest(isLong: state.operation != nil))
    var replay = Replay(writer: writer, state)
    let isWhole = try replay.run(limit: limit)
    let result = UndoResult(title: operation.title, records: replay.state.records, kept: replay.kept)
    return Piece(
      operation: operation, verb: state.verb, result: result, changes: writer.changes, seen: replay.seen,
      left: isWhole ? nil : replay.state)
  }
}

extension UndoResult {
  /// Goes on with what a later piece did; its count is of all of them.
  fileprivate mutating func add(_ piece: UndoResult) {
    let room = UndoResult.mostKept - kept.count
    self = UndoResult(title: title, records: piece.records, kept: kept + piece.kept.prefix(room))
  }
}

extension StoreReader {
  /// The titles of what programs were taking back or doing again that are gone.
  package func interruptedReplays() throws -> [String] {
    try UnfinishedReplay.left(in: db).compactMap { try Operation.of($0.target, in: db)?.title }
  }

  /// The kind of the records that the operation added, if it added any.
  func kindAdded(by operation: Int64) throws -> EntityKind? {
    let sql = """
      SELECT kind FROM change WHERE operation = ? AND action = 'insert' AND last_record > record
      GROUP BY kind ORDER BY sum(last_record - record) DESC LIMIT 1
      """
    return try String.fetchOne(db, sql: sql, arguments: [operation]).flatMap(EntityKind.init(rawValue:))
  }
}

extension Operation {
  fileprivate static func of(_ id: Int64, in db: Database) throws -> Operation? {
    try Row.fetchOne(db, sql: "SELECT * FROM operation WHERE id = ?", arguments: [id]).map(Operation.init(row:))
  }
}
