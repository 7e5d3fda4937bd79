import CRMDomain
import CRMTestSupport
import TerminalKit
import Testing

/// Finding who is there twice, and making one of them.
@MainActor struct DuplicateTests {
  /// Three of one person and two of another, with tasks, deals and calls; and somebody else.
  private func book() throws -> TestBook {
    let book = try TestBook()
    try book.store.transact("Begin") { writer in
      func lead(_ first: String, _ last: String, _ company: String, email: String = "", phone: String = "") -> Lead {
        var lead = Lead()
        (lead.firstName, lead.lastName, lead.companyName) = (first, last, company)
        (lead.email, lead.phone) = (email, phone)
        lead.notes = "Notes of \(first)"
        return lead
      }
      try writer.insert(lead("Ada", "Lovelace", "Analytical", email: "ada@x.example", phone: "+44 20 7946 0958"))
      try writer.insert(lead("A.", "Lovelace", "Analytical Ltd", email: "ADA@x.example"))
      try writer.insert(lead("Augusta", "King", "Somerset", phone: "020 7946 0958"))
      try writer.insert(lead("Jon", "Smith", "Acme", email: "jon@acme.example"))
      try writer.insert(lead("John", "Smith", "ACME Inc.", email: "john@acme.example"))
      try writer.insert(lead("Grace", "Hopper", "Navy", email: "grace@navy.example"))
      for index in 1...3 {
        var task = CRMTask()
        (task.title, task.lead) = ("Task \(index)", Identifier(2))
        try writer.insert(task)
      }
      var deal = Opportunity()
      (deal.name, deal.lead) = ("Engine", Identifier(2))
      try writer.insert(deal)
      var call = Activity()
      (call.subject, call.lead) = ("Call", Identifier(2))
      try writer.insert(call)
    }
    return book
  }

  private func leads(_ robot: Robot) throws -> [String] { try robot.book.all(Lead.self).map(\.fullName) }

  /// The footer tells what was done, and so names it too.
  private func lists(_ robot: Robot, _ text: String) -> Bool { robot.lines.dropLast().contains { $0.contains(text) } }

  // MARK: The list

  @Test func theListShowsWhoMayBeOneAndWhy() throws {
    let robot = Robot(try book(), 120, 30)
    robot.press("2", "M")
    #expect(robot.row("Ada Lovelace, A. Lovelace").contains("likely"), "\(robot.screen)")
    #expect(robot.row("Ada Lovelace, A. Lovelace").contains("same e-mail"))
    #expect(robot.row("Jon Smith, John Smith").contains("possible"))
    #expect(robot.lines[1].contains("2 groups in 6 leads"), "\(robot.lines[1])")
    #expect(robot.shows("same e-mail ada@x.example"))
    robot.press("j")
    #expect(robot.shows("names and companies almost the same: “Jon Smith, Acme” and “John Smith, ACME Inc.”"))
    #expect(robot.row("1 Jon Smith").contains("2 John Smith"), "\(robot.screen)")
  }

  @Test func withoutDuplicatesItSaysAmongHowMany() throws {
    let book = try TestBook()
    try book.store.transact("Begin") { writer in
      for name in ["Ada", "Grace"] {
        var lead = Lead()
        lead.lastName = name
        try writer.insert(lead)
      }
    }
    let robot = Robot(book)
    robot.press(":")
    robot.type("duplicates")
    robot.press(.enter)
    #expect(robot.shows("No duplicates among 2 leads."), "\(robot.screen)")
    robot.press(.enter)
    #expect(robot.foot.contains("no duplicates here"))
    robot.press(.tab)
    #expect(robot.shows("No duplicates among 0 contacts."), "\(robot.screen)")
    robot.press(.escape)
    #expect(!robot.shows("No duplicates"))
  }

  @Test func whatIsSaidToBeDifferentIsNotShownAgainUntilThatIsUndone() throws {
    let book = try book()
    let robot = Robot(book, 100, 30)
    robot.press("2", "M", "n")
    #expect(robot.foot.contains("Ada Lovelace, A. Lovelace are not duplicates"), "\(robot.foot)")
    #expect(!lists(robot, "Ada Lovelace, A. Lovelace"))
    #expect(robot.shows("Ada Lovelace, Augusta King"), "what stood behind it is shown now: \(robot.screen)")
    let again = Robot(book, 100, 30)
    again.press("2", "M")
    #expect(!lists(again, "Ada Lovelace, A. Lovelace"))
    again.press("u")
    #expect(again.shows("Ada Lovelace, A. Lovelace"), "\(again.screen)")
    again.press(.control("r"))
    #expect(!lists(again, "Ada Lovelace, A. Lovelace"))
  }

  @Test func oneOfThemIsOpened() throws {
    let robot = Robot(try book(), 100, 30)
    robot.press("2", "M", "o", .down, .enter)
    #expect(robot.shows("A. Lovelace") && robot.shows("Timeline"), "\(robot.screen)")
    robot.press(.escape)
    #expect(robot.shows("2 groups"))
  }

  // MARK: The workbench

