import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// Records in the editor from the command line: as the screens do it, with the differences printed and asked about.
struct EditorSession {
  let book: Book
  let kind: EntityKind
  let isDryRun: Bool
  let isAsked: Bool

  func run(_ ids: [Int64]) throws {
    guard ids.count <= TextEdit.limit else {
      throw CommandProblem(
        "crm: the editor takes at most \(TextEdit.limit) rows, and \(ids.count) match. --set changes any number.")
    }
    func run<R: Record>(_ type: R.Type) throws {
      let records: [R] = try book.store.read { try $0.records(ids) }
      let all = try book.fields(of: kind)
      // One record is edited whole, several by the columns of their list.
      let columns = ids.count == 1 ? all : all.filter { $0.columnWidth != nil }
      let entry = try book.bulkEntry()
      let edit = TextEdit(records, fields: TextEdit.fields(of: kind, chosen: columns), in: entry)
      try self.run(edit, entry)
    }
    try run(kind.recordType)
  }

  private func run(_ edit: TextEdit, _ entry: EntryContext) throws {
    var text = TableText.text(of: edit, kind)
    while true {
      guard let edited = try ExternalEditor.edit(text, running: { try $0() }) else {
        return try Output.print { try $0.line("Nothing was changed.") }
      }
      let (changes, problems) = edit.changes(in: edited, entry)
      if problems.isEmpty { return try write(changes, entry) }
      let (annotated, moved) = EditedTable.annotated(edited, problems)
      for problem in moved { Output.complain("crm: " + TextWidth.sanitised(problem.description)) }
      guard isatty(STDIN_FILENO) == 1, Question.ask("Edit it again?") else {
        throw CommandProblem("crm: nothing was written.", exitCode: .validationFailure)
      }
      text = annotated
    }
  }

  private func write(_ changes: [TextEdit.Change], _ entry: EntryContext) throws {
    try Output.print { output in
      for change in changes {
        let name = try book.store.read { try $0.name(kind, change.id) } ?? ""
        let (old, new) = (shown(change.old, change.info, entry), shown(change.new, change.info, entry))
        try output.line(TextWidth.sanitised("#\(change.id) \(name)  \(change.info.label): \(old) → \(new)"))
      }
    }
    guard !changes.isEmpty, !isDryRun else { return }
    if isAsked, isatty(STDIN_FILENO) == 1,
      !Question.ask("Write \(changes.count) \(changes.count == 1 ? "change" : "changes")?")
    {
      throw CommandProblem("crm: nothing was written.")
    }
    let context = BulkChange.Context(now: book.store.now, calendar: book.calendar, stages: try book.allStages())
    let title = "Edit \(Counted.text(Set(changes.map(\.id)).count, kind)) as text"
    let result = try book.store.transact(title) { try $0.write(changes, in: kind, context) }
    try Output.print { output in
      let kept = result.kept == 0 ? "" : "; \(result.kept) left out, because changed meanwhile"
      try output.line("\(Counted.text(result.changed, kind)) changed\(kept). `crm undo` takes it back.")
    }
  }

  private func shown(_ value: FieldValue, _ info: FieldInfo, _ entry: EntryContext) -> String {
    value.isEmpty ? "–" : FieldText.show(value, as: info, in: entry)
  }
}
