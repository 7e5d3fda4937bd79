import CCurl
import CRMDomain
import CRMSync
import Foundation
import Glibc
import Testing
import V1Simulator

/// Requests over libcurl to a server behind a real socket.
@Suite(.timeLimit(.minutes(1))) struct TransportTests {
  @Test func aRequestArrivesAsItWasMeantAndTheAnswerComesBackWhole() throws {
    let line = try Line()
    var request = Line.write
    request.query = [QueryItem("search", "Ann & Bob + 100% ü")]
    request.headers["X-Note"] = "a\r\nX-Evil: b"
    let response = try line.send(request)
    #expect(response.status == 200 && response.headers["content-type"] == "application/json")
    #expect(Bench.json(response)["user"]["username"] == "admin")
    let seen = try #require(line.door.requests.first)
    #expect(seen.method == .post && seen.path == "/api/auth/login/" && seen.query == request.query)
    #expect(seen.body == request.body && seen.headers["Content-Type"] == "application/json")
    #expect(seen.headers["X-Note"] == "aX-Evil: b" && seen.headers["X-Evil"] == nil)
    #expect(seen.headers["User-Agent"] == "MyCRM" && seen.headers["Accept-Encoding"] == "gzip")
    #expect(seen.headers["Expect"] == nil)
  }

  @Test(arguments: [HTTPRequest.Method.get, .post, .put, .patch, .delete, .options, .head])
  func everyMethodArrives(_ method: HTTPRequest.Method) throws {
    let line = try Line()
    let response = try line.send(HTTPRequest(method, "/api/v1/leads/1/"))
    #expect(response.status == 401 && response.body.isEmpty == (method == .head))
    #expect(line.door.requests.map(\.method) == [method])
    #expect(line.door.requests[0].headers["Content-Type"] == nil)
  }

  @Test func theAddressMayHaveAPathBeforeTheApi() throws {
    let line = try Line(path: "/team/crm/")
    #expect(try line.send().status == 404)
    #expect(line.door.requests[0].path == "/team/crm/api/v1/leads/")
  }

  @Test func aConnectionServesManyRequests() throws {
    let line = try Line()
    for _ in 0..<20 { _ = try line.send() }
    #expect(line.door.requests.count == 20 && line.door.accepted == 1)
  }

  @Test func severalRequestsAreUnderWayAtOnceAndEachGetsItsOwnAnswer() throws {
    let line = try Line { $0.parallel = 4 }
    var answers: [Int: Int] = [:]
    let requests = (1...40).map { ($0, $0 % 2 == 0 ? Line.read : Line.write) }
    line.transport.exchange(requests) { number, answer in
      if case .success(let response) = answer { answers[number] = response.status }
    }
    // The eleventh login and those after it are refused: that is v1's limit.
    #expect(
      answers.count == 40 && answers.allSatisfy { $0.key % 2 == 0 ? $0.value == 401 : [200, 403].contains($0.value) })
    #expect(line.door.accepted == 4)
    line.transport.exchange(requests) { _, _ in }
    #expect(line.door.accepted == 4, "connections are kept between exchanges")
  }

  @Test func aRedirectIsAnAnswerAndNothingGoesElsewhere() throws {
    let line = try Line()
    let response = try line.send(Line.read, .simulated(.redirected))
    #expect(response.status == 302 && response.headers["Location"] == "https://elsewhere.example/login")
    #expect(line.door.requests.count == 1)
  }

  @Test func aCaptivePortalAndATruncatedTextOfTheRightLengthAreAnswers() throws {
    let line = try Line()
    #expect(try line.send(Line.read, .simulated(.captivePortal)).text.hasPrefix("<html>"))
    let whole = try line.send()
    let cut = try line.send(Line.read, .simulated(.cutToLength))
    #expect(cut.body.count == whole.body.count && cut.body != whole.body)
  }

  @Test func thisMachineIsReachedPastTheProxyOfTheEnvironment() throws {
    setenv("http_proxy", "http://127.0.0.1:9", 1)
    defer { unsetenv("http_proxy") }
    #expect(try Line().send().status == 401)
  }

  /// Each is too small to be slowed down by itself.
  @Test func manySmallRequestsTogetherKeepToTheBandwidth() throws {
    let line = try Line { $0.bandwidth = 20_000 }
    let begun = ContinuousClock.now
    for _ in 0..<4 {
      line.transport.exchange((1...6).map { ($0, Line.read) }) { _, answer in
        #expect(throws: Never.self) { try answer.get() }
      }
    }
    // Heads of more than 200 bytes each way, all but the last of which had to be waited for.
    #expect(ContinuousClock.now - begun > .milliseconds(200))
    #expect(line.door.requests.count == 24)
  }

  @Test func aPauseForTheBandwidthEndsWithACancel() throws {
    let line = try Line { $0.bandwidth = 1 }
    _ = try line.send()
    line.door.onRequest { _ in Issue.record("the pause is not over") }
    let transport = line.transport
    let thread = Thread { transport.cancel() }
    thread.start()
    #expect(throws: TransportProblem.offline) { try transport.send(Line.read) }
  }

  @Test func compressedAnswersAreUnpacked() throws {
    let plain = try Line().send()
    let line = try Line(compresses: true)
    let response = try line.send()
    #expect(response.headers["Content-Encoding"] == "gzip" && response.body == plain.body)
  }
}

