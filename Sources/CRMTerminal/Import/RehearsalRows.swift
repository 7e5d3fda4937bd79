import CRMDomain
import CRMStore
import TerminalKit

/// The rows of one group of a dry run, read a page at a time on the worker, with what was corrected and decided since.
@MainActor final class RehearsalRows {
  typealias Row = ImportRehearsal.Row

  let rehearsal: ImportRehearsal
  let group: ImportRehearsal.Group
  var cursor: ListCursor
  private var pages: [Int: [Row]] = [:]
  private var asked: Set<Int> = []
  private var checked: [Int: Row] = [:]
  private(set) var problem: String?

  private nonisolated static let pageSize = 100

  init(_ rehearsal: ImportRehearsal, _ group: ImportRehearsal.Group) {
    self.rehearsal = rehearsal
    self.group = group
    cursor = ListCursor(count: rehearsal.count(group))
  }

  /// The row as the dry run saw it, or as it is since it was corrected; nil while it is being read.
  func row(_ index: Int) -> Row? {
    guard let page = pages[index / Self.pageSize], page.indices.contains(index % Self.pageSize) else { return nil }
    let row = page[index % Self.pageSize]
    return checked[row.number] ?? row
  }

  var selected: Row? { row(cursor.selected) }

  func load(_ session: Session) {
    for page in cursor.top / Self.pageSize...(cursor.top + cursor.height) / Self.pageSize
    where page * Self.pageSize < cursor.count && asked.insert(page).inserted { read(page, session) }
  }

  private func read(_ page: Int, _ session: Session) {
    let (rehearsal, group, worker) = (rehearsal, group, session.worker)
    worker.perform(.lists) { [weak self] in
      let result = Result { try rehearsal.rows(group, from: page * Self.pageSize, limit: Self.pageSize) }
      worker.post { self?.receive(page, result) }
    }
  }

  private func receive(_ page: Int, _ result: Result<[Row], any Error>) {
    switch result {
    case .success(let rows): pages[page] = rows
    case .failure(let error): problem = error.importSentence
    }
  }

  /// Reads a row once more with other texts in some of its columns.
  func check(_ row: Row, _ corrections: [Int: String], _ session: Session) {
    let (rehearsal, worker) = (rehearsal, session.worker)
    worker.perform(.lists) { [weak self] in
      let result = Result { try rehearsal.check(row, with: corrections) }
      worker.post { self?.receive(row, result) }
    }
  }

  private func receive(_ row: Row, _ result: Result<Row, any Error>) {
    switch result {
    case .success(let row): checked[row.number] = row
    case .failure(let error): problem = error.importSentence
    }
  }
}

extension Error {
  /// What an import says went wrong.
  var importSentence: String {
    switch self {
    case let problem as ImportProblem: problem.sentence
    case let problem as StoreProblem: problem.sentence
    default: "\(self)"
    }
  }
}

extension ImportRehearsal.Group {
  var title: String {
    switch self {
    case .new: "new"
    case .changed: "changed"
    case .identical: "identical"
    case .duplicate: "twice in the file"
    case .near: "alike"
    case .bad: "bad"
    }
  }

  func words(_ kind: EntityKind) -> String {
    switch self {
    case .new: "\(Counted.many(kind)) that are not in the book yet"
    case .changed: "\(Counted.many(kind)) that the file changes"
    case .identical: "\(Counted.many(kind)) that say the same already"
    case .duplicate: "rows that repeat a row above them"
    case .near: "rows that look like a \(Counted.one(kind)): enter to decide"
    case .bad: "rows with a mistake: enter to correct"
    }
  }

  var role: Role {
    switch self {
    case .new: .good
    case .changed: .info
    case .identical, .duplicate: .dim
    case .near: .warning
    case .bad: .bad
    }
  }
}
