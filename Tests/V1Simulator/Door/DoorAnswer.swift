import CRMSync

/// What goes out for a request, and how the connection goes on.
struct DoorAnswer {
  var bytes: [UInt8] = []
  var ending = DoorConnection.Ending.kept
  var isSlow = false

  /// Has the server carry the request out as far as `fault` lets it.
  init(to request: HTTPRequest, _ fault: LineFault?, _ network: inout FaultyNetwork, compresses: Bool) {
    switch fault {
    case nil: bytes = DoorAnswer.bytes(network.server.answer(request), to: request, compresses)
    case .reset(let executed):
      if executed { _ = network.server.answer(request) }
      ending = .reset
    case .resetInBody:
      let response = network.server.answer(request)
      bytes = HTTPWire.head(response, length: response.body.count) + response.body.prefix(response.body.count / 2)
      ending = .reset
    case .oneByteASecond:
      bytes = DoorAnswer.bytes(network.server.answer(request), to: request, compresses)
      isSlow = true
    case .silence: _ = network.server.answer(request)
    case .bytes(let instead):
      bytes = instead
      ending = .closed
    case .bomb(let count):
      let body = Gzip.bomb(count)
      let response = HTTPResponse(200, headers: ["Content-Type": "application/json", "Content-Encoding": "gzip"])
      bytes = HTTPWire.head(response, length: body.count) + body
    case .simulated(let fault): simulate(fault, request, &network, compresses)
    }
    if request.headers["Connection"]?.lowercased() == "close", ending == .kept { ending = .closed }
  }

  private mutating func simulate(
    _ fault: Fault, _ request: HTTPRequest, _ network: inout FaultyNetwork, _ compresses: Bool,
  ) {
    switch network.send(request, with: fault) {
    case .success(let response): bytes = DoorAnswer.bytes(response, to: request, compresses)
    case .failure: ending = .reset
    }
  }

  private static func bytes(_ response: HTTPResponse, to request: HTTPRequest, _ compresses: Bool) -> [UInt8] {
    var response = response
    if compresses, !response.body.isEmpty, request.headers["Accept-Encoding"]?.contains("gzip") == true {
      response.body = Gzip.stored(response.body)
      response.headers["Content-Encoding"] = "gzip"
    }
    let head = HTTPWire.head(response, length: response.body.count)
    return request.method == .head ? head : head + response.body
  }
}
