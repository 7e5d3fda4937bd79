import CRMDomain
import CRMStore
import TerminalKit

/// Prints a file as import reads it: how it is written, and its rows. Memory does not grow with the file.
struct FilePreview {
  private let source: ImportSource
  private let head: [UInt8]
  private let guess: DialectDetector.Guess
  private var dialect: Dialect { guess.dialect }

  /// Rows of the grid for people.
  private static let gridRows = 200

  /// - Throws: `ImportProblem` or `CommandProblem` if there is no table in the file.
  init(path: String, choice: DialectChoice) throws {
    source = try ImportSource(path: path)
    head = try source.next()
    let tail = source.tail(DialectDetector.tailLimit, after: DialectDetector.headLimit)
    do { guess = try DialectDetector.detect(head: head, tail: tail, choice: choice) } catch {
      throw CommandProblem("crm: \(TextWidth.sanitised("\(source.name): \(error.sentence)"))")
    }
  }

  /// Passes every row below the preamble to `body`, the header and what stands below the data among them.
  private func each(_ body: (borrowing DelimitedRow) throws -> Void) throws {
    var reader = DelimitedReader(dialect: dialect)
    var piece = head
    while !piece.isEmpty {
      try reader.read(piece, body)
      piece = try source.next()
    }
    try reader.finish(body)
  }

  // MARK: For programs

  /// One JSON object. If the file cannot be read to its end, the rows so far are followed by `error`.
  func printJSON(_ output: inout Output) throws {
    var writer = JSONWriter()
    begin(&writer)
    var failure: String?
    do {
      try each { row in
        writer.beginArray()
        for index in 0..<row.count { writer.string(row[index]) }
        writer.endArray()
        guard writer.bytes.count > 1 << 15 else { return }
        try output.write(writer.bytes)
        writer.removeAll()
      }
    } catch let error as DelimitedProblem {
      failure = "\(source.name): \(error.sentence)"
    }
    writer.endArray()
    if let failure {
      writer.key("error")
      writer.string(failure)
    }
    writer.endObject()
    try output.write(writer.bytes + [0x0A])
    guard let failure else { return }
    try output.flush()
    throw CommandProblem("crm: \(TextWidth.sanitised(failure))")
  }

  private func begin(_ writer: inout JSONWriter) {
    func mark(_ byte: UInt8?) -> JSONValue { byte.map { .string(Self.text($0)) } ?? .null }
    writer.beginObject()
    let values: [(String, JSONValue)] = [
      ("encoding", .string(dialect.encoding.rawValue)), ("delimiter", mark(dialect.delimiter)),
      ("quote", mark(dialect.quote)), ("escape", mark(dialect.escape)), ("newline", .string(dialect.newline.rawValue)),
      ("header", .bool(dialect.headerRows > 0)), ("header_rows", .integer(dialect.headerRows)),
      ("preamble_rows", .integer(dialect.preambleRows)), ("footer_rows", .integer(guess.footerRows)),
    ]
    for (key, value) in values {
      writer.key(key)
      writer.value(value)
    }
    writer.key("rows")
    writer.beginArray()
  }

  private static func text(_ byte: UInt8) -> String { String(Unicode.Scalar(byte)) }

  // MARK: For people

  /// What was found out, and the first rows under each other.
  func printGrid(_ output: inout Output) throws {
    try output.line(TextWidth.sanitised("\(source.name): \(summary)"))
    try output.line("")
    let width = max(guess.header.count, guess.sample.map(\.count).max() ?? 0, 1)
    let names = (0..<width).map { guess.header.indices.contains($0) ? guess.header[$0] : "Column \($0 + 1)" }
    var table = TextTable(
      columns: [TextTable.Column("Row", isNumber: true)] + names.map { TextTable.Column(TextWidth.sanitised($0)) },
      width: Output.columns)
    var (printed, hasRagged) = (0, false)
    do {
      try each { row in
        guard !row.isHeader else { return }
        if printed == Self.gridRows { throw Enough() }
        printed += 1
        hasRagged = hasRagged || row.isRagged
        for line in table.add(cells(row, width)) { try output.line(line) }
      }
    } catch is Enough {
    } catch let error as DelimitedProblem {
      for line in table.finish() { try output.line(line) }
      try output.flush()
      throw CommandProblem("crm: \(TextWidth.sanitised("\(source.name): \(error.sentence)"))")
    }
    for line in table.finish() { try output.line(line) }
    if hasRagged { try output.line("* has another number of cells than the first row") }
    if printed == Self.gridRows { try output.line("… the first \(printed) rows; --json prints them all") }
  }

  /// The grid has all the rows it shows.
  private struct Enough: Error {}

  /// As many cells as the table has columns; what is left over stands in the last.
  private func cells(_ row: borrowing DelimitedRow, _ width: Int) -> [String] {
    let cells = row.strings
    var shown = Array(cells.prefix(width)) + Array(repeating: "", count: max(0, width - cells.count))
    if cells.count > width {
      shown[width - 1] = cells[(width - 1)...].joined(separator: " \(Self.text(dialect.delimiter)) ")
    }
    return ["\(row.number)\(row.isRagged ? "*" : "")"] + shown
  }

  private var summary: String {
    let newline = ["\n": "LF", "\r\n": "CR LF", "\r": "CR"][dialect.newline.rawValue] ?? ""
    let header = ["no header", "a header", "a header of two rows"][min(2, dialect.headerRows)]
    var parts = [
      dialect.encoding.rawValue, "cells parted by \(Self.name(dialect.delimiter))",
      dialect.quote.map { "quote \(Self.text($0))" } ?? "no quotes", "lines end with \(newline)", header,
    ]
    if let escape = dialect.escape { parts.insert("escape \(Self.text(escape))", at: 3) }
    if dialect.preambleRows > 0 { parts.append("\(dialect.preambleRows) rows above it left out") }
    if guess.footerRows > 0 { parts.append("the last \(guess.footerRows) rows are no data") }
    return parts.joined(separator: ", ")
  }

  private static func name(_ byte: UInt8) -> String {
    [0x2C: "commas", 0x3B: "semicolons", 0x09: "tabs", 0x7C: "bars", 0x3A: "colons", 0x20: "blanks"][byte] ?? text(byte)
  }
}
