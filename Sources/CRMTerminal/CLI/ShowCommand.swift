import ArgumentParser
import CRMDomain
import CRMStore
import CRMSync
import TerminalKit

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print one record with its tasks and its timeline.",
    discussion: """
        crm show lead 42
        crm show deal 7 --json
      """.reflowed)

  @Argument(help: "lead, contact, deal, task or activity.") var kind: KindArgument
  @Argument(help: "Its number.") var id: Int64
  @Flag(help: "Print it as v1's JSON.") var json = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    func run<R: Record>(_ type: R.Type) throws {
      let book = Book(try database.open())
      guard let record = try book.store.read({ try $0.record(Identifier<R>(id)) }) else {
        throw CommandProblem(
          "crm: there is no \(kind.kind.rawValue) \(id). `crm \(kind.kind.plural) --ids` lists them.")
      }
      try Output.print { output in
        if json {
          try output.line(JSONValue.object(WireRecord.object(record)).text)
        } else {
          try RecordSheet(book: book, record: record).print(&output)
        }
      }
    }
    try run(kind.kind.recordType)
  }
}

/// One record on paper: its fields, its tasks, what happened.
private struct RecordSheet<R: Record> {
  let book: Book
  let record: R

  func print(_ output: inout Output) throws {
    try output.line("\(R.schema.kind.rawValue) \(record.id.rawValue)  \(TextWidth.sanitised(record.title))")
    try output.line("")
    for (label, text) in try fields() {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { TextWidth.sanitised(String($0)) }
      try output.line("  \(TextWidth.padded(label, to: 18))\(lines.first ?? "")")
      for line in lines.dropFirst() { try output.line("  \(TextWidth.padded("", to: 18))\(line)") }
    }
    guard [.lead, .contact, .opportunity].contains(R.schema.kind) else { return }
    try section("Tasks", try tasks(), &output)
    try section("Timeline", try timeline(), &output)
  }

  private func fields() throws -> [(String, String)] {
    let context = book.entry
    let custom = try book.store.read { try $0.customFields(of: R.schema.kind) }.map { Field<R>(custom: $0) }
    let own = R.schema.fields.filter { $0.info.kind != .customFields || custom.isEmpty }
    return (own + custom).compactMap { field in
      let text = FieldText.show(field.get(record), as: field.info, in: context)
      return text.isEmpty ? nil : (field.info.label, text)
    }
  }

  private func section(_ title: String, _ lines: [String], _ output: inout Output) throws {
    guard !lines.isEmpty else { return }
    try output.line("\n\(title)")
    for line in lines { try output.line("  " + line) }
  }

  private func tasks() throws -> [String] {
    let tasks = try book.store.read { reader in
      try reader.records(try reader.ids(.task, linkedTo: R.schema.kind, record.id.rawValue), of: CRMTask.self)
    }
    return tasks.map { task in
      let due = task.dueDate.map { DateText.full($0, calendar: book.calendar) } ?? ""
      let mark = task.isOpen ? task.isOverdue(now: book.store.now) ? "overdue" : "open" : Choice.words(task.status)
      return line(due, mark, task.title)
    }
  }

  private func timeline() throws -> [String] {
    let activities = try book.store.read { reader in
      try reader.records(try reader.ids(.activity, linkedTo: R.schema.kind, record.id.rawValue), of: Activity.self)
    }
    return activities.map { activity in
      let at = (activity.occurredAt ?? activity.createdAt).map { DateText.full($0, calendar: book.calendar) } ?? ""
      let words = [activity.subject, activity.outcome, activity.body].filter { !$0.isEmpty }.joined(separator: " – ")
      return line(at, Choice.words(activity.activityType), words)
    }
  }

  private func line(_ time: String, _ kind: String, _ text: String) -> String {
    TextWidth.padded(time, to: 18) + TextWidth.padded(kind, to: 14) + TextWidth.sanitised(text)
  }
}
