import CRMDomain
import CRMSync
import Synchronization

/// A simulated server in the same process: the other end of a `Transport` without a line in between.
package final class DirectTransport: Transport {
  private struct State {
    var network: FaultyNetwork
    var requests: [HTTPRequest] = []
    var faults: [Int: Fault] = [:]
    var isCancelled = false
  }

  private let state: Mutex<State>
  /// Runs before the n-th request since the beginning goes out, counted from 1.
  package let before: @Sendable (Int) -> Void

  package init(_ server: V1Server, seed: UInt64 = 1, before: @escaping @Sendable (Int) -> Void = { _ in }) {
    state = Mutex(State(network: FaultyNetwork(server: server, seed: seed)))
    self.before = before
  }

  package func exchange<Failure: Error>(
    _ requests: [(Int, HTTPRequest)],
    _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws(Failure) -> Void,
  ) throws(Failure) {
    for (number, request) in requests {
      before(state.withLock { $0.requests.count + 1 })
      try answered(number, answer(request))
    }
  }

  private func answer(_ request: HTTPRequest) -> Result<HTTPResponse, TransportProblem> {
    state.withLock { state in
      guard !state.isCancelled else { return .failure(.cancelled) }
      state.requests.append(request)
      return state.network.send(request, with: state.faults[state.requests.count])
    }
  }

  package func cancel() { state.withLock { $0.isCancelled = true } }
  package func resume() { state.withLock { $0.isCancelled = false } }

  /// Every request since the beginning, in order.
  package var requests: [HTTPRequest] { state.withLock(\.requests) }
  package var server: V1Server { state.withLock(\.network.server) }
  /// The server, between two requests.
  package func withServer<Result>(_ body: (inout V1Server) throws -> sending Result) rethrows -> sending Result {
    try state.withLock { try body(&$0.network.server) }
  }
  package func change(_ body: (inout V1Server) -> Void) { withServer { body(&$0) } }
  /// Lets `fault` happen to the n-th request from now on, counted from 1.
  package func disturb(_ number: Int, _ fault: Fault) {
    state.withLock { $0.faults[$0.requests.count + number] = fault }
  }
}
