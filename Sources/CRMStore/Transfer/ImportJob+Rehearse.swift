import CRMDomain
import GRDB

extension ImportJob {
  /// Says what `apply` would do, and writes nothing. Nil if `isCancelled` answered true.
  ///
  /// - Throws: `ImportProblem` if the file cannot be read to its end, or `StoreProblem`.
  package func rehearse(_ isCancelled: (ImportProgress) -> Bool = { _ in false }) throws -> ImportRehearsal? {
    try rehearse(rejects: nil, isCancelled)
  }

  func rehearse(rejects: RejectsFile?, _ isCancelled: (ImportProgress) -> Bool) throws -> ImportRehearsal? {
    func rehearse<R: Record>(_ type: R.Type) throws -> ImportRehearsal? {
      try inSnapshot { reader in
        var pass = RehearsalPass<R>(self, firstNewID: try reader.nextID(plan.kind), rejects)
        return try pass.run(reader, isCancelled)
      }
    }
    return try rehearse(plan.kind.recordType)
  }

  /// Reads from one snapshot of the book. An error that is not the store's comes out as it is.
  func inSnapshot<Value>(_ body: (StoreReader) throws -> Value) throws -> Value {
    var failure: (any Error)?
    do {
      return try store.read { reader in
        do { return try body(reader) } catch {
          failure = error
          throw error
        }
      }
    } catch {
      throw failure is DatabaseError ? error : failure ?? error
    }
  }
}

extension StoreReader {
  /// The number that the next record of `kind` will have at least.
  func nextID(_ kind: EntityKind) throws -> Int64 {
    (try Int64.fetchOne(db, sql: "SELECT max(id) FROM \"\(kind.rawValue)\"") ?? 0) + 1
  }
}

/// One reading of the whole file, counting what each row would do.
private struct RehearsalPass<R: Record> {
  private let job: ImportJob
  private let links: LinkFinder
  private let saver: RowSaver<R>
  private let rejects: RejectsFile?
  private var reading: RowReading
  private var judge: RowJudge
  private var values: [FieldValue] = []
  private var groups = RehearsedGroups()
  private var report = ImportReport()
  private var progress: ImportProgress

  init(_ job: ImportJob, firstNewID: Int64, _ rejects: RejectsFile?) {
    self.job = job
    self.rejects = rejects
    reading = RowReading(job)
    links = LinkFinder(makesContacts: job.plan.makesContacts)
    saver = RowSaver(reading.plan, links: links)
    judge = job.judge(reading.plan.fields, firstNewID: firstNewID)
    progress = ImportProgress(totalBytes: job.text.size)
  }

  mutating func run(_ reader: StoreReader, _ isCancelled: (ImportProgress) -> Bool) throws -> ImportRehearsal? {
    try judge.prepare(reader)
    if judge.looksAhead {
      var feed = RowFeed(job.text)
      while try feed.next({ lookAhead($0) }) { if isCancelled(progress) { return nil } }
    }
    var feed = RowFeed(job.text)
    while try feed.next({ try take($0, reader) }) {
      try job.text.check()
      try rejects?.flush()
      progress.bytes = feed.place.offset
      if isCancelled(progress) { return nil }
    }
    var rehearsal = ImportRehearsal(job: job, report: report, groups: groups)
    (rehearsal.newUsers, rehearsal.newContacts, rehearsal.unlinked) = (
      links.newUsers, links.newContacts, links.unlinked
    )
    return rehearsal
  }

  private mutating func lookAhead(_ row: borrowing DelimitedRow) {
    guard !row.isHeader, reading.read(row, into: &values).isEmpty else { return }
    judge.lookAhead(values, row: row.number)
  }

  private mutating func take(_ row: borrowing DelimitedRow, _ reader: StoreReader) throws {
    guard !row.isHeader else { return }
    progress.done += 1
    let place = DelimitedReader.Place(row)
    let problems = reading.read(row, into: &values)
    guard problems.isEmpty else { return reject(row, place, problems) }
    switch try judge.judge(values, row: row.number, reader) {
    case .create:
      report.created += 1
      judge.accept(row: row.number, record: 0, isNew: true)
      try saver.rehearseLinks(&values, reader)
      groups.add(.new, at: place, detail(.new, row, place))
    case .update(let id): try change(id, row, place, reader)
    case .merge(let other, _):
      report.duplicates += 1
      report.merged += 1
      try saver.rehearseLinks(&values, reader)
      groups.add(.duplicate, at: place, detail(.duplicate, row, place) { $0.otherRow = other })
    case .duplicate(let other):
      report.duplicates += 1
      groups.add(.duplicate, at: place, detail(.duplicate, row, place) { $0.otherRow = other })
    case .skip:
      report.duplicates += 1
      groups.add(.duplicate, at: place, detail(.duplicate, row, place))
    case .near(let id):
      report.near += 1
      let name = groups.wantsDetails(.near) ? try reader.name(job.plan.kind, id) : nil
      rejects?.add(row.strings, row: row.number, error: Lookalikes.sentence(job.plan.kind, id))
      groups.add(.near, at: place, detail(.near, row, place) { ($0.record, $0.recordName) = (id, name) })
    case .rejected(let reason): reject(row, place, [RowProblem(row: row.number, message: reason)])
    }
  }