/// What becomes of a request that gets no answer.
@Suite(.timeLimit(.minutes(1))) struct TransportProblemTests {
  @Test func anAddressWithoutAServerIsUnknownOrRefused() throws {
    let unknown = try CurlTransport(server: ServerAddress(typed: "nobody.invalid"))
    #expect(throws: TransportProblem.unknownHost) { try unknown.send(Line.read) }
    let line = try Line()
    line.door.shut()
    #expect(line.problem() == .refused)
  }

  @Test func aHandshakeThatDoesNotEndHasSentNothing() throws {
    let silent = try SilentPort()
    let transport = try CurlTransport(
      server: ServerAddress(typed: "https://127.0.0.1:\(silent.number)"),
      options: Line.options { $0.connecting = .milliseconds(100) })
    #expect(throws: TransportProblem.connectTimedOut) { try transport.send(Line.write) }
  }

  @Test(arguments: [true, false])
  func aConnectionThatIsResetLeavesItOpenWhetherItWasDone(_ executed: Bool) throws {
    let line = try Line()
    #expect(line.problem(Line.write, .reset(executed: executed)) == .reset)
    #expect(line.door.withServer { $0.requests } == (executed ? 1 : 0))
  }

  /// libcurl sends again what a kept connection lost before a byte of the answer came, whatever the method.
  @Test func aWriteIsNeverSentTwice() throws {
    let line = try Line()
    _ = try line.send()
    #expect(line.problem(Line.write, .reset(executed: true)) == .reset)
    #expect(line.door.requests.map(\.method) == [.get, .post])
  }

  @Test func aReadLostOnAKeptConnectionIsReadAgain() throws {
    let line = try Line()
    _ = try line.send()
    #expect(try line.send(Line.read, .reset(executed: true)).status == 401)
    #expect(line.door.requests.count == 3)
  }

  @Test func aConnectionThatEndedMeanwhileIsOpenedAnew() throws {
    let line = try Line()
    _ = try line.send()
    line.door.shut()
    let again = try Door(V1Server(), port: line.door.port)
    #expect(try line.send(Line.write).status == 200)
    #expect(again.accepted == 1 && again.requests.count == 1)
  }

  @Test func halfAnAnswerIsTruncated() throws {
    let line = try Line()
    #expect(line.problem(Line.write, .resetInBody) == .truncated)
    let short = Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".utf8)
    #expect(line.problem(Line.read, .bytes(short)) == .truncated)
  }

  @Test func anAnswerThatDoesNotComeIsGivenUp() throws {
    let line = try Line {
      $0.reading = .milliseconds(100)
      $0.writing = .milliseconds(50)
    }
    #expect(line.problem(Line.read, .silence) == .timedOut)
    #expect(line.problem(Line.write, .silence) == .timedOut)
  }

  @Test func anAnswerThatDripsIsGivenUp() throws {
    let line = try Line { $0.slowFor = .seconds(1) }
    #expect(line.problem(Line.read, .oneByteASecond) == .timedOut)
  }

  @Test func whatIsTooLargeIsNotTaken() throws {
    let line = try Line { $0.largestBody = 1 << 20 }
    #expect(line.problem(Line.read, .bomb(64 << 20)) == .unreadable)
    let large =
      Array("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n".utf8) + Array(repeating: 32, count: 2_000_000)
    #expect(line.problem(Line.read, .bytes(large)) == .unreadable)
    let unsaid = Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + Array(repeating: 32, count: 2_000_000)
    #expect(line.problem(Line.read, .bytes(unsaid)) == .unreadable)
    let head = Array(("HTTP/1.1 200 OK\r\n" + String(repeating: "X-More: and more\r\n", count: 10_000) + "\r\n").utf8)
    #expect(line.problem(Line.read, .bytes(head)) == .unreadable)
    #expect(try line.send(Line.read, .bomb(1 << 19)).body.count >= 1 << 19, "what is small enough is unpacked")
  }

  @Test func whatIsNotHTTPIsUnreadable() throws {
    let line = try Line()
    #expect(line.problem(Line.read, .bytes(Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8))) == .unreadable)
  }

  /// Whatever libcurl calls it: once the request may have reached the server, nothing proves that it was not done.
  @Test func onlyWhatWasNotSentIsKnownNotToBeDone() {
    for code in 1...99 {
      for hasAnswer in [true, false] {
        let problem = TransportProblem(
          CURLcode(UInt32(code)), systemError: ECONNREFUSED, wasSent: true, hasAnswer: hasAnswer)
        #expect(!problem.excludesExecution, "code \(code)")
      }
    }
    let unreachable = TransportProblem(
      CURLE_COULDNT_CONNECT, systemError: ENETUNREACH, wasSent: false, hasAnswer: false)
    #expect(unreachable == .offline)
  }
}

