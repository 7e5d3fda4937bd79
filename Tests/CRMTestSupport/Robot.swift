import CRMDomain
import CRMStore
import CRMTerminal
import Foundation
import TerminalKit

/// A rep without hands: the whole program over a terminal in memory. It presses a key, waits until everything that was
/// asked for has been answered and painted, and reads the screen.
@MainActor package final class Robot {
  package let book: TestBook
  package let app: App
  package let terminal: MemoryTerminal
  private let worker = Worker()

  /// Starts the program over `book` as `crm` does, with the size as columns and rows.
  package init(_ book: TestBook, _ columns: Int = 80, _ rows: Int = 24, line: SyncLine? = nil) {
    self.book = book
    terminal = MemoryTerminal(size: Size(columns, rows))
    let session = Session(store: book.store, worker: worker, calendar: .utc, line: line)
    app = App(session: session, terminal: terminal, themes: ThemeChoice(folders: ["themes"]))
    app.start()
    settle()
  }

  /// A robot over the demo book.
  package static func demo(_ columns: Int = 80, _ rows: Int = 24) throws -> Robot {
    Robot(try TestBook(isDemo: true), columns, rows)
  }

  isolated deinit { worker.stop() }

  package var store: CRMStore { book.store }
  package var session: Session { app.session }

  /// True once the program was left.
  package var hasLeft: Bool { !app.isRunning }

  // MARK: Keys

  /// Presses one key after the other, each on a screen that has come to rest.
  package func press(_ keys: Key...) {
    for key in keys { send(.key(key)) }
  }

  /// Types the letters of `text` one by one.
  package func type(_ text: String) {
    for letter in text { send(.key(.character(String(letter)))) }
  }

  /// Clicks, drags or turns the wheel at a place of the screen.
  package func mouse(_ action: Mouse.Action, _ column: Int, _ row: Int) {
    send(.key(.mouse(Mouse(action, Point(column, row)))))
  }

  /// Clicks on the first place that reads `text`. False where there is none.
  @discardableResult
  package func click(_ text: String, _ action: Mouse.Action = .press) -> Bool {
    guard let place = place(of: text) else { return false }
    mouse(action, place.column, place.row)
    return true
  }

  package func resize(_ columns: Int, _ rows: Int) { send(.resize(Size(columns, rows))) }

  package func send(_ event: TerminalEvent) {
    terminal.script(event)
    app.turn(waitingAtMost: 0)
    settle()
  }

  /// Waits until nothing is asked for, nothing is on its way, and everything is painted.
  package func settle() {
    for _ in 0..<100 {
      app.paintIfNeeded()
      waitForWorker()
      app.collectLetters()
      if !app.wantsPaint || hasLeft { return }
    }
    preconditionFailure("the screen does not come to rest")
  }

  /// Each lane works off its queue in order, so one more piece of work at its end says that the rest is done.
  private func waitForWorker() {
    // What waits for idleness comes first: the pieces below would interrupt it time and again.
    wait { worker.performWhenIdle($0) }
    for lane in Worker.Lane.allCases { wait { worker.perform(lane, $0) } }
    wait { worker.performWhenIdle($0) }
  }

  private func wait(_ perform: (@escaping @Sendable () -> Void) -> Void) {
    let done = DispatchSemaphore(value: 0)
    perform { done.signal() }
    precondition(done.wait(timeout: .now() + 30) == .success, "the worker is stuck")
  }

  // MARK: The screen

  /// The rows without blanks at their ends.
  package var lines: [String] { terminal.text }
  package var screen: String { lines.joined(separator: "\n") }
  /// The last row: hints, or what just happened.
  package var foot: String { lines.last ?? "" }

  /// The first row that holds `text`, or "".
  package func row(_ text: String) -> String { lines.first { $0.contains(text) } ?? "" }

  package func shows(_ text: String) -> Bool { screen.contains(text) }

  /// The cell where `text` is read first.
  package func place(of text: String) -> Point? {
    for row in lines.indices {
      guard let range = lines[row].range(of: text) else { continue }
      return Point(TextWidth.width(of: String(lines[row][..<range.lowerBound])), row)
    }
    return nil
  }

  package func cell(_ column: Int, _ row: Int) -> Cell { terminal.canvas[column, row] }

  /// The role in which `text` is drawn where it is read first.
  package func role(of text: String) -> Role? { place(of: text).map { cell($0.column, $0.row).role } }
}

extension Key: ExpressibleByStringLiteral {
  /// "j" is the key with that letter.
  package init(stringLiteral text: String) { self = .character(text) }
}
