import ArgumentParser
import CRMDomain
import CRMStore
import TerminalKit

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Print what was changed, the latest first.",
    discussion: """
        crm history --limit 5
        crm history --json
      """)

  @Option(help: "At most so many entries.") var limit = 20
  @Flag(help: "Print one JSON array.") var json = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let operations = try database.open().read { try $0.history(limit: limit) }
    try Output.print { output in
      if json { return try output.write(Self.array(of: operations)) }
      let calendar = LocalCalendar(.current)
      for operation in operations {
        let time = DateText.full(operation.at, calendar: calendar)
        let mark = operation.isUndone ? "  (undone)" : ""
        let origin = operation.origin == "user" ? "" : "  [\(TextWidth.sanitised(operation.origin))]"
        try output.line("\(operation.id)  \(time)  \(TextWidth.sanitised(operation.title))\(origin)\(mark)")
      }
    }
  }

  private static func array(of operations: [Operation]) -> [UInt8] {
    var writer = JSONWriter(indent: 2)
    writer.beginArray()
    for operation in operations {
      writer.value(
        .object([
          "id": .integer(Int(operation.id)), "at": .string(operation.at.iso), "title": .string(operation.title),
          "origin": .string(operation.origin), "undone": .bool(operation.isUndone),
        ]))
    }
    writer.endArray()
    return writer.bytes + [0x0A]
  }
}

struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back the last change, whatever it was.",
    discussion: """
      What was changed again since is kept, and listed.

        crm undo
        crm import leads expo.csv && crm undo
      """)

  @OptionGroup var database: DatabaseOption

  func run() throws {
    guard let result = try database.open().undo() else { throw CommandProblem("crm: there is nothing to undo.") }
    try result.print("Took back")
  }
}

struct RedoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redo", abstract: "Do again what was undone last.",
    discussion: """
        crm redo
        crm undo && crm redo
      """)

  @OptionGroup var database: DatabaseOption

  func run() throws {
    guard let result = try database.open().redo() else { throw CommandProblem("crm: there is nothing to redo.") }
    try result.print("Did again")
  }
}

extension UndoResult {
  func print(_ verb: String) throws {
    try Output.print { output in
      let count = records == 1 ? "1 record" : "\(records) records"
      try output.line("\(verb): \(TextWidth.sanitised(title)) (\(count))")
      for name in kept { try output.line("  kept, because it was changed since: \(TextWidth.sanitised(name))") }
    }
  }
}

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Print what every key does.",
    discussion: """
        crm keys
        crm keys --markdown > KEYS.md
      """)

  @Flag(help: "Print tables in Markdown.") var markdown = false

  func run() throws {
    try Output.print { output in
      if markdown { try output.line("# Keys") }
      for context in Context.allCases {
        let actions = Actions.all.filter { $0.context == context && !$0.keys.isEmpty }
        guard !actions.isEmpty else { continue }
        try output.line(
          markdown ? "\n## \(context.title)\n\n| Key | Command | Does |\n|---|---|---|" : "\n\(context.title)")
        for action in actions { try output.line(line(action)) }
      }
    }
  }

  private func line(_ action: Action) -> String {
    let keys = action.keys.map(\.name)
    guard markdown else {
      let key = TextWidth.padded(keys.joined(separator: " "), to: 12)
      return "  \(key)\(TextWidth.padded(action.title, to: 16))\(action.help)"
    }
    let written = keys.map { "`\($0 == "|" ? "\\|" : $0)`" }.joined(separator: " ")
    return "| \(written) | \(action.title) | \(action.help) |"
  }
}
