import CRMDomain
import GRDB

/// One file and one plan, ready to be rehearsed and carried out, on any thread.
package struct ImportJob: Sendable {
  package let store: CRMStore
  package let text: ImportText
  /// With everything in it that was found out from the whole file.
  package let plan: ImportPlan
  package let mapping: CRMDomain.ColumnMapping
  /// Bytes of the file that go into one transaction.
  package var pieceSize = ImportSource.pieceSize
  /// The run that goes on, or nil for a new one.
  let run: ImportRun?
  private let known: [FieldInfo]

  /// - Parameter path: `-` is standard input.
  /// - Throws: `ImportProblem` if the file or the plan cannot be used, or `StoreProblem`.
  package init(store: CRMStore, path: String, plan: ImportPlan) throws {
    try self.init(store: store, text: ImportText(path: path, choice: plan.dialect), plan: plan)
  }

  package init(store: CRMStore, text: ImportText, plan: ImportPlan) throws {
    try self.init(store, text, plan, nil)
  }

  /// The job that goes on where `run` stopped.
  ///
  /// - Throws: `ImportProblem` if it cannot, or the file is not the same any more.
  package init(store: CRMStore, resuming id: Int64) throws {
    guard let run = try store.read({ try $0.importRun(id) }) else { throw ImportProblem("There is no import \(id).") }
    guard run.canResume else { throw ImportJob.problem(run) }
    let text = try ImportText(path: run.path, choice: run.plan.dialect)
    guard text.identity == run.identity else {
      throw ImportProblem(
        "\(run.path) was changed since import \(id) began, so it cannot go on. "
          + "`crm imports revert \(id)` takes back what is in; then import the file anew.")
    }
    try self.init(store, text, run.plan, run)
  }

  private init(_ store: CRMStore, _ text: ImportText, _ plan: ImportPlan, _ run: ImportRun?) throws {
    (self.store, self.text, self.run) = (store, text, run)
    let kind = plan.kind
    known = try store.read { try $0.customFields(of: kind) }
    var plan = plan
    if plan.columns.isEmpty {
      plan.columns =
        ImportPlan.suggested(
          for: plan.kind, header: text.guess.header, sample: text.guess.sample, delimiter: text.dialect.delimiter,
          customFields: known
        ).columns
    }
    var mapping = try ImportJob.mapping(plan, text, known)
    if try plan.decideDates(text, mapping) { mapping = try ImportJob.mapping(plan, text, known) }
    (self.plan, self.mapping) = (plan, mapping)
  }

  private static func mapping(
    _ plan: ImportPlan, _ text: ImportText, _ known: [FieldInfo],
  ) throws -> ColumnMapping {
    let guess = text.guess
    let mapping: ColumnMapping
    do {
      mapping = try plan.mapping(
        header: guess.header, sample: guess.sample, delimiter: guess.dialect.delimiter, customFields: known)
    } catch {
      throw ImportProblem("\(text.name): \(error.sentence).")
    }
    let isUnderstood = mapping.columns.contains { if case .field = $0.target { true } else { false } }
    guard isUnderstood else {
      let columns = guess.header.isEmpty ? "no column names" : guess.header.joined(separator: ", ")
      throw ImportProblem(
        "\(text.name): no column of \(plan.kind.plural) was found in it (\(columns)). Name them with --map, "
          + "such as --map '{\"Name\": \"last_name\"}'.")
    }
    return mapping
  }

  private static func problem(_ run: ImportRun) -> ImportProblem {
    let name = "Import \(run.id) of \(run.name)"
    return switch run.state {
    case .done: ImportProblem("\(name) came to its end; there is nothing left to do.")
    case .running: ImportProblem("\(name) is still running.")
    case .reverted, .cancelled, .failed: ImportProblem("\(name) was taken back. Import the file anew.")
    case .paused, .interrupted:
      ImportProblem("\(name) came through a pipe, which is gone. Take it back, and begin anew.")
    }
  }

  /// The custom fields it fills that are not known yet.
  var newFields: [FieldInfo] {
    mapping.columns.compactMap { column in
      guard case .custom(let info) = column.target, !known.contains(where: { $0.name == info.name }) else { return nil }
      return info
    }
  }

  /// True if so many rows are to be expected that a look at the whole book pays.
  var expectsManyRows: Bool { text.size > 2_000_000 }

  func judge(_ fields: [FieldInfo], firstNewID: Int64, ofAFew: Bool = false) -> RowJudge {
    RowJudge(plan, fields: fields, firstNewID: firstNewID, expectsManyRows: expectsManyRows && !ofAFew)
  }
}

extension ImportPlan {
  /// Looks through the whole file where no date of the sample says in which order its numbers are; true if it helped.
  fileprivate mutating func decideDates(_ text: ImportText, _ mapping: CRMDomain.ColumnMapping) throws -> Bool {
    var scan = DateOrderScan(mapping)
    guard !scan.isDone else { return false }
    var feed = RowFeed(text)
    while !scan.isDone, try feed.next({ scan.add($0) }) {}
    for index in columns.indices {
      if let order = scan.orders[columns[index].index] { columns[index].options.dateOrder = order }
    }
    return !scan.orders.isEmpty
  }
}

/// Reads rows as a plan says, with what a person corrected in place of what the file has.
struct RowReading {
  var plan: RowPlan
  private let corrections: [Int: [Int: String]]

  init(_ job: ImportJob) {
    plan = RowPlan(job.mapping, dialect: job.text.dialect)
    corrections = job.plan.corrections
  }

  mutating func read(_ row: borrowing DelimitedRow, into values: inout [FieldValue]) -> [RowProblem] {
    guard !corrections.isEmpty, let changed = corrections[row.number] else { return plan.read(row, into: &values) }
    return plan.read(cells: RowReading.corrected(row.strings, changed), row: row.number, into: &values)
  }

  /// The same for a row that is added to `rows`.
  mutating func read(_ row: borrowing DelimitedRow, into rows: inout PackedRows) -> [RowProblem] {
    guard !corrections.isEmpty, let changed = corrections[row.number] else { return plan.read(row, into: &rows) }
    return plan.read(cells: RowReading.corrected(row.strings, changed), row: row.number, into: &rows)
  }

  /// The cells as they are read.
  func cells(_ row: borrowing DelimitedRow) -> [String] {
    let strings = row.strings
    return corrections[row.number].map { RowReading.corrected(strings, $0) } ?? strings
  }

  static func corrected(_ cells: [String], _ changed: [Int: String]) -> [String] {
    var cells = cells
    for (column, text) in changed.sorted(by: { $0.key < $1.key }) {
      while cells.count <= column { cells.append("") }
      cells[column] = text
    }
    return cells
  }
}

extension DelimitedReader.Place {
  init(_ row: borrowing DelimitedRow) {
    self.init()
    (offset, self.row, line) = (row.offset, row.number, row.line)
  }
}
