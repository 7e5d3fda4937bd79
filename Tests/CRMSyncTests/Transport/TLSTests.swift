import CRMSync
import Foundation
import TLSDoor
import Testing
import V1Simulator

/// Which servers are believed to be who they say.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
  private let door: Door
  private let authority: String

  init() throws {
    door = try Door(V1Server())
    authority = NSTemporaryDirectory() + "/authority-\(UUID().uuidString).pem"
    try #require(crm_tls_write_authority(authority))
  }

  private func transport(_ secure: SecureDoor, trusts certificates: String?) throws -> CurlTransport {
    try CurlTransport(
      server: ServerAddress(typed: "https://localhost:\(secure.port)"),
      options: Line.options { $0.certificates = certificates })
  }

  private func problem(_ kind: crm_tls_kind, trusts certificates: String?) throws -> TransportProblem? {
    defer { unlink(authority) }
    let secure = try SecureDoor(kind, before: door)
    let transport = try transport(secure, trusts: certificates)
    do throws(TransportProblem) {
      _ = try transport.send(Line.write)
      return nil
    } catch {
      return error
    }
  }

  @Test func aTrustedServerIsTalkedToOverOneConnection() throws {
    defer { unlink(authority) }
    let secure = try SecureDoor(crm_tls_good, before: door)
    let transport = try transport(secure, trusts: authority)
    for _ in 0..<5 { #expect(try transport.send(Line.write).status == 200) }
    #expect(door.accepted == 1)
    door.expect(.reset(executed: true))
    #expect(throws: TransportProblem.reset) { try transport.send(Line.write) }
  }

  @Test func anUnknownAuthorityIsNotBelieved() throws {
    #expect(try problem(crm_tls_good, trusts: nil) == .certificate)
    #expect(door.requests.isEmpty)
  }

  @Test func anExpiredCertificateIsNotBelieved() throws {
    #expect(try problem(crm_tls_expired, trusts: authority) == .certificate)
    #expect(door.requests.isEmpty)
  }

  @Test func aCertificateForElsewhereIsNotBelieved() throws {
    #expect(try problem(crm_tls_for_elsewhere, trusts: authority) == .certificate)
    #expect(door.requests.isEmpty)
  }

  @Test func aProtocolBefore1Point2IsNotSpoken() throws {
    #expect(try problem(crm_tls_old_protocol, trusts: authority)?.excludesExecution == true)
    #expect(door.requests.isEmpty)
  }

  @Test func aFileOfCertificatesThatIsNotThereTrustsNobody() throws {
    #expect(try problem(crm_tls_good, trusts: authority + ".missing") == .certificate)
  }

  /// What a proxy gets to see is where to, and bytes it cannot read.
  @Test func aProxyOfTheEnvironmentPassesOnWhatItCannotRead() throws {
    defer { unlink(authority) }
    let secure = try SecureDoor(crm_tls_for_elsewhere, before: door)
    let proxy = try ProxyPort(to: secure.port)
    defer { proxy.shut() }
    setenv("https_proxy", "http://127.0.0.1:\(proxy.number)", 1)
    defer { unsetenv("https_proxy") }
    let transport = try CurlTransport(
      server: ServerAddress(typed: "https://elsewhere.example"),
      options: Line.options { $0.certificates = authority })
    for _ in 0..<3 { #expect(try transport.send(Line.write).status == 200) }
    #expect(proxy.targets == ["CONNECT elsewhere.example:443 HTTP/1.1"])
    #expect(door.requests.allSatisfy { $0.body == Line.write.body } && door.requests.count == 3)
    #expect(!proxy.seen.contains("password") && !proxy.seen.contains("/api/auth"))
  }

  @Test func aServerThatIsToBeReachedWithoutTheProxyIs() throws {
    defer { unlink(authority) }
    let proxy = try ProxyPort(to: 9)
    defer { proxy.shut() }
    setenv("https_proxy", "http://127.0.0.1:\(proxy.number)", 1)
    setenv("no_proxy", "elsewhere.invalid", 1)
    defer {
      unsetenv("https_proxy")
      unsetenv("no_proxy")
    }
    let transport = try CurlTransport(server: ServerAddress(typed: "https://elsewhere.invalid"))
    #expect(throws: TransportProblem.unknownHost) { try transport.send(Line.write) }
    #expect(proxy.targets.isEmpty)
  }

  @Test func aProxyThatRefusesHasSentNothing() throws {
    defer { unlink(authority) }
    let proxy = try ProxyPort(to: nil)
    defer { proxy.shut() }
    setenv("https_proxy", "http://127.0.0.1:\(proxy.number)", 1)
    defer { unsetenv("https_proxy") }
    let transport = try CurlTransport(server: ServerAddress(typed: "https://elsewhere.example"))
    do throws(TransportProblem) {
      _ = try transport.send(Line.write)
      Issue.record("it was refused")
    } catch {
      #expect(error.excludesExecution, "\(error)")
    }
  }

  @Test func nothingIsSentToAPortThatSpeaksNoTLS() throws {
    let transport = try CurlTransport(server: ServerAddress(typed: "https://localhost:\(door.port)"))
    #expect(throws: TransportProblem.resetBeforeSending) { try transport.send(Line.write) }
    #expect(door.requests.isEmpty)
  }
}
