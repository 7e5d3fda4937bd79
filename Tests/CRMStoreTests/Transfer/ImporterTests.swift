import Foundation
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct ImporterTests {
  private let folder = TestFolder()

  private func store(_ name: String = "book.db") throws -> CRMStore {
    let store = try CRMStore.hasty(folder.file(name))
    try store.prepareEmptyBook(userName: "ada")
    return store
  }

  private func file(_ text: String, _ name: String = "expo.csv") throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  private func load(
    _ text: String, _ kind: EntityKind = .lead, into store: CRMStore, _ change: (inout ImportOptions) -> Void = { _ in },
  ) throws -> ImportOutcome {
    var options = ImportOptions(kind)
    change(&options)
    return try Importer(store: store, options: options).run(path: try file(text))
  }

  // MARK: What arrives

  @Test func rowsBecomeLeadsOfOneOperation() throws {
    let store = try store()
    let outcome = try load(
      "first_name,last_name,email,company\nAda,Lovelace,ada@x.example,Engines\n,Hopper,,Navy\n", into: store)
    let leads = try store.read { try $0.all(Lead.self) }
    #expect(leads.map(\.lastName) == ["Lovelace", "Hopper"])
    #expect(leads.map(\.companyName) == ["Engines", "Navy"])
    #expect(leads[0].createdAt == testNow)
    #expect(try store.read { try $0.history(limit: 1) }.map(\.title) == ["Import expo.csv: 2 leads"])
    #expect(outcome.sentence == "expo.csv: 2 leads added")
  }

  @Test func undoTakesTheWholeImportBack() throws {
    let store = try store()
    let before = try store.dump()
    _ = try load(
      "last_name,email,owner,region\nHopper,g@x.example,grace,EMEA\nLovelace,a@x.example,grace,APAC\n", into: store)
    _ = try store.undo()
    #expect(try store.dump() == before)
    _ = try store.redo()
    #expect(try store.read { try $0.count(.lead) } == 2)
  }

  @Test func valuesThatAreNotInTheFileAreTheUsualOnes() throws {
    let store = try store()
    _ = try load("title\nCall Bob\n", .task, into: store)
    _ = try load("type,subject\ncall,Asked for pricing\n", .activity, into: store)
    let me = try store.read { try $0.me()?.id }
    let task = try #require(try store.read { try $0.all(CRMTask.self) }.first)
    #expect(task.assignedTo == me && task.createdBy == me && task.status == "pending")
    let activity = try #require(try store.read { try $0.all(Activity.self) }.first)
    #expect(activity.user == me && activity.occurredAt == testNow && activity.activityType == "call")
  }

  @Test func unknownOwnersBecomeColleaguesWithoutALogin() throws {
    let store = try store()
    let outcome = try load("last_name,owner\nHopper,grace\nLovelace,me\nCurie,Grace\n", into: store)
    let users = try store.read { try $0.all(User.self) }
    #expect(users.map(\.username) == ["ada", "grace"])
    #expect(users.map(\.isActive) == [true, false])
    #expect(outcome.newUsers == ["grace"])
    let leads = try store.read { try $0.all(Lead.self) }
    #expect(leads.map { $0.assignedTo?.rawValue } == [2, 1, 2])
  }

  @Test func columnsOfNoFieldBecomeCustomFields() throws {
    let store = try store()
    _ = try load("last_name,Company size,Hat\nHopper,12,red\n", into: store)
    let fields = try store.read { try $0.customFields(of: .lead) }
    #expect(fields.map(\.name) == ["company_size", "hat"])
    #expect(fields.map(\.kind) == [.integer, .text])
    let lead = try #require(try store.read { try $0.all(Lead.self) }.first)
    #expect(lead.customFields == ["company_size": .integer(12), "hat": .string("red")])
  }

  @Test func aGivenMappingIsObeyed() throws {
    let store = try store()
    _ = try load("A,B,C\nHopper,g@x.example,left out\n", into: store) { $0.mapping = ["A": "last_name", "B": "email"] }
    let lead = try #require(try store.read { try $0.all(Lead.self) }.first)
    #expect(lead.lastName == "Hopper" && lead.email == "g@x.example" && lead.customFields.isEmpty)
  }

  // MARK: Deals

  @Test func dealsFindTheirContactAndMakeTheOneThatIsMissing() throws {
    let store = try store()
    _ = try load("first_name,last_name,email\nAda,Lovelace,ada@x.example\n", .contact, into: store)
    let text = """
      name,company,contact,amount,stage
      One,Engines,ADA@x.example,100,proposal
      Two,Engines,ada lovelace,200,Won
      Three,Navy,Grace Hopper,300,
      Four,Navy,Grace Hopper,400,
      """
    let outcome = try load(text, .opportunity, into: store)
    let deals = try store.read { try $0.all(Opportunity.self) }
    #expect(deals.map { $0.contact?.rawValue } == [1, 1, 2, 2])
    #expect(deals.map(\.stage) == ["proposal", "closed_won", "prospecting", "prospecting"])
    #expect(deals.map(\.probability) == [50, 100, 10, 10])
    #expect(deals.allSatisfy { $0.board?.rawValue == 1 && $0.stageEnteredAt == testNow && $0.currency == "USD" })
    let grace = try #require(try store.read { try $0.record(Identifier<Contact>(2)) })
    #expect(grace.fullName == "Grace Hopper" && grace.companyName == "Navy" && outcome.newContacts == 1)
  }

  @Test func linksToNothingAreLeftEmptyAndCounted() throws {
    let store = try store()
    let outcome = try load("title,lead\nCall,Nobody At All\n", .task, into: store)
    #expect(outcome.unlinked == 1)
    #expect(try store.read { try $0.all(CRMTask.self) }.map(\.lead) == [nil])
  }

  // MARK: Records that are there

  @Test func contactsThatExistAreErrorsAsInV1() throws {
    let store = try store()
    let outcome = try load("last_name,email\nLovelace,ada@x.example\nByron,ADA@x.example\n", .contact, into: store)
    #expect(outcome.report.created == 1 && outcome.report.errors == 1)
    #expect(outcome.report.details[0].row == 3)
    #expect(outcome.report.details[0].error.hasPrefix("Contact with this email already exists."))
  }

  @Test func updateExistingChangesWhatTheFileFillsIn() throws {
    let store = try store()
    _ = try load("last_name,email,phone,company\nLovelace,ada@x.example,+44 1,Engines\n", into: store)
    let text =
      "last_name,email,phone,company\nKing,ADA@X.example,,Engines\nHopper,g@x.example,,\nHopper,g@x.example,,\n"
    let outcome = try load(text, into: store) { $0.updatesExisting = true }
    #expect(outcome.report.updated == 1 && outcome.report.created == 1 && outcome.report.merged == 1)
    #expect(outcome.report.imported == 3)
    let ada = try #require(try store.read { try $0.record(Identifier<Lead>(1)) })
    #expect(ada.lastName == "King" && ada.phone == "+44 1")
    _ = try store.undo()
    #expect(try store.read { try $0.all(Lead.self) }.map(\.lastName) == ["Lovelace"])
  }

  // MARK: Rows and files with mistakes

  @Test func rowsWithMistakesAreReportedInV1sShape() throws {
    let store = try store()
    let text = "last_name,email,value\nA,a@x.example,1\nB,b at x,2\nC,c@x.example,x\n,,7\nD,d@x.example,3\n"
    let outcome = try load(text, into: store)
    guard case .object(let report) = outcome.report.json, case .array(let details)? = report["error_details"],
      case .object(let first)? = details.first
    else {
      Issue.record("no report")
      return
    }
    #expect(report["success"] == .bool(true) && report["imported"] == .integer(2) && report["errors"] == .integer(3))
    #expect(Set(first.keys) == ["row", "error", "data"] && first["row"] == .integer(3))
    #expect(first["data"] == .object(["last_name": .string("B"), "email": .string("b at x"), "value": .string("2")]))
    #expect(try store.read { try $0.all(Lead.self) }.map(\.lastName) == ["A", "D"])
  }

  @Test(arguments: [
    ("", "is empty"), ("last_name\n\"open\n", "quote is opened and never closed"),
    ("last_name\n" + String(repeating: "Hopper\n", count: 30) + "a\u{0}b\n", "NUL"),

    ("PK\u{3}\u{4}xyz\n", "ZIP archive"), ("colour,shape\nred,round\n", "no column of leads was found"),
  ])
  func filesThatCannotBeReadSayWhyAndWriteNothing(_ text: String, _ words: String) throws {
    let store = try store()
    let before = try store.dump()
    let problem = #expect(throws: ImportProblem.self) { try load(text, into: store) }
    #expect(problem?.sentence.contains(words) == true, "\(problem?.sentence ?? "")")
    #expect(try store.dump() == before)
  }

  /// Root may read anything, so another program that gives its rights up tries it.
  @Test func aFileThatMayNotBeReadIsSaidToBe() throws {
    chmod(folder.path, 0o755)
    let path = folder.file("locked.csv")
    try "last_name,email\nHopper,g@x.example\n".write(toFile: path, atomically: true, encoding: .utf8)
    chmod(path, 0o644)
    #expect(try Hammer(["look", path]).lines() == ["last_name,email"])
    chmod(path, 0)
    #expect(try Hammer(["look", path]).lines() == ["\(path) may not be read: check its permissions."])
    chmod(path, 0o644)
    chmod(folder.path, 0)
    #expect(try Hammer(["look", path]).lines() == ["\(path) may not be read: check its permissions."])
    chmod(folder.path, 0o755)
  }

  @Test func aFileThatCannotBeOpenedSaysWhy() throws {
    let path = folder.file("round.csv")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    let sentence = "\(path) cannot be read: Too many levels of symbolic links."
    #expect(throws: ImportProblem(sentence)) { try ImportText(path: path) }
  }

  @Test func pathsThatAreNoFileSayWhy() throws {
    let importer = Importer(store: try store(), kind: .lead)
    #expect(throws: ImportProblem("There is no file /nowhere/x.csv. Check its name and folder.")) {
      try importer.run(path: "/nowhere/x.csv")
    }
    #expect(throws: ImportProblem("\(folder.path) is a folder. Name a CSV file in it.")) {
      try importer.run(path: folder.path)
    }
  }

  @Test func aMistakeBehindTheFirstMegabyteTakesBackWhatCameBefore() throws {
    let store = try store()
    let before = try store.dump()
    let problem = #expect(throws: ImportProblem.self) { try load(large + "\"open\n", into: store) }
    #expect(problem?.sentence.contains("Nothing was imported.") == true)
    #expect(try store.dump() == before)
  }

  @Test func otherEncodingsAndDelimitersAreFoundOut() throws {
    let store = try store()
    let text = "Nachname;E-Mail;Wert\r\nMüller;m@x.example;1.234,50\r\n"
    try #require(text.data(using: .windowsCP1252)).write(to: URL(fileURLWithPath: folder.file("de.csv")))
    let outcome = try Importer(store: store, kind: .lead).run(path: folder.file("de.csv"))
    #expect(outcome.report.errors == 0, "\(outcome.report.details)")
    let lead = try #require(try store.read { try $0.all(Lead.self) }.first)
    #expect(lead.lastName == "Müller" && lead.estimatedValue == Money(hundredths: 123_450))
  }

  // MARK: Long files

  /// A header and enough rows for several transactions.
  private var large: String {
    "last_name,notes\n" + (1...12_000).map { "Row \($0),\(String(repeating: "word ", count: 40))\n" }.joined()
  }

  @Test func aFileOfSeveralTransactionsIsOneOperation() throws {
    let store = try store()
    var steps: [ImportProgress] = []
    let outcome = try Importer(store: store, kind: .lead).run(path: try file(large)) { progress in
      steps.append(progress)
      return false
    }
    #expect(outcome.report.created == 12_000)
    #expect(steps.count > 2 && steps.last?.done == 12_000 && steps.last?.total == 12_000)
    #expect(
      try store.read { try $0.history(limit: 9) }.map(\.title) == ["Import expo.csv: 12,000 leads", "Begin the book"])
    _ = try store.undo()
    #expect(try store.read { try $0.count(.lead) } == 0)
  }

  @Test func cancellingTakesBackWhatIsWritten() throws {
    let store = try store()
    let before = try store.dump()
    let outcome = try Importer(store: store, kind: .lead).run(path: try file(large)) { _ in true }
    #expect(outcome.isCancelled && outcome.operation == nil)
    #expect(outcome.sentence == "expo.csv: cancelled, nothing was imported")
    #expect(try store.dump() == before)
    #expect(try store.read { try $0.imports() }.map(\.state) == [.cancelled])
  }

  @Test func aDryRunCountsAndWritesNothing() throws {
    let store = try store()
    let before = try store.dump()
    let outcome = try load("last_name,email,owner,hat\nA,a@x.example,grace,red\nB,b,,\n", into: store) {
      $0.isDryRun = true
    }
    #expect(outcome.report.created == 1 && outcome.report.errors == 1 && outcome.operation == nil)
    #expect(try store.dump() == before)
    #expect(try store.read { try $0.customFields(of: .lead) }.isEmpty)
  }
}
