import CRMDomain
import GRDB

/// Carries out one import of one kind of record.
final class RowApplier<R: Record> {
  private let job: ImportJob
  private let store: CRMStore
  private let links: LinkFinder
  private let saver: RowSaver<R>
  private let rejects: RejectsFile?
  private var reading: RowReading
  private var judge: RowJudge
  private let firstNewID: Int64
  /// Where the next row to be written begins.
  private var place = DelimitedReader.Place()
  private var isAtEnd = false
  private var isLoading = false
  private var values: [FieldValue] = []
  private var outcome: ImportOutcome
  private var progress: ImportProgress
  private var newFields: [FieldInfo]

  init(_ job: ImportJob, rejects: RejectsFile?) throws {
    self.job = job
    self.rejects = rejects
    store = job.store
    firstNewID = try job.run?.firstNewID ?? store.read { try $0.nextID(job.plan.kind) }
    reading = RowReading(job)
    links = LinkFinder(makesContacts: job.plan.makesContacts)
    saver = RowSaver(reading.plan, links: links)
    judge = job.judge(reading.plan.fields, firstNewID: firstNewID)
    outcome = ImportOutcome(mapping: job.mapping, fileName: job.text.name)
    progress = ImportProgress(totalBytes: job.text.size)
    newFields = job.newFields
  }

  func run(_ watch: (ImportProgress) -> ImportSignal) throws -> ImportOutcome {
    if judge.looksAhead {
      var ahead = RowFeed(job.text)
      while try ahead.next({ self.lookAhead($0) }) {}
    }
    try job.inSnapshot { try judge.prepare($0) }
    if let run = job.run { try catchUp(run) } else { try begin() }
    let ahead = RowsAhead(job, from: place, judge, saver.layout)
    let mayFinish = Result { try self.write(ahead, watch) }
    ahead.stop()
    judge.forget()
    try store.finishLoading()
    guard try mayFinish.get() else { return finished() }
    if job.plan.policy == .allOrNothing, outcome.report.errors > 0 {
      // The book changed between the rehearsal and now.
      try takeBack(.failed, "a row could not be imported")
      outcome.isRefused = true
    }
    return finished()
  }

  /// True if rows are compared with the book by its indexes: with people that they look like, and after a kill with what
  /// the rows before have made. Keys of many rows ask tables of their own.
  private var asksIndexes: Bool {
    let matching = job.plan.matching
    return matching.duplicates == .merge && job.run != nil || matching.near != .create && firstNewID > 1
  }

  /// A row has so many bytes, more or less.
  private static var bytesPerRow: Int { 200 }

  /// Writes piece after piece; false if it was told to stop.
  private func write(_ ahead: RowsAhead, _ watch: (ImportProgress) -> ImportSignal) throws -> Bool {
    do {
      while !isAtEnd {
        var piece = try ahead.next()
        try transact { try self.write(&piece, $0) }
        guard !isAtEnd else { break }
        try loadInBulk()
        switch watch(progress) {
        case .goOn: break
        case .pause:
          try end(.paused)
          outcome.isPaused = true
          return false
        case .cancel:
          try takeBack(.cancelled, nil)
          outcome.isCancelled = true
          return false
        }
      }
    } catch let problem as StoreProblem {
      throw stopped(problem)
    } catch {
      try takeBack(.failed, "\(error)")
      throw error
    }
    return true
  }

  /// Leaves indexes out once it shows that many rows will be new: where most are there already, that costs more than it saves.
  private func loadInBulk() throws {
    guard !isLoading, !asksIndexes, progress.done > 0 else { return }
    let rows = (job.text.size - place.offset) / Self.bytesPerRow * outcome.report.created / progress.done
    isLoading = rows >= BulkLoad.fewestRows
    try store.beginLoading(job.plan.kind, rows: rows, filling: Set(saver.layout.filled.map(\.field.name)))
  }

  private func finished() -> ImportOutcome {
    outcome.newUsers = links.newUsers
    outcome.newContacts = links.newContacts
    outcome.unlinked = links.unlinked
    outcome.rejectsPath = rejects?.writtenPath
    return outcome
  }

  // MARK: Beginning and end

  private func begin() throws {
    let (kind, path, name, plan) = (job.plan.kind, job.text.path, job.text.name, job.plan.json.text)
    outcome.run = try store.transact("Begin an import") { writer in
      try writer.db.execute(
        sql: """
          INSERT INTO import_run(at, kind, path, name, identity, plan, place, counts, first_new, rejects, rejects_size,
            state, process)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'running', ?)
          """,
        arguments: [
          writer.now.microseconds, kind.rawValue, path, name, job.text.identity?.json.text, plan,
          DelimitedReader.Place().json.text, [String: Int]().json.text, firstNewID, rejects?.path,
          RunningProcess.this.text,
        ])
      return writer.db.lastInsertedRowID
    }
  }

