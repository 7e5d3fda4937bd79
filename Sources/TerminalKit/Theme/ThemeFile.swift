import TOMLKit

/// What one theme file says, before it is joined with the one it inherits from.
struct ThemeFile: Sendable {
  private(set) var name: String?
  private(set) var inherits: String?
  private(set) var background: Theme.Background?
  private(set) var palette: [String: PaletteColor] = [:]
  private(set) var roles: [Role: Entry] = [:]

  /// A role's entry, its colours still being names.
  struct Entry: Sendable {
    var foreground: ColorName?
    var background: ColorName?
    var attributes: Attributes = []
    var mono: Attributes?
  }

  /// A colour as written, and where.
  struct ColorName: Sendable {
    var text: String
    var place: ThemePlace
  }

  /// nil is the terminal's own colour.
  typealias PaletteColor = Color?

  /// - Parameter path: only for messages.
  init(toml: String, path: String) throws(ThemeProblem) {
    let reader = ThemeReader(toml: toml, path: path)
    let top = try reader.table()
    try reader.allow(["name", "inherits", "background", "palette", "roles"], in: top)
    name = try reader.string("name", in: top)
    inherits = try reader.string("inherits", in: top)
    if let word = try reader.string("background", in: top) {
      guard let background = Theme.Background(rawValue: word) else {
        throw reader.problem("The background is \"dark\" or \"light\", not \"\(word)\".", at: "background")
      }
      self.background = background
    }
    palette = try reader.palette(in: top)
    roles = try reader.roles(in: top)
  }

  /// This file's words over those of the file it inherits from.
  func over(_ parent: ThemeFile) -> ThemeFile {
    var joined = self
    joined.background = background ?? parent.background
    joined.palette = parent.palette.merging(palette) { $1 }
    joined.roles = parent.roles.merging(roles) { $1 }
    return joined
  }

  func theme(named name: String) throws(ThemeProblem) -> Theme {
    let ground = try color(roles[.text]?.background)
    var styles: [Role: Style] = [:]
    for (role, entry) in roles { styles[role] = try style(entry, ground: ground) }
    return Theme(name: self.name ?? name, background: background ?? .dark, styles: styles)
  }

  /// What stands out by its background alone must stand out without colours too.
  private func style(_ entry: Entry, ground: Color?) throws(ThemeProblem) -> Style {
    var style = Style(
      foreground: try color(entry.foreground), background: try color(entry.background), attributes: entry.attributes,
      mono: entry.mono)
    let isOnlyColor = style.background != nil && style.background != ground && style.attributes.isEmpty
    if style.mono == nil, isOnlyColor { style.mono = .reverse }
    return style
  }

  private func color(_ name: ColorName?) throws(ThemeProblem) -> Color? {
    guard let name else { return nil }
    if let color = palette[name.text] { return color }
    guard let color = Self.color(written: name.text) else {
      throw ThemeProblem(name.place, "No colour is called \"\(name.text)\".")
    }
    return color
  }

  /// nil if it is no colour; `.some(nil)` for the terminal's own.
  fileprivate static func color(written text: String) -> PaletteColor? {
    if text == "default" { return .some(nil) }
    if let number = UInt8(text) { return number < 16 ? .ansi(number) : .indexed(number) }
    if let index = Color.ansiNames.firstIndex(of: text) { return .ansi(UInt8(index)) }
    guard text.first == "#", text.utf8.count == 7, text.dropFirst().allSatisfy(\.isHexDigit),
      let value = UInt32(text.dropFirst(), radix: 16)
    else { return nil }
    return .rgb(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
  }
}

/// Takes a TOML document apart and says where it is wrong.
private struct ThemeReader {
  let toml: String
  let path: String
  private let lines: [String: Int]

  init(toml: String, path: String) {
    self.toml = toml
    self.path = path
    lines = Self.lines(of: toml)
  }

  func table() throws(ThemeProblem) -> TOMLTable {
    try refuseNamelessTables()
    try refuseStrayBrackets()
    do {
      return try TOMLTable(string: toml)
    } catch let error as TOMLParseError {
      throw ThemeProblem(
        ThemePlace(path: path, line: error.source.begin.line), "This is not TOML: \(error.description)")
    } catch {
      throw ThemeProblem(ThemePlace(path: path), "This is not TOML: \(error)")
    }
  }

  /// TOMLKit 0.6 (toml++ 3.4) aborts the program on a table header that does not begin with a name.
  private func refuseNamelessTables() throws(ThemeProblem) {
    for (index, line) in toml.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let text = line.drop { $0 == 0x20 || $0 == 0x09 || Self.byteOrderMark.contains($0) }
      let brackets = text.prefix { $0 == 0x5B }.count
      let name = text.dropFirst(brackets).first { $0 != 0x20 && $0 != 0x09 }
      if brackets == 0 || brackets < 3 && name.map(Self.beginsName) ?? false { continue }
      throw ThemeProblem(ThemePlace(path: path, line: index + 1), "This is not TOML: a table needs a name.")
    }
  }