  @Test func theWorkbenchMergesWhatIsPickedAndOneUndoTakesItBack() throws {
    let robot = Robot(try book(), 100, 30)
    robot.press("2", "M", .enter)
    #expect(robot.lines[1].contains("Merge 2 leads"), "\(robot.screen)")
    #expect(robot.shows("✓ stays  #1") && robot.shows("✗ goes   #2"))
    #expect(robot.shows("1 deal, 3 tasks and 1 activity move to it; 1 lead goes to the trash"), "\(robot.screen)")
    #expect(robot.row("First name").contains("✓ Ada"))
    robot.press("l", "j", "2")
    #expect(robot.row("First name").contains("✓ A."), "\(robot.screen)")
    #expect(robot.row("Company").contains("✓ Analytical Ltd"))
    #expect(robot.shows("Company: Analytical Ltd"))
    #expect(robot.row("Notes").contains("+ Notes of Ada"))
    robot.press("b")
    #expect(robot.foot.contains("Company can only be one of them"), "\(robot.foot)")
    robot.press(.control("s"))
    #expect(robot.foot.contains("Merge A. Lovelace into Ada Lovelace"), "\(robot.foot)")
    #expect(try leads(robot) == ["A. Lovelace", "Augusta King", "Jon Smith", "John Smith", "Grace Hopper"])
    let merged = try #require(try robot.book.all(Lead.self).first)
    #expect(merged.id.rawValue == 1 && merged.companyName == "Analytical Ltd" && merged.phone == "+44 20 7946 0958")
    #expect(merged.notes == "Notes of Ada\n\nNotes of A.")
    #expect(try robot.book.all(CRMTask.self).allSatisfy { $0.lead == merged.id })
    #expect(robot.shows("Duplicates"), "back in the list")
    robot.press("u")
    #expect(robot.foot.contains("Undone: Merge A. Lovelace"))
    #expect(try leads(robot).count == 6)
    #expect(try robot.book.all(CRMTask.self).allSatisfy { $0.lead?.rawValue == 2 })
    #expect(robot.shows("Ada Lovelace, A. Lovelace"), "\(robot.screen)")
  }

  @Test func anotherRecordCanStayAndGiveEverything() throws {
    let robot = Robot(try book(), 100, 30)
    robot.press("2", "M", .enter, "2", "s", "a")
    #expect(robot.shows("✗ goes   #1") && robot.shows("✓ stays  #2"), "\(robot.screen)")
    #expect(robot.row("Phone").contains("✓ (nothing)"), "\(robot.screen)")
    robot.press(.end, .home, "h")
    #expect(robot.row("First name").contains("✓ Ada"))
    robot.press(.enter)
    #expect(try robot.book.all(Lead.self).first?.id.rawValue == 2)
    #expect(try robot.book.all(Lead.self).first?.phone == "")
  }

  @Test func leavingTheWorkbenchChangesNothing() throws {
    let robot = Robot(try book())
    let before = try robot.store.read { try $0.history(limit: 5) }
    robot.press("2", "M", .enter, "l", .escape, .escape)
    #expect(robot.lines[1].contains("Leads"))
    #expect(try robot.store.read { try $0.history(limit: 5) } == before)
  }

  @Test func markedRowsAreMerged() throws {
    let robot = Robot(try book(), 100, 30)
    robot.press("2", "/")
    robot.type("smith")
    robot.press(.enter, "*", "m")
    #expect(robot.shows("Merge 2 leads"), "\(robot.screen)")
    robot.press(.enter)
    #expect(try leads(robot).filter { $0.contains("Smith") }.count == 1)
  }

  @Test func withoutMarksTheRowIsMergedWithWhoItMayBe() throws {
    let robot = Robot(try book(), 100, 30)
    robot.press("2", "/")
    robot.type("lovelace phone:7946")
    robot.press(.enter, "m")
    #expect(robot.shows("Merge 3 leads") && robot.shows("Augusta"), "\(robot.screen)")
    robot.press(.escape, "/", .control("u"))
    robot.type("grace")
    robot.press(.enter, "m")
    #expect(robot.foot.contains("Nobody looks like Grace Hopper"), "\(robot.foot)")
    robot.press(.enter, "m")
    #expect(robot.foot.contains("Nobody looks like Grace Hopper"), "\(robot.foot)")
  }

  @Test func moreThanEightAreNotMergedAtOnce() throws {
    let robot = try Robot.demo(100, 30)
    robot.press("2", "*", "m")
    #expect(robot.foot.contains("At most 8 records are merged at once"), "\(robot.foot)")
    robot.press("5", "m")
    #expect(robot.foot.contains("Only leads and contacts are merged"), "\(robot.foot)")
  }

  @Test func aRecordDeletedMeanwhileIsSaid() throws {
    let robot = Robot(try book())
    robot.press("2", "M", .enter)
    try robot.store.transact("Elsewhere") { try $0.trash(.lead, 2) }
    robot.press("j")
    #expect(robot.shows("One of these records is no longer there"), "\(robot.screen)")
    robot.press(.enter, .escape)
    #expect(robot.shows("groups in 5 leads"), "\(robot.screen)")
  }

  // MARK: Making a record

