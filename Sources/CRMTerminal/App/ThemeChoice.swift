import TerminalKit

/// The themes there are, and the one in use.
@MainActor package struct ThemeChoice {
  private let library: ThemeLibrary

  package init(folders: [String]) { library = ThemeLibrary(folders: folders) }

  package func theme(_ name: String) throws -> Theme { try library.theme(named: name) }

  var picker: PickerScreen {
    let names = library.names
    return PickerScreen("Theme", names.map { Picker.Item($0) }) { .setTheme(names[$0]) }
  }
}
