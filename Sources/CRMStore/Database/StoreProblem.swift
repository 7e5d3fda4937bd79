import GRDB

/// Something the file or the disk would not let us do, worded for the rep by `sentence`.
package struct StoreProblem: Error, Hashable, Sendable {
  package enum Cause: Hashable, Sendable {
    case cannotOpen, newerShape, notOurs, damaged, locked, inUse, full, disk, readOnly, recordGone, notEmpty, other
  }

  package let cause: Cause
  package let path: String
  package let detail: String

  package var sentence: String {
    switch cause {
    case .cannotOpen: "Cannot open \(path): \(detail)."
    case .newerShape: "\(path) was written by a newer MyCRM. Update this program, or restore an older backup."
    case .notOurs: "\(path) is not a MyCRM database. Choose another file with --db."
    case .damaged: "\(path) is damaged (\(detail)). `crm doctor --repair` saves what can be read; nothing was changed."
    case .locked: "\(path) is being written by another program. Try again in a moment."
    case .inUse: "\(path) is open in another program (\(detail)). Leave that one, then try again."
    case .full: "The disk is full: nothing was saved. Free some space and try again."
    case .disk:
      "The disk refused to read or write \(path) (\(detail)). Nothing was saved; `crm doctor` looks for damage."
    case .readOnly: "\(path) cannot be written: check its permissions."
    case .recordGone: "The record is no longer there: it was deleted meanwhile."
    case .notEmpty: "\(path) has records already, and the demo book needs an empty file. Name another one with --db."
    case .other: "The database refused: \(detail)."
    }
  }

  init(_ cause: Cause, path: String, detail: String = "") {
    self.cause = cause
    self.path = path
    self.detail = detail
  }

  init(_ error: any Error, path: String) {
    guard let error = error as? DatabaseError else {
      self = error as? StoreProblem ?? StoreProblem(.other, path: path, detail: "\(error)")
      return
    }
    let detail = error.message ?? "error \(error.resultCode.rawValue)"
    let cause: Cause =
      switch error.resultCode {
      case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .cannotOpen
      case .SQLITE_NOTADB: .notOurs
      case .SQLITE_CORRUPT: .damaged
      case .SQLITE_BUSY, .SQLITE_LOCKED: .locked
      case .SQLITE_FULL: .full
      case .SQLITE_IOERR: .disk
      case .SQLITE_READONLY: .readOnly
      default: .other
      }
    self.init(cause, path: path, detail: detail)
  }
}

extension StoreProblem {
  /// What a rep is told at the start.
  package static func readOnlySentence(_ path: String) -> String {
    "\(path) cannot be written: you can look at everything and change nothing."
  }
}
