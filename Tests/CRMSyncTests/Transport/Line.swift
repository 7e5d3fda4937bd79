import CRMDomain
import CRMSync
import Glibc
import TLSDoor
import Testing
import V1Simulator

/// A server behind a real socket, and a transport to it.
struct Line {
  let door: Door
  let transport: CurlTransport

  init(
    _ personality: Personality = .documented, compresses: Bool = false, path: String = "",
    _ change: (inout TransportOptions) -> Void = { _ in },
  ) throws {
    door = try Door(V1Server(personality), compresses: compresses)
    transport = try CurlTransport(
      server: ServerAddress(typed: "http://127.0.0.1:\(door.port)\(path)"), options: Self.options(change))
  }

  static func options(_ change: (inout TransportOptions) -> Void) -> TransportOptions {
    var options = TransportOptions()
    change(&options)
    return options
  }

  /// Something every server answers with 401, as it asks for a token.
  static let read = HTTPRequest(.get, "/api/v1/leads/")
  static let write = HTTPRequest(.post, "/api/auth/login/", json: ["username": "admin", "password": "admin"])

  func send(_ request: HTTPRequest = Line.read, _ fault: LineFault? = nil) throws(TransportProblem) -> HTTPResponse {
    if let fault { door.expect(fault) }
    return try transport.send(request)
  }

  /// Why there was no answer, or nil if there was one.
  func problem(_ request: HTTPRequest = Line.read, _ fault: LineFault? = nil) -> TransportProblem? {
    do throws(TransportProblem) {
      _ = try send(request, fault)
      return nil
    } catch {
      return error
    }
  }
}

/// A port that takes connections and never says a word.
final class SilentPort {
  let number: Int
  private let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

  init() throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listening = listening
    let isOpen = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, size) == 0 && listen(listening, 4) == 0 && getsockname(listening, $0, &size) == 0
      }
    }
    number = Int(UInt16(bigEndian: address.sin_port))
    try #require(isOpen)
  }

  deinit { close(listening) }
}

/// TLS in front of a door.
final class SecureDoor {
  let port: Int
  private let inner: OpaquePointer

  init(_ kind: crm_tls_kind, before door: Door) throws {
    inner = try #require(crm_tls_open(kind, Int32(door.port)))
    port = Int(crm_tls_port(inner))
  }

  deinit { crm_tls_close(inner) }
}
