import CRMDomain
import CRMStore
import TerminalKit

/// Records as a text table in the rep's editor, and back.
@MainActor enum TableEditing {
  /// Opens the records with these ids; `chosen` are the list's columns.
  static func effect(_ kind: EntityKind, _ ids: [Int64], chosen: [FieldInfo]) -> Effect {
    guard !ids.isEmpty else { return .toast("No \(Counted.one(kind)) selected") }
    guard ids.count <= TextEdit.limit else {
      let count = ids.count.formatted(grouping: ",")
      let limit = TextEdit.limit.formatted(grouping: ",")
      return .toast("The editor takes at most \(limit) rows, and \(count) are marked. e changes any number by a form")
    }
    return .with { session in
      @MainActor func open<R: Record>(_ type: R.Type) -> Effect {
        let records: [R] = session.read { try $0.records(ids) } ?? []
        let fields = TextEdit.fields(of: kind, chosen: chosen)
        let edit = TextEdit(records, fields: fields, in: session.entry)
        return edit.table.rows.isEmpty ? .toast("They are gone") : self.open(edit, kind, TableText.text(of: edit, kind))
      }
      return open(kind.recordType)
    }
  }

  private static func open(_ edit: TextEdit, _ kind: EntityKind, _ text: String) -> Effect {
    .editExternally(text) { edited in
      .with { session in
        let (changes, problems) = edit.changes(in: edited, session.entry)
        guard problems.isEmpty else { return askAgain(edit, kind, edited, problems) }
        guard !changes.isEmpty else { return .toast("Nothing was changed") }
        return .push(TableDiffScreen(changes, kind) { open(edit, kind, edited) })
      }
    }
  }

  private static func askAgain(_ edit: TextEdit, _ kind: EntityKind, _ edited: String, _ problems: [LineProblem])
    -> Effect
  {
    let (text, moved) = EditedTable.annotated(edited, problems)
    var lines = moved.prefix(6).map(\.description)
    if moved.count > lines.count { lines.append("and \(moved.count - lines.count) more") }
    lines.append("Nothing is written yet. The messages stand in the text, above their lines.")
    let title = moved.count == 1 ? "One line needs another look" : "\(moved.count) lines need another look"
    return .push(ConfirmScreen(title, lines, "Edit again", key: "e") { open(edit, kind, text) })
  }
}

/// The text that is opened, with its explanation.
enum TableText {
  static func text(of edit: TextEdit, _ kind: EntityKind) -> String {
    edit.table.text(notes: notes(edit.table.rows.count, kind), width: TextWidth.width)
  }

  private static func notes(_ count: Int, _ kind: EntityKind) -> [String] {
    [
      "\(Counted.text(count, kind)). Change cells, save, and close the editor: what differs is shown before it is written.",
      "A line or a column that is taken out is left alone; nothing is ever deleted from here.",
      "In a cell: \\n is a new line, \\t a tab, \\| a bar, \\\\ a backslash. Dates as in a form: tomorrow 9:00, +3d.",
    ]
  }
}
