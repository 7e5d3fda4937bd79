import TerminalKit

/// What a terminal shows after a stream of output: enough of xterm for what ncurses writes, and nothing else. Whatever
/// else appears in the stream is kept as `strange`.
struct VirtualScreen {
  private(set) var columns: Int
  private(set) var rows: Int
  private(set) var cursor = (row: 0, column: 0)
  /// Private modes that are on; wrapping (7) and the cursor (25) are on to begin with.
  private(set) var modes: Set<Int> = [7, 25]
  private(set) var strange: [String] = []
  private(set) var usesColor = false
  private(set) var clipboard: [String] = []
  private var cells: [[String]] = []
  private var region: Range<Int>
  private var isWrapping = false
  private var saved = (row: 0, column: 0)
  private var last = " "
  private var pending: [UInt8] = []

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    region = 0..<rows
    cells = Self.blank(columns, rows)
  }

  private static func blank(_ columns: Int, _ rows: Int) -> [[String]] {
    Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// Lines from top to bottom without the blanks at their ends.
  var lines: [String] {
    cells.map { row in
      let text = row.joined()
      return String(text.prefix(text.count - text.reversed().prefix { $0 == " " }.count))
    }
  }

  var text: String { lines.joined(separator: "\n") }

  mutating func resize(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    cells = Self.blank(columns, rows)
    region = 0..<rows
    cursor = (0, 0)
  }

  // MARK: Reading the stream

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    var rest = pending[...]
    while !rest.isEmpty, let length = take(rest) { rest = rest.dropFirst(length) }
    pending = Array(rest)
  }

  /// The bytes used, or nil if more have to come.
  private mutating func take(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first else { return nil }
    switch first {
    case 0x1B: return takeEscape(bytes)
    case 0x00..<0x20, 0x7F:
      control(first)
      return 1
    default: return takeScalar(bytes, first)
    }
  }

  private mutating func takeScalar(_ bytes: ArraySlice<UInt8>, _ first: UInt8) -> Int? {
    let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    guard bytes.count >= length else { return nil }
    guard let text = String(validating: bytes.prefix(length), as: UTF8.self), let scalar = text.unicodeScalars.first
    else {
      strange.append("bytes \(Array(bytes.prefix(length)))")
      return length
    }
    put(scalar)
    return length
  }

  private mutating func takeEscape(_ bytes: ArraySlice<UInt8>) -> Int? {
    let start = bytes.startIndex
    guard bytes.count >= 2 else { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "["):
      guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else { return nil }
      sequence(String(decoding: bytes[(start + 2)..<end], as: UTF8.self), Character(UnicodeScalar(bytes[end])))
      return end - start + 1
    case UInt8(ascii: "]"):
      guard let end = bytes.firstIndex(of: 7) ?? bytes.dropFirst(2).firstIndex(of: UInt8(ascii: "\\")) else {
        return nil
      }
      command(String(decoding: bytes[(start + 2)..<end], as: UTF8.self))
      return end - start + 1
    case UInt8(ascii: "("):
      guard bytes.count >= 3 else { return nil }
      if bytes[start + 2] != UInt8(ascii: "B") { strange.append("ESC ( \(bytes[start + 2])") }
      return 3
    case let byte:
      escape(Character(UnicodeScalar(byte)))
      return 2
    }
  }

  private mutating func escape(_ letter: Character) {
    switch letter {
    case "=", ">": break
    case "7": saved = cursor
    case "8": cursor = saved
    case "M": if cursor.row == region.lowerBound { scroll(by: -1) } else { cursor.row = max(0, cursor.row - 1) }
    default: strange.append("ESC \(letter)")
    }
  }

  private mutating func command(_ text: String) {
    if text.hasPrefix("52;") { clipboard.append(text) } else { strange.append("OSC \(text.prefix(60))") }
  }

  private mutating func control(_ byte: UInt8) {
    isWrapping = false
    switch byte {
    case 8: cursor.column = max(0, cursor.column - 1)
    case 9: cursor.column = min(columns - 1, (cursor.column / 8 + 1) * 8)
    case 10: lineFeed()
    case 13: cursor.column = 0
    default: strange.append("control byte \(byte)")
    }
  }

  private mutating func lineFeed() {
    if cursor.row == region.upperBound - 1 { scroll(by: 1) } else { cursor.row = min(rows - 1, cursor.row + 1) }
  }

  // MARK: Control sequences

  private mutating func sequence(_ text: String, _ final: Character) {
    if text.hasPrefix("?") { return mode(text.dropFirst(), final) }
    let numbers = text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard text.allSatisfy({ $0.isNumber || $0 == ";" }) else {
      strange.append("CSI \(text)\(final)")
      return
    }
    let count = max(1, numbers.first ?? 1)
    if move(final, count, numbers) || erase(final, count, numbers.first ?? 0) { return }
    switch final {
    case "m": usesColor = usesColor || numbers.contains { (30...49).contains($0) && $0 != 39 && $0 != 49 || $0 >= 90 }
    case "r": region = max(0, count - 1)..<min(rows, max(count, numbers.count > 1 ? numbers[1] : rows))
    case "b": for _ in 0..<count { for scalar in last.unicodeScalars { put(scalar) } }
    case "l" where numbers == [4]: break
    // Saving and restoring the title around the full screen.
    case "t" where [[22, 0, 0], [23, 0, 0]].contains(numbers): break
    default: strange.append("CSI \(text)\(final)")
    }
  }

  private mutating func mode(_ text: Substring, _ final: Character) {
    let numbers = text.split(separator: ";").compactMap { Int($0) }
    let known: Set<Int> = [1, 7, 12, 25, 1000, 1002, 1004, 1006, 1049, 2004]
    guard !numbers.isEmpty, known.isSuperset(of: numbers), final == "h" || final == "l" else {
      strange.append("CSI ?\(text)\(final)")
      return
    }
    if final == "h" { modes.formUnion(numbers) } else { modes.subtract(numbers) }
    if numbers.contains(1049) { cells = Self.blank(columns, rows) }
  }

  private mutating func move(_ final: Character, _ count: Int, _ numbers: [Int]) -> Bool {
    switch final {
    case "H": cursor = (count - 1, max(1, numbers.count > 1 ? numbers[1] : 1) - 1)
    case "A": cursor.row -= count
    case "B": cursor.row += count
    case "C": cursor.column += count
    case "D": cursor.column -= count
    case "G": cursor.column = count - 1
    case "d": cursor.row = count - 1
    case "Z": cursor.column = max(0, (cursor.column - 1) / 8 * 8)
    default: return false
    }
    isWrapping = false
    cursor = (min(max(0, cursor.row), rows - 1), min(max(0, cursor.column), columns - 1))
    return true
  }

  private mutating func erase(_ final: Character, _ count: Int, _ kind: Int) -> Bool {
    let (row, column) = cursor
    let blanks = Array(repeating: " ", count: min(count, columns - column))
    switch final {
    case "J":
      if kind != 1 {
        for row in (kind == 2 ? 0 : row + 1)..<max(rows, row + 1) where row < rows { clear(row, 0..<columns) }
      }
      if kind == 0 { clear(row, column..<columns) }
    case "K": clear(row, kind == 0 ? column..<columns : 0..<(kind == 1 ? column + 1 : columns))
    case "X": clear(row, column..<(column + blanks.count))
    case "P": cells[row].removeSubrange(column..<(column + blanks.count)); cells[row] += blanks
    case "@": cells[row].insert(contentsOf: blanks, at: column); cells[row].removeLast(blanks.count)
    case "L": scroll(by: -count, in: row..<region.upperBound)
    case "M": scroll(by: count, in: row..<region.upperBound)
    case "S": scroll(by: count)
    case "T": scroll(by: -count)
    default: return false
    }
    return true
  }

  private mutating func clear(_ row: Int, _ range: Range<Int>) {
    for column in range { cells[row][column] = " " }
  }

  private mutating func scroll(by count: Int, in part: Range<Int>? = nil) {
    let part = part ?? region
    let blank = Array(repeating: " ", count: columns)
    for _ in 0..<min(abs(count), part.count) {
      cells.remove(at: count > 0 ? part.lowerBound : part.upperBound - 1)
      cells.insert(blank, at: count > 0 ? part.upperBound - 1 : part.lowerBound)
    }
  }

  // MARK: Text

  private mutating func put(_ scalar: Unicode.Scalar) {
    if (0x80..<0xA0).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value)
    {
      strange.append("U+\(String(scalar.value, radix: 16))")
    }
    let marks: [Unicode.GeneralCategory] = [.nonspacingMark, .enclosingMark, .format]
    let width = marks.contains(scalar.properties.generalCategory) ? 0 : TextWidth.width(of: String(scalar))
    guard width > 0 else { return combine(scalar) }
    if isWrapping || cursor.column + width > columns, modes.contains(7) {
      cursor.column = 0
      lineFeed()
    }
    last = String(scalar)
    cells[cursor.row][cursor.column] = last
    if width == 2, cursor.column + 1 < columns { cells[cursor.row][cursor.column + 1] = "" }
    isWrapping = cursor.column + width >= columns && modes.contains(7)
    cursor.column = min(columns - 1, cursor.column + width)
  }

  private mutating func combine(_ mark: Unicode.Scalar) {
    let column = isWrapping ? cursor.column : max(0, cursor.column - 1)
    cells[cursor.row][column].unicodeScalars.append(mark)
  }
}
