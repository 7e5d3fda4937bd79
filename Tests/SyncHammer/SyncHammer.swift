import CRMDomain
import CRMStore
import CRMSync
import Foundation
import Synchronization

/// One round with a server on this machine by a program that kills itself: the tests look at what is left of it.
///
/// `SyncHammer BOOK PORT NOW [POINT COUNT]` runs a round with the book's first profile, with the refresh token that is in
/// `BOOK.token`, and prints how it ended. Its clock stands at NOW, in microseconds, and jumps over what it waits for. It
/// dies with SIGKILL at the COUNT-th `send`, `receive` (before the answer is handled) or `commit` (after it is).
/// `SyncHammer BOOK PORT NOW fill BYTES` may make no file larger than that.
@main struct SyncHammer {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 3, let now = Int64(arguments[3]) else { exit(64) }
    do {
      print(try round(book: arguments[1], port: arguments[2], StandingClock(now), Array(arguments.dropFirst(4))).name)
    } catch SyncRound.Failure.store(let problem) {
      print("store: \(problem.cause) \(problem.sentence)")
    } catch {
      print("\(error)")
    }
  }

  private static func round(
    book path: String, port: String, _ clock: StandingClock, _ words: [String],
  ) throws -> RoundEnd {
    let store = try CRMStore(path: path) { clock.now }
    guard let profile = try store.read({ try $0.syncProfiles() }).first else { exit(66) }
    let file = path + ".token"
    let token = try String(contentsOfFile: file, encoding: .utf8)
    let line = try CurlTransport(server: ServerAddress(typed: "http://127.0.0.1:\(port)"))
    let transport = FatalLine(line, dyingAt: words.first ?? "", words.last.flatMap { Int($0) } ?? 0)
    if words.first == "fill" { limitFiles(to: words.last.flatMap { UInt($0) } ?? 0) }
    let round = SyncRound(
      profile, store: store, transport: transport,
      keepToken: { try $0.write(toFile: file, atomically: true, encoding: .utf8) },
      sleep: { clock.advance(to: $0) })
    return try round.run(refreshToken: token, seed: 7).end
  }

  private static func limitFiles(to bytes: UInt) {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = min(bytes, limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  }
}

/// A clock that goes only when it is told to.
final class StandingClock: Sendable {
  private let time: Atomic<Int64>

  init(_ microseconds: Int64) { time = Atomic(microseconds) }

  var now: Instant { Instant(microseconds: time.load(ordering: .relaxed)) }
  func advance(to later: Instant) { time.max(later.microseconds, ordering: .relaxed) }
}

/// A transport that is the death of the program that uses it.
final class FatalLine: Transport {
  private let inner: CurlTransport
  private let point: String
  private let count: Int
  private let passed = Mutex<[String: Int]>([:])

  init(_ inner: CurlTransport, dyingAt point: String, _ count: Int) {
    self.inner = inner
    self.point = point
    self.count = count
  }

  func exchange<Failure: Error>(
    _ requests: [(Int, HTTPRequest)],
    _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws(Failure) -> Void,
  ) throws(Failure) {
    for _ in requests { pass("send") }
    try inner.exchange(requests) { number, answer throws(Failure) in
      pass("receive")
      try answered(number, answer)
      pass("commit")
    }
  }

  private func pass(_ name: String) {
    let times = passed.withLock { passed in
      passed[name, default: 0] += 1
      return passed[name] ?? 0
    }
    if name == point, times == count { kill(getpid(), SIGKILL) }
  }

  func cancel() { inner.cancel() }
  func resume() { inner.resume() }
}
