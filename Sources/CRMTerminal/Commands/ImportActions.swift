import TerminalKit

/// The keys of the import, step by step; a part of the action table.
enum ImportActions {
  static let all: [Action] = everywhere + file + columns + settings + rehearsal + apply + history

  private static func key(_ letter: String) -> Key { .character(letter) }

  private static let everywhere: [Action] = [
    Action(.nextStep, .importing, [key("n"), key("]")], "next", "Go to the next step of the import.", footer: 99),
    Action(
      .previousStep, .importing, [key("b"), key("[")], "back", "Go a step back; nothing that was set is lost.",
      footer: 92),
    Action(
      .importHistory, .importing, [key("H")], "imports", "Show what was imported before; take an import back.",
      footer: 89),
    Action(.newImport, .importing, [key("N")], "new import", "Begin again with another file."),
  ]

  private static let file: [Action] = [
    Action(
      .changeSetting, .importFile, [.enter], "change", "Choose the file, the kind of record, or how it is read.",
      footer: 95),
    Action(.switchPart, .importFile, [.tab], "rows", "Go between the settings and the rows below.", footer: 81),
    Action(.chooseFile, .importFile, [key("f")], "file", "Choose another file.", footer: 60),
    Action(
      .chooseKind, .importFile, [key("r")], "records", "Choose what the rows are: leads, contacts, deals, tasks, activities.", footer: 58),
  ]

  private static let columns: [Action] = [
    Action(.pickField, .importColumns, [.enter], "field", "Choose the field that the column fills.", footer: 95),
    Action(.ignoreColumn, .importColumns, [key("x")], "leave out", "Leave the column out.", footer: 91),
    Action(.keepColumn, .importColumns, [key("c")], "custom", "Keep the column as a custom field.", footer: 83),
    Action(
      .columnOptions, .importColumns, [key("o")], "options",
      "Say how its texts are read: dates, numbers, names, what empty cells mean.", footer: 93),
    Action(
      .columnWords, .importColumns, [key("w")], "words", "Say which choices the words of the column mean.", footer: 50),
    Action(.saveMapping, .importColumns, [key("s")], "save", "Keep the mapping under a name.", footer: 48),
    Action(.useMapping, .importColumns, [key("m")], "mappings", "Use a mapping that was kept.", footer: 46),
  ]

  private static let settings: [Action] = [
    Action(.changeSetting, .importSettings, [.enter], "change", "Change what is under the cursor.", footer: 95)
  ]

  private static let rehearsal: [Action] = [
    Action(.openGroup, .importRehearsal, [.enter], "open", "Show the rows, or what a row changes.", footer: 95),
    Action(
      .correctCell, .importRehearsal, [key("e")], "correct", "Correct a cell; the row is checked again at once.",
      footer: 93),
    Action(.decideCreate, .importRehearsal, [key("c")], "new", "The row is a new record, however alike.", footer: 91),
    Action(
      .decideUpdate, .importRehearsal, [key("m")], "that one", "The row is the record it looks like, and changes it.",
      footer: 89),
    Action(.decideSkip, .importRehearsal, [key("x")], "skip", "The row is left out.", footer: 87),
  ]

  private static let apply: [Action] = [
    Action(.startImport, .importApply, [key("a")], "import", "Write it into the book, in the background.", footer: 99),
    Action(.changeSetting, .importApply, [.enter], "change", "Change what is under the cursor.", footer: 81),
    Action(.pauseJob, .importApply, [key("p")], "pause", "Pause the import; it goes on where it was.", footer: 91),
    Action(.resumeJob, .importApply, [key("r")], "go on", "Go on with the import that was paused.", footer: 93),
    Action(
      .cancelJob, .importApply, [key("x")], "stop", "End the import here, or take back what it wrote.", footer: 89),
  ]

  private static let history: [Action] = [
    Action(.openGroup, .importHistory, [.enter], "details", "Show what an import did.", footer: 95),
    Action(
      .revertImport, .importHistory, [key("x")], "take back", "Take the whole import back, after a question.",
      footer: 93),
    Action(.resumeJob, .importHistory, [key("r")], "go on", "Go on with an import that was interrupted.", footer: 91),
  ]
}
