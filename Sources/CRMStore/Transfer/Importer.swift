import CRMDomain
import GRDB

/// What to do with a file.
package struct ImportOptions: Sendable {
  package var kind: EntityKind
  /// Change the leads and contacts that have a row's e-mail address, the other kinds by number.
  package var updatesExisting = false
  /// Column of the file to field, as a v1 client gives it; nil to have it found out.
  package var mapping: [String: String]?
  /// What of the file's dialect is not to be found out.
  package var dialect = DialectChoice()
  /// Do everything, keep nothing.
  package var isDryRun = false

  package init(_ kind: EntityKind) { self.kind = kind }
}

/// How far an import is, in rows.
package struct ImportProgress: Hashable, Sendable {
  package internal(set) var done = 0
  var bytes = 0
  let totalBytes: Int?

  /// Rows in all, reckoned from the part that is read; nil for a pipe.
  package var total: Int? {
    guard let totalBytes, bytes > 0 else { return nil }
    return bytes >= totalBytes ? done : Int(Double(done) * Double(totalBytes) / Double(bytes))
  }
}

/// Reads a file into the store: one operation of history, written a megabyte of the file at a time.
///
/// Memory does not grow with the file. If the file cannot be read to its end, what was written is taken back.
package struct Importer {
  private let store: CRMStore
  private let options: ImportOptions

  package init(store: CRMStore, options: ImportOptions) {
    self.store = store
    self.options = options
  }

  package init(store: CRMStore, kind: EntityKind) { self.init(store: store, options: ImportOptions(kind)) }

  /// - Parameter path: `-` is standard input.
  /// - Parameter isCancelled: asked between transactions; true ends the import with what is written so far.
  /// - Throws: `ImportProblem`, or `StoreProblem`.
  package func run(path: String, isCancelled: (ImportProgress) -> Bool = { _ in false }) throws -> ImportOutcome {
    func run<R: Record>(_ type: R.Type) throws -> ImportOutcome {
      try ImportRun<R>(store: store, source: ImportSource(path: path), options: options).run(isCancelled)
    }
    return try run(options.kind.recordType)
  }
}

/// One import of one kind of record.
private final class ImportRun<R: Record> {
  private let store: CRMStore
  private let source: ImportSource
  private let options: ImportOptions
  private let links = LinkFinder()
  private let saver: RowSaver<R>
  private let header: [String]
  private var head: [UInt8]
  private var bytesLeft: Int?
  private var reader: DelimitedReader
  private var plan: RowPlan
  private var values: [FieldValue] = []
  private var outcome: ImportOutcome
  private var progress: ImportProgress
  private var newFields: [FieldInfo]

  init(store: CRMStore, source: ImportSource, options: ImportOptions) throws {
    self.store = store
    self.source = source
    self.options = options
    head = try source.next()
    let tail = source.tail(DialectDetector.tailLimit, after: DialectDetector.headLimit)
    let guess: DialectDetector.Guess
    do { guess = try DialectDetector.detect(head: head, tail: tail, choice: options.dialect) } catch {
      throw ImportProblem("\(source.name): \(error.sentence)")
    }
    let known = try store.read { try $0.customFields(of: options.kind) }
    let mapping = try ImportRun.mapping(options, guess, known, source)
    header = guess.header
    newFields = mapping.newFields(known)
    bytesLeft = source.size.map { $0 - guess.dialect.footerBytes }
    reader = DelimitedReader(dialect: guess.dialect)
    plan = RowPlan(mapping, dialect: guess.dialect)
    saver = RowSaver(fields: plan.fields, links: links, updatesExisting: options.updatesExisting)
    outcome = ImportOutcome(mapping: mapping, fileName: source.name)
    progress = ImportProgress(totalBytes: source.size)
  }

  private static func mapping(
    _ options: ImportOptions, _ guess: DialectDetector.Guess, _ known: [FieldInfo], _ source: ImportSource,
  ) throws -> ColumnMapping {
    let mapping = try given(options, guess, known, source) ?? suggested(options, guess, known)
    let isUnderstood = mapping.columns.contains { if case .field = $0.target { true } else { false } }
    guard isUnderstood else {
      let columns = guess.header.isEmpty ? "no column names" : guess.header.joined(separator: ", ")
      throw ImportProblem(
        "\(source.name): no column of \(options.kind.plural) was found in it (\(columns)). Name them with --map, "
          + "such as --map '{\"Name\": \"last_name\"}'.")
    }
    return mapping
  }

  private static func suggested(
    _ options: ImportOptions, _ guess: DialectDetector.Guess, _ known: [FieldInfo],
  ) -> ColumnMapping {
    .suggested(
      for: options.kind, header: guess.header, sample: guess.sample, delimiter: guess.dialect.delimiter,
      customFields: known)
  }

