import CRMDomain
import CRMSync
import Foundation
import Glibc
import Synchronization
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

/// Sockets of this machine.
enum Loopback {
  private static func address(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// A socket that listens on a free port, and the port.
  static func listen() throws -> (Int32, Int) {
    let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = address(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, size) == 0 && Glibc.listen(listening, 4) == 0 && getsockname(listening, $0, &size) == 0
      }
    }
    try #require(isOpen)
    return (listening, Int(UInt16(bigEndian: address.sin_port)))
  }

  static func connect(_ port: Int) -> Int32? {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = address(port)
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return code == 0 ? server : nil
  }
}

/// A port that takes connections and never says a word.
final class SilentPort {
  let number: Int
  private let listening: Int32

  init() throws { (listening, number) = try Loopback.listen() }

  deinit { close(listening) }
}

/// An HTTP proxy that tunnels everything to one port of this machine, whatever it is asked for, and keeps what it saw; to
/// no port, and it refuses.
final class ProxyPort: Sendable {
  let number: Int
  private let listening: Int32
  private let record = Mutex<(targets: [String], seen: [UInt8])>(([], []))

  init(to target: Int?) throws {
    (listening, number) = try Loopback.listen()
    let thread = Thread { [self] in
      while true {
        let client = accept(listening, nil, nil)
        guard client >= 0 else { return }
        Thread { [self] in serve(client, target) }.start()
      }
    }
    thread.start()
  }

  func shut() { shutdown(listening, Int32(SHUT_RDWR)) }

  /// The first line of each request for a tunnel.
  var targets: [String] { record.withLock { $0.targets } }
  /// Everything that went from client to server.
  var seen: String { record.withLock { String(decoding: $0.seen, as: UTF8.self) } }

  private func serve(_ client: Int32, _ target: Int?) {
    defer { close(client) }
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), read(client, &byte, 1) == 1 { head.append(byte) }
    let line = String(decoding: head.prefix { $0 != 0x0D }, as: UTF8.self)
    record.withLock { $0.targets.append(line) }
    guard let target, let server = Loopback.connect(target) else {
      let refusal = Array("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".utf8)
      _ = write(client, refusal, refusal.count)
      return
    }
    let answer = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
    _ = write(client, answer, answer.count)
    let back = Thread { [self] in
      pass(server, client) { _ in }
      shutdown(client, Int32(SHUT_RDWR))
    }
    back.start()
    pass(client, server) { bytes in record.withLock { $0.seen += bytes } }
    shutdown(server, Int32(SHUT_RDWR))
  }

  private func pass(_ from: Int32, _ to: Int32, _ note: (ArraySlice<UInt8>) -> Void) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(from, &buffer, buffer.count)
      guard count > 0 else { return }
      note(buffer[..<count])
      guard write(to, buffer, count) == count else { return }
    }
  }
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
