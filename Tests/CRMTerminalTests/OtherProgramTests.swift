import CRMTestSupport
import Testing

@testable import CRMDomain
@testable import CRMStore
@testable import CRMTerminal

@MainActor @Suite struct OtherProgramTests {
  @Test func whatAnotherProgramWritesAppears() throws {
    let robot = try Robot.demo(120, 40)
    _ = robot.store.changeDescriptor
    robot.press("2", "/")
    robot.type("Zacharias")
    robot.press(.enter)
    #expect(!robot.shows("Zacharias Zuse"))
    let other = try CRMStore(path: robot.store.path) { TestBook.now }
    var lead = Lead()
    (lead.firstName, lead.lastName) = ("Zacharias", "Zuse")
    try other.transact("New") { [lead] in try $0.insert(lead) }
    robot.send(.wake)
    #expect(robot.shows("Zacharias Zuse"))
  }

  @Test func aWakeUpForNothingPaintsNothing() throws {
    let robot = try Robot.demo()
    _ = robot.store.changeDescriptor
    robot.terminal.script(.wake)
    robot.app.turn(waitingAtMost: 0)
    #expect(!robot.app.wantsPaint)
  }
}
