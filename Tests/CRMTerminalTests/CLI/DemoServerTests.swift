import CRMDomain
import CRMSync
import Foundation
import Testing

/// `crm demo-server`, from its first line to its end.
@Suite(.timeLimit(.minutes(1))) struct DemoServerTests {
  @Test func whatItPrintsIsWhatToLogInWith() throws {
    let server = Process()
    let output = Pipe()
    server.executableURL = URL(fileURLWithPath: Program.path)
    server.arguments = ["demo-server", "--personality", "repaired"]
    server.standardOutput = output
    try server.run()
    var lines: [Substring] = []
    while lines.last != "^C ends it." {
      let more = output.fileHandleForReading.availableData
      try #require(!more.isEmpty, "it ended: \(lines)")
      lines += String(decoding: more, as: UTF8.self).split(separator: "\n")
    }
    #expect(lines[1] == "user demo, password demo")
    #expect(lines[2].contains("crm login \(lines[0]) --user demo"))
    let transport = try CurlTransport(server: ServerAddress(typed: String(lines[0])))
    let outcome = LoginOutcome(
      Credentials(username: "demo", password: "demo"), over: transport, now: Instant(seconds: 1_795_000_000))
    guard case .loggedIn(let session, let account) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(account.username == "demo")
    let leads = HTTPRequest(.get, "/api/v1/leads/", headers: ["Authorization": "Bearer " + (session.access ?? "")])
    let page = try JSONValue(parsing: transport.send(leads).body)
    guard case .object(let members) = page else {
      Issue.record("no page")
      return
    }
    #expect(members["count"] == .integer(250))
    server.interrupt()
    server.waitUntilExit()
    #expect(server.terminationStatus == 0)
  }

  @Test func aPersonalityNobodyKnowsAndAPortThatIsNoneAreSaid() throws {
    let program = try Program()
    #expect(try program.run("demo-server", "--personality", "grumpy").status == 64)
    #expect(try program.run("demo-server", "--port", "70000").status == 64)
  }
}
