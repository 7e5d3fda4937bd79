import CRMDomain
import TerminalKit

/// How a file is read, as rows that can be turned: what it is, what was found, and what else it could be.
enum FileSettings: CaseIterable {
  case file, kind, encoding, delimiter, quote, newline, header, above, below

  var label: String {
    switch self {
    case .file: "File"
    case .kind: "Records"
    case .encoding: "Encoding"
    case .delimiter: "Delimiter"
    case .quote: "Quotes"
    case .newline: "Line ends"
    case .header: "Names"
    case .above: "Above them"
    case .below: "At the end"
    }
  }

  /// What it could be, in words, and what would then be said about the file; none where nothing can be chosen.
  func options(_ wizard: ImportWizard) -> [(label: String, choice: ImportPlan.DialectChoice)] {
    func options<Value>(
      _ values: [Value], _ words: (Value) -> String, _ set: (inout ImportPlan.DialectChoice, Value) -> Void,
    ) -> [(label: String, choice: ImportPlan.DialectChoice)] {
      values.map { value in
        var choice = wizard.choice
        set(&choice, value)
        return (words(value), choice)
      }
    }
    switch self {
    case .file, .kind, .newline, .below: return []
    case .encoding: return options(FileEncoding.allCases, { $0.rawValue }) { $0.encoding = $1 }
    case .delimiter:
      let usual = [0x2C, 0x3B, 0x09, 0x7C, 0x3A, 0x5E, 0x7E] as [UInt8]
      let own = usual.contains(wizard.dialect.delimiter) ? [] : [wizard.dialect.delimiter]
      return options(own + usual, Self.delimiterWords) { $0.delimiter = $1 }
    case .quote:
      return options([0x22, 0x27, nil] as [UInt8?], Self.quoteWords) { choice, byte in
        choice.quote = byte.map(ImportPlan.Quote.byte) ?? ImportPlan.Quote.none
      }
    case .header:
      let found = max(1, wizard.file?.guess.dialect.headerRows ?? 1)
      return options([found, 0], Self.headerWords) { $0.hasHeader = $1 > 0 }
    case .above: return options(Array(0...max(20, wizard.dialect.preambleRows)), Self.leftOut) { $0.preambleRows = $1 }
    }
  }

  /// Which of `options` is so now.
  func current(_ wizard: ImportWizard) -> Int {
    guard let file = wizard.file else { return 0 }
    return options(wizard).firstIndex { $0.choice.applied(to: file.guess.dialect) == wizard.dialect } ?? 0
  }

  @MainActor func row(_ wizard: ImportWizard) -> SettingsList.Row {
    let dialect = wizard.dialect
    let guess = wizard.file?.guess
    switch self {
    case .file:
      let size = wizard.file.map { PathField.size($0.size) } ?? ""
      return .init(label: label, value: wizard.file.map { FilePath.near($0.path) } ?? "", remark: size)
    case .kind: return .init(label: label, value: Counted.many(wizard.kind), remark: kindRemark(wizard))
    case .encoding:
      return row(dialect.encoding.rawValue, dialect.encoding == guess?.dialect.encoding, guess?.encodingConfidence)
    case .delimiter:
      let words = Self.delimiterWords(dialect.delimiter)
      return row(words, dialect.delimiter == guess?.dialect.delimiter, guess?.delimiterConfidence)
    case .quote: return row(Self.quoteWords(dialect.quote), dialect.quote == guess?.dialect.quote, nil)
    case .newline:
      return row(
        Self.newlineWords(dialect.newline), dialect.newline == guess?.dialect.newline, nil, "all kinds are read")
    case .header:
      let isFound = dialect.headerRows == guess?.dialect.headerRows
      return row(Self.headerWords(dialect.headerRows), isFound, guess?.headerConfidence)
    case .above:
      return row(Self.leftOut(dialect.preambleRows), dialect.preambleRows == guess?.dialect.preambleRows, nil)
    case .below:
      let lines = wizard.file?.footer(dialect.footerBytes) ?? []
      let isFound = dialect.footerBytes == guess?.dialect.footerBytes
      return row(Self.leftOut(lines.count), isFound, nil, lines.first.map { "“\($0.trimmed)”" } ?? "")
    }
  }

  private func row(_ value: String, _ isFound: Bool, _ confidence: Double?, _ remark: String = "") -> SettingsList.Row {
    guard isFound else { return .init(label: label, value: value, remark: "set by you", remarkRole: .info) }
    guard let confidence else { return .init(label: label, value: value, remark: remark) }
    let isSure = confidence >= 0.75
    let words = confidence >= 0.95 ? "certain" : isSure ? "likely" : "a guess: look at the rows below"
    return .init(
      label: label, value: value, remark: "\(words), \(Int(confidence * 100)) %", remarkRole: isSure ? .dim : .warning)
  }

  private func kindRemark(_ wizard: ImportWizard) -> String {
    guard let likely = wizard.likelyKind, likely.share > 0 else { return "no column says so: choose" }
    let share = "\(Int(likely.share * 100)) % of the columns fit"
    return likely.kind == wizard.kind ? share : "the columns look like \(Counted.many(likely.kind))"
  }

  private static func leftOut(_ rows: Int) -> String {
    rows == 0 ? "nothing left out" : rows == 1 ? "1 row left out" : "\(rows) rows left out"
  }

  private static func headerWords(_ rows: Int) -> String {
    rows == 0 ? "no row of names" : rows == 1 ? "1 row" : "\(rows) rows, joined"
  }

  private static func delimiterWords(_ byte: UInt8) -> String {
    switch byte {
    case 0x2C: ", comma"
    case 0x3B: "; semicolon"
    case 0x09: "tab"
    case 0x7C: "| bar"
    case 0x3A: ": colon"
    case 0x20: "blank"
    default: String(UnicodeScalar(byte))
    }
  }

  private static func quoteWords(_ byte: UInt8?) -> String {
    switch byte {
    case 0x22: "\" double"
    case 0x27: "' single"
    case nil: "none"
    case .some(let byte): String(UnicodeScalar(byte))
    }
  }

  private static func newlineWords(_ newline: Newline) -> String {
    switch newline {
    case .lf: "LF, as on Unix"
    case .crlf: "CR LF, as on Windows"
    case .cr: "CR, as on old Macs"
    }
  }
}
