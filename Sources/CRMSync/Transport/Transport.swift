/// What carries requests to a server: libcurl, or a simulated server in the same process.
package protocol Transport: Sendable {
  /// Sends the requests, together where it can, and hands out each answer; returns when all are answered.
  func exchange(
    _ requests: [(Int, HTTPRequest)], _ answered: (Int, Result<HTTPResponse, TransportProblem>) -> Void)
  /// Ends what is under way, from any thread.
  func cancel()
}
