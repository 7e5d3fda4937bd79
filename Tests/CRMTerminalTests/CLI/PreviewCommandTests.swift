import Foundation
import Testing

@testable import CRMDomain

/// `crm import --preview`: what a program reads of a file before it is imported.
@Suite struct PreviewCommandTests {
  private let program: Program

  init() throws { program = try Program() }

  private func preview(_ arguments: String..., input: String) throws -> [String: JSONValue] {
    let path = try program.file("table.csv", input)
    return try object(program.run(["import", "--preview", path, "--json"] + arguments).output)
  }

  private func object(_ text: String) throws -> [String: JSONValue] {
    guard case .object(let object) = try JSONValue(parsing: text) else { return [:] }
    return object
  }

  private func rows(_ rows: [[String]]) -> JSONValue { .array(rows.map { .array($0.map(JSONValue.string)) }) }

  @Test func theDialectStandsBeforeEveryRow() throws {
    let read = try preview(input: "Report\r\n\r\nname;mail\r\nAda;a@x.example\r\nBob\r\n")
    #expect(
      read == [
        "encoding": .string("UTF-8"), "delimiter": .string(";"), "quote": .string("\""), "escape": .null,
        "newline": .string("\r\n"), "header": .bool(true), "header_rows": .integer(1), "preamble_rows": .integer(2),
        "footer_rows": .integer(0), "rows": rows([["name", "mail"], ["Ada", "a@x.example"], ["Bob"]]),
      ])
  }

  @Test func whatIsSaidIsNotFoundOut() throws {
    #expect(try preview("--delimiter", "tab", input: "a,b\tc\nd\te\n")["rows"] == rows([["a,b", "c"], ["d", "e"]]))
    #expect(try preview("--delimiter", "\\t", input: "a,b\tc\n")["delimiter"] == .string("\t"))
    #expect(try preview("--quote", "none", input: "\"a\",b\n")["rows"] == rows([["\"a\"", "b"]]))
    #expect(try preview("--quote", "none", input: "\"a\",b\n")["quote"] == .null)
    #expect(try preview("--escape", "\\", input: "a\\,b,c\n")["rows"] == rows([["a,b", "c"]]))
    #expect(try preview("--no-header", input: "name,email\n")["header"] == .bool(false))
    #expect(try preview("--encoding", "latin1", input: "é,b\n")["rows"] == rows([["Ã©", "b"]]))
    let wrong = try program.run("import", "--preview", program.file("a.csv", "a\n"), "--encoding", "klingon")
    #expect(wrong.status == 64 && wrong.complaint.contains("--encoding is one of UTF-8"))
  }

  @Test func standardInputIsReadToo() throws {
    let answer = try program.run("import", "--preview", "-", "--json", input: "a,b\n1,2\n")
    #expect(try object(answer.output)["rows"] == rows([["a", "b"], ["1", "2"]]))
  }

  @Test func aFileOfManyRowsIsOneObject() throws {
    let lines = (1...5000).map { "\($0),\"x \"\"\($0)\"\"\"" }
    let read = try preview(input: "id,name\n" + lines.joined(separator: "\n"))
    guard case .array(let found)? = read["rows"] else { return #expect(Bool(false)) }
    #expect(found.count == 5001)
    #expect(found.last == .array([.string("5000"), .string("x \"5000\"")]))
  }

  @Test func whatCannotBeReadToItsEndSaysWhere() throws {
    let path = try program.file("broken.csv", "a,b\n1,\"2\n")
    let answer = try program.run("import", "--preview", path, "--json")
    let sentence = "broken.csv: Row 2, column 2: a quote is opened and never closed."
    #expect(answer.status == 1 && answer.complaint.hasPrefix("crm: " + sentence))
    let read = try object(answer.output)
    #expect(read["rows"] == rows([["a", "b"]]))
    guard case .string(let error)? = read["error"] else { return #expect(Bool(false)) }
    #expect(error.hasPrefix(sentence))
  }

  @Test(arguments: [
    ("", "is empty"), ("PK\u{3}\u{4}xl/workbook.xml", "Excel workbook"), ("\0\0\0\0", "no"), ("\n\n", "empty"),
  ])
  func aFileWithoutATableIsRefused(text: String, reason: String) throws {
    let answer = try program.run("import", "--preview", program.file("x.csv", text), "--json")
    #expect(answer.status == 1 && answer.output.isEmpty)
    #expect(answer.complaint.contains(reason) && answer.complaint.hasPrefix("crm: "))
  }

  @Test func peopleSeeAGrid() throws {
    let path = try program.file("grid.csv", "name;mail\nAda;a@x.example\nBob\n")
    let answer = try program.run("import", "--preview", path)
    #expect(answer.lines.first == "grid.csv: UTF-8, cells parted by semicolons, quote \", lines end with LF, a header")
    #expect(answer.lines.contains("  2  Ada   a@x.example"))
    #expect(answer.lines.contains { $0.hasPrefix(" 3*  Bob") })
  }

  @Test func importNeedsAKindAndAFile() throws {
    #expect(try program.run("import").complaint.contains("crm import leads FILE"))
    #expect(try program.run("import", "leads").complaint.contains("Name the file"))
  }

  // MARK: csv-spectrum

  private static let spectrum = [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
  ]

  /// The folder of csv-spectrum in the nearest folder `shared` beside one that this file is in.
  private static let folder: URL? = {
    var place = URL(filePath: #filePath)
    while place.path() != "/" {
      place = place.deletingLastPathComponent()
      let candidate = place.appending(path: "shared/data/csv-spectrum", directoryHint: .isDirectory)
      if FileManager.default.fileExists(atPath: candidate.path()) { return candidate }
    }
    return nil
  }()

  @Test(.enabled(if: folder != nil, "the folder `shared` is not beside the package"), arguments: spectrum)
  func csvSpectrumIsReadAsItsJSONSays(name: String) throws {
    let folder = try #require(Self.folder)
    let answer = try program.run("import", "--preview", folder.appending(path: "csvs/\(name).csv").path(), "--json")
    guard case .array(var found)? = try object(answer.output)["rows"], case .array(let header) = found.removeFirst()
    else {
      return #expect(Bool(false), "\(answer.complaint)")
    }
    let read = found.map { row -> JSONValue in
      guard case .array(let cells) = row else { return .null }
      let pairs = zip(header, cells).compactMap { name, cell in
        if case .string(let name) = name { (name, cell) } else { nil }
      }
      return .object(Dictionary(uniqueKeysWithValues: pairs))
    }
    let json = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "json/\(name).json"))))
    switch json {
    case .array(let rows): #expect(read == rows)
    case .object(var row):
      // Its CSV has another telephone number.
      row["Contact Phone Number"] = .string("2095257564")
      #expect(read == [.object(row)])
    default: Issue.record("csv-spectrum has changed")
    }
  }
}
