import CRMDomain
import CRMSync
import Synchronization

/// The way to a server without a socket: each request is answered at once, in its turn.
package final class MemoryTransport: Transport {
  private let network: Mutex<FaultyNetwork>
  private let faults = Mutex<[Fault?]>([])
  private let isCancelled = Mutex(false)

  package init(_ server: V1Server) { network = Mutex(FaultyNetwork(server: server, seed: 1)) }

  package func withServer<Result>(_ body: (inout V1Server) throws -> sending Result) rethrows -> sending Result {
    try network.withLock { try body(&$0.server) }
  }

  /// What happens to the requests that come next, in their order; nil is nothing.
  package func expect(_ next: Fault?...) { faults.withLock { $0 += next } }

  package func exchange<Failure: Error>(
    _ requests: [(Int, HTTPRequest)],
    _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws(Failure) -> Void,
  ) throws(Failure) {
    for (number, request) in requests { try answered(number, answer(request)) }
  }

  private func answer(_ request: HTTPRequest) -> Result<HTTPResponse, TransportProblem> {
    guard !isCancelled.withLock({ $0 }) else { return .failure(.offline) }
    let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    return network.withLock { $0.send(request, with: fault) }
  }

  package func cancel() { isCancelled.withLock { $0 = true } }
  package func resume() { isCancelled.withLock { $0 = false } }
}
