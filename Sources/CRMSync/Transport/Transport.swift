/// Takes requests to one server and brings answers back.
///
/// `exchange` and `send` block, and one thread at a time may be in them. `cancel` and `resume` are for any thread.
package protocol Transport: Sendable {
  /// Sends the requests, up to six of them at once, and hands each answer out as it comes, under the number of its
  /// request. Returns when all are answered; each is answered exactly once, also when it is cancelled.
  ///
  /// What `answered` throws ends what is under way and is thrown on.
  func exchange(
    _ requests: [(Int, HTTPRequest)], _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws -> Void,
  ) rethrows

  /// Answers what is under way with `.cancelled` at once, and what comes after it with `.offline` until `resume`.
  func cancel()
  func resume()
}

extension Transport {
  package func send(_ request: HTTPRequest) throws(TransportProblem) -> HTTPResponse {
    var answer: Result<HTTPResponse, TransportProblem> = .failure(.offline)
    exchange([(1, request)]) { answer = $1 }
    return try answer.get()
  }
}
