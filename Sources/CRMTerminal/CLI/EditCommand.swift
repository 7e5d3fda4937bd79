import ArgumentParser
import CRMDomain
import CRMStore
import Foundation
import TerminalKit

struct EditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Change all records that match a query, as one entry of history.",
    discussion: """
      Without --set, --add-tag or --remove-tag the records open as a text table in your editor ($VISUAL, $EDITOR or vi);
      a number alone is a record's number. What would change is counted and asked first where somebody looks on.

        crm edit leads 'status:new created>30d' --set status=contacted --set 'next_follow_up=+3d'
        crm edit deals 'closes<today' --set 'expected_close_date=by +2w' --dry-run
        crm edit leads tag:expo --add-tag called --remove-tag expo --yes
        crm edit lead 42
      """.reflowed)

  @Argument(help: "leads, contacts, deals, tasks or activities.") var kind: KindArgument
  @Argument(help: "Which of them, as in `crm leads`; or a number.") var query: [String] = []
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("A field and its new value; empty clears it.", valueName: "field=value"))
  var settings: [String] = []
  @Option(help: ArgumentHelp("A tag to put on.", valueName: "tag")) var addTag: [String] = []
  @Option(help: ArgumentHelp("A tag to take off.", valueName: "tag")) var removeTag: [String] = []
  @Flag(help: "Count what would change, and change nothing.") var dryRun = false
  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
  @Flag(help: "Print one JSON object with the counts.") var json = false
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    if query.isEmpty { throw ValidationError("Say which, such as 'status:new'; '' is all of them.") }
  }

  func run() throws {
    let book = Book(try database.open())
    let ids = try ids(book)
    guard !ids.isEmpty else { throw CommandProblem("crm: no \(Counted.many(kind.kind)) match.") }
    let edits = try edits(book)
    guard !edits.isEmpty else {
      return try EditorSession(book: book, kind: kind.kind, isDryRun: dryRun, isAsked: !yes).run(ids)
    }
    try change(BulkChange(kind.kind, edits), ids, book)
  }

  private func ids(_ book: Book) throws -> [Int64] {
    let text = query.joined(separator: " ")
    if let id = Int64(text.hasPrefix("#") ? String(text.dropFirst()) : text), id > 0 {
      return try book.store.read { try $0.isAlive(kind.kind, id) } ? [id] : []
    }
    let list = try book.list(kind.kind, text)
    return try book.store.read { try $0.ids(list) }
  }

  // MARK: What is to be changed

  private func edits(_ book: Book) throws -> [BulkChange.Edit] {
    let fields = try book.fields(of: kind.kind)
    let entry = try book.bulkEntry()
    let stages = try book.stages()
    var edits: [BulkChange.Edit] = []
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw problem("--set takes field=value, such as status=contacted, not “\(setting)”.")
      }
      let info = try field(parts[0], fields)
      do throws(FieldProblem) {
        edits.append(try BulkEntry(info: info, entry: entry, stages: stages).setting(parts[1]))
      } catch { throw problem(error.message + ".") }
    }
    for (tags, isAdding) in [(addTag, true), (removeTag, false)] where !tags.isEmpty {
      guard let info = kind.kind.field("tags") else { throw problem("\(Counted.many(kind.kind)) have no tags.") }
      edits.append(.init(info, isAdding ? .addTags(tags) : .removeTags(tags), shown: tags.joined(separator: ", ")))
    }
    return edits
  }

  private func field(_ name: String, _ fields: [FieldInfo]) throws -> FieldInfo {
    let word = name.trimmed.lowercased()
    guard let info = fields.first(where: { $0.names.contains(word) || $0.name == word }) else {
      let known = fields.filter { !$0.isReadOnly && $0.kind != .customFields }.map(\.key).joined(separator: ", ")
      throw problem("\(Counted.many(kind.kind)) have no field “\(name)”. They have: \(known).")
    }
    guard !info.isReadOnly, info.kind != .customFields else { throw problem("\(info.label) is kept by the program.") }
    return info
  }

  private func problem(_ text: String) -> CommandProblem {
    CommandProblem("crm: " + TextWidth.sanitised(text), exitCode: .validationFailure)
  }

  // MARK: Changing it

  private func change(_ change: BulkChange, _ ids: [Int64], _ book: Book) throws {
    let context = BulkChange.Context(now: book.store.now, calendar: book.calendar, stages: try book.allStages())
    let work = BulkWork(change, context: context, store: book.store)
    guard let tally = try work.tally(ids) else { return }
    let title = change.title(Counted.text(ids.count, kind.kind))
    let isWritten = try !dryRun && tally.changed > 0 && isWanted(title, tally)
    var operation: Int64?
    if isWritten { operation = try work.run(ids, title: title).operation }
    try Output.print { output in
      if json { return try output.line(report(title, tally, operation).text) }
      for line in lines(title, tally, operation) { try output.line(TextWidth.sanitised(line)) }
    }
  }

  /// Asked where somebody can answer.
  private func isWanted(_ title: String, _ tally: BulkTally) throws -> Bool {
    guard !yes, !json, Output.isTerminal, isatty(STDIN_FILENO) == 1 else { return true }
    return Question.ask("\(title): \(tally.changed) will change. Do it?")
  }

  private func lines(_ title: String, _ tally: BulkTally, _ operation: Int64?) -> [String] {
    let verb = operation == nil ? "would change" : "changed"
    var lines = ["\(title): \(tally.changed.formatted(grouping: ",")) \(verb)"]
    if tally.same > 0 { lines.append("  \(tally.same.formatted(grouping: ",")) have it already") }
    for (reason, count) in tally.stays.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(count.formatted(grouping: ",")) stay: \(reason)")
    }
    if operation != nil { lines.append("  `crm undo` takes it back") }
    return lines
  }

  private func report(_ title: String, _ tally: BulkTally, _ operation: Int64?) -> JSONValue {
    .object([
      "title": .string(title), "matched": .integer(tally.seen), "changed": .integer(tally.changed),
      "same": .integer(tally.same), "stay": .object(tally.stays.mapValues(JSONValue.integer)),
      "dry_run": .bool(dryRun), "operation": operation.map { .integer(Int($0)) } ?? .null,
    ])
  }
}

/// Yes or no, typed on the terminal.
enum Question {
  static func ask(_ text: String) -> Bool {
    FileHandle.standardError.write(Data("\(TextWidth.sanitised(text)) [y/N] ".utf8))
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }
}

extension Book {
  /// How values are read: names, the rep as `me`, the usual currency.
  func bulkEntry() throws -> EntryContext {
    let store = store
    let me = try store.read { try $0.me()?.id.rawValue }
    let usual = entry
    return EntryContext(
      now: store.now, calendar: calendar, names: usual.names,
      find: { kind, text in
        if kind == .user, text.lowercased() == "me" { return me }
        do { return try store.read { try $0.find(kind, named: text).first } } catch { return nil }
      })
  }

  func allStages() throws -> [Stage] { try store.read { try $0.all() } }

  /// The stages that a deal can be moved to by name: those of the first board, then those of others.
  func stages() throws -> [Stage] {
    let boards = try store.read { try $0.all(Board.self) }
      .sorted { ($0.position, $0.id.rawValue) < ($1.position, $1.id.rawValue) }
    return try boards.flatMap { board in try store.read { try $0.stages(of: board.id) } }
  }
}
