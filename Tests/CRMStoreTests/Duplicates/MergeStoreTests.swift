import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct MergeStoreTests {
  private let folder = TestFolder()

  private func person(_ first: String, email: String = "", notes: String = "", tags: [String] = []) -> Contact {
    var contact = Contact()
    (contact.firstName, contact.lastName, contact.companyName) = (first, "Lovelace", "Analytical")
    (contact.email, contact.notes, contact.tags) = (email, notes, tags)
    return contact
  }

  private func records<R: CRMDomain.Record>(_ store: CRMStore, _ ids: [Int64], _ type: R.Type) throws -> [R] {
    try store.read { try $0.records(ids, of: R.self) }
  }

  @Test func everythingThatRefersToALoserRefersToTheWinner() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Begin") { writer in
      for first in ["Ada", "A.", "Augusta"] { try writer.insert(person(first, notes: first, tags: [first, "both"])) }
      var deal = Opportunity()
      (deal.name, deal.contact) = ("Engine", Identifier(2))
      try writer.insert(deal)
      for index in 1...3 {
        var task = CRMTask()
        (task.title, task.contact) = ("Task \(index)", Identifier(Int64(index)))
        try writer.insert(task)
        var activity = Activity()
        activity.contact = Identifier(3)
        try writer.insert(activity)
      }
      var lead = Lead()
      lead.convertedContact = Identifier(3)
      try writer.insert(lead)
      try writer.trash(.task, 2)
    }
    let before = try store.dump()
    #expect(
      try store.read { try $0.referrers(of: .contact, [2, 3]).map { "\($0.count) \($0.kind)" } } == [
        "1 lead", "1 opportunity", "1 task", "3 activity",
      ])
    var merge = Merge(try records(store, [1, 2, 3], Contact.self), customFields: [])
    merge.keep(0)
    let winner = try store.transact("Merge") { try $0.merge(merge) }
    #expect(winner.rawValue == 1)
    let merged = try #require(try store.read { try $0.record(winner) })
    #expect(merged.tags == ["Ada", "both", "A.", "Augusta"] && merged.notes == "Ada\n\nA.\n\nAugusta")
    #expect(try store.read { try $0.isAlive(.contact, 2) || $0.isAlive(.contact, 3) } == false)
    #expect(try store.read { try $0.referrers(of: .contact, [2, 3]) }.isEmpty)
    #expect(try store.read { try $0.all(CRMTask.self).map(\.contact?.rawValue) } == [1, 1])
    #expect(try store.read { try $0.record(Identifier<CRMTask>(2)) }?.contact == winner, "also what is in the trash")
    #expect(try store.read { try $0.record(Identifier<Lead>(1)) }?.convertedContact == winner)
    #expect(try store.read { try $0.history(limit: 1) }.first?.title == "Merge")
    #expect(try store.undo()?.kept == [])
    #expect(try store.dump() == before)
    #expect(try store.redo()?.kept == [])
    #expect(try store.undo()?.kept == [])
    #expect(try store.dump() == before && store.problems() == [])
  }

  @Test func aMergeTakesWhatIsThereByNow() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Begin") { for first in ["Ada", "Augusta"] { try $0.insert(person(first)) } }
    let merge = Merge(try records(store, [1, 2], Contact.self), customFields: [])
    try store.transact("Elsewhere") { try $0.set(["city": .text("London")], in: .contact, 2) }
    try store.transact("Merge") { try $0.merge(merge) }
    #expect(try store.read { try $0.record(Identifier<Contact>(1)) }?.city == "London")
    #expect(throws: StoreProblem.self) { try store.transact("Again") { try $0.merge(merge) } }
  }

  @Test func whatWasPutApartFromALoserStaysApartFromTheWinner() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Begin") { for _ in 0..<3 { try $0.insert(person("Ada", email: "a@x.example")) } }
    try store.transact("Apart") { try $0.keepApart(.contact, [2, 3]) }
    #expect(try store.duplicates(of: .contact)?.clusters.map(\.ids) == [[1, 2]])
    let merge = Merge(try records(store, [1, 2], Contact.self), customFields: [])
    try store.transact("Merge") { try $0.merge(merge) }
    #expect(try store.duplicates(of: .contact)?.clusters == [])
    _ = try store.undo()
    #expect(try store.duplicates(of: .contact)?.clusters.map(\.ids) == [[1, 2]])
    _ = try store.undo()
    #expect(try store.duplicates(of: .contact)?.clusters.map(\.ids) == [[1, 2, 3]])
    _ = try store.redo()
    #expect(try store.duplicates(of: .contact)?.clusters.map(\.ids) == [[1, 2]])
  }

  /// Merges among other changes, undone and done again in a random walk, with the file opened anew now and then.
  @Test(.timeLimit(.minutes(15))) func undoWalksThroughMergesToo() throws {
    let book = try SampleBook(folder.file(), TestRandom(), leads: 14, others: 14)
    var store = book.store
    var (past, future): ([String], [String]) = ([], [])
    var present = try state(store)
    for step in 0..<900 {
      switch book.random.int(0...99) {
      case 0..<28 where !past.isEmpty:
        #expect(try store.undo()?.kept == [])
        future.append(present)
        present = past.removeLast()
      case 28..<46 where !future.isEmpty:
        #expect(try store.redo()?.kept == [])
        past.append(present)
        present = future.removeLast()
      case 99:
        store = try CRMStore.hasty(folder.file())
        continue
      default:
        try change(store, book)
        let changed = try state(store)
        if changed != present {
          past.append(present)
          present = changed
          future = []
        }
      }
      guard try state(store) == present else {
        Issue.record("step \(step) came to another state")
        return
      }
    }
    #expect(try store.problems() == [])
  }

  private func state(_ store: CRMStore) throws -> String {
    let apart = try store.read { try String.fetchAll($0.db, sql: "SELECT id || kind || records FROM not_duplicate") }
    return try store.dump() + apart.joined(separator: "\n")
  }

  private func change(_ store: CRMStore, _ book: SampleBook) throws {
    let kind = book.random.pick([EntityKind.lead, .contact])
    let ids = try store.read { reader in
      try Int64.fetchAll(
        reader.db, sql: "SELECT id FROM \(kind.rawValue) WHERE deleted_at IS NULL ORDER BY random() LIMIT ?",
        arguments: [book.random.int(2...4)])
    }
    switch book.random.int(0...9) {
    case 0...3 where ids.count > 1:
      kind == .lead ? try merge(Lead.self, ids, store, book) : try merge(Contact.self, ids, store, book)
    case 4: try store.transact("Apart") { try $0.keepApart(kind, ids) }
    case 5: try store.transact("Restore") { try $0.restore(kind, Int64(book.random.int(1...14))) }
    default:
      let other = book.random.pick([EntityKind.lead, .contact, .opportunity, .task])
      let info = book.random.pick(other.fields.filter { !$0.name.hasSuffix("ed_at") })
      let value = book.value(info, of: other)
      try store.transact("Edit") { try $0.set([info.name: value], in: other, Int64(book.random.int(1...14))) }
    }
  }

  private func merge<R: CRMDomain.Record>(
    _ type: R.Type, _ ids: [Int64], _ store: CRMStore, _ book: SampleBook,
  ) throws {
    var merge = Merge(try records(store, ids, R.self), customFields: SampleBook.customFields)
    merge.keep(book.random.int(0...(ids.count - 1)))
    for info in merge.fields where book.random.chance(40) {
      merge.pick(book.random.chance(20) ? .all : .record(book.random.int(0...(ids.count - 1))), info)
    }
    let expected = merge.result
    let winner = try store.transact("Merge") { try $0.merge(merge) }
    let stored = try #require(try store.read { try $0.record(winner) })
    for field in R.schema.fields where field.info.name != "updated_at" {
      // References to the losers became references to the winner.
      if case .reference = field.info.kind { continue }
      #expect(field.get(stored) == field.get(expected), "\(field.info.name)")
    }
  }
}