  /// It also aborts on a `}` where an array expects a value, and where a value is missing after `=`.
  private func refuseStrayBrackets() throws(ThemeProblem) {
    var brackets = BracketScanner()
    for (index, byte) in toml.utf8.enumerated() where !brackets.accepts(byte) {
      let line = toml.utf8.prefix(index).count { $0 == 0x0A } + 1
      throw ThemeProblem(ThemePlace(path: path, line: line), "This is not TOML: a bracket or a value is missing.")
    }
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func beginsName(_ byte: UInt8) -> Bool {
    let character = Character(Unicode.Scalar(byte))
    return byte < 0x80 && (character.isLetter || character.isNumber || "-_\"'".contains(character))
  }

  func allow(_ keys: [String], in table: TOMLTable) throws(ThemeProblem) {
    for key in table.keys where !keys.contains(key) {
      throw problem("\"\(key)\" means nothing here; known are \(keys.joined(separator: ", ")).", at: key)
    }
  }

  func string(_ key: String, in table: TOMLTable) throws(ThemeProblem) -> String? {
    guard let value = table[key] else { return nil }
    guard let string = value.string else { throw problem("\"\(key)\" must be text in quotes.", at: key) }
    return string
  }

  func palette(in top: TOMLTable) throws(ThemeProblem) -> [String: ThemeFile.PaletteColor] {
    var palette: [String: ThemeFile.PaletteColor] = [:]
    let table = try table("palette", in: top)
    for key in table.keys {
      guard let text = colorText(table[key]), let color = ThemeFile.color(written: text) else {
        throw problem(
          "\"\(key)\" must be a colour: \"#rrggbb\", 0 to 255, a name such as \"red\", or \"default\".", at: key)
      }
      palette[key] = .some(color)
    }
    return palette
  }

  func roles(in top: TOMLTable) throws(ThemeProblem) -> [Role: ThemeFile.Entry] {
    var roles: [Role: ThemeFile.Entry] = [:]
    let table = try table("roles", in: top)
    for key in table.keys {
      guard let role = Role(rawValue: key) else { throw problem("There is no role \"\(key)\".", at: key) }
      roles[role] = try entry(key, in: table)
    }
    return roles
  }

  private func entry(_ role: String, in roles: TOMLTable) throws(ThemeProblem) -> ThemeFile.Entry {
    let table = try table(role, in: roles)
    for key in table.keys where !["fg", "bg", "attributes", "mono"].contains(key) {
      throw problem("\"\(role)\" has \"\(key)\"; a role has fg, bg, attributes and mono.", at: role)
    }
    return ThemeFile.Entry(
      foreground: try colorName("fg", of: role, in: table), background: try colorName("bg", of: role, in: table),
      attributes: try attributes("attributes", of: role, in: table) ?? [],
      mono: try attributes("mono", of: role, in: table))
  }

  private func colorName(
    _ key: String, of role: String, in table: TOMLTable
  ) throws(ThemeProblem) -> ThemeFile.ColorName? {
    guard let value = table[key] else { return nil }
    guard let text = colorText(value) else { throw problem("The \(key) of \"\(role)\" must be a colour.", at: role) }
    return ThemeFile.ColorName(text: text, place: place(of: role))
  }

  private func attributes(_ key: String, of role: String, in table: TOMLTable) throws(ThemeProblem) -> Attributes? {
    guard let value = table[key] else { return nil }
    guard let words = value.array else { throw problem("The \(key) of \"\(role)\" must be a list.", at: role) }
    var attributes: Attributes = []
    for word in words {
      guard let attribute = word.string.flatMap({ Attributes.named[$0] }) else {
        let known = Attributes.named.keys.sorted().joined(separator: ", ")
        throw problem("\"\(role)\" has an attribute that is not one of \(known).", at: role)
      }
      attributes.insert(attribute)
    }
    return attributes
  }

  private func colorText(_ value: TOMLValueConvertible?) -> String? { value?.string ?? value?.int.map(String.init) }

  private func table(_ key: String, in table: TOMLTable) throws(ThemeProblem) -> TOMLTable {
    guard let value = table[key] else { return TOMLTable() }
    guard let inner = value.table else { throw problem("\"\(key)\" must be a table.", at: key) }
    return inner
  }

  func problem(_ sentence: String, at key: String) -> ThemeProblem { ThemeProblem(place(of: key), sentence) }

  private func place(of key: String) -> ThemePlace { ThemePlace(path: path, line: lines[key]) }

  /// The first line that begins with each key: TOMLKit keeps places only for what does not parse.
  private static func lines(of toml: String) -> [String: Int] {
    var lines: [String: Int] = [:]
    for (index, line) in toml.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let key = line.drop { " \t[\"'".utf8.contains($0) }.prefix { !" \t=]\"'.".utf8.contains($0) }
      guard !key.isEmpty else { continue }
      let name = String(Substring(key))
      if lines[name] == nil { lines[name] = index + 1 }
    }
    return lines
  }
}
