import ArgumentParser
import CRMDomain
import CRMStore
import Foundation

/// What `crm` alone does.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open the program full screen; `crm` alone does the same.")

  @OptionGroup var database: DatabaseOption

  func run() throws {
    let path = database.path
    try MainActor.assumeIsolated {
      try Interactive.run(database: path, themeFolders: FilePlaces().themeFolders)
    }
  }
}

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Open a made-up book, to look around.",
    discussion: """
      250 leads and what belongs to them, dated around today. It is kept in a file that goes away when you leave;
      with --db it stays in that file.

        crm demo
        crm demo --db corvane.sqlite
      """.reflowed)

  @OptionGroup var database: DatabaseOption

  func run() throws {
    guard database.db == nil else { return try open(database.path) }
    let folder = try Self.temporaryFolder()
    defer { Self.remove(folder) }
    try open(folder + "/demo.sqlite")
  }

  /// The book is closed again before the program opens it: the system lets go of a file's locks when one of two in the
  /// same program closes it.
  private static func fill(_ path: String) throws {
    let store = try CRMStore(path: path)
    guard try store.read({ try $0.isEmpty() }) else { return }
    try store.loadDemo(DemoBook(now: store.now, utcOffset: TimeZone.current.secondsFromGMT()))
  }

  private func open(_ path: String) throws {
    try Self.fill(path)
    try MainActor.assumeIsolated {
      try Interactive.run(database: path, themeFolders: FilePlaces().themeFolders)
    }
  }

  private static func temporaryFolder() throws -> String {
    var name = Array((NSTemporaryDirectory() + "/mycrm-demo-XXXXXX").utf8CString)
    guard mkdtemp(&name) != nil else {
      throw CommandProblem("crm: no folder for the demo can be made in \(NSTemporaryDirectory()): use --db FILE.")
    }
    return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func remove(_ folder: String) {
    do { try FileManager.default.removeItem(atPath: folder) } catch {
      Output.complain("crm: the demo's files are still in \(folder).")
    }
  }
}

struct PathsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paths", abstract: "Print where the program keeps its files.",
    discussion: """
        crm paths
        XDG_DATA_HOME=/mnt/crypt crm paths
      """.reflowed)

  @OptionGroup var database: DatabaseOption

  func run() throws {
    let places = FilePlaces()
    let path = database.path
    try Output.print { output in
      try output.line("database  \(path)")
      try output.line("config    \(places.config)")
      for folder in places.themeFolders { try output.line("themes    \(folder)") }
      try output.line("logs      \(places.logs)")
      try output.line("cache     \(places.cache)")
    }
  }
}
