import Foundation
import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct ElsewhereTests {
  private let folder = TestFolder()

  private func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, milliseconds) == 1
  }

  @Test func whatAnotherProgramWritesIsHeardAndNamed() throws {
    let (store, other) = (try CRMStore.hasty(folder.file()), try CRMStore.hasty(folder.file()))
    let descriptor = store.changeDescriptor
    #expect(!isReadable(descriptor, within: 50))
    try other.transact("New") { try $0.insert(Lead()) }
    #expect(isReadable(descriptor, within: 1000))
    #expect(try store.changedElsewhere()?.kinds == ["lead"])
    #expect(!isReadable(descriptor, within: 50))
    #expect(try store.changedElsewhere() == nil)
    try other.transact("New") { writer in
      try writer.insert(Contact())
      try writer.set(["last_name": .text("Hopper")], in: .lead, 1)
    }
    _ = try other.undo()
    #expect(try store.changedElsewhere()?.kinds == ["lead", "contact"])
  }

  @Test func whatWasWrittenHereIsNotTold() throws {
    let (store, other) = (try CRMStore.hasty(folder.file()), try CRMStore.hasty(folder.file()))
    _ = store.changeDescriptor
    try store.transact("New") { try $0.insert(Lead()) }
    #expect(store.hearsChanges())
    #expect(try store.changedElsewhere() == nil)
    try other.transact("New") { try $0.insert(Contact()) }
    _ = try store.undo()
    #expect(try store.changedElsewhere()?.kinds == ["contact"])
    _ = try store.redo()
    #expect(try store.changedElsewhere() == nil)
  }

  @Test func theWatchOutlivesTheLog() throws {
    let (store, other) = (try CRMStore.hasty(folder.file()), try CRMStore.hasty(folder.file()))
    let descriptor = store.changeDescriptor
    try other.transact("New") { try $0.insert(Lead()) }
    try other.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try other.pool.close()
    _ = try store.changedElsewhere()
    try CRMStore.hasty(folder.file()).transact("New") { try $0.insert(Contact()) }
    #expect(isReadable(descriptor, within: 1000))
    #expect(try store.changedElsewhere()?.kinds == ["contact"])
  }

  /// Each says a line per commit, or what went wrong.
  @Test(.timeLimit(.minutes(6))) func fourProgramsWriteOneBookWithoutAnError() throws {
    let store = try CRMStore(path: folder.file())
    let hammers = try (0..<4).map { try Hammer(["hammer", folder.file(), "\($0)"]) }
    usleep(5_000_000)
    for hammer in hammers { kill(hammer.process.processIdentifier, SIGKILL) }
    for hammer in hammers {
      let lines = hammer.lines()
      #expect(lines.count > 3)
      #expect(
        lines.allSatisfy { $0.split(separator: " ").count == 2 && $0.first?.isNumber == true }, "\(lines.suffix(1))")
    }
    #expect(try store.problems() == [])
  }
}
