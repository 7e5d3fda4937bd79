import CRMDomain
import CRMSync
import V1Simulator

extension World {
  /// What a request is answered with, with `fault` happening on the way.
  mutating func answer(_ request: HTTPRequest, _ fault: Fault?) -> Result<HTTPResponse, TransportProblem> {
    carryOutLate()
    network.server.now = time.adding(seconds: serverAhead)
    let before = network.server.now
    let result = put(off: request, fault) ?? network.send(request, with: fault)
    if fault == .invalidJSON || fault == .cutToLength, case .success(let response) = result, !response.isSuccess {
      hadGarbledRefusal = true
    }
    if fault == .serverClockBack {
      serverAhead -= 3600
      stampsWentBack = true
    }
    let passed = network.server.now.microseconds - before.microseconds
    time.microseconds += max(0, passed) + 20_000
    requests += 1
    mix(request.target.utf8)
    mix(request.body)
    if case .success(let response) = result { mix(response.body) }
    note(request, fault, result)
    return result
  }

  /// Half of the writes on which a gateway or the client gives up are carried out when the server comes to it, which is
  /// within a minute.
  private mutating func put(off request: HTTPRequest, _ fault: Fault?) -> Result<HTTPResponse, TransportProblem>? {
    guard fault == .slowAnswer || fault == .badGateway, RowTarget(request) != nil, !request.method.onlyReads,
      random.chance(50)
    else { return nil }
    late.append(Late(due: time.adding(seconds: Int64(random.int(1...50))), request: request))
    return fault == .slowAnswer ? .failure(.timedOut) : .success(.html(504, "<h1>Gateway Time-out</h1>"))
  }

  mutating func carryOutLate(all: Bool = false) {
    while let index = late.indices.filter({ all || late[$0].due <= time }).min(by: { late[$0].due < late[$1].due }) {
      let item = late.remove(at: index)
      network.server.now = min(item.due, time).adding(seconds: serverAhead)
      let result = network.send(item.request)
      note(item.request, nil, result, isLate: true)
    }
  }

  private mutating func mix(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  private mutating func note(
    _ request: HTTPRequest, _ fault: Fault?, _ result: Result<HTTPResponse, TransportProblem>, isLate: Bool = false,
  ) {
    guard keepsDiary else { return }
    let answer =
      switch result {
      case .success(let response): "\(response.status) \(response.text.prefix(600))"
      case .failure(let problem): "\(problem)"
      }
    let words = [
      isLate ? "  late" : " ", time.iso, request.method.rawValue, request.target,
      String(decoding: request.body, as: UTF8.self), fault.map { "[\($0.name)]" } ?? "", "->", answer,
    ]
    diary.append(words.joined(separator: " "))
  }

  mutating func logIn(_ index: Int) {
    let body: JSONValue = .object(["username": .string("admin"), "password": .string("admin")])
    for _ in 0..<3 {
      guard case .success(let response) = answer(HTTPRequest(.post, "/api/auth/login/", json: body), nil),
        case .object(let members)? = try? JSONValue(parsing: response.body),
        case .string(let refresh)? = members["refresh"]
      else {
        pass(3700)
        continue
      }
      clients[index].session = Session(refresh: refresh)
      clients[index].rotated = nil
      return
    }
  }
}
