/// Takes requests to one server and brings answers back.
///
/// `exchange` and `send` block, and one thread at a time may be in them. `cancel` and `resume` are for any thread.
package protocol Transport: Sendable {
  /// Sends the requests, several at once, and hands each answer out as it comes, under the number of its request.
  /// Returns when all are answered; each is answered exactly once, also when it is cancelled.
  ///
  /// What `answered` throws ends what is under way and is thrown on.
  func exchange<Failure: Error>(
    _ requests: [(Int, HTTPRequest)],
    _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws(Failure) -> Void,
  ) throws(Failure)

  /// Answers everything at once, until `resume`: `.cancelled` what the server may have got, `.offline` what it has not.
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
