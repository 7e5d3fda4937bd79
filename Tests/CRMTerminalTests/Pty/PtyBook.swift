import CRMDomain
@testable import CRMStore
import Foundation
import GRDB

/// A folder of its own with a database and nobody's settings. Gone with the value.
final class PtyBook {
  let folder: String
  var path: String { folder + "/book.sqlite" }

  /// - Parameter prepare: fills the database; without it there is none yet.
  init(_ prepare: ((CRMStore) throws -> Void)? = nil) throws {
    folder = NSTemporaryDirectory() + "crm-pty-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard let prepare else { return }
    let store = try CRMStore(path: path)
    try store.prepareEmptyBook(userName: "ada")
    try prepare(store)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { print("\(folder) is left: \(error)") }
  }

  static func demo() throws -> PtyBook { try PtyBook { try $0.loadDemo(DemoBook(now: $0.now)) } }

  func store() throws -> CRMStore { try CRMStore(path: path) }

  /// What SQLite finds wrong with the file: nothing.
  func damage() throws -> [String] {
    try store().pool.read { try String.fetchAll($0, sql: "PRAGMA integrity_check").filter { $0 != "ok" } }
  }

  /// `crm` on this book, in a terminal of xterm's kind.
  func open(_ changes: [String: String?] = [:], columns: Int = 80, rows: Int = 24) throws -> PtyProgram {
    try PtyProgram(["--db", path], environment: environment(changes), columns: columns, rows: rows)
  }

  /// With what is nil taken out.
  func environment(_ changes: [String: String?] = [:]) -> [String: String] {
    var result: [String: String?] = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin", "HOME": folder,
      "TMPDIR": folder, "XDG_CONFIG_HOME": folder + "/config", "XDG_DATA_HOME": folder + "/data",
      "XDG_STATE_HOME": folder + "/state", "XDG_CACHE_HOME": folder + "/cache",
    ]
    result.merge(changes) { $1 }
    return result.compactMapValues { $0 }
  }
}
