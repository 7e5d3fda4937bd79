import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct FirstPageTests {
  private let folder = TestFolder()

  @Test func everyBookBeginsWithTheRepAndABoard() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.prepareEmptyBook(userName: "ada")
    try store.prepareEmptyBook(userName: "somebody else")
    #expect(try store.read { try $0.all(User.self) }.map(\.username) == ["ada"])
    #expect(try store.read { try $0.me()?.username } == "ada")
    #expect(try store.read { try $0.stages(of: Identifier(1)) }.map(\.key) == Choices.stage.map(\.value))
    #expect(try store.read { try $0.isEmpty() })
  }

  @Test func undoPassesOverTheBeginning() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.prepareEmptyBook(userName: "ada")
    #expect(try store.undo() == nil)
  }

  @Test func aColleagueOfThatNameBecomesTheRep() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Add") { writer in
      var user = User()
      user.username = "ada"
      user.isActive = false
      try writer.insert(user)
    }
    try store.prepareEmptyBook(userName: "ada")
    #expect(try store.read { try $0.all(User.self) }.map(\.isMe) == [true])
  }

  @Test(arguments: [true, false])
  func theDemoBookIsOneOperation(isPrepared: Bool) throws {
    let store = try CRMStore.hasty(folder.file())
    if isPrepared { try store.prepareEmptyBook(userName: "rep") }
    let book = DemoBook(now: testNow)
    try store.loadDemo(book)
    #expect(try store.read { try $0.count(.lead) } == book.leads.count)
    #expect(try store.read { try $0.me()?.username } == (isPrepared ? "rep" : "mara"))
    #expect(try store.undo()?.title == "Load the demo book")
    #expect(try store.read { try $0.count(.lead) + $0.count(.contact) + $0.count(.opportunity) } == 0)
  }

  @Test func theDemoBookDoesNotMixWithRecords() throws {
    let store = try CRMStore.hasty(folder.file())
    try store.transact("Add") { try $0.insert(Lead()) }
    #expect(throws: StoreProblem.self) { try store.loadDemo(DemoBook(now: testNow)) }
  }
}