  /// The mapping that was asked for, or nil if none was.
  private static func given(
    _ options: ImportOptions, _ guess: DialectDetector.Guess, _ known: [FieldInfo], _ source: ImportSource,
  ) throws(ImportProblem) -> ColumnMapping? {
    guard let fields = options.mapping else { return nil }
    do {
      return try ColumnMapping.given(
        fields, for: options.kind, header: guess.header, sample: guess.sample, delimiter: guess.dialect.delimiter,
        customFields: known)
    } catch {
      throw ImportProblem("\(source.name): \(error.sentence).")
    }
  }

  func run(_ isCancelled: (ImportProgress) -> Bool) throws -> ImportOutcome {
    do {
      try options.isDryRun ? rehearse(isCancelled) : load(isCancelled)
    } catch {
      if let operation = outcome.operation { _ = try store.revert(operation: operation) }
      throw worded(error)
    }
    outcome.newUsers = links.newUsers
    outcome.newContacts = links.newContacts
    outcome.unlinked = links.unlinked
    return outcome
  }

  private func worded(_ error: any Error) -> any Error {
    switch error {
    case let problem as DelimitedProblem: ImportProblem("\(source.name): \(problem.sentence) Nothing was imported.")
    case let problem as EncodingProblem: ImportProblem("\(source.name): \(problem.sentence) Nothing was imported.")
    default: error
    }
  }

  // MARK: Transactions

  private func load(_ isCancelled: (ImportProgress) -> Bool) throws {
    let isMatched = options.updatesExisting || options.kind == .contact
    try store.beginLoading(
      options.kind, rows: (source.size ?? 0) / Self.bytesPerRow,
      keeping: isMatched ? ["\(options.kind.rawValue)_by_email"] : [])
    do { try perform(isCancelled) } catch {
      try store.finishLoading()
      throw error
    }
    try store.finishLoading()
  }

  /// A row has so many bytes, more or less.
  private static var bytesPerRow: Int { 200 }

  private func perform(_ isCancelled: (ImportProgress) -> Bool) throws {
    while true {
      let piece = try nextPiece()
      try transact { writer in try self.read(piece, writer) }
      guard !piece.isEmpty else { return }
      if isCancelled(progress) {
        outcome.isCancelled = true
        return
      }
    }
  }

  /// Runs `body` in a transaction of the import's operation. An error that is not the store's comes out as it is.
  private func transact(_ body: (StoreWriter) throws -> Void) throws {
    var failure: (any Error)?
    do {
      try store.transact(title, origin: origin, continuing: outcome.operation) { writer in
        do {
          try body(writer)
          try writer.finish()
          try writer.rename(title)
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

  private struct Rehearsed: Error {}

  /// Everything in one transaction that is not kept.
  private func rehearse(_ isCancelled: (ImportProgress) -> Bool) throws {
    do {
      try transact { writer in
        while true {
          let piece = try self.nextPiece()
          try self.read(piece, writer)
          guard !piece.isEmpty, !isCancelled(self.progress) else { throw Rehearsed() }
        }
      }
    } catch is Rehearsed {}
  }

  private var origin: Origin { .importing(file: source.name) }

  private var title: String {
    let count = outcome.report.created + outcome.report.updated
    return "Import \(source.name): \(count) \(count == 1 ? options.kind.rawValue : options.kind.plural)"
  }

  // MARK: Rows

  /// The next piece without the footer; empty at the end.
  private func nextPiece() throws -> [UInt8] {
    var piece = head
    head = []
    if piece.isEmpty { piece = try source.next() }
    if let left = bytesLeft {
      if piece.count > left { piece.removeLast(piece.count - max(0, left)) }
      bytesLeft = left - piece.count
    }
    return piece
  }

  private func read(_ piece: [UInt8], _ writer: StoreWriter) throws {
    for field in newFields { try writer.defineCustomField(field, of: options.kind) }
    newFields = []
    if piece.isEmpty {
      try reader.finish { row in try self.take(row, writer) }
      for (name, kind) in saver.undefined.sorted(by: { $0.key < $1.key }) {
        try writer.defineCustomField(FieldInfo(name, kind: kind, isCustom: true), of: options.kind)
      }
    } else {
      try reader.read(piece) { row in try self.take(row, writer) }
    }
    progress.bytes += piece.count
  }

  private func take(_ row: borrowing DelimitedRow, _ writer: StoreWriter) throws {
    guard !row.isHeader else { return }
    progress.done += 1
    var problems = plan.read(row, into: &values)
    if problems.isEmpty {
      switch try saver.save(&values, writer) {
      case .created: outcome.report.created += 1
      case .updated: outcome.report.updated += 1
      case .identical: outcome.report.identical += 1
      case .rejected(let reason):
        problems = [RowProblem(row: row.number, message: reason)]
      }
    }
    if !problems.isEmpty {
      outcome.report.reject(row: row.number, problems, header: header, cells: row.strings)
    }
  }
}

extension ColumnMapping {
  /// The custom fields it fills that are not known yet.
  fileprivate func newFields(_ known: [FieldInfo]) -> [FieldInfo] {
    columns.compactMap { column in
      guard case .custom(let info) = column.target, !known.contains(where: { $0.name == info.name }) else { return nil }
      return info
    }
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
