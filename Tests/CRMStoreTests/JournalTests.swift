import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct JournalTests {
  private let folder = TestFolder()

  private func lead(_ name: String) -> Lead {
    var lead = Lead()
    lead.lastName = name
    return lead
  }

  @Test func everyKindOfChangeIsTakenBackAndDoneAgain() throws {
    let store = try CRMStore.hasty(folder.file())
    var states = [try store.dump()]
    let changes: [(StoreWriter) throws -> Void] = [
      { try $0.insert(lead("Lovelace")) },
      { for index in 0..<5 { try $0.insert(lead("Bulk \(index)")) } },
      { try $0.set(["status": .text("lost"), "tags": .tags(["a", "b,c"])], in: .lead, 1) },
      { for id in Int64(2)...5 { try $0.set(["priority": .text("high")], in: .lead, id) } },
      { try $0.trash(.lead, 1) }, { try $0.restore(.lead, 1) }, { try $0.trash(.lead, 2) },
      { try $0.set(["notes": .text("\"quoted\" 株"), "budget": .money(-1250)], in: .lead, 3) },
    ]
    for change in changes {
      try store.transact("Change", change)
      states.append(try store.dump())
    }
    for state in states.dropLast().reversed() {
      #expect(try store.undo()?.kept == [])
      #expect(try store.dump() == state)
    }
    #expect(try store.undo() == nil)
    let again = try CRMStore.hasty(folder.file())
    for state in states.dropFirst() {
      #expect(try again.redo()?.kept == [])
      #expect(try again.dump() == state)
    }
    #expect(try again.redo() == nil)
    #expect(try again.problems() == [])
  }

  @Test func aNewChangeEndsRedoButOneOfTheProgramDoesNot() throws {
    let store = try CRMStore.hasty(folder.file())
    for name in ["One", "Two"] { try store.transact(name) { try $0.insert(lead(name)) } }
    _ = try store.undo()
    try store.transact("Score", origin: .engine) { try $0.set(["lead_score": .integer(9)], in: .lead, 1) }
    #expect(try store.redo()?.title == "Two")
    _ = try store.undo()
    try store.transact("Three") { try $0.insert(lead("Three")) }
    #expect(try store.redo() == nil)
  }

  @Test func revertOutOfOrderKeepsWhatWasChangedSince() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("New") { try $0.insert(lead("Lovelace")) }
    try store.transact("Edit") { try $0.set(["status": .text("lost"), "priority": .text("high")], in: .lead, 1) }
    try store.transact("Edit again") { try $0.set(["status": .text("new")], in: .lead, 1) }
    let edit = try #require(try store.read { try $0.history(limit: 3) }.first { $0.title == "Edit" })
    let result = try #require(try store.revert(operation: edit.id))
    #expect(result.kept == ["Lovelace: Status"])
    let stored = try #require(try store.read { try $0.record(Identifier<Lead>(1)) })
    #expect(stored.status == "new")
    #expect(stored.priority == "medium")
    #expect(try store.revert(operation: edit.id) == nil)
  }

  @Test func whatIsReferredToOrEditedIsNotTakenOut() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("New") { try $0.insert(lead("Lovelace")) }
    var task = CRMTask()
    task.title = "Call"
    task.lead = Identifier(1)
    try store.transact("Task") { [task] in try $0.insert(task) }
    #expect(try store.revert(operation: 1)?.kept == ["Lovelace"])
    #expect(try store.read { try $0.isAlive(.lead, 1) })
  }

  /// The lead was taken out while nothing referred to it; the undo of a later change would refer to it again.
  @Test func undoDoesNotReferToWhatIsGone() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Lead") { try $0.insert(lead("Lovelace")) }
    try store.transact("Task") { try $0.insert(CRMTask()) }
    try store.transact("Link") { try $0.set(["lead": .reference(1)], in: .task, 1) }
    try store.transact("Unlink") { try $0.set(["lead": .none], in: .task, 1) }
    #expect(try store.revert(operation: 1)?.records == 1)
    #expect(try store.undo()?.kept.count == 1)
    #expect(try store.problems() == [])
  }

  @Test func historyTellsOldAndNew() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Import", origin: .importing(file: "x.csv")) { writer in
      for index in 1...3 { try writer.insert(lead("L\(index)")) }
    }
    try store.transact("Edit") { try $0.set(["status": .text("lost")], in: .lead, 2) }
    let history = try store.read { try $0.history(of: .lead, 2, limit: 10) }
    #expect(history.map(\.0.title) == ["Edit", "Import"])
    #expect(history[0].1.fields["status"]?.old == .string("new"))
    #expect(history[0].1.fields["status"]?.new == .string("lost"))
    #expect(history[1].1.action == .insert)
    #expect(history[1].1.records == 1...3)
    #expect(try store.read { try $0.history(of: .lead, 4, limit: 10) }.isEmpty)
  }

  /// Undo and redo walk through the states that were there, whatever was done and however often the file was closed.
  @Test(.timeLimit(.minutes(15))) func undoAndRedoWalkThroughTheStates() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 12, others: 8)
    var store = book.store
    var past: [String] = []
    var present = try store.dump()
    var future: [String] = []
    for step in 0..<10_000 {
      switch book.random.int(0...99) {
      case 0..<30 where !past.isEmpty:
        #expect(try store.undo()?.kept == [])
        future.append(present)
        present = past.removeLast()
      case 30..<50 where !future.isEmpty:
        #expect(try store.redo()?.kept == [])
        past.append(present)
        present = future.removeLast()
      case 99 where step % 5 == 0:
        store = try CRMStore.hasty(folder.file())
        continue
      default:
        let last = try store.read { try $0.nextUndo()?.id }
        try change(store, book)
        // What is changed and put back at once is an operation too.
        guard try store.read({ try $0.nextUndo()?.id }) != last else { continue }
        past.append(present)
        present = try store.dump()
        future = []
        continue
      }
      guard try store.dump() == present else {
        Issue.record("step \(step) came to another state")
        return
      }
    }
    #expect(try store.problems() == [])
  }

  /// Whatever is reverted in whatever order: nothing fails, and no reference or index breaks.
  @Test(.timeLimit(.minutes(15))) func revertingAtRandomBreaksNothing() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 12, others: 8)
    for _ in 0..<800 {
      switch book.random.int(0...9) {
      case 0...2:
        let operations = try book.store.read { try $0.history(limit: 30) }
        if let operation = operations.randomElement(using: &book.random) {
          _ = try book.store.revert(operation: operation.id)
        }
      case 3: _ = try book.store.undo()
      case 4: _ = try book.store.redo()
      default: try change(book.store, book)
      }
    }
    while try book.store.undo() != nil {}
    while try book.store.redo() != nil {}
    #expect(try book.store.problems() == [])
  }

  private func change(_ store: CRMStore, _ book: SampleBook) throws {
    if book.random.chance(4) { return try book.doSomethingLarge(store) }
    try store.transact("Change") { writer in
      for _ in 0..<book.random.int(1...3) {
        let kind = book.random.pick([EntityKind.lead, .contact, .opportunity, .task, .user])
        if book.random.chance(8) {
          try insert(kind.recordType, writer, book)
        } else if let id = try Int64.fetchOne(writer.db, sql: "SELECT id FROM \"\(kind.rawValue)\" ORDER BY random()") {
          try edit(kind, id, writer, book)
        }
      }
    }
  }

  private func insert<R: CRMDomain.Record>(_ type: R.Type, _ writer: StoreWriter, _ book: SampleBook) throws {
    var record = book.record(R.self)
    for field in R.schema.fields {
      if case .reference(let kind) = field.info.kind { field.set(&record, try reference(kind, writer)) }
    }
    try writer.insert(record)
  }

  private func edit(_ kind: EntityKind, _ id: Int64, _ writer: StoreWriter, _ book: SampleBook) throws {
    let some = (0..<book.random.int(1...12)).map { _ in Int64(book.random.int(1...12)) }
    switch book.random.int(0...8) {
    case 0: try writer.trash(kind, id)
    case 1: try writer.restore(kind, id)
    case 2: try writer.trash(.lead, some)
    case 3: try writer.set(["status": .text(book.random.pick(["new", "lost"]))], in: .lead, some)
    case 4: try writer.set(["company_name": .text(SampleText.word(&book.random))], in: .lead, some)
    default:
      let info = book.random.pick(kind.fields.filter { !$0.name.hasSuffix("ed_at") })
      var value = book.value(info, of: kind)
      if case .reference(let other) = info.kind { value = try reference(other, writer) }
      try writer.set([info.name: value], in: kind, id)
    }
  }

  private func reference(_ kind: EntityKind, _ writer: StoreWriter) throws -> FieldValue {
    let sql = "SELECT id FROM \"\(kind.rawValue)\" ORDER BY random() LIMIT 1"
    return try Int64.fetchOne(writer.db, sql: sql).map(FieldValue.reference) ?? .none
  }
}
