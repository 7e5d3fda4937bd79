import Foundation
import Testing

@testable import CRMDomain
@testable import CRMStore

/// A folder with a book and files to import.
final class ImportDesk {
  let folder = TestFolder()
  let store: CRMStore

  init() throws {
    store = try CRMStore.hasty(folder.file())
    try store.prepareEmptyBook(userName: "ada")
  }

  /// Another book, as this one began.
  func other(_ name: String) throws -> CRMStore {
    let store = try CRMStore.hasty(folder.file(name))
    try store.prepareEmptyBook(userName: "ada")
    return store
  }

  func file(_ text: String, _ name: String = "expo.csv") throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  func text(of name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.file(name))), as: UTF8.self)
  }

  /// A job on `text` with the plan that is guessed, changed by `change`.
  func job(
    _ text: String, _ kind: EntityKind = .lead, in other: CRMStore? = nil, name: String = "expo.csv",
    _ change: (inout ImportPlan) -> Void = { _ in },
  ) throws -> ImportJob {
    let store = other ?? store
    let path = try file(text, name)
    var plan = try ImportJob(store: store, path: path, plan: ImportPlan(kind)).plan
    change(&plan)
    return try ImportJob(store: store, path: path, plan: plan)
  }

  @discardableResult
  func load(
    _ text: String, _ kind: EntityKind = .lead, _ change: (inout ImportPlan) -> Void = { _ in },
  ) throws -> ImportOutcome {
    try job(text, kind, change).apply(rejects: .nowhere)
  }

  var leads: [Lead] { get throws { try store.read { try $0.all(Lead.self) } } }
}

extension ImportPlan {
  mutating func updates(by keys: Key..., duplicates: Duplicates = .merge) {
    (matching.mode, matching.keys, matching.duplicates) = (.both, keys, duplicates)
  }

  /// The column of that name.
  subscript(_ header: String) -> Column {
    get { columns.first { $0.header == header } ?? Column(0, header, .ignored) }
    set { if let index = columns.firstIndex(where: { $0.header == header }) { columns[index] = newValue } }
  }
}
