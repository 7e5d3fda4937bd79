import Foundation
import Testing

@testable import CRMDomain
@testable import CRMStore

/// What is said before anything is written, and that it is what happens then.
@Suite struct RehearsalTests {
  private let book = """
    first_name,last_name,email,phone,company,notes
    Ada,Lovelace,ada@x.example,+44 20 7946 0958,Engines,first
    Grace,Hopper,g@x.example,+1 415 555 0100,Navy,
    John,Smith,,,Acme,
    """

  @Test func everyRowIsInOneGroup() throws {
    let desk = try ImportDesk()
    try desk.load(book)
    let before = try desk.store.dump()
    let job = try desk.job(
      """
      first_name,last_name,email,phone,company
      Ada,King,ADA@x.example,,Engines
      Grace,Hopper,g@x.example,,
      Mary,Shelley,m@x.example,,
      Mary,Shelley,m@x.example,,Books
      Jon,Smith,jon@x.example,,Acme
      Bad,Row,bad at x,,
      """
    ) {
      $0.updates(by: .email)
      $0.matching.near = .ask
    }
    let rehearsal = try #require(try job.rehearse())
    #expect(ImportRehearsal.Group.allCases.map(rehearsal.count) == [1, 1, 1, 1, 1, 1])
    #expect(rehearsal.total == 6)
    let changed = try #require(try rehearsal.rows(.changed).first)
    #expect(changed.number == 2 && changed.record == 1 && changed.recordName == "Ada Lovelace")
    #expect(changed.changes.map(\.field.name) == ["email", "last_name"])
    #expect(changed.changes[1].old == .text("Lovelace") && changed.changes[1].new == .text("King"))
    #expect(try rehearsal.rows(.duplicate).map(\.otherRow) == [4])
    #expect(try rehearsal.rows(.near).map(\.recordName) == ["John Smith"])
    let bad = try #require(try rehearsal.rows(.bad).first)
    #expect(bad.cells == ["Bad", "Row", "bad at x", "", ""] && bad.problems.map(\.column) == ["email"])
    #expect(try desk.store.dump() == before)
    #expect(try desk.store.read { try $0.imports() }.count == 1, "a rehearsal is no import")
  }

  @Test func aBadRowIsCheckedAgainAtOnceAndCorrectedInThePlan() throws {
    let desk = try ImportDesk()
    try desk.load(book)
    let text = "last_name,email\nKing,ada at x\nShelley,m@x.example\n"
    let job = try desk.job(text) { $0.updates(by: .email) }
    let rehearsal = try #require(try job.rehearse())
    let bad = try #require(try rehearsal.rows(.bad).first)
    #expect(try rehearsal.check(bad, with: [1: "still bad"]).group == .bad)
    #expect(try rehearsal.check(bad, with: [1: "new@x.example"]).group == .new)
    let checked = try rehearsal.check(bad, with: [1: "ada@x.example"])
    #expect(checked.group == .changed && checked.record == 1 && checked.cells == ["King", "ada@x.example"])
    try desk.load(text) {
      $0.updates(by: .email)
      $0.corrections = [2: [1: "ada@x.example"]]
    }
    #expect(try desk.leads.map(\.lastName) == ["King", "Hopper", "Smith", "Shelley"])
  }

  @Test func decisionsSayWhatRowsAreThatLookLikeARecord() throws {
    let desk = try ImportDesk()
    try desk.load(book)
    let text = "first_name,last_name,company,job\nJon,Smith,Acme,a\nJ.,Smith,Acme,b\nJohn,Smith,Acme,c\n"
    let near: (inout ImportPlan) -> Void = { $0.matching.near = .ask }
    #expect(try desk.job(text, .lead, near).rehearse()?.count(.near) == 3)
    let outcome = try desk.load(text) {
      near(&$0)
      $0.decisions = [2: .create, 3: .skip, 4: .update(3)]
    }
    #expect(outcome.report.created == 1 && outcome.report.updated == 1 && outcome.report.duplicates == 1)
    #expect(try desk.leads.map(\.firstName) == ["Ada", "Grace", "John", "Jon"])
  }

  @Test func anyPageOfAGroupCanBeRead() throws {
    let desk = try ImportDesk()
    let rows = (2...5001).map { $0 % 2 == 0 ? "Row \($0),r\($0)@x.example" : "Row \($0),bad" }
    let rehearsal = try #require(try desk.job("last_name,email\n\n" + rows.joined(separator: "\n")).rehearse())
    #expect(rehearsal.count(.new) == 2500 && rehearsal.count(.bad) == 2500)
    for offset in [0, 990, 1000, 1999, 2400, 2499] {
      let page = try rehearsal.rows(.bad, from: offset, limit: 20)
      #expect(page.map { $0.cells[0] } == (offset..<min(2500, offset + 20)).map { "Row \($0 * 2 + 3)" }, "\(offset)")
      #expect(page.allSatisfy { $0.group == .bad && $0.problems.count == 1 })
    }
    #expect(try rehearsal.rows(.bad, from: 2500).isEmpty)
  }

