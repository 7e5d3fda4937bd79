/// Text of one cell of a table that a person edits: on one line, without bars, with nothing that an editor would lose.
///
/// `\\` is a backslash, `\|` a bar, `\n` a new line, `\r` a carriage return, `\t` a tab, `\s` a space at either end, and
/// `\u{1F}` any other character by its number. Works on scalars: a mark may stand on a bar.
enum CellText {
  static func escaped(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      result.append(contentsOf: escaped(scalar, isFirst: index == 0, isLast: index == scalars.count - 1).unicodeScalars)
    }
    return String(result)
  }

  private static func escaped(_ scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> String {
    switch scalar {
    case "\\": "\\\\"
    case "|": "\\|"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case " " where isFirst || isLast: "\\s"
    case _ where needsNumber(scalar, isFirst: isFirst, isLast: isLast):
      "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default: String(scalar)
    }
  }

  /// What cannot be seen, turns the line around, or would sit on the padding. Joiners inside a text make up emoji.
  private static func needsNumber(_ scalar: Unicode.Scalar, isFirst: Bool, isLast: Bool) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
    case .format: isFirst || isLast || (scalar.value != 0x200D && scalar.value != 0x200C)
    case .nonspacingMark, .spacingMark, .enclosingMark: isFirst
    case .spaceSeparator: scalar != " " && (isFirst || isLast)
    default: false
    }
  }

  /// The text that `escaped` wrote.
  static func unescaped(_ text: Substring.UnicodeScalarView) throws(EntryProblem) -> String {
    var result = String.UnicodeScalarView()
    var rest = text
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        result.append(scalar)
        continue
      }
      result.append(try meant(&rest))
    }
    return String(result)
  }

  private static func meant(_ rest: inout Substring.UnicodeScalarView) throws(EntryProblem) -> Unicode.Scalar {
    switch rest.popFirst() {
    case "\\": return "\\"
    case "|": return "|"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "s": return " "
    case "u": return try numbered(&rest)
    case let other?:
      throw EntryProblem("\\\(escaped(other, isFirst: true, isLast: true)) means nothing; write \\\\ for a backslash")
    case nil: throw EntryProblem("a backslash stands alone at the end of a cell; write \\\\ for a backslash")
    }
  }

  private static func numbered(_ rest: inout Substring.UnicodeScalarView) throws(EntryProblem) -> Unicode.Scalar {
    let end = rest.firstIndex(of: "}")
    if rest.first == "{", let end {
      let digits = String(rest[rest.index(after: rest.startIndex)..<end])
      if let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) {
        rest = rest[rest.index(after: end)...]
        return scalar
      }
    }
    throw EntryProblem("\\u is followed by the number of a character in braces, such as \\u{20AC}")
  }

  /// The cells of a line: parted by bars that no backslash escapes, without the spaces and tabs around them.
  static func cells(_ line: Substring) -> [Substring.UnicodeScalarView] {
    let scalars = line.unicodeScalars
    var cells: [Substring.UnicodeScalarView] = []
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      if scalars[index] == "\\" {
        index = scalars.index(after: index)
        if index == scalars.endIndex { break }
      } else if scalars[index] == "|" {
        cells.append(trimmed(scalars[start..<index]))
        start = scalars.index(after: index)
      }
      index = scalars.index(after: index)
    }
    cells.append(trimmed(scalars[start...]))
    return cells
  }

  private static func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
    let isBlank: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" }
    let start = text.drop(while: isBlank)
    guard let last = start.lastIndex(where: { !isBlank($0) }) else { return start }
    return start[...last]
  }
}
