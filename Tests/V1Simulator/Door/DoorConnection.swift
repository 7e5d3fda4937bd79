import CRMSync
import Glibc

/// One accepted connection: what has come and what is to go out.
struct DoorConnection {
  enum Ending {
    case kept
    case closed
    case reset
  }

  let socket: Int32
  var input: [UInt8] = []
  private var output: [UInt8] = []
  private var sent = 0
  /// What becomes of the connection when the output is out.
  private var ending = Ending.kept
  private(set) var isSlow = false

  init(socket: Int32) {
    self.socket = socket
    var yes: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  var hasOutput: Bool { sent < output.count }

  mutating func write(_ bytes: [UInt8], then ending: Ending = .kept, slowly: Bool = false) {
    output = bytes
    sent = 0
    self.ending = ending
    isSlow = slowly
  }

  /// Sends what the socket takes now, or one byte; false if the connection is over.
  mutating func flush() -> Bool {
    while hasOutput {
      let count = output[sent...].withUnsafeBytes {
        send(socket, $0.baseAddress, isSlow ? 1 : $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      guard count > 0 else { return errno == EAGAIN }
      sent += count
      if isSlow { return true }
    }
    return ending == .kept
  }

  /// Reads what is there; false if the other side has closed.
  mutating func fill() -> Bool {
    let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      count = max(0, recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)))
    }
    input += piece
    return !piece.isEmpty
  }

  /// A reset says nothing more and forgets what was not sent; the other side sees an error.
  func end() {
    if ending == .reset {
      var lingering = linger(l_onoff: 1, l_linger: 0)
      setsockopt(socket, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
    }
    close(socket)
  }
}