  @Test func aRehearsalCanBeCancelled() throws {
    #expect(try ImportDesk().job(book).rehearse { _ in true } == nil)
  }

  // MARK: The same as the import

  /// Random books, files and plans: the counts are those of the import, and taking it back leaves the book as it was.
  @Test(arguments: [EntityKind.lead, .contact, .opportunity, .task, .activity])
  func aRehearsalSaysWhatTheImportDoes(_ kind: EntityKind) throws {
    var random = TestRandom()
    for round in 0..<25 {
      let desk = try ImportDesk()
      let files = RandomFile(kind)
      _ = try desk.load(files.text(rows: 20, &random), kind)
      let before = try desk.store.dump()
      let text = files.text(rows: 60, &random)
      var words: JSONValue = .null
      var job = try desk.job(text, kind) { plan in
        files.change(&plan, &random)
        words = plan.json
      }
      job.pieceSize = random.int(40...2000)
      let rehearsal = try #require(try job.rehearse())
      let outcome = try job.apply(rejects: .nowhere)
      let place = "round \(round): \(words.text)\n\(text)"
      #expect(rehearsal.report.counts == outcome.report.counts, "\(place)")
      #expect(rehearsal.report.details == outcome.report.details, "\(place)")
      #expect(rehearsal.newUsers == outcome.newUsers && rehearsal.newContacts == outcome.newContacts, "\(place)")
      #expect(rehearsal.unlinked == outcome.unlinked, "\(place)")
      #expect(rehearsal.total == 60)
      #expect(try desk.store.problems() == [])
      guard let run = outcome.run, outcome.operation != nil else { continue }
      #expect(try desk.store.revertImport(run).kept == [])
      #expect(try desk.store.dump() == before, "\(place)")
    }
  }
}

/// Files whose rows repeat each other and the book, with mistakes in them.
struct RandomFile {
  private let kind: EntityKind

  init(_ kind: EntityKind) { self.kind = kind }

  func text(rows: Int, _ random: inout TestRandom) -> String {
    let header =
      switch kind {
      case .opportunity: "name,company,contact,amount,stage,owner,tags"
      case .task: "title,type,due,lead,notes"
      case .activity: "type,subject,occurred,notes"
      default: "first_name,last_name,email,phone,company,notes,owner,tags,Hat"
      }
    return ([header] + (0..<rows).map { _ in row(&random) }).joined(separator: "\n") + "\n"
  }

  private func row(_ random: inout TestRandom) -> String {
    let (first, last) = (random.pick(["Ada", "Bob", "Jon", "John"]), random.pick(["King", "Smith", "Øst", "O'Hara"]))
    let company = random.pick(["Acme", "acme", "Engines", ""])
    let owner = random.pick(["grace", "Grace", "me", "", ""])
    let bad = random.chance(8)
    switch kind {
    case .opportunity:
      let contact = random.pick(["a1@x.example", "Ada King", "Jon Smith", ""])
      let amount = bad ? "lots" : "\(random.int(1...3))00"
      return
        "\(last) deal,\(company),\(contact),\(amount),\(random.pick(["proposal", "Won", ""])),\(owner),\(random.pick(["vip", ""]))"
    case .task:
      return
        "Call \(last),\(random.pick(["call", "meeting"])),\(bad ? "soon" : "2026-12-0\(random.int(1...3))"),Nobody,\(random.int(1...2))"
    case .activity: return "call,Met \(last),\(bad ? "soon" : "2026-11-0\(random.int(1...3))"),\(random.int(1...2))"
    default:
      let email =
        bad ? "no at" : random.chance(70) ? "\(random.pick(["a", "A", "b"]))\(random.int(1...4))@x.example" : ""
      let phone = random.chance(50) ? random.pick(["+44 20 7946 0958", "+442079460958", "020 7946 0958"]) : ""
      return
        "\(first),\(last),\(email),\(phone),\(company),\(random.int(1...2)),\(owner),\(random.pick(["vip", ""])),\(random.pick(["red", ""]))"
    }
  }

  func change(_ plan: inout ImportPlan, _ random: inout TestRandom) {
    plan.matching.mode = random.pick(ImportPlan.Mode.allCases)
    plan.matching.keys = [.email, .phone, .nameAndCompany].filter { _ in random.chance(50) }
    if plan.matching.mode == .update, plan.matching.keys.isEmpty { plan.matching.keys = [.nameAndCompany] }
    plan.matching.duplicates = random.pick(ImportPlan.Duplicates.allCases)
    plan.matching.near = random.pick(ImportPlan.Near.allCases)
    for index in plan.columns.indices where random.chance(30) { plan.columns[index].options.empty = .clear }
    if random.chance(50), kind != .task, kind != .activity { plan.stamps["tags"] = "expo" }
    if random.chance(30) { plan["phone"].options.phoneRegion = "GB" }
    if random.chance(30) { plan.makesContacts = false }
    for row in 2...61 where random.chance(5) {
      plan.decisions[row] = random.pick([.create, .skip, .update(Int64(random.int(1...22)))])
    }
  }
}
