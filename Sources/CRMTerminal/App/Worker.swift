import Foundation
import Synchronization
import TerminalKit

/// What comes back from the worker: something to do on the main thread.
package struct Letter: Sendable {
  package let deliver: @MainActor @Sendable () -> Void
}

/// Threads that do what must not keep the rep waiting: one answers lists, and counts what nobody waits for when it has
/// nothing else to do, one does long jobs, one reads into memory what makes the next answers fast, one talks to the
/// server, one looks through many records without changing any. Results come back through the mailbox. All end with
/// `stop`.
package final class Worker: Sendable {
  package enum Lane: Int, CaseIterable, Sendable { case lists, jobs, memory, sync, looking }

  package let mailbox = Mailbox<Letter>()
  private let queues = Mutex<[[@Sendable () -> Void]]>(Lane.allCases.map { _ in [] })
  private let idle = Mutex<[@Sendable () -> Void]>([])
  private let busy = Mutex<Int>(0)
  private let signals: [DispatchSemaphore] = Lane.allCases.map { _ in DispatchSemaphore(value: 0) }
  private let isStopped = Mutex(false)

  package init() {
    for lane in Lane.allCases {
      let thread = Thread { self.run(lane) }
      thread.stackSize = 4 << 20
      thread.name = "crm.\(lane)"
      thread.start()
    }
  }

  /// True while rows were asked for and have not been answered. Long jobs do not count: keys need not wait for them.
  package var isBusy: Bool { busy.withLock { $0 > 0 } }

  package func post(_ deliver: @escaping @MainActor @Sendable () -> Void) { mailbox.post(Letter(deliver: deliver)) }

  package func perform(_ lane: Lane, _ body: @escaping @Sendable () -> Void) {
    if lane == .lists { busy.withLock { $0 += 1 } }
    queues.withLock { $0[lane.rawValue].append(body) }
    signals[lane.rawValue].signal()
  }

  /// Runs `body` on the thread of the lists when no list is asked for. It should end early when `isBusy` becomes true.
  package func performWhenIdle(_ body: @escaping @Sendable () -> Void) {
    idle.withLock { $0.append(body) }
    signals[Lane.lists.rawValue].signal()
  }

  /// True from the moment the program ends: long work should not go on.
  package var isOver: Bool { isStopped.withLock { $0 } }

  package func stop() {
    isStopped.withLock { $0 = true }
    for signal in signals { signal.signal() }
  }

  private func run(_ lane: Lane) {
    while true {
      signals[lane.rawValue].wait()
      if isStopped.withLock({ $0 }) { return }
      guard let body = queues.withLock({ $0[lane.rawValue].isEmpty ? nil : $0[lane.rawValue].removeFirst() }) else {
        if lane == .lists { idle.withLock { $0.isEmpty ? nil : $0.removeFirst() }?() }
        continue
      }
      body()
      if lane == .lists { busy.withLock { $0 -= 1 } }
    }
  }
}
