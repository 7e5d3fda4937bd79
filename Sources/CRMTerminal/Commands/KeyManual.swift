/// Docs/KEYS.md, written from the action table.
package enum KeyManual {
  package static var markdown: String {
    let sections = Context.allCases.compactMap(section)
    return ([introduction] + sections).joined(separator: "\n\n") + "\n"
  }

  private static let introduction = """
    # Keys

    Made from the action table, `Sources/CRMTerminal/Commands/Actions.swift`: change it there, then run
    `CRM_RECORD_KEYS=1 swift test --filter KeyTests`. In the program, `?` shows the keys of the place where you are.

    Lists, pages and boards are moved in with the arrows, `pgup` `pgdn` `home` `end`, or vim's `j` `k` `g` `G` `^F` `^B`
    `^D` `^U`. `^X` is Ctrl and X, `S-` is Shift. A key without a row in a section means there what it means everywhere.
    In a form, `tab` and `S-tab` move, `^S` saves, `esc` leaves, and `^E` opens long text in your editor.
    """

  private static func section(_ context: Context) -> String? {
    let actions = Actions.all.filter { $0.context == context }
    guard !actions.isEmpty else { return nil }
    let rows = actions.map { "| \(keys(of: $0)) | \($0.title) | \(escaped($0.help)) |" }
    return (["## \(context.title)", "", "| Key | Command | What it does |", "|---|---|---|"] + rows).joined(
      separator: "\n")
  }

  /// Commands without a key are run from the palette.
  private static func keys(of action: Action) -> String {
    guard !action.keys.isEmpty else { return "`:` …" }
    return action.keys.map { "`\(escaped($0.name))`" }.joined(separator: " ")
  }

  /// A bar would end the cell, in code as well.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
