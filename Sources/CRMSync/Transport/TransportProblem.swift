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

  /// For a person: what happened and what to do.
  package var sentence: String {
    switch self {
    case .unknownHost: "There is no server of that name, or no network. Check the address."
    case .refused: "Nothing answers at that address and port. Check both, and whether the server runs."
    case .connectTimedOut: "The server cannot be reached in time. Check the network and try again."
    case .certificate:
      "The server's certificate is not trusted, so nothing was sent. Name your own authority's file if it has one."
    case .resetBeforeSending: "The connection broke before anything was sent. Is that the right port?"
    case .reset: "The connection broke before an answer came. Try again."
    case .timedOut: "The server did not answer in time. Try again."
    case .truncated: "The answer broke off. Try again."
    case .unreadable: "What answered is not a web server, or it sent more than is taken."
    case .offline: "There is no network."
    case .cancelled: "Cancelled."
    }
  }
}
