import CRMDomain
import CRMSync
import Foundation
import GRDB
import V1Simulator

@testable import CRMStore

/// One book and one server, copied for each run.
final class HammerBench {
  let scenario: HammerScenario
  fileprivate let folder: String
  fileprivate let server: V1Server
  fileprivate let token: String

  init(_ scenario: HammerScenario) throws {
    self.scenario = scenario
    let bench = try BookBench(scenario.personality) { server in
      for (resource, count) in scenario.rows.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        for number in 1...count { server.insertSample(resource, number: number) }
      }
    }
    if scenario.meetsFirst { for _ in 0..<2 { try bench.round() } }
    try scenario.acts(bench)
    bench.transport.change { server in
      scenario.others(&server)
      server.now = server.now.adding(seconds: 600)
    }
    bench.logIn()
    folder = NSTemporaryDirectory() + "crm-hammer-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try bench.store.backup(to: folder + "/template.db")
    server = bench.transport.server
    token = bench.token
  }

  deinit { do { try FileManager.default.removeItem(atPath: folder) } catch { print("left behind: \(folder)") } }

  /// Where it all ends; nil if the program was not killed before that.
  func end(killedAt moment: (point: String, count: Int)?) throws -> HammerEnd? {
    let run = try HammerRun(self)
    if let moment, try run.round([moment.point, "\(moment.count)"]).wasKilled == false { return nil }
    try run.settle()
    return try run.end()
  }
}

/// A copy of the book beside a door of its own.
final class HammerRun {
  struct Round {
    let wasKilled: Bool
    let said: String
  }

  let folder: String
  let door: Door
  var path: String { folder + "/book.db" }
  private var now: Instant

  init(_ bench: HammerBench) throws {
    folder = bench.folder + "/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: bench.folder + "/template.db", toPath: folder + "/book.db")
    door = try Door(bench.server)
    for fault in bench.scenario.faults { door.expect(fault) }
    now = bench.server.now
    try keep(bench.token)
  }

  private func keep(_ token: String) throws {
    try token.write(toFile: path + ".token", atomically: true, encoding: .utf8)
  }

  func start(_ words: [String] = [], environment: [String: String] = [:]) throws -> (process: Process, output: Pipe) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("SyncHammer")
    process.arguments = [path, "\(door.port)", "\(now.microseconds)"] + words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = output
    try process.run()
    return (process, output)
  }

  @discardableResult
  func round(_ words: [String] = [], environment: [String: String] = [:]) throws -> Round {
    let (process, output) = try start(words, environment: environment)
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Round(wasKilled: process.terminationReason == .uncaughtSignal, said: said)
  }

  /// Sets the clock of the rep's machine, and no other.
  func jump(_ seconds: Int64) { now = now.adding(seconds: seconds) }

  func pass(_ seconds: Int64) {
    now = now.adding(seconds: seconds)
    let now = now
    door.withServer { $0.now = max($0.now, now) }
  }

  /// Rounds until nothing is left to do but for a person, and one more.
  func settle() throws {
    for _ in 0..<8 {
      let said = try round().said
      if said.hasPrefix("needs_login") { try logIn() }
      pass(120)
      let store = try CRMStore(path: path)
      let waiting = try Self.operations(store).filter { $0.state != .quarantined }
      if said.hasPrefix("complete"), waiting.isEmpty { break }
    }
    try round()
  }

  private func logIn() throws {
    let body: JSONValue = ["username": .string("admin"), "password": .string("admin")]
    let answer = door.withServer { $0.answer(HTTPRequest(.post, "/api/auth/login/", json: body)) }
    try keep(Bench.json(answer)["refresh"].string ?? "")
  }

  private static func operations(_ store: CRMStore) throws -> [OutboxOperation] {
    try store.synchronise(try store.read { try $0.syncProfiles()[0] }.id, "") { book in
      while try !JournalIntake.run(&book) {}
      return try book.everyOperation()
    }.value
  }

  func end() throws -> HammerEnd {
    try HammerEnd(CRMStore(path: path), door.withServer { $0 }, Self.operations)
  }
}

/// What there is in the end, without what differs from run to run by nature: ids and stamps.
struct HammerEnd: Hashable {
  private var lines: [String] = []

  fileprivate init(
    _ store: CRMStore, _ server: V1Server, _ operations: (CRMStore) throws -> [OutboxOperation],
  ) throws {
    let profile = try store.read { try $0.syncProfiles()[0] }.id
    for kind in JournalIntake.kinds {
      for isTrashed in [false, true] {
        for key in try store.keys([kind], isTrashed: isTrashed) {
          let record = try store.synchronise(profile, "") { try $0.record(key) }.value
          let fields = try (record?.fields ?? [:]).filter { !Self.isStamp($0.key) && !$0.value.isEmpty }
            .map { name, value in "\(name): \(try Self.text(value, kind.field(name), store))" }
          lines.append("\(isTrashed ? "trashed" : "alive") \(kind) \(fields.sorted())")
        }
      }
    }
    for (resource, table) in server.tables {
      for row in table.all { lines.append("row of \(resource) \(Self.text(row, server))") }
    }
    for operation in try operations(store) {
      lines.append("to do: \(operation.key.kind) \(operation.action.name) \(operation.state)")
    }
    for conflict in try store.read({ try $0.conflicts(of: profile) }).map(\.conflict) {
      lines.append(
        "conflict: \(conflict.key.kind) \(conflict.field ?? "") \(conflict.reason) \(conflict.mine) \(conflict.theirs)")
    }
    lines.sort()
  }

  private static func isStamp(_ name: String) -> Bool { name.hasSuffix("_at") }

  private static func text(_ value: FieldValue, _ info: FieldInfo?, _ store: CRMStore) throws -> String {
    guard case .reference(let id) = value, case .reference(let kind)? = info?.kind else { return "\(value)" }
    return try store.read { try $0.name(kind, id) } ?? "nobody"
  }

  private static func text(_ row: V1Row, _ server: V1Server) -> String {
    var values = row.values.filter { !isStamp($0.key) }
    if case .object(var members)? = values["custom_fields"] {
      members["_cid"] = nil
      values["custom_fields"] = .object(members)
    }
    if case .integer(let id)? = values["contact"] {
      values["contact"] = server.tables[.contacts]?.rows[id]?["last_name"]
    }
    return JSONValue.object(values).text
  }

  func difference(from other: HammerEnd) -> String {
    let mine = lines.filter { !other.lines.contains($0) }.map { "+ \($0)" }
    return (mine + other.lines.filter { !lines.contains($0) }.map { "- \($0)" }).joined(separator: "\n")
  }
}