  private func typeNewLead(_ robot: Robot, email: String = "") {
    robot.press("2", "n")
    robot.type("Ada")
    robot.press(.tab)
    robot.type("Lovelace")
    robot.press(.tab)
    robot.type("Analytical GmbH")
    for _ in 0..<5 { robot.press(.tab) }
    robot.type(email.isEmpty ? "new@x.example" : email)
    robot.press(.control("s"))
  }

  @Test func aNewRecordThatIsThereIsOffered() throws {
    let robot = Robot(try book(), 100, 30)
    typeNewLead(robot)
    #expect(robot.shows("same name and company") && robot.shows("create anyway"), "\(robot.screen)")
    robot.press(.escape)
    #expect(robot.shows("New lead"), "the form is as it was")
    robot.press(.control("s"), "c")
    #expect(try leads(robot).filter { $0 == "Ada Lovelace" }.count == 2)
    #expect(!robot.shows("New lead"))
  }

  @Test func theRecordThatIsThereCanBeLookedAtFromTheForm() throws {
    let robot = Robot(try book(), 100, 30)
    typeNewLead(robot, email: "grace@NAVY.example")
    #expect(robot.shows("Grace Hopper, Navy") && robot.shows("same e-mail grace@navy.example"), "\(robot.screen)")
    robot.press("j", "o")
    #expect(robot.shows("Timeline"), "\(robot.screen)")
    robot.press(.escape, .escape)
    #expect(robot.shows("New lead"))
    #expect(try leads(robot).count == 6)
  }

  @Test func whatWasTypedIsMergedIntoTheRecordThatIsThere() throws {
    let robot = Robot(try book(), 100, 30)
    typeNewLead(robot, email: "ada@x.example")
    robot.press("m")
    #expect(robot.shows("as typed") && robot.shows("✓ stays  #1"), "\(robot.screen)")
    robot.press("l")
    #expect(robot.row("Company").contains("✓ Analytical GmbH"), "\(robot.screen)")
    robot.press(.enter)
    #expect(robot.foot.contains("Merge Ada Lovelace into Ada Lovelace"), "\(robot.foot)")
    #expect(!robot.shows("New lead") && robot.lines[1].contains("Leads"))
    #expect(try leads(robot).count == 6)
    #expect(try robot.book.all(Lead.self).first?.companyName == "Analytical GmbH")
    robot.press("u")
    #expect(try robot.book.all(Lead.self).first?.companyName == "Analytical")
  }

  @Test func aNewLeadWhoIsAContactAlreadyIsSaid() throws {
    let book = try book()
    try book.store.transact("Contact") { writer in
      var contact = Contact()
      (contact.firstName, contact.lastName, contact.email) = ("Mary", "Somerville", "mary@x.example")
      try writer.insert(contact)
    }
    let robot = Robot(book, 100, 30)
    robot.press("2", "n")
    robot.type("Mary")
    robot.press(.tab)
    robot.type("Somerville")
    for _ in 0..<6 { robot.press(.tab) }
    robot.type("mary@x.example")
    robot.press(.control("s"))
    #expect(robot.shows("Mary Somerville") && robot.shows("(contact)"), "\(robot.screen)")
    robot.press("m")
    #expect(robot.foot.contains("A contact is another kind of record"), "\(robot.foot)")
  }

  // MARK: Converting

  @Test func convertingOffersAContactWithTheSameNumber() throws {
    let book = try book()
    try book.store.transact("Contact") { writer in
      var contact = Contact()
      (contact.firstName, contact.lastName, contact.mobile) = ("Ada", "Byron", "+44 (0)20 7946-0958")
      try writer.insert(contact)
    }
    let robot = Robot(book, 100, 30)
    robot.press("2", "/")
    robot.type("lovelace phone:7946")
    robot.press(.enter, "c", .left)
    #expect(robot.shows("Ada Byron") && robot.shows("same phone"), "\(robot.screen)")
  }

  // MARK: Every size

  @Test(arguments: [Size(80, 24), Size(40, 12), Size(200, 50)])
  func wideNamesAndLongCompaniesStayInTheirColumns(size: Size) throws {
    let book = try TestBook()
    try book.store.transact("Begin") { writer in
      for index in 0..<9 {
        var lead = Lead()
        (lead.firstName, lead.lastName) = ("株式", "山田")
        lead.companyName = "Gesellschaft für Anlagenbau und Verfahrenstechnik Nord-Süd KG"
        (lead.email, lead.jobTitle) = ("a@x.example", "部長 \(index)")
        try writer.insert(lead)
      }
    }
    let robot = Robot(book, size.columns, size.rows)
    robot.press("2", "M")
    #expect(faults(of: robot.terminal.canvas).isEmpty, "\(robot.screen)")
    robot.press(.enter)
    for _ in 0..<10 {
      robot.press("l")
      #expect(faults(of: robot.terminal.canvas).isEmpty, "\(robot.screen)")
    }
    #expect(robot.shows("8 株式 山田") && robot.shows("Merge 8 leads"), "\(robot.screen)")
    robot.press(.enter)
    #expect(try book.all(Lead.self).count == 2)
  }
}