/// Giving up.
@Suite(.timeLimit(.minutes(1))) struct CancelTests {
  @Test func anotherThreadEndsWhatIsUnderWay() throws {
    let line = try Line()
    let transport = line.transport
    line.door.onRequest { _ in transport.cancel() }
    #expect(line.problem(Line.write, .silence) == .cancelled)
    #expect(line.problem() == .offline, "nothing goes out")
    #expect(line.door.requests.count == 1)
    line.door.onRequest(nil)
    transport.resume()
    #expect(try line.send().status == 401)
  }

  @Test func everyRequestIsAnsweredAlsoThoseThatWaited() throws {
    let line = try Line { $0.parallel = 2 }
    line.door.expect(nil, .silence, .silence)
    var problems: [Int: TransportProblem] = [:]
    var answers = 0
    line.transport.exchange((1...9).map { ($0, Line.read) }) { number, answer in
      if case .failure(let problem) = answer { problems[number] = problem } else { answers += 1 }
      line.transport.cancel()
    }
    #expect(answers == 1 && problems.count == 8)
    #expect((4...9).allSatisfy { problems[$0] == .offline })
  }

  @Test func whatTheCallerThrowsEndsTheRestAndTheTransportGoesOn() throws {
    struct Enough: Error {}
    let line = try Line()
    line.door.expect(nil, .silence, .silence)
    var count = 0
    #expect(throws: Enough.self) {
      try line.transport.exchange((1...3).map { ($0, Line.read) }) { _, _ in
        count += 1
        throw Enough()
      }
    }
    #expect(count == 1)
    // The other two may not have come as far as the door.
    line.door.expectNothing()
    #expect(try line.send().status == 401)
  }
}
