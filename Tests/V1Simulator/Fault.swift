/// What can go wrong between a client and a server, by its number in the fault matrix of `SYNC.md`.
package enum Fault: Int, CaseIterable, Hashable, Sendable {
  case unknownHost = 1
  case refused, connectTimedOut, badCertificate, expiredCertificate, resetBeforeSending, resetAfterExecution,
    resetInBody
  case slowAnswer, cutToLength, deliveredTwice, captivePortal, redirected, offline
  case serverErrorExecuted, serverErrorUnexecuted, badGateway, unavailableUntilDate, throttledSeconds, throttledBare
  case throttledAsHTML, unauthorised, refreshAnswerLost, refreshRevoked, actionMissing, methodNotAllowed, tooLarge
  case invalidJSON, extremeNumbers, wrongContentType
  case deletedWhilePaging, insertedWhilePaging, touchedWhilePaging, manyTies, orderingIgnored, filterIgnored
  case pageSizeChanges, countWrong, committedLate, serverClockBack, valueNormalised, writeDropped, oddValues,
    otherDatabase
  case killed, diskFull, twoInstances, clockJump

  package enum Scope: Hashable, Sendable {
    case network, http, data
    /// Not of the server: whoever runs the client makes it happen.
    case local
  }

  package var scope: Scope {
    switch rawValue {
    case ...14: .network
    case ...30: .http
    case ...44: .data
    default: .local
    }
  }

  package var name: String { "F\(rawValue) \(self)" }
}