  /// Reads the rows that are in the book already, without writing, so that later ones are judged as they would have been.
  private func catchUp(_ run: ImportRun) throws {
    (outcome.run, outcome.operation, outcome.report) = (run.id, run.operation, run.report)
    links.resume(newContacts: run.newContacts, unlinked: run.unlinked)
    progress.done = run.report.rows
    if run.place.offset > 0 {
      if !job.plan.matching.keys.isEmpty {
        try job.inSnapshot { reader in
          var before = RowFeed(job.text)
          while before.place.offset < run.place.offset,
            try before.next(
              upTo: min(ImportSource.pieceSize, run.place.offset - before.place.offset),
              { row in
                if row.offset < run.place.offset { try self.retrace(row, reader) }
              })
          {}
        }
      }
      place = run.place
      newFields = []
    }
    try store.transact("Resume an import") { writer in
      try writer.db.execute(
        sql: "UPDATE import_run SET state = 'running', process = ?, ended_at = NULL WHERE id = ?",
        arguments: [RunningProcess.this.text, run.id])
    }
  }

  private func retrace(_ row: borrowing DelimitedRow, _ reader: StoreReader) throws {
    guard !row.isHeader, reading.read(row, into: &values).isEmpty else { return }
    switch try judge.judge(values, row: row.number, reader) {
    case .create: judge.accept(row: row.number, record: 0, isNew: true)
    case .update(let id): judge.accept(row: row.number, record: id, isNew: false)
    case .merge, .duplicate, .near, .skip, .rejected: break
    }
  }

  private func end(_ state: ImportRun.State, _ problem: String? = nil) throws {
    guard let run = outcome.run else { return }
    try store.transact("Note an import") { try $0.endImport(run, state, problem: problem) }
  }

  private func takeBack(_ state: ImportRun.State, _ problem: String?) throws {
    if let operation = outcome.operation { _ = try store.revert(operation: operation) }
    outcome.operation = nil
    rejects?.remove()
    try end(state, problem)
  }

  /// What the book or its disk refused leaves the import where it was, to go on when there is room again.
  private func stopped(_ problem: StoreProblem) -> any Error {
    guard let run = outcome.run, outcome.operation != nil else { return problem }
    do { try end(.paused, problem.sentence) } catch {
      // The run is known to have stopped as soon as this program is gone.
    }
    let goOn = job.text.path == "-" ? "" : "`crm imports resume \(run)` goes on, "
    return ImportProblem(
      "\(problem.sentence) \(outcome.report.rows.grouped) rows of \(job.text.name) are in: \(goOn)`crm imports revert \(run)` "
        + "takes them back.")
  }

  // MARK: Transactions

  /// Runs `body` in a transaction of the import's operation. An error that is not the store's comes out as it is.
  private func transact(_ body: (StoreWriter) throws -> Void) throws {
    var failure: (any Error)?
    do {
      try store.transact(title, origin: .importing(file: job.text.name), continuing: outcome.operation) { writer in
        do {
          try body(writer)
          try writer.finish()
          try writer.rename(title)
          try note(writer)
        } catch {
          failure = error
          throw error
        }
        outcome.operation = writer.operationID
      }
    } catch {
      throw failure is DatabaseError ? error : failure ?? error
    }
  }

  private var title: String {
    let count = outcome.report.created + outcome.report.updated
    let kind = job.plan.kind
    return "Import \(job.text.name): \(count.counted(kind.rawValue, kind.plural))"
  }

  /// How far it came, in the transaction of the rows themselves.
  private func note(_ writer: StoreWriter) throws {
    var counts = outcome.report.counts
    (counts["new_contacts"], counts["unlinked"]) = (links.newContacts, links.unlinked)
    let statement = try writer.db.cachedStatement(
      sql: """
        UPDATE import_run SET place = ?, counts = ?, operation = ?, rejects_size = ?, state = ?, ended_at = ?
        WHERE id = ?
        """)
    try statement.execute(
      arguments: [
        place.json.text, counts.json.text, writer.operationID, rejects?.size ?? 0,
        (isAtEnd ? ImportRun.State.done : .running).rawValue,
        isAtEnd ? writer.now.microseconds : nil, outcome.run,
      ])
  }

