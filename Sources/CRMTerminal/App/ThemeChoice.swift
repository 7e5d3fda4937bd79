import TerminalKit

/// The themes there are, and the one in use.
@MainActor package struct ThemeChoice {
  private let library: ThemeLibrary

  package init(folders: [String]) { library = ThemeLibrary(folders: folders) }

  package func theme(_ name: String) throws -> Theme { try library.theme(named: name) }

  /// Shows each theme while it is looked at; Esc brings `current` back.
  func picker(current: String) -> PickerScreen {
    let names = library.names
    return PickerScreen(
      "Theme", names.map { Picker.Item($0) }, selected: names.firstIndex(of: current) ?? 0,
      previewed: { .previewTheme(names[$0]) }, cancelled: .previewTheme(current)
    ) { .setTheme(names[$0]) }
  }
}
