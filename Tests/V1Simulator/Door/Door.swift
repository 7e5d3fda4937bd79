import CRMDomain
import CRMSync
import Glibc
import Synchronization

/// A v1 server behind a socket of this machine: HTTP/1.1 with kept connections, on a thread of its own.
package final class Door: Sendable {
  package let port: Int
  private let desk: DoorDesk
  private let thread = Mutex<pthread_t?>(nil)
  /// A byte written here ends the thread.
  private let waker: Int32

  /// Opens at once. Port 0 is any that is free; `compresses` answers in gzip whoever asks for it; `clock` is what the
  /// server takes for the time, nil leaves it the time it has.
  ///
  /// - Throws: `DoorProblem`, usually because the port is taken.
  package init(
    _ server: V1Server, port: Int = 0, compresses: Bool = false, clock: (@Sendable () -> Instant)? = nil,
  ) throws(DoorProblem) {
    desk = DoorDesk(server, compresses: compresses, clock: clock)
    let listening = try Door.listen(port)
    self.port = Door.port(of: listening)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw DoorProblem(errno) }
    waker = ends[1]
    let loop = DoorLoop(listening: listening, stopper: ends[0], desk)
    var running = pthread_t()
    let code = pthread_create(&running, nil, DoorLoop.main, Unmanaged.passRetained(loop).toOpaque())
    guard code == 0 else { throw DoorProblem(code) }
    thread.withLock { $0 = running }
  }

  deinit { shut() }

  /// The server, between two requests.
  package func withServer<Result>(_ body: (inout V1Server) throws -> sending Result) rethrows -> sending Result {
    try desk.state.withLock { try body(&$0.network.server) }
  }

  /// What happens to the requests that come next, in their order; nil is nothing.
  package func expect(_ faults: LineFault?...) { desk.state.withLock { $0.faults += faults } }

  /// Nothing happens any more to the requests that come next.
  package func expectNothing() { desk.state.withLock { $0.faults = [] } }

  /// Calls `body` on the door's thread for each request that has come, before it is answered.
  package func onRequest(_ body: (@Sendable (HTTPRequest) -> Void)?) { desk.listener.withLock { $0 = body } }

  /// How many connections there have been.
  package var accepted: Int { desk.state.withLock { $0.accepted } }
  package var requests: [HTTPRequest] { desk.state.withLock { $0.requests } }

  /// Ends every connection and the thread; the port is free when it returns. Once is enough.
  package func shut() {
    guard let running = thread.withLock({ $0.take() }) else { return }
    write(waker, [1], 1)
    pthread_join(running, nil)
    close(waker)
  }

  // MARK: Sockets

  private static func listen(_ port: Int) throws(DoorProblem) -> Int32 {
    let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard listening >= 0, code == 0, Glibc.listen(listening, 128) == 0 else {
      let problem = DoorProblem(errno)
      close(listening)
      throw problem
    }
    return listening
  }

  private static func port(of listening: Int32) -> Int {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listening, $0, &size) }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

/// What the thread of a door shares with whoever opened it.
final class DoorDesk: Sendable {
  struct State {
    var network: FaultyNetwork
    var faults: [LineFault?] = []
    var accepted = 0
    var requests: [HTTPRequest] = []
  }

  let state: Mutex<State>
  let listener = Mutex<(@Sendable (HTTPRequest) -> Void)?>(nil)
  private let compresses: Bool
  private let clock: (@Sendable () -> Instant)?

  init(_ server: V1Server, compresses: Bool, clock: (@Sendable () -> Instant)?) {
    state = Mutex(State(network: FaultyNetwork(server: server, seed: 1)))
    self.compresses = compresses
    self.clock = clock
  }

  func noteConnection() { state.withLock { $0.accepted += 1 } }

  func answer(_ request: HTTPRequest) -> DoorAnswer {
    state.withLock { $0.requests.append(request) }
    listener.withLock { $0 }?(request)
    return state.withLock { state in
      if let clock { state.network.server.now = max(state.network.server.now, clock()) }
      let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
      return DoorAnswer(to: request, fault, &state.network, compresses: compresses)
    }
  }
}

/// Why a door cannot be opened.
package struct DoorProblem: Error, Hashable, Sendable, CustomStringConvertible {
  private let code: Int32
  init(_ code: Int32) { self.code = code }
  package var description: String { String(cString: strerror(code)) }
}
