import CRMDomain
import CRMSync
import Foundation
import Testing
import V1Simulator

@testable import CRMStore

/// What goes wrong on the rep's own machine.
@Suite struct LocalFaultTests {
  private func run(_ leads: Int, _ acts: @escaping @Sendable (BookBench) throws -> Void = { _ in }) throws -> (
    HammerBench, HammerRun
  ) {
    let bench = try HammerBench(HammerScenario(name: "", rows: [.leads: leads], acts: acts, meetsFirst: false))
    return (bench, try HammerRun(bench))
  }

  @Test func aPullThatFillsTheDiskSaysSoAndGoesOnLater() throws {
    let (bench, run) = try run(900)
    let said = try run.round(["fill", "700000"]).said
    #expect(said.hasPrefix("store: disk") || said.hasPrefix("store: full"), "\(said)")
    let report = try CRMStore.examine(run.path)
    #expect(report.isFine, "\(report.findings)")
    try run.settle()
    #expect(try CRMStore(path: run.path).read { try $0.count(.lead) } == 900)
    withExtendedLifetime(bench) {}
  }

  @Test func aSecondProgramOnTheSameProfileIsTurnedAway() throws {
    let (bench, run) = try run(1)
    let profile = try CRMStore(path: run.path).read { try $0.syncProfiles()[0] }
    do {
      let lock = try ProfileLock(book: run.path, profile: profile.id)
      #expect(try run.round().said == "busy\n")
      withExtendedLifetime(lock) {}
    }
    #expect(try run.round().said.hasPrefix("complete"))
    withExtendedLifetime(bench) {}
  }

  @Test(arguments: [-3600, 3600] as [Int64]) func aClockThatJumpsLosesNothing(_ seconds: Int64) throws {
    let (bench, run) = try run(30) { try $0.lead("doe") }
    try run.round()
    run.jump(seconds)
    let store = try CRMStore(path: run.path)
    let id = try #require(try store.keys([.lead], isTrashed: false).first).id
    try store.transact("Edit") { try $0.set(["company_name": .text("Mine")], in: .lead, id) }
    run.door.withServer { _ = $0.change(.leads, 7, ["company_name": .string("Theirs")]) }
    try run.settle()
    let rows = run.door.withServer { $0.tables[.leads]?.all.map { $0["company_name"] } ?? [] }
    #expect(rows.count == 31 && rows.contains(.string("Mine")) && rows.contains(.string("Theirs")))
    let names = try store.read { try $0.all(Lead.self).map(\.companyName) }
    #expect(names.contains("Theirs") && names.count == 31)
    withExtendedLifetime(bench) {}
  }

  /// Instants are instants wherever the machine is; days are days.
  @Test func anotherTimeZoneChangesNothing() throws {
    let (bench, run) = try run(3) { try $0.dealOfANewContact() }
    for zone in ["Pacific/Kiritimati", "America/Los_Angeles"] {
      try run.round(environment: ["TZ": zone])
      run.pass(120)
    }
    let writes = run.door.requests.filter { !$0.method.onlyReads && !$0.path.contains("/auth/") }
    #expect(writes.map(\.path) == ["/api/v1/contacts/", "/api/v1/opportunities/"])
    let deal = try #require(run.door.withServer { $0.tables[.opportunities]?.all.first })
    #expect(deal["expected_close_date"] == .string("2026-12-24"))
    withExtendedLifetime(bench) {}
  }

  /// Tokens are in their file and nowhere else: not in the book, its log and locks, not in arguments, nor in what is said.
  @Test(
    arguments: [
      nil, .simulated(.serverErrorExecuted), .simulated(.unauthorised), .simulated(.throttledAsHTML),
      .reset(executed: true), .bytes(SecretEcho.answer),
    ] as [LineFault?])
  func aTokenIsNowhereButInItsFile(_ fault: LineFault?) throws {
    let (bench, run) = try run(3) { try $0.lead("doe") }
    run.door.expect(nil)
    for _ in 0..<6 { run.door.expect(fault) }
    let process = try run.start()
    let arguments = try String(contentsOfFile: "/proc/\(process.process.processIdentifier)/cmdline", encoding: .utf8)
    var said = String(decoding: process.output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) + arguments
    process.process.waitUntilExit()
    said += try run.round().said
    let headers = run.door.requests.compactMap { $0.headers["Authorization"] }
    for name in try FileManager.default.contentsOfDirectory(atPath: run.folder) where !name.hasSuffix(".token") {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: run.folder + "/" + name))
      said += String(decoding: bytes, as: UTF8.self)
    }
    #expect(said.contains("doe") && !headers.isEmpty)
    // Every token begins like this, and so does its middle.
    #expect(!said.contains("eyJ"))
    withExtendedLifetime(bench) {}
  }
}

/// A server in trouble that shows everybody what it was asked.
enum SecretEcho {
  static let answer: [UInt8] = {
    let page =
      "<h1>Server Error</h1><pre>HTTP_AUTHORIZATION: Bearer eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyIjoxfQ.c2lnbmF0dXJl</pre>"
    return Array(
      "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\nContent-Length: \(page.utf8.count)\r\n\r\n\(page)"
        .utf8)
  }()
}