  private mutating func change(
    _ id: Int64, _ row: borrowing DelimitedRow, _ place: DelimitedReader.Place, _ reader: StoreReader,
  ) throws {
    guard let changes = try saver.differences(id, &values, cleared: reading.plan.cleared, reader) else {
      return reject(
        row, place, [RowProblem(row: row.number, message: "\(job.plan.kind.rawValue) \(id) is not there any more")])
    }
    judge.accept(row: row.number, record: id, isNew: false)
    if changes.isEmpty { report.identical += 1 } else { report.updated += 1 }
    let group: ImportRehearsal.Group = changes.isEmpty ? .identical : .changed
    let name = groups.wantsDetails(group) ? try reader.name(job.plan.kind, id) : nil
    groups.add(
      group, at: place,
      detail(group, row, place) { ($0.record, $0.recordName, $0.changes) = (id, name, changes) })
  }

  private mutating func reject(
    _ row: borrowing DelimitedRow, _ place: DelimitedReader.Place, _ problems: [RowProblem],
  ) {
    let cells = row.strings
    report.reject(row: row.number, problems, header: job.text.guess.header, cells: cells)
    rejects?.add(cells, row: row.number, error: RowProblem.sentence(of: problems))
    groups.add(.bad, at: place, detail(.bad, row, place) { $0.problems = problems })
  }

  /// The row with everything about it, or nil where there are enough of its group.
  private func detail(
    _ group: ImportRehearsal.Group, _ row: borrowing DelimitedRow, _ place: DelimitedReader.Place,
    _ fill: (inout ImportRehearsal.Row) -> Void = { _ in },
  ) -> ImportRehearsal.Row? {
    guard groups.wantsDetails(group) else { return nil }
    var detail = ImportRehearsal.Row(number: row.number, group: group, cells: reading.cells(row), place: place)
    fill(&detail)
    return detail
  }
}

extension Lookalikes {
  static func sentence(_ kind: EntityKind, _ id: Int64) -> String {
    "This looks like \(kind.rawValue) \(id). Say what it is in the import's dry run, or import it with --near create."
  }
}

/// Reads a few rows of a rehearsal again.
struct RehearsalPage<R: Record> {
  private let job: ImportJob
  private let saver: RowSaver<R>
  private var reading: RowReading
  private var values: [FieldValue] = []

  init(_ job: ImportJob) {
    self.job = job
    reading = RowReading(job)
    saver = RowSaver(reading.plan, links: LinkFinder(makesContacts: job.plan.makesContacts))
  }

  private struct Enough: Error {}

  func rows(
    _ group: ImportRehearsal.Group, from place: DelimitedReader.Place, skipping skipped: Int, limit: Int,
    _ groups: RehearsedGroups,
  ) throws -> [ImportRehearsal.Row] {
    var (page, left, found) = (self, skipped, [ImportRehearsal.Row]())
    try job.text.check()
    return try job.inSnapshot { reader in
      var judge = job.judge(reading.plan.fields, firstNewID: try reader.nextID(job.plan.kind), ofAFew: true)
      var feed = RowFeed(job.text, at: place)
      do {
        while try feed.next({ row in
          guard groups.group(ofRow: row.number) == group else { return }
          guard left == 0 else {
            left -= 1
            return
          }
          guard found.count < limit else { throw Enough() }
          let (cells, place) = (page.reading.cells(row), DelimitedReader.Place(row))
          found.append(try page.row(cells, place, group, &judge, reader))
        }) {}
      } catch is Enough {}
      return found
    }
  }

  /// A row with other cells, judged by itself.
  func check(_ row: ImportRehearsal.Row, _ cells: [String]) throws -> ImportRehearsal.Row {
    var page = self
    return try job.inSnapshot { reader in
      var judge = job.judge(reading.plan.fields, firstNewID: try reader.nextID(job.plan.kind), ofAFew: true)
      return try page.row(cells, row.place, nil, &judge, reader)
    }
  }

  /// - Parameter group: what is known of it already; nil to find it out.
  private mutating func row(
    _ cells: [String], _ place: DelimitedReader.Place, _ group: ImportRehearsal.Group?, _ judge: inout RowJudge,
    _ reader: StoreReader,
  ) throws -> ImportRehearsal.Row {
    let number = place.row
    func made(_ found: ImportRehearsal.Group, _ fill: (inout ImportRehearsal.Row) -> Void = { _ in })
      -> ImportRehearsal.Row
    {
      var row = ImportRehearsal.Row(number: number, group: group ?? found, cells: cells, place: place)
      fill(&row)
      return row
    }
    let problems = reading.plan.read(cells: cells, row: number, into: &values)
    guard problems.isEmpty else { return made(.bad) { $0.problems = problems } }
    switch try judge.judge(values, row: number, reader) {
    case .create: return made(.new)
    case .merge, .duplicate, .skip: return made(.duplicate)
    case .near(let id):
      let name = try reader.name(job.plan.kind, id)
      return made(.near) { ($0.record, $0.recordName) = (id, name) }
    case .rejected(let reason): return made(.bad) { $0.problems = [RowProblem(row: number, message: reason)] }
    case .update(let id):
      let changes = try saver.differences(id, &values, cleared: reading.plan.cleared, reader) ?? []
      let name = try reader.name(job.plan.kind, id)
      return made(changes.isEmpty ? .identical : .changed) {
        ($0.record, $0.recordName, $0.changes) = (id, name, changes)
      }
    }
  }
}
