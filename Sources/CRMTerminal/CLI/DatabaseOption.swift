import ArgumentParser
import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// Which book a command is about.
struct DatabaseOption: ParsableArguments {
  @Option(help: ArgumentHelp("Use this database instead of your own; also CRM_DB.", valueName: "file"))
  var db: String?

  var path: String { db.map(FilePath.expanded) ?? FilePlaces().database }

  /// Its path, for what has no use for a new book.
  func existing() throws -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandProblem("crm: there is no book at \(TextWidth.sanitised(path)). Name another one with --db.")
    }
    return path
  }

  /// Opens it, made and with what every book begins with if need be.
  func open() throws -> CRMStore {
    let store = try CRMStore(path: path)
    if !store.isReadOnly { try store.prepareEmptyBook(userName: NSUserName()) }
    return store
  }
}

/// The kinds of record a command takes, in any of the words for them.
struct KindArgument: ExpressibleByArgument {
  let kind: EntityKind

  static let kinds: [EntityKind] = [.lead, .contact, .opportunity, .task, .activity]
  static var allValueStrings: [String] { ["leads", "contacts", "deals", "tasks", "activities"] }
  var defaultValueDescription: String { kind.plural }

  init?(argument: String) {
    guard let kind = EntityKind(word: argument), Self.kinds.contains(kind) else { return nil }
    self.kind = kind
  }
}
