/// Why there is no answer to a request.
package enum TransportProblem: String, Error, Hashable, Sendable, CaseIterable {
  case unknownHost
  case refused
  case connectTimedOut
  case certificate
  /// The connection broke before the request was out.
  case resetBeforeSending
  /// The connection broke after the request was out; an answer never came.
  case reset
  /// The answer did not end in time.
  case timedOut
  /// The answer ended before its length.
  case truncated
  /// What came is not HTTP, or larger than we take.
  case unreadable
  case offline
  /// We gave up waiting.
  case cancelled

  /// True if the server cannot have carried the request out.
  package var excludesExecution: Bool {
    switch self {
    case .unknownHost, .refused, .connectTimedOut, .certificate, .resetBeforeSending, .offline: true
    case .reset, .timedOut, .truncated, .unreadable, .cancelled: false
    }
  }
}
