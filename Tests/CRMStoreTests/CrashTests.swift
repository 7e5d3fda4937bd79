import Foundation
import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

/// The program that is built beside the tests.
struct Hammer {
  let process = Process()
  let output = Pipe()

  init(_ arguments: [String]) throws {
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("StoreHammer")
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
  }

  /// The lines it said first, as soon as there are so many or it has ended.
  func firstLines(_ count: Int) -> [String] {
    var text = ""
    while text.count(where: { $0 == "\n" }) < count {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else { break }
      text += String(decoding: bytes, as: UTF8.self)
    }
    return text.split(separator: "\n").map(String.init)
  }

  /// What it said, once it has ended; a line that was cut off is not counted.
  func lines() -> [String] {
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}

@Suite struct CrashTests {
  private let folder = TestFolder()

  /// A confirmed change is there after SIGKILL, at most the change under way is there beyond it, and nothing is broken.
  @Test(.timeLimit(.minutes(15))) func killsLoseNothingThatWasConfirmed() throws {
    var random = TestRandom()
    var path = folder.file("0.db")
    var kills = 0
    var round = 0
    // Only a kill after something was confirmed says anything; one during the start is not counted.
    while kills < 200, round < 1000 {
      if round % 20 == 0 { path = folder.file("\(round).db") }
      let hammer = try Hammer(["hammer", path, "\(random.next())"])
      usleep(UInt32(random.int(30_000...130_000)))
      kill(hammer.process.processIdentifier, SIGKILL)
      let lines = hammer.lines()
      round += 1
      guard FileManager.default.fileExists(atPath: path) else { continue }
      if !lines.isEmpty { kills += 1 }
      let store = try CRMStore(path: path)
      #expect(try store.problems() == [], "round \(round)")
      try checkLast(lines, store, "round \(round)")
      guard round % 20 == 0 else { continue }
      while try store.undo() != nil {}
      #expect(try store.read { try $0.count(.lead) } == 0)
      while try store.redo() != nil {}
      #expect(try store.problems() == [])
    }
    #expect(kills == 200)
  }

  /// Ten thousand operations, single and many together, with undos and redos among them, killed at random moments: all of
  /// it can be walked back to the beginning and forth again.
  @Test(.timeLimit(.minutes(15))) func aLongWalkIsWalkedBackAndForth() throws {
    var random = TestRandom()
    let path = folder.file()
    var operations = 0
    while operations < 10_000 {
      let hammer = try Hammer(["hammer", path, "\(random.next())", "40"])
      usleep(UInt32(random.int(200_000...2_000_000)))
      kill(hammer.process.processIdentifier, SIGKILL)
      let lines = hammer.lines()
      operations += max(0, lines.count - 1)
      guard FileManager.default.fileExists(atPath: path) else { continue }
      try checkLast(lines, try CRMStore(path: path), "after \(operations)")
    }
    let store = try CRMStore.hasty(path)
    #expect(try store.problems() == [])
    while try store.redo() != nil {}
    let last = try store.dump()
    var steps = 0
    while try store.undo() != nil { steps += 1 }
    #expect(try store.read { try $0.count(.lead) } == 0)
    for _ in 0..<steps { _ = try store.redo() }
    #expect(try store.redo() == nil)
    #expect(try store.dump() == last)
    #expect(try store.problems() == [])
  }

  /// The state is the confirmed one, or one undo, redo or inverse of one operation away from it.
  private func checkLast(_ lines: [String], _ store: CRMStore, _ round: String) throws {
    guard let last = lines.last else { return }
    let state = try state(store)
    guard state != last else { return }
    // One operation more may have been committed without a word: taking the latest one back leads to the last word.
    let latest = try store.pool.read { try String.fetchOne($0, sql: "SELECT verb FROM operation ORDER BY id DESC") }
    let inverse = latest == "undo" ? try store.redo() : try store.undo()
    #expect(inverse != nil, "\(round)")
    #expect(try self.state(store) == last, "\(round): \(state), confirmed was \(last)")
    _ = latest == "undo" ? try store.undo() : try store.redo()
  }

  private func state(_ store: CRMStore) throws -> String {
    let leads: [Lead] = try store.read { try $0.all() }
    return "\(leads.count) \(leads.reduce(0) { $0 &+ Int($1.id.rawValue) &* ($1.leadScore + 1) })"
  }

  @Test(.timeLimit(.minutes(6))) func severalProgramsMayOpenANewFileAtOnce() throws {
    let hammers = try (0..<4).map { try Hammer(["hammer", folder.file(), "\($0)"]) }
    let starts = hammers.map { $0.firstLines(2) }
    for hammer in hammers { kill(hammer.process.processIdentifier, SIGKILL) }
    for (start, hammer) in zip(starts, hammers) {
      let lines = start + hammer.lines()
      #expect(start.count > 1, "\(lines)")
      #expect(!lines.contains { $0.contains("database") || $0.contains("locked") }, "\(lines.suffix(1))")
    }
    #expect(try CRMStore(path: folder.file()).problems() == [])
  }
}
