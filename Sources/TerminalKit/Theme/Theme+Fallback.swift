extension Theme {
  /// The default theme without any file.
  package static let fallback: Theme = {
    do {
      return try ThemeFile(toml: defaultTOML, path: "built-in default.toml").theme(named: "default")
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  /// The same as `themes/default.toml`; a test compares them.
  static let defaultTOML = """
    # The theme that every other one starts from: calm colours on the terminal's own background.
    # A theme is a palette and what each role is made of; Docs/THEMES.md explains both.

    name = "default"
    # What the terminal's own background is taken to be: "dark" or "light". The test of contrast needs to know.
    background = "dark"

    # A colour is "#rrggbb", one of 0 to 255, "red" or "bright-red" (the terminal's own), or "default".
    [palette]
    ground = "default"         # behind everything
    text = "default"
    faint = "#a8a8a8"          # what is there to be looked up, not read
    accent = "#5fd7d7"         # keys, titles, links
    line = "#6c6c6c"           # borders
    bar = "#303030"            # the bar at the top
    bar-text = "#e4e4e4"
    select = "#005f87"         # where the cursor is
    select-text = "#ffffff"
    field = "#3a3a3a"          # what can be typed into or pressed
    field-text = "#eeeeee"
    note = "#303030"           # short messages
    note-text = "#ffd75f"
    badge = "#ffaf5f"
    badge-text = "#000000"
    mark = "#ffd75f"
    good = "#87d787"
    warning = "#ffd75f"
    bad = "#ff8787"
    info = "#87d7ff"
    hot = "#ffaf5f"

    # A role is { fg, bg, attributes, mono }. Attributes are bold, dim, italic, underline and reverse.
    # `mono` is used in place of `attributes` where there are no colours to be had.
    [roles]
    text = { fg = "text", bg = "ground" }
    # Beside the point: units, times, who made it.
    dim = { fg = "faint", bg = "ground" }
    # What matters most in a line.
    strong = { fg = "text", bg = "ground", attributes = ["bold"] }
    # The name of a screen, panel or dialog.
    title = { fg = "accent", bg = "ground", attributes = ["bold"] }
    # The bar at the top with the places, and the place that is open.
    header = { fg = "bar-text", bg = "bar", mono = ["reverse"] }
    header-active = { fg = "select-text", bg = "select", attributes = ["bold"], mono = ["bold", "underline"] }
    # The lines around a panel, and around the one that has the keys.
    border = { fg = "line", bg = "ground" }
    border-focused = { fg = "accent", bg = "ground", mono = ["bold"] }
    # Column titles of a list, and the one it is sorted by.
    column-title = { fg = "faint", bg = "ground", attributes = ["bold"] }
    column-sorted = { fg = "accent", bg = "ground", attributes = ["bold"], mono = ["bold", "underline"] }
    # The row or item the cursor is on, and rows that are marked.
    selected = { fg = "select-text", bg = "select", mono = ["reverse"] }
    marked = { fg = "mark", bg = "ground", attributes = ["bold"] }
    # The letters that a filter found.
    match = { fg = "mark", bg = "ground", attributes = ["bold", "underline"] }
    # The keys and the words of the footer.
    key = { fg = "accent", bg = "ground", attributes = ["bold"] }
    hint = { fg = "faint", bg = "ground" }
    # A field being typed into, what stands in it while it is empty, and its name.
    input = { fg = "field-text", bg = "field", mono = ["underline"] }
    placeholder = { fg = "faint", bg = "ground", attributes = ["italic"], mono = ["dim"] }
    label = { fg = "faint", bg = "ground" }
    # How things stand. A glyph and a word always say the same.
    good = { fg = "good", bg = "ground" }
    warning = { fg = "warning", bg = "ground", mono = ["bold"] }
    bad = { fg = "bad", bg = "ground", attributes = ["bold"] }
    info = { fg = "info", bg = "ground" }
    # A lead with a high score.
    hot = { fg = "hot", bg = "ground", attributes = ["bold"] }
    # Addresses and numbers that can be opened.
    link = { fg = "accent", bg = "ground", attributes = ["underline"] }
    # A short message that goes away by itself.
    toast = { fg = "note-text", bg = "note", mono = ["reverse"] }
    # The inside of a dialog, and its buttons.
    dialog = { fg = "text", bg = "ground" }
    button = { fg = "field-text", bg = "field", mono = ["underline"] }
    button-focused = { fg = "select-text", bg = "select", attributes = ["bold"], mono = ["reverse"] }
    # A small count, such as unread notifications.
    badge = { fg = "badge-text", bg = "badge", attributes = ["bold"], mono = ["reverse"] }

    """
}
