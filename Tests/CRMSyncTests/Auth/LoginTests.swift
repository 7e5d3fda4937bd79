import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// What a login comes to, with the servers there are.
@Suite struct LoginTests {
  private let now = Instant(seconds: 1_795_000_000)

  private func logIn(
    _ credentials: Credentials, _ fault: Fault? = nil, at personality: Personality = .documented,
    _ change: (inout Quirks) -> Void = { _ in },
  ) -> LoginOutcome {
    var server = V1Server(personality, now: now)
    change(&server.quirks)
    let transport = DirectTransport(server)
    if let fault { transport.disturb(1, fault) }
    return LoginOutcome(credentials, over: transport, now: now)
  }

  private var admin: Credentials { Credentials(username: "admin", password: "admin") }
  private var mistaken: Credentials { Credentials(username: "admin", password: "adnim") }

  @Test(arguments: Personality.allCases)
  func theRightPasswordGivesASessionAndAnAccount(_ personality: Personality) {
    guard case .loggedIn(let session, let account) = logIn(admin, at: personality) else {
      Issue.record("no session")
      return
    }
    #expect(account.id == 1 && account.username == "admin" && account.fullName == "Ada Admin")
    #expect(!session.refresh.isEmpty && session.access != nil)
    #expect(session.accessEnds.map { $0 > now && $0 <= now.adding(seconds: 900) } == true)
  }

  @Test func aSessionIsUsedWithoutARefresh() throws {
    let transport = DirectTransport(V1Server(now: now))
    guard case .loggedIn(let session, _) = LoginOutcome(admin, over: transport, now: now) else {
      Issue.record("no session")
      return
    }
    var store = MemorySyncStore(name: "a")
    var machine = SyncMachine(session: session, holder: "a", seed: 1, now: now)
    guard case .send(_, let first)? = try machine.handle(.begin, now: now, store: &store).first else {
      Issue.record("nothing is sent")
      return
    }
    #expect(first.path == "/api/auth/users/me/")
  }

  @Test func aWrongPasswordIsSaidInTheServersWords() {
    let outcome = logIn(mistaken)
    #expect(outcome == .refused(Refusal(general: ["Invalid credentials."])))
    #expect(outcome.sentence == "The server says no: Invalid credentials.")
    #expect(logIn(mistaken) { $0.wrongPasswordStatus = 401 } == outcome)
  }

  @Test func aServerThatFailsMayMeanAWrongPassword() {
    let outcome = logIn(mistaken, at: .newestPublished)
    #expect(outcome == .failed(status: 500))
    #expect(outcome.sentence?.contains("password") == true)
  }

  @Test func tooManyLoginsAreNotAWrongPassword() {
    let transport = DirectTransport(V1Server(now: now))
    for _ in 0..<10 { _ = LoginOutcome(admin, over: transport, now: now) }
    #expect(LoginOutcome(admin, over: transport, now: now) == .limited(until: nil))
    #expect(logIn(admin, .throttledAsHTML) == .limited(until: nil))
    #expect(logIn(admin, .throttledSeconds) == .limited(until: now.adding(seconds: 12)))
  }

  @Test func whatIsWrongWithAnAccountIsSaid() {
    let answer = HTTPResponse(403, json: ["error": "Admin accounts must have 2FA enabled."])
    #expect(
      LoginOutcome(answer, now: now).sentence == "The server says no: Admin accounts must have 2FA enabled.")
  }

  @Test func aSecondFactorIsAskedForAndSentAlong() {
    let outcome = logIn(admin) { $0.secondFactor = "123456" }
    #expect(outcome == .needsCode(challenge: "t1"))
    var again = admin
    again.code = "123456"
    again.challenge = "t1"
    guard case .loggedIn = logIn(again, nil, { $0.secondFactor = "123456" }) else {
      Issue.record("the code was not taken")
      return
    }
    again.code = "654321"
    #expect(logIn(again) { $0.secondFactor = "123456" } == .needsCode(challenge: "t1"))
  }

  @Test func whatIsNoServerIsNotALogin() {
    #expect(logIn(admin, .captivePortal) == .foreign)
    #expect(logIn(admin, .redirected) == .elsewhere("https://elsewhere.example/login"))
    #expect(logIn(admin, .refused) == .unreachable(.refused))
    #expect(LoginOutcome(.init(404, json: ["detail": "Not found."]), now: now) == .foreign)
    #expect(LoginOutcome(.init(200, json: ["access": "a"]), now: now) == .foreign, "without a refresh token")
    #expect(LoginOutcome(.init(200, json: ["a"]), now: now) == .foreign)
  }

  @Test(arguments: TransportProblem.allCases)
  func everyProblemHasASentence(_ problem: TransportProblem) {
    #expect(LoginOutcome.unreachable(problem).sentence.map { $0.hasSuffix(".") || $0.hasSuffix("?") } == true)
  }

  @Test func credentialsDoNotPrintThePassword() {
    #expect(!"\(mistaken)".contains("adnim"))
  }
}
