import Foundation
import Testing

@testable import CRMDomain
@testable import CRMStore

/// Undo and redo of more records than fit into one transaction.
@Suite struct LongReplayTests {
  private static let count = 5000

  /// A book with a few records of its own, and an import of many.
  private func imported(_ desk: ImportDesk) throws -> Int64 {
    try desk.load("last_name,email\nLovelace,old1@x.example\nHopper,old2@x.example\n")
    let lines = (1...Self.count).map { "Row \($0),r\($0)@x.example,red,\($0 % 7)" }
    let text = "last_name,email,Hat,value\nKing,old1@x.example,blue,1\n" + lines.joined(separator: "\n") + "\n"
    var job = try desk.job(text) { $0.updates(by: .email) }
    job.pieceSize = 20_000
    return try #require(try job.apply(rejects: .nowhere).operation)
  }

  @Test func isDoneInPiecesAndLeavesWhatWasThere() throws {
    let desk = try ImportDesk()
    let empty = try ImportDesk()
    let before = try empty.load("last_name,email\nLovelace,old1@x.example\nHopper,old2@x.example\n")
    let operation = try imported(desk)
    let after = try desk.store.dump()
    #expect(before.report.created == 2)
    var steps: [ReplayProgress] = []
    let result = try #require(
      try desk.store.revert(operation: operation) {
        steps.append($0)
        return true
      })
    #expect(result.records == Self.count + 1 && result.kept.isEmpty && !result.isStopped)
    #expect(steps.count >= 2 && steps.allSatisfy { $0.total == Self.count + 1 && $0.done < $0.total })
    #expect(steps.allSatisfy { $0.operations.contains(operation) && $0.operations.count == 2 })
    #expect(try desk.store.dump() == empty.store.dump())
    #expect(try desk.store.problems() == [])
    #expect(try desk.store.read { try $0.imports() }.first?.state == .reverted)
    _ = try desk.store.redo()
    #expect(try desk.store.dump() == after)
    #expect(try desk.store.problems() == [])
  }

  @Test func keepsAndNamesWhatWasEditedAndWhatOthersReferTo() throws {
    let desk = try ImportDesk()
    let operation = try imported(desk)
    let ids = try desk.leads.filter { $0.lastName.hasPrefix("Row") }.map(\.id)
    try desk.store.transact("Edit") { writer in
      try writer.set(["phone": .text("7")], in: .lead, ids[10].rawValue)
      var task = CRMTask()
      (task.title, task.lead) = ("Call", ids[4000])
      try writer.insert(task)
    }
    let result = try #require(try desk.store.revert(operation: operation))
    #expect(Set(result.kept) == ["Row 11", "Row 4001"] && result.records == Self.count - 1)
    #expect(Set(try desk.leads.map(\.lastName)) == ["Lovelace", "Hopper", "Row 11", "Row 4001"])
    #expect(try desk.store.problems() == [])
  }

  @Test func stoppedHalfWayItPutsEverythingAsItWas() throws {
    let desk = try ImportDesk()
    let operation = try imported(desk)
    let before = try desk.store.dump()
    let result = try #require(try desk.store.revert(operation: operation) { _ in false })
    #expect(result.isStopped)
    #expect(try desk.store.dump() == before)
    #expect(try desk.store.problems() == [])
    #expect(try desk.store.read { try $0.nextUndo() }?.id == operation)
    _ = try desk.store.undo()
    #expect(try desk.store.read { try $0.count(.lead) } == 2)
  }

  /// Killed at any moment, it goes on where it was.
  @Test(.timeLimit(.minutes(15))) func killsLeaveNothingHalfDone() throws {
    let desk = try ImportDesk()
    _ = try imported(desk)
    try desk.store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    let whole = desk.folder.file("whole.db")
    try FileManager.default.copyItem(atPath: desk.folder.file(), toPath: whole)
    let run = try #require(try desk.store.read { try $0.imports() }.first?.id)
    _ = try desk.store.revertImport(run)
    let expected = try desk.store.dump()
    var random = TestRandom()
    var kills = 0
    for round in 1...15 {
      let book = desk.folder.file("\(round).db")
      try FileManager.default.copyItem(atPath: whole, toPath: book)
      let hammer = try Hammer(["revert", book, "\(run)"])
      let first = hammer.firstLines(random.int(1...3))
      // Nothing is waited for: the kill is to come at any moment between two lines.
      usleep(UInt32(random.int(0...15_000)))
      kill(hammer.process.processIdentifier, SIGKILL)
      let lines = first + hammer.lines()
      #expect(lines.allSatisfy { ["open", "done"].contains($0) || Int($0) != nil }, "\(lines)")
      if lines.last != "done" { kills += 1 }
      let state = try CRMStore(path: book).read { try $0.imports() }.first?.state
      let store = try CRMStore(path: book)
      _ = try store.finishInterruptedReplays()
      try store.finishInterruptedLoading()
      if state == .done { _ = try store.revertImport(run) }
      #expect(try store.dump() == expected, "round \(round)")
      #expect(try store.problems() == [], "round \(round)")
    }
    #expect(kills > 5)
  }
}
