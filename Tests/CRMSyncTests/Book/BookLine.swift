import CRMSync
import V1Simulator

/// The way from one book to a simulated server, on which other things happen between two requests, and which may drop
/// the round: what is in the book then is all that is left of it, as after a crash. A round uses it on one thread.
final class BookLine: Transport, @unchecked Sendable {
  enum Event {
    case fault(Fault)
    case act(() -> Void)
    /// Before the request goes out, or after the server carried it out and before the answer is taken.
    case drop(isExecuted: Bool)
  }

  private let server: DirectTransport
  private let events: [Int: [Event]]
  private var sent = 0
  private var drop: (() -> Void)?

  /// What happens at the n-th request, counted from 1.
  init(_ server: DirectTransport, _ events: [Int: [Event]] = [:]) {
    self.server = server
    self.events = events
  }

  func onDrop(_ body: @escaping () -> Void) { drop = body }

  func exchange<Failure: Error>(
    _ requests: [(Int, HTTPRequest)],
    _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws(Failure) -> Void,
  ) throws(Failure) {
    for request in requests {
      sent += 1
      var isLost = false
      for event in events[sent] ?? [] {
        switch event {
        case .fault(let fault): server.disturb(1, fault)
        case .act(let act): act()
        case .drop(let isExecuted):
          if isExecuted { server.exchange([request]) { _, _ in } }
          drop?()
          isLost = true
        }
      }
      guard !isLost else { return }
      try server.exchange([request], answered)
    }
  }

  func cancel() { server.cancel() }
  func resume() { server.resume() }
}
