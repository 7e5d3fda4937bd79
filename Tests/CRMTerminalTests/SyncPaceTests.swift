import CRMDomain
import CRMStore
import CRMSync
import CRMTestSupport
import Foundation
import Synchronization
import TerminalKit
import Testing
import V1Simulator

@testable import CRMTerminal

/// When rounds begin by themselves, and what they begin with.
@MainActor @Suite(.timeLimit(.minutes(2))) struct SyncPaceTests {
  private let synced: SyncedBook
  private let clock = PassingClock()

  init() throws {
    let clock = clock
    synced = try SyncedBook(clock: { clock.now })
  }

  private func loggedIn() -> Robot {
    let robot = synced.robot(Size(120, 24))
    robot.press(.escape)
    synced.logIn(robot)
    return robot
  }

  private func logInAgain(_ robot: Robot) {
    robot.press("L")
    robot.type("admin")
    robot.press(.control("s"))
  }

  /// Lets time pass and a round begin if it is due.
  private func pass(_ seconds: Int64, _ robot: Robot) {
    clock.pass(seconds)
    robot.session.sync.beginIfDue(robot.session)
    robot.settle()
  }

  /// Seconds until a round is due by itself.
  private func wait(_ robot: Robot) throws -> Int {
    try #require(robot.session.sync.wait(robot.session.now)) / 1000
  }

  // MARK: The pace

  @Test(arguments: [Fault.throttledBare, .throttledAsHTML])
  func aServerThatAsksForPatienceIsLeftAloneWhateverIsWritten(_ fault: Fault) throws {
    let robot = loggedIn()
    synced.transport.disturb(1, fault)
    robot.press("r")
    #expect(robot.shows("asks for patience"), "\(robot.screen)")
    let patience = try wait(robot)
    #expect(patience > 40)
    try synced.add()
    robot.session.sync.noteChange(now: robot.session.now)
    #expect(try wait(robot) > patience - 5)
    let requests = synced.transport.requests.count
    pass(6, robot)
    #expect(synced.transport.requests.count == requests)
    let next = synced.robot()
    #expect(try wait(next) > 5, "nor does it help to start the program again")
    next.press("S", "r")
    #expect(synced.serverLeads.count == 1, "whoever asks for a round gets it: \(next.screen)")
  }

  @Test func aServerThatDoesNotAnswerIsAskedLessAndLessOften() throws {
    let robot = loggedIn()
    let desk = robot.session.sync
    /// Seconds until the next round, though something is written at once.
    func wait(after end: RoundEnd) throws -> Int {
      let now = robot.session.now
      desk.finish(.success(RoundResult(startedAt: now, endedAt: now, end: end)), robot.session)
      desk.noteChange(now: robot.session.now)
      return try self.wait(robot)
    }
    for least in [29, 59, 119, 239, 299, 299] {
      let seconds = try wait(after: .offline(retryAt: robot.session.now.adding(seconds: 3)))
      #expect((least...least + 1).contains(seconds))
    }
    #expect(try wait(after: .complete(resumeAt: nil)) <= 5)
    #expect(try wait(after: .offline(retryAt: robot.session.now.adding(seconds: 3))) <= 30)
  }

  /// A large book has its whole records after hours, not days; what a server still allows is not used up for them.
  @Test func wholeRecordsThatAreLeftAreReadSoonUnlessTheServerIsShortOfPatience() throws {
    let robot = loggedIn()
    func wait(left: Int?) throws -> Int {
      var report = RoundReport()
      report.hasMoreDetails = true
      let now = robot.session.now
      if let left {
        report.quota = RequestQuota(["X-RateLimit-Remaining": "\(left)", "X-RateLimit-Limit": "5000"])
      }
      let result = RoundResult(startedAt: now, endedAt: now, end: .complete(resumeAt: nil), report: report)
      robot.session.sync.finish(.success(result), robot.session)
      return try self.wait(robot)
    }
    #expect(try (29...31).contains(wait(left: nil)) && (29...31).contains(wait(left: 4000)))
    #expect(try wait(left: 300) > 250)
  }

  @Test func aRoundThatCannotBeginIsToldOnceAndTriedAgain() throws {
    let robot = loggedIn()
    robot.press(.escape)
    synced.trouble.sentence.withLock { $0 = "The disk is full." }
    pass(301, robot)
    #expect(robot.foot.contains("The disk is full."), "\(robot.screen)")
    #expect(robot.lines[0].contains("⇅ look"), "\(robot.lines[0])")
    robot.press(.escape)
    pass(31, robot)
    #expect(!robot.foot.contains("The disk is full."), "\(robot.screen)")
    synced.trouble.sentence.withLock { $0 = "Permission denied." }
    pass(61, robot)
    #expect(robot.foot.contains("Permission denied."), "\(robot.screen)")
    synced.trouble.sentence.withLock { $0 = nil }
    pass(121, robot)
    #expect(!robot.lines[0].contains("look"), "\(robot.lines[0])")
    #expect(try wait(robot) > 250)
  }

  @Test func whoHasLoggedOutIsNotTriedAgain() throws {
    let robot = loggedIn()
    robot.press("X", .enter, .escape)
    pass(301, robot)
    #expect(!robot.foot.contains("Nobody is logged in") && robot.lines[0].contains("⇅ log in"), "\(robot.screen)")
    #expect(robot.session.sync.wait(robot.session.now) == nil)
    robot.press("S")
    logInAgain(robot)
    #expect(robot.shows("Nothing new on either side"), "\(robot.screen)")
    #expect(!robot.lines[0].contains("log in"), "\(robot.lines[0])")
  }

  // MARK: Access tokens

  private var renewals: Int { synced.transport.requests.count { $0.path == "/api/auth/refresh/" } }

  /// Servers allow some twenty requests to `/api/auth/` in five minutes.
  @Test func oneAccessTokenServesTheRoundsOfItsTime() throws {
    let robot = loggedIn()
    #expect(renewals == 1)
    for _ in 0..<4 { robot.press("r") }
    #expect(renewals == 1 && robot.shows("Nothing new on either side"), "\(robot.screen)")
    clock.pass(3600)
    synced.transport.change { $0.now = $0.now.adding(seconds: 3600) }
    robot.press("r")
    #expect(renewals == 2 && robot.shows("Nothing new on either side"), "\(robot.screen)")
  }

  @Test func aLoginAnewUsesNoTokenOfBefore() {
    let robot = loggedIn()
    robot.press("X", .enter, "r")
    #expect(renewals == 1 && robot.foot.contains("Nobody is logged in"), "\(robot.screen)")
    logInAgain(robot)
    #expect(renewals == 2)
  }

  @Test func accessTokensAreNowhereOnTheDisk() throws {
    let robot = loggedIn()
    robot.press("r")
    #expect(robot.shows("Nothing new on either side"), "\(robot.screen)")
    let access = synced.transport.requests.compactMap { $0.headers["Authorization"]?.dropFirst("Bearer ".count) }
    let token = try #require(access.last)
    let files = try FileManager.default.subpathsOfDirectory(atPath: synced.book.folder)
    for file in files {
      guard let bytes = FileManager.default.contents(atPath: synced.book.folder + "/" + file) else { continue }
      #expect(bytes.range(of: Data(token.utf8)) == nil, "\(file)")
    }
    #expect(files.contains { $0.hasPrefix("login/login-") })
  }

  // MARK: Two at once

  @Test func aDryRunBesideAnotherProgramsRoundSaysSo() throws {
    let robot = loggedIn()
    let profile = try #require(try synced.book.store.read { try $0.syncProfiles() }.first)
    let lock = try ProfileLock(book: synced.book.store.path, profile: profile.id)
    robot.press("d")
    #expect(robot.shows("Another program synchronises this book"), "\(robot.screen)")
    #expect(renewals == 1)
    withExtendedLifetime(lock) {}
  }
}

/// A clock on which each look takes a tenth of a second, so that waits come to an end, and time can be made to pass.
private final class PassingClock: Sendable {
  private let time = Atomic<Int64>(TestBook.now.microseconds)

  var now: Instant { Instant(microseconds: time.add(100_000, ordering: .relaxed).newValue) }
  func pass(_ seconds: Int64) { time.add(seconds * 1_000_000, ordering: .relaxed) }
}
