import TerminalKit

/// Everything a key, the palette or a click can ask for.
package enum Command: String, CaseIterable, Hashable, Sendable {
  // Places
  case today, leads, contacts, pipeline, tasks, deals
  // Everywhere
  case palette, help, undo, redo, history, jobs, toggleMouse, chooseTheme, importFile, redraw, suspend, quit, back
  // Lists
  case filter, clearFilter, open, new, edit, editNotes, mark, markRange, markAll, sortBy, reverseSort, chooseColumns
  case groupBy, foldGroup, foldAll, views, nextView, previousView, saveView, updateView, renameView, removeView
  case moveViewUp, moveViewDown, setViewKey, restoreViews, frequency, changePeriod, newField, togglePreview, trash
  case showTrash, repeatChange, export
  // Records
  case setStatus, setPriority, assign, tag, untag, logCall, logActivity, newTask, complete, convert, copyEmail
  case nextSection, followLink, editTable, takeMine, recordHistory
  // Board
  case columnLeft, columnRight, moveLeft, moveRight, markWon, markLost, chooseBoard, editBoard, newStage, newBoard
  case pipelineAsOf, chooseDate
  // History
  case revert, chooseSource
  // Duplicates
  case duplicates, merge, keepApart, lookAgain, pickLeft, pickRight, pickBoth, pickAll, keepRecord, applyMerge
  // Sync
  case sync, syncNow, readEverything, acceptVanished, rehearseSync, logIn, logOut, chooseAccount, syncSettings,
    retryRefused
  case dropChange, takeTheirs, decideAlways
  // Import
  case nextStep, previousStep, importHistory, newImport, chooseFile, chooseKind, changeSetting, switchPart
  case pickField, ignoreColumn, keepColumn, columnOptions, columnWords, saveMapping, useMapping
  case openGroup, correctCell, decideCreate, decideUpdate, decideSkip, startImport, pauseJob, resumeJob, cancelJob
  case revertImport
}

/// Where a key means something. A screen lists its contexts, the nearest first; `everywhere` is always the last.
package enum Context: String, CaseIterable, Hashable, Sendable {
  case everywhere, list, leads, contacts, deals, tasks, page, board, today, views, counts
  case diff, asOf, history, operation, duplicates, merge, sync, conflicts, syncRehearsal
  case importing, importFile, importColumns, importSettings, importRehearsal, importApply, importHistory

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
    case .importing: "Import"
    case .importFile: "Import: the file"
    case .importColumns: "Import: the columns"
    case .importSettings: "Import: how rows are matched"
    case .importRehearsal: "Import: the dry run"
    case .importApply: "Import: doing it"
    case .importHistory: "Import: what was imported"
    case .views: "Views"
    case .counts: "Counts of values"
    case .diff: "Edited as text"
    case .asOf: "Pipeline as of a date"
    case .history: "History"
    case .operation: "One entry of history"
    case .duplicates: "Duplicates"
    case .merge: "Merge"
    case .sync: "Sync"
    case .conflicts: "Sync: to decide"
    case .syncRehearsal: "Sync: the dry run"
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
