import CRMDomain

/// Makes up files: tables as other programs write them, then spoilt, and noise.
enum StrangeFile {
  private static let words: [String] = [
    "Ada", "Zoë", "O'Brien", "山田", "Łukasz", "😀", "a@b.example", "x@", "+44 20 7946 0958", "31/12/2026", "2026-11-22",
    "2026-11-22T25:61:00Z", "1.234,56", "-5", "99999999999999999999", "9223372036854775807", "(5)%", "'=1+1", "=cmd",
    "@x",
    "true", "yes", "new", "won", "a;b|c", "\"q\"", "two\nlines", "\r\n", " ", "", "", "\u{FEFF}", "sep=;",
    "https://x.example",
    "Nov 31", "年月日", "{\"a\":1}", "null", "#12", "\\", "\\\"", "'", "''", "0", "1e999", "￥5", "＝1", "\t",
  ]
  private static let pieces: [[UInt8]] = [
    [0x2C], [0x3B], [0x09], [0x7C], [0x22], [0x27], [0x5C], [0x0A], [0x0D], [0x0D, 0x0A], [0x00], [0xFF], [0xFE],
    [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0x83], [0x81, 0x5B], [0xE9], [0x80], [0xF0, 0x9F], [0x20], Array("sep=".utf8),
    Array("email".utf8), Array("PK\u{3}\u{4}".utf8), [UInt8](repeating: 0x2E, count: 9),
  ]

  static func noise(_ random: inout SplitMix64) -> [UInt8] {
    (0..<random.int(0...60)).flatMap { _ in
      random.int(0...1) == 0 ? random.pick(pieces) : Array(random.pick(words).utf8)
    }
  }

  /// A table with the names of some fields, perhaps with titles above and remarks below.
  static func table(_ kind: EntityKind, _ random: inout SplitMix64) -> [UInt8] {
    let delimiter = random.pick([",", ";", "\t", "|", ":"])
    let newline = random.pick(["\n", "\r\n", "\r"])
    let width = random.int(1...8)
    let names = (0..<width).map { _ in random.pick(kind.fields).names.first ?? "" }
    var lines = random.int(0...3) == 0 ? ["Report of November", ""] : []
    if random.int(0...9) == 0 { lines.insert("sep=\(delimiter)", at: 0) }
    if random.int(0...4) > 0 { lines.append(names.joined(separator: delimiter)) }
    for _ in 0..<random.int(0...12) {
      let count = random.int(0...9) == 0 ? random.int(0...10) : width
      lines.append((0..<count).map { _ in cell(delimiter, &random) }.joined(separator: delimiter))
    }
    if random.int(0...3) == 0 { lines += ["", "Confidential", "Page 1"] }
    return Array((lines.joined(separator: newline) + (random.int(0...1) == 0 ? "" : newline)).utf8)
  }

  private static func cell(_ delimiter: String, _ random: inout SplitMix64) -> String {
    let text = random.pick(words)
    guard text.contains(delimiter) || text.contains("\"") || text.contains(where: \.isNewline) || random.int(0...4) == 0
    else {
      return text
    }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// Changes a few bytes, cuts the file, or doubles a part of it.
  static func spoil(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    for _ in 0..<random.int(1...6) where !bytes.isEmpty {
      let place = random.int(0...bytes.count - 1)
      switch random.int(0...5) {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.int(0...255))
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(contentsOf: random.pick(pieces), at: place)
      case 3: bytes.removeLast(min(bytes.count, random.int(0...5)))
      case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + random.int(0...50))], at: place)
      default: bytes.swapAt(place, random.int(0...bytes.count - 1))
      }
    }
  }

  static func encoded(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    switch random.int(0...9) {
    case 0: return [0xEF, 0xBB, 0xBF] + bytes
    case 1:
      return (random.int(0...1) == 0 ? [0xFF, 0xFE] : []) + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case 2:
      return (random.int(0...1) == 0 ? [0xFE, 0xFF] : []) + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    case 3: return text.unicodeScalars.map { $0.value < 256 ? UInt8($0.value) : 0x3F }
    default: return bytes
    }
  }

  static func choice(_ random: inout SplitMix64) -> DialectChoice {
    var choice = DialectChoice()
    if random.int(0...1) == 0 { choice.delimiter = random.pick([0x2C, 0x3B, 0x09, 0x41, 0x22]) }
    if random.int(0...1) == 0 { choice.quote = random.pick([.absent, .byte(0x22), .byte(0x27)]) }
    if random.int(0...1) == 0 { choice.escape = random.pick([.absent, .byte(0x5C), .byte(0x22)]) }
    if random.int(0...1) == 0 { choice.encoding = random.pick(FileEncoding.allCases) }
    if random.int(0...1) == 0 { choice.headerRows = random.int(0...2) }
    if random.int(0...1) == 0 { choice.preambleRows = random.int(0...5) }
    return choice
  }
}
