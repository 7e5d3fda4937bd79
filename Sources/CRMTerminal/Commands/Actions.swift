import TerminalKit

/// The action table: every command with its key in each context. The footer, `?`, the palette and Docs/KEYS.md are made
/// from it.
package enum Actions {
  package static let all: [Action] =
    places + everywhere + lists + records + board + views + counts
    + changes + duplicates + SyncActions.all + ImportActions.all

  private static func key(_ letter: String) -> Key { .character(letter) }

  private static let places: [Action] = [
    Action(.today, .everywhere, [key("1")], "today", "Go to Today: what is due, what rots, this month."),
    Action(.leads, .everywhere, [key("2")], "leads", "Go to the list of leads."),
    Action(.contacts, .everywhere, [key("3")], "contacts", "Go to the list of contacts."),
    Action(.pipeline, .everywhere, [key("4")], "pipeline", "Go to the board of deals."),
    Action(.tasks, .everywhere, [key("5")], "tasks", "Go to the tasks."),
    Action(.deals, .everywhere, [key("6")], "deals", "Go to the deals as a list."),
  ]

  private static let everywhere: [Action] = [
    Action(
      .palette, .everywhere, [key(":"), .control("p")], "command", "Run a command or open a record by typing its name.",
      footer: 90),
    Action(.undo, .everywhere, [key("u")], "undo", "Take back the last change, whatever it was.", footer: 88),
    Action(.redo, .everywhere, [.control("r")], "redo", "Do again what was undone."),
    Action(.help, .everywhere, [key("?"), .function(1)], "keys", "Show the keys of this place.", footer: 100),
    Action(.history, .everywhere, [key("U")], "history", "Show what was changed, by whom, and take any of it back."),
    Action(.importFile, .everywhere, [key("I")], "import", "Bring in a CSV file, or go back to the import begun."),
    Action(
      .duplicates, .everywhere, [key("M")], "duplicates", "Find leads, or contacts, that are one person twice."),
    Action(.jobs, .everywhere, [key("J")], "jobs", "Show long work under way; cancel it."),
    Action(.chooseTheme, .everywhere, [], "theme", "Choose the colours."),
    Action(
      .toggleMouse, .everywhere, [.function(9)], "mouse", "Turn the mouse off, so that text can be selected, or on."),
    Action(.redraw, .everywhere, [.control("l")], "redraw", "Draw everything again."),
    Action(.suspend, .everywhere, [.control("z")], "suspend", "Back to the shell; `fg` returns."),
    Action(.back, .everywhere, [.escape], "back", "Leave this page, or take the filter away."),
    Action(.quit, .everywhere, [key("q"), .control("c")], "quit", "Leave the page; leave the program from a place."),
  ]

  private static let lists: [Action] = [
    Action(.open, .list, [.enter], "open", "Open the record.", footer: 70),
    Action(
      .filter, .list, [key("/")], "filter", "Filter at every keystroke: words, field:value, score>70.", footer: 95),
    Action(.clearFilter, .list, [], "clear filter", "Show everything again."),
    Action(.new, .list, [key("n")], "new", "Make a new record.", footer: 80),
    Action(.edit, .list, [key("e")], "edit", "Edit the record, or all marked ones by one form.", footer: 78),
    Action(.editTable, .list, [key("E")], "edit as text", "Edit the marked rows as a text table in your editor."),
    Action(.editNotes, .list, [key("N")], "notes", "Edit the notes in your editor."),
    Action(.mark, .list, [key(" ")], "mark", "Mark the row; commands then act on all marked rows.", footer: 60),
    Action(
      .markRange, .list, [key("v")], "mark range", "Mark from here to where the cursor goes next; v again ends it."),
    Action(.markAll, .list, [key("*")], "mark all", "Mark all rows of the list, or none."),
    Action(.sortBy, .list, [key("o")], "sort", "Choose the column to sort by."),
    Action(.reverseSort, .list, [key("O")], "reverse", "Sort the other way round."),
    Action(.chooseColumns, .list, [key("|")], "columns", "Choose which columns are shown."),
    Action(.frequency, .list, [key("F")], "frequency", "Count the values of a column; Enter there filters by one."),
    Action(.groupBy, .list, [key("b")], "group by", "Put the list into groups by a field, with counts and sums."),
    Action(.foldGroup, .list, [key("z")], "fold", "Fold the group under the cursor, or show its rows.", footer: 72),
    Action(.foldAll, .list, [key("Z")], "fold all", "Fold all groups, or show all rows."),
    Action(
      .views, .list, [key("'")], "views", "Show the views with their counts; their letters open them.", footer: 42),
    Action(.saveView, .list, [key("V")], "save view", "Keep filter, order, columns and groups as a view."),
    Action(.restoreViews, .list, [], "standard views", "Bring the standard views back."),
    Action(.newField, .list, [], "new field", "Make a custom field for records of this kind."),
    Action(.nextView, .list, [key("]"), .tab], "next view", "Next view of this list.", footer: 40),
    Action(.previousView, .list, [key("["), .backTab], "previous view", "Previous view of this list."),
    Action(.togglePreview, .list, [key("p")], "preview", "Show or hide the preview of the row."),
    Action(.setStatus, .list, [key("s")], "status", "Set the status of the row or of all marked rows."),
    Action(.setPriority, .list, [key("!")], "priority", "Set the priority."),
    Action(.assign, .list, [key("a")], "assign", "Give the records to somebody.", footer: 50),
    Action(.tag, .list, [key("#")], "tag", "Add a tag."),
    Action(.untag, .list, [key("~")], "untag", "Take a tag away."),
    Action(.trash, .list, [key("D"), .delete], "delete", "Move to the trash."),
    Action(.showTrash, .list, [], "trash", "Show what was deleted; D there brings it back."),
    Action(.repeatChange, .list, [key(".")], "repeat", "Make the last change again, here."),
    Action(
      .merge, .list, [key("m")], "merge", "Merge the marked rows into one; without marks, the row with who it may be."),
    Action(.logCall, .list, [key("l")], "log call", "Log a call.", footer: 55),
    Action(.logActivity, .list, [key("L")], "log…", "Log an e-mail, a meeting or a note."),
    Action(.newTask, .list, [key("t")], "task", "Make a task for the record.", footer: 56),
    Action(.copyEmail, .list, [key("y")], "copy e-mail", "Copy the e-mail address."),
    Action(.export, .list, [key("W")], "export", "Write what is marked, shown or everything to a file."),
    Action(.convert, .leads, [key("c")], "convert", "Convert the lead into a contact and a deal.", footer: 76),
    Action(.complete, .tasks, [key("x")], "complete", "Complete the task, or open it again.", footer: 85),
    Action(.followLink, .tasks, [key("f")], "its record", "Open the lead, contact or deal of the task.", footer: 45),
    Action(.followLink, .deals, [key("f")], "its contact", "Open the contact of the deal.", footer: 45),
    Action(.markWon, .deals, [key("w")], "won", "The deal is won.", footer: 58),
    Action(.markLost, .deals, [key("x")], "lost…", "The deal is lost; asks for the reason.", footer: 57),
  ]

  private static let records: [Action] = [
    Action(.open, .page, [.enter], "open", "Edit the field, open the task or the linked record.", footer: 70),
    Action(.edit, .page, [key("e")], "edit", "Edit the record.", footer: 80),
    Action(.editNotes, .page, [key("N")], "notes", "Edit the notes in your editor.", footer: 40),
    Action(.nextSection, .page, [.tab], "next part", "Go to the fields, the tasks, the timeline."),
    Action(
      .complete, .page, [key("x")], "complete", "Complete the task under the cursor, or open it again.", footer: 50),
    Action(.recordHistory, .page, [key("H")], "its history", "Show what was ever changed in this record."),
    Action(.setStatus, .page, [key("s")], "status", "Set the status or the stage."),
    Action(.setPriority, .page, [key("!")], "priority", "Set the priority."),
    Action(.assign, .page, [key("a")], "assign", "Give the record to somebody."),
    Action(.tag, .page, [key("#")], "tag", "Add a tag."),
    Action(.untag, .page, [key("~")], "untag", "Take a tag away."),
    Action(.logCall, .page, [key("l")], "log call", "Log a call.", footer: 62),
    Action(.logActivity, .page, [key("L")], "log…", "Log an e-mail, a meeting or a note.", footer: 42),
    Action(.newTask, .page, [key("t")], "task", "Make a task for the record.", footer: 61),
    Action(.merge, .page, [key("m")], "merge", "Merge the record with who it may be."),
    Action(.trash, .page, [key("D")], "delete", "Move the record to the trash."),
    Action(.copyEmail, .page, [key("y")], "copy e-mail", "Copy the e-mail address."),
    Action(.convert, .page, [key("c")], "convert", "Convert the lead into a contact and a deal.", footer: 65),
    Action(.markWon, .page, [key("w")], "won", "The deal is won."),
    Action(.markLost, .page, [key("X")], "lost…", "The deal is lost; asks for the reason."),
  ]

  private static let board: [Action] = [
    Action(.open, .board, [.enter], "open", "Open the deal.", footer: 70),
    Action(.columnLeft, .board, [key("h"), .left], "column left", "Go to the column on the left."),
    Action(.columnRight, .board, [key("l"), .right], "column right", "Go to the column on the right."),
    Action(.moveLeft, .board, [key("H"), .shiftLeft], "move left", "Move the deal one stage back."),
    Action(.moveRight, .board, [key("L"), .shiftRight], "move", "Move the deal to the next stage.", footer: 85),
    Action(.filter, .board, [key("/")], "filter", "Filter the cards and the totals.", footer: 75),
    Action(.new, .board, [key("n")], "new", "Make a new deal in this column.", footer: 78),
    Action(.edit, .board, [key("e")], "edit", "Edit the deal.", footer: 66),
    Action(.markWon, .board, [key("w")], "won", "The deal is won.", footer: 82),
    Action(.markLost, .board, [key("x")], "lost…", "The deal is lost; asks for the reason.", footer: 81),
    Action(.newTask, .board, [key("t")], "task", "Make the next step of the deal.", footer: 64),
    Action(.logActivity, .board, [key("a")], "log…", "Log a call, an e-mail, a meeting or a note."),
    Action(.views, .board, [key("'")], "views", "Show the views of deals; their letters open them here.", footer: 58),
    Action(.nextView, .board, [key("]")], "next view", "Next view of the deals."),
    Action(.previousView, .board, [key("[")], "previous view", "Previous view of the deals."),
    Action(.saveView, .board, [key("V")], "save view", "Keep the filter as a view of the deals."),
    Action(.chooseBoard, .board, [key("b")], "boards", "Show another board.", footer: 60),
    Action(
      .pipelineAsOf, .board, [key("A")], "as of…", "Show the pipeline as it was on a day, and what moved since.",
      footer: 30),
    Action(.newBoard, .board, [key("B")], "new board", "Make a board of your own."),
    Action(.editBoard, .board, [key("E")], "edit stage", "Edit the stage: name, probability, days until deals rot."),
    Action(.newStage, .board, [key("+")], "new stage", "Add a stage after this one."),
    Action(.trash, .board, [key("D")], "delete", "Move the deal to the trash."),
    Action(.export, .board, [key("W")], "export", "Write the deals of the board to a file."),
    Action(.open, .today, [.enter], "open", "Open what is under the cursor.", footer: 70),
    Action(.complete, .today, [key("x")], "complete", "Complete the task.", footer: 80),
    Action(.newTask, .today, [key("t")], "task", "Make a task.", footer: 60),
    Action(.nextSection, .today, [.tab], "next part", "Go to the next part of the day.", footer: 40),
  ]

  private static let views: [Action] = [
    Action(.open, .views, [.enter], "open", "Open the view; its letter does the same at once.", footer: 100),
    Action(.saveView, .views, [key("+")], "new", "Keep what is looked at as a new view.", footer: 99),
    Action(
      .updateView, .views, [key("=")], "save over", "Put what is looked at in the place of this view.", footer: 98),
    Action(.renameView, .views, [key("~")], "rename", "Give the view another name.", footer: 97),
    Action(.setViewKey, .views, [key("'")], "key", "Choose the letter that opens the view.", footer: 96),
    Action(.moveViewUp, .views, [key("<")], "up", "Move the view one place forward.", footer: 94),
    Action(.moveViewDown, .views, [key(">")], "down", "Move the view one place back.", footer: 93),
    Action(.removeView, .views, [key("-"), .delete], "delete", "Delete the view.", footer: 95),
    Action(.restoreViews, .views, [], "standard views", "Bring the standard views back."),
  ]

  private static let counts: [Action] = [
    Action(.open, .counts, [.enter], "filter", "Filter by the value.", footer: 100),
    Action(.sortBy, .counts, [key("o")], "order", "Order by count, by sum or by value.", footer: 99),
    Action(.reverseSort, .counts, [key("O")], "reverse", "Order the other way round.", footer: 98),
    Action(
      .changePeriod, .counts, [key("b")], "day, week …", "Count dates by day, week, month, quarter or year.", footer: 97
    ),
  ]

  private static let changes: [Action] = [
    Action(.open, .diff, [.enter], "write", "Write the changes, as one entry of history.", footer: 90),
    Action(.edit, .diff, [key("e")], "edit again", "Go back to the editor with the text as it is.", footer: 80),
    Action(
      .takeMine, .diff, [key("m")], "mine",
      "Write this field although somebody else changed it meanwhile, or leave it.",
      footer: 70),
    Action(.open, .asOf, [.enter], "open", "Open the deal.", footer: 80),
    Action(.chooseDate, .asOf, [key("d")], "date", "Look at another day.", footer: 90),
    Action(.chooseBoard, .asOf, [key("b")], "boards", "Look at another board.", footer: 60),
    Action(.open, .history, [.enter], "details", "Show the records and fields of this entry.", footer: 80),
    Action(
      .revert, .history, [key("x")], "undo this",
      "Take this entry back, or do it again; shows first what that would do.",
      footer: 85),
    Action(.filter, .history, [key("/")], "filter", "Show only entries with these words.", footer: 90),
    Action(
      .chooseSource, .history, [key("o")], "by whom", "Show only what you, an import, sync or a workflow did.",
      footer: 70),
    Action(.open, .operation, [.enter], "open", "Open the record.", footer: 80),
    Action(.revert, .operation, [key("x")], "undo this", "Take the entry back, or do it again.", footer: 85),
  ]

  private static let duplicates: [Action] = [
    Action(.merge, .duplicates, [.enter, key("m")], "merge", "Make one record of these, field by field.", footer: 92),
    Action(
      .keepApart, .duplicates, [key("n")], "not duplicates", "These are different: do not show them again.", footer: 90),
    Action(.open, .duplicates, [key("o")], "open", "Open one of the records.", footer: 60),
    Action(.nextSection, .duplicates, [.tab], "leads or contacts", "Look among the other kind.", footer: 50),
    Action(.lookAgain, .duplicates, [key("r")], "look again", "Look through all records again."),
    Action(
      .pickLeft, .merge, [key("h"), .left], "take from left",
      "Take the field from the record on the left, or type its number."),
    Action(
      .pickRight, .merge, [key("l"), .right], "take from right", "Take the field from the record on the right."),
    Action(.pickBoth, .merge, [key("b")], "both", "Take the notes, or the tags, of all records.", footer: 80),
    Action(.pickAll, .merge, [key("a")], "all from this", "Take every field from this record.", footer: 60),
    Action(
      .keepRecord, .merge, [key("s")], "stays",
      "This record stays; the others go to the trash and all that is theirs moves to it.",
      footer: 75),
    Action(.applyMerge, .merge, [.enter, .control("s")], "merge", "Write what is shown.", footer: 92),
  ]

  /// The action a key means, looked for in the contexts one after the other.
  package static func action(for key: Key, in contexts: [Context]) -> Action? {
    for context in contexts + [.everywhere] {
      if let action = all.first(where: { $0.context == context && $0.keys.contains(key) }) { return action }
    }
    return nil
  }

  /// What can be done in these contexts, the nearest context's meaning of a command first.
  package static func available(in contexts: [Context]) -> [Action] {
    var seen: Set<Command> = []
    return (contexts + [.everywhere]).flatMap { context in all.filter { $0.context == context } }
      .filter { seen.insert($0.command).inserted }
  }
}

extension Key {
  /// How the footer and the documentation write it.
  package var name: String {
    switch self {
    case .character(" "): "space"
    case .character(let text): text
    case .control(let letter): "^\(letter.uppercased())"
    case .alt(let letter): "Alt-\(letter)"
    case .enter: "enter"
    case .escape: "esc"
    case .tab: "tab"
    case .backTab: "S-tab"
    case .backspace: "backspace"
    case .delete: "del"
    case .insert: "ins"
    case .up: "up"
    case .down: "down"
    case .left: "left"
    case .right: "right"
    case .home: "home"
    case .end: "end"
    case .pageUp: "pgup"
    case .pageDown: "pgdn"
    case .shiftUp: "S-up"
    case .shiftDown: "S-down"
    case .shiftLeft: "S-left"
    case .shiftRight: "S-right"
    case .function(let number): "F\(number)"
    case .paste, .mouse, .focusIn, .focusOut: ""
    }
  }
}
