import CRMDomain
import GRDB

/// How far an import is, in rows.
package struct ImportProgress: Hashable, Sendable {
  package internal(set) var done = 0
  /// Rows that were left out so far.
  package internal(set) var errors = 0
  var bytes = 0
  let totalBytes: Int?

  /// Rows in all, reckoned from the part that is read; nil for a pipe.
  package var total: Int? {
    guard let totalBytes, bytes > 0 else { return nil }
    return bytes >= totalBytes ? done : Int(Double(done) * Double(totalBytes) / Double(bytes))
  }
}

/// What whoever watches an import wants of it.
package enum ImportSignal: Sendable {
  case goOn
  /// Stop here; it can go on later.
  case pause
  /// Take back what is written.
  case cancel
}

/// Where the rows that are left out go.
package enum RejectsChoice: Hashable, Sendable {
  /// Beside the file; nowhere for a pipe, and where the folder cannot be written.
  case usual
  case file(String)
  case nowhere
}

/// An import as a command asks for it: from the options to the outcome in one go.
package struct Importer {
  private let store: CRMStore
  private let options: ImportOptions

  package init(store: CRMStore, options: ImportOptions) {
    self.store = store
    self.options = options
  }

  package init(store: CRMStore, kind: EntityKind) { self.init(store: store, options: ImportOptions(kind)) }

  /// - Parameter path: `-` is standard input.
  /// - Parameter isCancelled: asked between transactions; true takes back what was written.
  /// - Throws: `ImportProblem`, or `StoreProblem`.
  package func run(
    path: String, rejects: RejectsChoice = .nowhere, isCancelled: (ImportProgress) -> Bool = { _ in false },
  ) throws -> ImportOutcome {
    let job = try job(path)
    guard options.isDryRun else { return try job.apply(rejects: rejects) { isCancelled($0) ? .cancel : .goOn } }
    guard let rehearsal = try job.rehearse(isCancelled) else {
      var outcome = ImportOutcome(mapping: job.mapping, fileName: job.text.name)
      outcome.isCancelled = true
      return outcome
    }
    return ImportOutcome(rehearsal)
  }

  package func job(_ path: String) throws -> ImportJob {
    let (plan, text, saved) = try options.plan(for: path, in: store)
    let job = try ImportJob(store: store, text: text, plan: plan)
    if let saved, !options.isDryRun {
      try store.transact("Use a mapping") { writer in
        if let mapping = try writer.reader.savedMapping(named: saved) { try writer.noteUse(of: mapping.id) }
      }
    }
    return job
  }
}

extension ImportJob {
  /// Writes the rows into the book: one operation of history, a megabyte of the file in each transaction. How far it came
  /// is written with them, so that it goes on after a kill with nothing lost and nothing twice.
  ///
  /// Memory does not grow with the file. If the file cannot be read to its end, what was written is taken back.
  ///
  /// - Parameter watch: asked between transactions.
  /// - Throws: `ImportProblem`, or `StoreProblem`.
  package func apply(
    rejects: RejectsChoice = .usual, _ watch: (ImportProgress) -> ImportSignal = { _ in .goOn },
  ) throws -> ImportOutcome {
    let file = try rejectsFile(rejects)
    if plan.policy == .allOrNothing, run == nil {
      guard let rehearsal = try rehearse(rejects: file, { watch($0) == .cancel }) else {
        var outcome = ImportOutcome(mapping: mapping, fileName: text.name)
        outcome.isCancelled = true
        return outcome
      }
      if rehearsal.report.errors > 0 {
        var outcome = ImportOutcome(rehearsal)
        outcome.isRefused = true
        outcome.rejectsPath = file?.writtenPath
        return outcome
      }
    }
    func apply<R: Record>(_ type: R.Type) throws -> ImportOutcome {
      try RowApplier<R>(self, rejects: rejectsFile(rejects)).run(watch)
    }
    return try apply(plan.kind.recordType)
  }

  private func rejectsFile(_ choice: RejectsChoice) throws -> RejectsFile? {
    var header = text.guess.header
    if header.isEmpty {
      header = mapping.columns.map { $0.target.field?.key ?? "column_\($0.index + 1)" }
    }
    let dialect = text.guess.dialect
    if let run {
      return run.storedRejects.map {
        RejectsFile(path: $0, dialect: dialect, header: header, size: run.rejectsSize)
      }
    }
    switch choice {
    case .nowhere: return nil
    case .usual:
      return RejectsFile.usualPath(for: text.path).map { RejectsFile(path: $0, dialect: dialect, header: header) }
    case .file(let path):
      try RejectsFile.check(path, source: text.path)
      return RejectsFile(path: path, dialect: dialect, header: header)
    }
  }
}
