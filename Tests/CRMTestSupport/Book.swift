import CRMDomain
import CRMStore
import Foundation

/// A real database in a folder of its own, which goes away with it. Its clock stands still.
package final class Book {
  /// Sunday 22 November 2026, 14:02 in UTC.
  package static let now = Instant(seconds: 1_795_356_120)

  package let folder: String
  package let store: CRMStore

  /// An empty book of the rep "ada", or the demo book.
  package init(isDemo: Bool = false) throws {
    folder = NSTemporaryDirectory() + "mycrm-\(UUID().uuidString)"
    store = try CRMStore(path: folder + "/book.sqlite", clock: { Book.now })
    try store.prepareEmptyBook(userName: "ada")
    if isDemo { try store.loadDemo(DemoBook(now: Book.now)) }
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { print("\(folder) stays: \(error)") }
  }

  /// Writes a file beside the database and answers its path.
  package func file(_ name: String, _ text: String) throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Every record of the kind that is not in the trash, in the order of the ids.
  package func all<R: Record>(_ type: R.Type = R.self) throws -> [R] {
    try store.read { try $0.all() }
  }

  package func count(_ kind: EntityKind) throws -> Int { try store.read { try $0.count(kind) } }
}
