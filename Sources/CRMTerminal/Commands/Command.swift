import TerminalKit

/// Everything a key, the palette or a click can ask for.
package enum Command: String, CaseIterable, Hashable, Sendable {
  // Places
  case today, leads, contacts, pipeline, tasks, deals
  // Everywhere
  case palette, help, undo, redo, history, jobs, toggleMouse, chooseTheme, importFile, redraw, suspend, quit, back
  // Lists
  case filter, clearFilter, open, new, edit, editNotes, mark, markRange, markAll, sortBy, reverseSort, chooseColumns
  case nextView, previousView, saveView, removeView, frequency, newField, togglePreview, trash, showTrash, repeatChange
  case export
  // Records
  case setStatus, setPriority, assign, tag, untag, logCall, logActivity, newTask, complete, convert, copyEmail
  case nextSection, followLink
  // Board
  case columnLeft, columnRight, moveLeft, moveRight, markWon, markLost, chooseBoard, editBoard, newStage, newBoard
}

/// Where a key means something. A screen lists its contexts, the nearest first; `everywhere` is always the last.
package enum Context: String, CaseIterable, Hashable, Sendable {
  case everywhere, list, leads, contacts, deals, tasks, page, board, today

  package var title: String {
    switch self {
    case .everywhere: "Everywhere"
    case .list: "Lists"
    case .leads: "Leads"
    case .contacts: "Contacts"
    case .deals: "Deals"
    case .tasks: "Tasks"
    case .page: "A record's page"
    case .board: "Pipeline"
    case .today: "Today"
    }
  }
}

/// One row of the action table.
package struct Action: Hashable, Sendable {
  package let command: Command
  package let context: Context
  package let keys: [Key]
  package let title: String
  /// A sentence for `?` and Docs/KEYS.md.
  package let help: String
  /// Higher is kept longer when the footer is short of room; 0 is never in the footer.
  package let footer: Int

  init(_ command: Command, _ context: Context, _ keys: [Key], _ title: String, _ help: String, footer: Int = 0) {
    self.command = command
    self.context = context
    self.keys = keys
    self.title = title
    self.help = help
    self.footer = footer
  }
}
