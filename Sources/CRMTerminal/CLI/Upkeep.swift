import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// What is done for the book beside the work: what a killed import left, and today's backup, on a thread of its own and
/// after everybody else.
@MainActor enum Upkeep {
  static func begin(_ store: CRMStore, _ worker: Worker, _ session: Session) {
    guard !store.isReadOnly else {
      session.problem = StoreProblem.readOnlySentence(store.path)
      return
    }
    if let run = session.read({ try $0.unfinishedImports() })?.first {
      session.problem =
        "The import of \(run.name) stopped after \(run.report.rows) rows. Its history (I) goes on with it or takes it back."
    }
    let thread = Thread { [weak session] in
      // For Linux a thread is a process here: the screen goes first.
      setpriority(Int32(PRIO_PROCESS.rawValue), 0, 10)
      do {
        try store.finishInterruptedLoading()
        try store.backupOfTheDay()
      } catch {
        let sentence = "The upkeep of the book was not done: \((error as? StoreProblem)?.sentence ?? "\(error)")"
        worker.post { session?.problem = sentence }
      }
    }
    thread.name = "crm.upkeep"
    thread.start()
  }
}

/// A book that cannot be opened any more: the rep is asked before the screen is taken.
enum DamagedBook {
  /// Opens the book. One that is damaged is salvaged, or its newest whole backup restored, if the rep says so.
  static func open(_ path: String) throws -> CRMStore {
    do { return try prepared(path) } catch  where error.cause == .damaged {
      guard isatty(STDIN_FILENO) == 1, Output.isTerminal else { throw error }
      try ask(path, error)
    }
    return try prepared(path)
  }

  private static func prepared(_ path: String) throws(StoreProblem) -> CRMStore {
    let store = try CRMStore(path: path)
    if !store.isReadOnly { try store.prepareEmptyBook(userName: NSUserName()) }
    return store
  }

  private static func ask(_ path: String, _ problem: StoreProblem) throws {
    let backup = CRMStore.newestGoodBackup(of: path)
    try Output.print { output in
      try output.line(TextWidth.sanitised("\(path) is damaged: \(problem.detail)."))
      try output.line("  s  save what can be read, with what is missing from the newest backup; the file is kept")
      if let backup { try output.line("  b  go back to the backup of \(backup.day.iso); the file is kept") }
      try output.line("  q  leave everything as it is\n")
    }
    switch (readLine() ?? "q", backup) {
    case ("s", _): try DoctorCommand.print(try CRMStore.salvage(path, now: CRMStore.systemClock()))
    case ("b", let backup?): try CRMStore.restore(path, from: backup.path, now: CRMStore.systemClock())
    default: throw problem
    }
  }
}
