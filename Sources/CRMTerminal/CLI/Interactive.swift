import CNcurses
import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// The full-screen program, from its options to the terminal put back.
@MainActor package enum Interactive {
  /// Runs until the rep leaves. `themeFolders` are searched in order.
  package static func run(database path: String, themeFolders: [String]) throws {
    // Arrays of a million ids come and go: each is given back at once, and leaves no hole between others.
    crm_return_large_blocks(1 << 20)
    let store = try DamagedBook.open(path)
    let worker = Worker()
    let session = Session(store: store, worker: worker, calendar: LocalCalendar(.current), line: .system)
    let themes = ThemeChoice(folders: themeFolders)
    let name = session.read { try $0.setting("theme") } ?? nil
    let terminal = try NcursesTerminal(
      wakeDescriptors: [worker.mailbox.wakeDescriptor, store.changeDescriptor],
      theme: theme(name ?? "default", themes, session))
    let app = App(session: session, terminal: terminal, themes: themes)
    app.start()
    Upkeep.begin(store, worker, session)
    app.run()
    // As a shell says it of a program that a signal ended; what was typed is kept by now.
    if let signal = app.endedBy { exit(128 + signal) }
  }

  /// A theme that cannot be read is told in a toast, and the built-in one is used.
  private static func theme(_ name: String, _ themes: ThemeChoice, _ session: Session) -> Theme {
    do {
      return try themes.theme(name)
    } catch {
      session.problem = "\(error)"
      return .fallback
    }
  }
}
