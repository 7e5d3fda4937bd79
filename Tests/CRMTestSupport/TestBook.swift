import CRMDomain
import CRMStore
import Foundation

/// A real database in a folder of its own, which goes away with it. Its clock stands still unless another one is given.
package final class TestBook {
  /// Sunday 22 November 2026, 14:02 in UTC.
  package static let now = Instant(seconds: 1_795_356_120)

  package let folder: String
  package let store: CRMStore

  /// An empty book of the rep "ada", or the demo book.
  package init(isDemo: Bool = false, clock: @escaping @Sendable () -> Instant = { TestBook.now }) throws {
    folder = TestBook.newFolder()
    let path = folder + "/book.sqlite"
    if isDemo {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try TestBook.demo.get().write(to: URL(fileURLWithPath: path))
    }
    store = try CRMStore(path: path, clock: clock)
    try store.prepareEmptyBook(userName: "ada")
  }

  deinit { TestBook.remove(folder) }

  /// The file of a demo book: written once, copied for every test that begins with one.
  private static let demo = Result {
    let folder = newFolder()
    defer { remove(folder) }
    let path = folder + "/demo.sqlite"
    do {
      let store = try CRMStore(path: path, clock: { now })
      try store.prepareEmptyBook(userName: "ada")
      try store.loadDemo(DemoBook(now: now))
    }
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  private static func newFolder() -> String { NSTemporaryDirectory() + "mycrm-\(UUID().uuidString)" }

  private static func remove(_ folder: String) {
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
