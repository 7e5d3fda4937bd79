import CRMDomain
import CRMStore
import CRMSync
import Synchronization
import Testing
import V1Simulator

/// How rounds, dry runs and examinations come by a login, use it and hand it on.
@Suite struct LoginUseTests {
  private let bench: BookBench

  init() throws { bench = try BookBench() }

  private var renewals: Int { bench.transport.requests.count { $0.path == "/api/auth/refresh/" } }

  private func round(
    keepToken: @escaping @Sendable (String) throws -> Void = { _ in },
    handOver: @escaping @Sendable (Session) -> Void = { _ in },
  ) -> SyncRound {
    SyncRound(
      bench.profile, store: bench.store, transport: bench.transport, keepToken: keepToken, handOver: handOver)
  }

  private struct Untouched: Error {}

  /// With a refresh token that is good for one use, whoever else uses it takes the login away.
  @Test func nobodyLooksUpTheLoginWhileAnotherProgramUsesIt() throws {
    let lock = try ProfileLock(book: bench.store.path, profile: bench.profile.id)
    let untouched: () throws -> Session = { throw Untouched() }
    #expect(try round().run(login: untouched).end == .busy)
    #expect(try round().rehearse(login: untouched).problem == .busy)
    #expect(try round().examineServer(login: untouched).problem == .busy)
    #expect(renewals == 0)
    withExtendedLifetime(lock) {}
  }

  @Test func theLoginIsLookedUpUnderTheLock() throws {
    let (store, profile, token) = (bench.store, bench.profile, bench.token)
    let login: () throws -> Session = {
      #expect(throws: ProfileLock.Problem.busy) { try ProfileLock(book: store.path, profile: profile.id) }
      return Session(refresh: token)
    }
    #expect(try round().rehearse(login: login).problem == nil)
  }

  @Test func aLoginThatIsMissingIsWhatTheRoundSays() throws {
    do {
      _ = try round().run(login: { throw Untouched() })
      Issue.record("there is no login")
    } catch SyncRound.Failure.login(let error) { #expect(error is Untouched) }
  }

  @Test func aLoginThatCannotBeKeptIsSaidInASentence() throws {
    let problem = SecretProblem.readableByOthers("/x")
    let token = bench.token
    for act in [
      { try _ = self.round(keepToken: { _ in throw problem }).run(refreshToken: token) },
      { try _ = self.round(keepToken: { _ in throw problem }).rehearse(login: { Session(refresh: token) }) },
    ] {
      do {
        try act()
        Issue.record("the token was not kept")
      } catch SyncRound.Failure.secret(let why) { #expect(why == problem.sentence) }
    }
  }

  @Test func aRoundHandsOnWhatTheNextOneBeginsWith() throws {
    let last = Mutex<Session?>(nil)
    let round = round(handOver: { session in last.withLock { $0 = session } })
    _ = try round.run(refreshToken: bench.token)
    let session = try #require(last.withLock { $0 })
    #expect(session.access != nil && session.refresh != bench.token && renewals == 1)
    _ = try self.round().run(login: { session })
    #expect(renewals == 1)
  }

  /// The server has used up the one before when it hands out a new one.
  @Test func aNewLoginIsKeptEvenIfTheRoundIsStoppedMeanwhile() throws {
    let kept = Mutex<String?>(nil)
    let line = StoppingLine(bench.transport)
    let round = SyncRound(
      bench.profile, store: bench.store, transport: line, keepToken: { token in kept.withLock { $0 = token } })
    line.onAnswer { [weak round] in round?.cancel() }
    #expect(try round.run(refreshToken: bench.token).end == .cancelled)
    #expect(kept.withLock { $0 } != nil && renewals == 1)
  }

  @Test func aLockThatCannotBeMadeIsNotTakenForAnotherProgram() {
    #expect(throws: ProfileLock.Problem.file("/nowhere/book-sync1.lock", errno: 2)) {
      try ProfileLock(book: "/nowhere/book", profile: 1)
    }
  }
}

/// A line on which something happens between an answer's coming and its being taken.
private final class StoppingLine: Transport {
  private let server: DirectTransport
  private let act = Mutex<(@Sendable () -> Void)?>(nil)

  init(_ server: DirectTransport) { self.server = server }

  func onAnswer(_ body: @escaping @Sendable () -> Void) { act.withLock { $0 = body } }

  func exchange<Failure: Error>(
    _ requests: [(Int, HTTPRequest)],
    _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws(Failure) -> Void,
  ) throws(Failure) {
    try server.exchange(requests) { number, answer throws(Failure) in
      act.withLock { $0 }?()
      try answered(number, answer)
    }
  }

  func cancel() { server.cancel() }
  func resume() { server.resume() }
}