  // MARK: Rows

  private func write(_ piece: inout ReadPiece, _ writer: StoreWriter) throws {
    for field in newFields { try writer.defineCustomField(field, of: job.plan.kind) }
    newFields = []
    saver.begin()
    for index in piece.rows.indices { try take(index, of: &piece, writer) }
    try saver.write(piece.values, writer)
    (place, isAtEnd) = (piece.place, piece.isLast)
    if isAtEnd {
      for (name, kind) in saver.undefined.sorted(by: { $0.key < $1.key }) {
        try writer.defineCustomField(FieldInfo(name, kind: kind, isCustom: true), of: job.plan.kind)
      }
    }
    try job.text.check()
    try rejects?.flush()
    progress.bytes = isAtEnd ? job.text.size : place.offset
    progress.errors = outcome.report.errors
  }

  private func lookAhead(_ row: borrowing DelimitedRow) {
    guard !row.isHeader, reading.read(row, into: &values).isEmpty else { return }
    judge.lookAhead(values, row: row.number)
  }

  private func take(_ index: Int, of piece: inout ReadPiece, _ writer: StoreWriter) throws {
    progress.done += 1
    let (number, problems) = (piece.rows[index].place.row, piece.rows[index].problems)
    guard problems.isEmpty else { return try reject(index, of: piece.rows, problems) }
    switch try judge.judge(PackedRow(rows: piece.values, row: index), row: number, writer.reader) {
    case .create:
      let id = try saver.add(index, of: &piece.values, writer)
      outcome.report.created += 1
      judge.accept(row: number, record: id, isNew: true)
    case .update(let id): try update(id, index, of: &piece, writer)
    case .merge(let other, let id): try merge(other, id, index, of: &piece, writer)
    case .duplicate, .skip: outcome.report.duplicates += 1
    case .near(let id):
      outcome.report.near += 1
      rejects?.add(
        try piece.rows.cells(index, of: job.text), row: number, error: Lookalikes.sentence(job.plan.kind, id))
    case .rejected(let reason): try reject(index, of: piece.rows, [RowProblem(row: number, message: reason)])
    }
  }

  private func update(_ id: Int64, _ index: Int, of piece: inout ReadPiece, _ writer: StoreWriter) throws {
    let number = piece.rows[index].place.row
    do {
      let isChanged = try change(id, index, of: &piece, writer)
      if isChanged { outcome.report.updated += 1 } else { outcome.report.identical += 1 }
      judge.accept(row: number, record: id, isNew: false)
    } catch let problem as StoreProblem where problem.cause == .recordGone {
      let message = "\(job.plan.kind.rawValue) \(id) is not there any more"
      try reject(index, of: piece.rows, [RowProblem(row: number, message: message)])
    }
  }

  private func merge(
    _ other: Int, _ id: Int64, _ index: Int, of piece: inout ReadPiece, _ writer: StoreWriter,
  ) throws {
    outcome.report.duplicates += 1
    outcome.report.merged += 1
    // The record may be one of those that wait.
    try saver.write(piece.values, writer)
    guard let id = id > 0 ? id : try judge.ownRecord(writer.reader) else { return }
    _ = try change(id, index, of: &piece, writer)
  }

  private func change(_ id: Int64, _ index: Int, of piece: inout ReadPiece, _ writer: StoreWriter) throws -> Bool {
    let rows = piece.rows
    return try saver.update(id, index, of: &piece.values, writer) { try self.values(index, of: rows) }
  }

  /// Reads the row once more: as values, for a record that it changes.
  private func values(_ index: Int, of rows: ReadRows) throws -> (values: [FieldValue], cleared: [Int]) {
    try rows.withRow(index, of: job.text) { _ = reading.read($0, into: &values) }
    return (values, reading.plan.cleared)
  }

  private func reject(_ index: Int, of rows: ReadRows, _ problems: [RowProblem]) throws {
    let (number, cells) = (rows[index].place.row, try rows.cells(index, of: job.text))
    outcome.report.reject(row: number, problems, header: job.text.guess.header, cells: cells)
    rejects?.add(cells, row: number, error: RowProblem.sentence(of: problems))
  }
}

extension StoreWriter {
  /// The operation's row, if there is one yet.
  var operationID: Int64? { changes.operation }

  /// Gives the operation another title, now that more is known.
  fileprivate func rename(_ title: String) throws {
    guard let operation = operationID else { return }
    try db.cachedStatement(sql: "UPDATE operation SET title = ? WHERE id = ?").execute(arguments: [title, operation])
  }
}
