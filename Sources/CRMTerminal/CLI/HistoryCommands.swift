import ArgumentParser
import CRMDomain
import CRMStore
import TerminalKit

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Print what was changed, the latest first.",
    discussion: """
      With --of, what was changed in one record, field by field. --by takes me, import, sync, workflow or program.

        crm history --limit 5
        crm history --by import --words expo
        crm history --of lead 42 --json
      """.reflowed)

  @Option(help: "At most so many entries.") var limit = 20
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Only what touched this record: a kind and a number.", valueName: "record"))
  var of: [String] = []
  @Option(help: ArgumentHelp("Only what one did: me, import, sync, workflow, program.", valueName: "whom")) var by:
    String?
  @Option(help: "Only entries with these words in their title.") var words = ""
  @Flag(help: "Print one JSON array.") var json = false
  @OptionGroup var database: DatabaseOption

  private static let sources: [String: HistoryFilter.Source] = [
    "me": .user, "user": .user, "import": .importing, "sync": .sync, "workflow": .workflow, "program": .engine,
    "engine": .engine,
  ]

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit is a number from 0 on.") }
    guard of.isEmpty || subject != nil else {
      throw ValidationError("--of takes a kind and a number, such as --of lead 42.")
    }
    guard by.map({ Self.sources[$0.lowercased()] != nil }) ?? true else {
      throw ValidationError("--by takes me, import, sync, workflow or program.")
    }
  }

  private var subject: HistoryFilter.Subject? {
    guard of.count == 2, let kind = EntityKind(word: of[0]), let id = Int64(of[1]) else { return nil }
    return HistoryFilter.Subject(kind, id)
  }

  func run() throws {
    let book = Book(try database.open())
    let filter = HistoryFilter(
      source: by.flatMap { Self.sources[$0.lowercased()] }, text: words, record: subject)
    let entries = try book.store.read { reader in
      try reader.history(filter, limit: limit).map { operation in
        (operation, try subject.map { try reader.changes(of: operation.id, rows: 0..<20, record: $0) } ?? [])
      }
    }
    let lines = HistoryLines(book: book)
    try Output.print { output in
      if json { return try output.write(lines.array(entries, hasFields: subject != nil)) }
      for (operation, changes) in entries { try lines.print(operation, changes, &output) }
    }
  }
}

/// Entries of history on paper.
private struct HistoryLines {
  let book: Book

  func print(_ operation: Operation, _ changes: [RecordChange], _ output: inout Output) throws {
    let time = DateText.full(operation.at, calendar: book.calendar)
    let mark = operation.isUndone ? "  (undone)" : ""
    let origin = operation.origin == "user" ? "" : "  [\(TextWidth.sanitised(operation.origin))]"
    try output.line("\(operation.id)  \(time)  \(TextWidth.sanitised(operation.title))\(origin)\(mark)")
    for change in changes where change.action == .update {
      for (info, old, new) in try fields(change) {
        let text = "\(info.label): \(shown(old, info)) → \(shown(new, info))"
        try output.line("      " + TextWidth.sanitised(text))
      }
    }
  }

  private func fields(_ change: RecordChange) throws -> [(FieldInfo, JSONValue, JSONValue)] {
    change.fields.keys.sorted().compactMap { name in
      guard name != "updated_at", let (old, new) = change.fields[name], let info = change.kind.field(name) else {
        return nil
      }
      return (info, old, new)
    }
  }

  private func shown(_ value: JSONValue, _ info: FieldInfo) -> String {
    let text = FieldText.show(CRMStore.fieldValue(value, of: info), as: info, in: book.entry)
    return text.isEmpty ? "–" : text
  }

  func array(_ entries: [(Operation, [RecordChange])], hasFields: Bool) -> [UInt8] {
    var writer = JSONWriter(indent: 2)
    writer.beginArray()
    for (operation, changes) in entries {
      var object: [String: JSONValue] = [
        "id": .integer(Int(operation.id)), "at": .string(operation.at.iso), "title": .string(operation.title),
        "origin": .string(operation.origin), "undone": .bool(operation.isUndone),
      ]
      if hasFields { object["changes"] = .array(changes.map(json)) }
      writer.value(.object(object))
    }
    writer.endArray()
    return writer.bytes + [0x0A]
  }

  private func json(_ change: RecordChange) -> JSONValue {
    var fields: [String: JSONValue] = [:]
    for (name, (old, new)) in change.fields where name != "updated_at" && name != "search_text" {
      let info = change.kind.field(name)
      func value(_ value: JSONValue) -> JSONValue { info.map { CRMStore.fieldValue(value, of: $0).json } ?? value }
      fields[name] = .object(["old": value(old), "new": change.action == .delete ? .null : value(new)])
    }
    return .object(["action": .string(change.action.rawValue), "fields": .object(fields)])
  }
}

struct UndoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take back the last change, whatever it was.",
    discussion: """
      What was changed again since is kept, and listed.

        crm undo
        crm import leads expo.csv && crm undo
      """.reflowed)

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
      """.reflowed)

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
      """.reflowed)

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
