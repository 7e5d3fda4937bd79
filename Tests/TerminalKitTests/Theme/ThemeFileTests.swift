import Foundation
import Testing

@testable import TerminalKit

struct ThemeFileTests {
  private func reported(_ toml: String) -> ThemeProblem? {
    do {
      _ = try ThemeFile(toml: toml, path: "my.toml").theme(named: "my")
      return nil
    } catch {
      return error
    }
  }

  @Test func aRoleTakesItsColoursFromThePalette() throws {
    let toml = """
      name = "mine"
      background = "light"
      [palette]
      ink = "#102030"
      [roles]
      text = { fg = "ink", bg = 230, attributes = ["bold", "underline"] }
      dim = { fg = "bright-red", bg = "default", mono = ["dim"] }
      """
    let theme = try ThemeFile(toml: toml, path: "my.toml").theme(named: "my")
    #expect(theme.name == "mine")
    #expect(theme.background == .light)
    #expect(
      theme[.text]
        == Style(foreground: .rgb(16, 32, 48), background: .indexed(230), attributes: [.bold, .underline]))
    #expect(theme[.dim] == Style(foreground: .ansi(9), mono: .dim))
  }

  @Test(arguments: [
    ("[roles]\nselectd = {}", 2, "There is no role \"selectd\"."),
    ("[roles]\n\ntext = { fg = \"pink\" }", 3, "No colour is called \"pink\"."),
    ("[palette]\nink = \"#12345\"", 2, "\"ink\" must be a colour"),
    ("[palette]\nink = 256", 2, "\"ink\" must be a colour"),
    ("[palette]\nink = -1", 2, "\"ink\" must be a colour"),
    ("[roles]\ntext = { fg = [] }", 2, "The fg of \"text\" must be a colour."),
    ("[roles]\ntext = { attributes = [\"blink\"] }", 2, "\"text\" has an attribute that is not one of"),
    ("[roles]\ntext = { colour = \"red\" }", 2, "\"text\" has \"colour\""),
    ("name = \"x\"\nrules = 1", 2, "\"rules\" means nothing here"),
    ("background = \"grey\"", 1, "The background is"),
    ("roles = 3", 1, "\"roles\" must be a table."),
    ("name = 3", 1, "\"name\" must be text in quotes."),
    ("a = \n", 1, "This is not TOML"),
    ("\n [ {", 2, "This is not TOML: a table needs a name."),
    ("\u{FEFF}[[\nx", 1, "This is not TOML: a table needs a name."),
  ])
  func aMistakeIsReportedWithItsLine(toml: String, line: Int, sentence: String) throws {
    let problem = try #require(reported(toml))
    #expect(problem.place == ThemePlace(path: "my.toml", line: line))
    #expect(problem.sentence.hasPrefix(sentence), "\(problem)")
  }

  @Test func aBackgroundAloneIsReversedWithoutColours() throws {
    let theme = try ThemeFile(toml: "[roles]\nselected = { bg = \"blue\" }", path: "my.toml").theme(named: "my")
    #expect(theme[.selected].mono == .reverse)
  }

  @Test func anyBytesAreAThemeOrAProblem() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = Seeded(seed)
    let words = [
      "[", "]", "roles", "palette", "=", "{", "}", "\"", "text", "fg", "#ffffff", "\n", ",", "'''", "1e9", "é",
    ]
    for _ in 0..<2000 {
      let toml = (0..<Int.random(in: 0..<40, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
      if let problem = reported(toml.joined()) { #expect(!problem.sentence.isEmpty, "seed \(seed)") }
    }
  }
}

struct ThemeLibraryTests {
  private let folders: [String]

  init() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "themes-\(UUID().uuidString)")
    folders = ["user", "built-in"].map { root.appending(path: $0).path }
    for folder in folders { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
  }

  private func write(_ toml: String, _ folder: Int, _ name: String) throws {
    try toml.write(toFile: "\(folders[folder])/\(name).toml", atomically: true, encoding: .utf8)
  }

  @Test func theUsersThemeHidesTheBuiltInOneAndMayInheritFromIt() throws {
    try write("[palette]\nink = \"red\"\n[roles]\ntext = { fg = \"ink\" }\nbad = { fg = \"ink\" }", 1, "sea")
    try write("inherits = \"sea\"\n[palette]\nink = \"blue\"\n[roles]\nbad = { fg = \"white\" }", 0, "sea")
    let theme = try ThemeLibrary(folders: folders).theme(named: "sea")
    #expect(theme[.text].foreground == .ansi(4))
    #expect(theme[.bad].foreground == .ansi(7))
  }

  @Test func withoutFilesThereIsTheDefault() throws {
    let library = ThemeLibrary(folders: ["/nowhere/at/all"])
    #expect(library.names == ["default"])
    #expect(try library.theme(named: "default") == .fallback)
  }

  @Test func aMissingThemeNamesTheFileThatWantsIt() throws {
    try write("inherits = \"gone\"", 0, "sea")
    let problem = #expect(throws: ThemeProblem.self) { try ThemeLibrary(folders: folders).theme(named: "sea") }
    #expect(problem?.place.path == "\(folders[0])/sea.toml")
    #expect(problem?.sentence == "There is no theme \"gone\".")
  }

  @Test func aCircleIsReported() throws {
    try write("inherits = \"b\"", 0, "a")
    try write("inherits = \"a\"", 0, "b")
    #expect(throws: ThemeProblem.self) { try ThemeLibrary(folders: folders).theme(named: "a") }
  }

  @Test func aNameIsNoPath() {
    #expect(throws: ThemeProblem.self) { try ThemeLibrary(folders: folders).theme(named: "../built-in/sea") }
  }

  @Test func aFileThatIsNotTextIsReported() throws {
    try Data([0xFF, 0xFE, 0]).write(to: URL(fileURLWithPath: "\(folders[0])/bad.toml"))
    #expect(throws: ThemeProblem.self) { try ThemeLibrary(folders: folders).theme(named: "bad") }
  }
}
