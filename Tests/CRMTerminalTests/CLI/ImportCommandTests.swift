import Foundation
import Testing

@testable import CRMDomain

/// Imports from the command line, from the dry run to taking them back.
@Suite struct ImportCommandTests {
  private func json(_ text: String) throws -> [String: JSONValue] {
    guard case .object(let object) = try JSONValue(parsing: text) else { return [:] }
    return object
  }

  @Test func aPlanIsPrintedEditedAndCarriedOut() throws {
    let program = try Program()
    let file = try program.file("expo.csv", "Nachname,Mail,Hat\nLovelace,ada@x.example,red\nHopper,g at x,blue\n")
    let plan = try program.run("import", "leads", file, "--plan")
    #expect(plan.lines[0] == "Would import expo.csv: 1 lead added, 1 row left out.")
    #expect(plan.output.contains("row 3  Mail: “g at x” is no e-mail address."))
    #expect(plan.output.contains("Nothing was written."))
    #expect(try program.run("leads", "--json").output == "[]\n")
    let whole = try json(program.run("import", "leads", file, "--plan", "--json").output)
    #expect(try json((whole["counts"] ?? .null).text)["bad"] == .integer(1))
    let edited = try program.file("plan.json", JSONValue.object(whole).pretty().replacing("g at x", with: "?"))
    let answer = try program.run("import", "leads", file, "--map", edited, "--set", "tags=expo", "--json")
    let report = try json(answer.output)
    #expect(report["success"] == .bool(true) && report["imported"] == .integer(1) && report["errors"] == .integer(1))
    #expect(try program.run("leads", "tag:expo", "--json").output.contains("Lovelace"))
  }

  @Test func aSavedMappingServesTheNextFile() throws {
    let program = try Program()
    let first = try program.file("one.csv", "A,B\nLovelace,ada@x.example\n")
    let map = "{\"A\": \"company_name\", \"B\": \"email\"}"
    #expect(try program.run("import", "leads", first, "--map", map, "--save-map", "expo").status == 0)
    let next = try program.file("two.csv", "A,B\nNavy,g@x.example\n")
    #expect(try program.run("import", "leads", next).status == 0)
    #expect(try program.run("leads", "company:Navy", "--json").output.contains("g@x.example"))
    #expect(try program.run("mappings").output == "expo  leads  A, B\n")
    #expect(try program.run("mappings", "show", "expo").output.contains("\"field\": \"company_name\""))
    #expect(try program.run("mappings", "remove", "expo").status == 0)
    #expect(try program.run("mappings", "remove", "expo").complaint.contains("there is no saved mapping “expo”"))
    #expect(try program.run("import", "leads", next, "--map", "expo").complaint.contains("no saved mapping “expo”"))
  }

  @Test func importsAreListedAndTakenBack() throws {
    let program = try Program()
    #expect(try program.run("imports").output == "Nothing was imported yet.\n")
    try program.run("import", "leads", program.file("a.csv", "last_name,email\nKing,k@x.example\nHopper,bad\n"))
    let rejected = try String(contentsOfFile: program.folder + "/a.rejected.csv", encoding: .utf8)
    #expect(rejected.hasPrefix("last_name,email,_row,_error\nHopper,bad,3,"))
    try program.run(
      "import", "leads", program.file("b.csv", "last_name,email\nQueen,k@x.example\n"), "--match", "email",
      "--update-existing")
    #expect(try program.run("imports").lines.map { $0.hasSuffix("b.csv: 0 leads added, 1 changed") } == [true, false])
    let listed = try program.run("imports", "list", "--json").output
    #expect(listed.contains("\"state\": \"done\"") && listed.contains("\"errors\": 1"))
    #expect(try program.run("imports", "revert", "2").output == "Took back: Import b.csv: 1 lead (1 record)\n")
    #expect(try program.run("leads", "--json").output.contains("King"))
    #expect(try program.run("imports").lines[0].hasSuffix("(taken back)"))
    let again = try program.run("imports", "revert", "2")
    #expect(again.status == 1 && again.complaint == "crm: Import 2 of b.csv was taken back already.\n")
    #expect(try program.run("imports", "resume", "1").complaint.contains("came to its end"))
  }

  @Test func allOrNothingAndMatchingAreAskedForInWords() throws {
    let program = try Program()
    let file = try program.file("a.csv", "first_name,last_name,company\nAda,King,Engines\nAda,King,engines\n,,x\n")
    let refused = try program.run("import", "leads", file, "--all-or-nothing", "--json")
    #expect(refused.status == 0 && refused.output.contains("\"success\":true"))
    let bad = try program.file("b.csv", "last_name,email\nKing,k@x.example\nHopper,bad\n")
    let answer = try program.run("import", "leads", bad, "--all-or-nothing", "--json")
    let report = try json(answer.output)
    #expect(answer.status == 1 && report["success"] == .bool(false) && report["imported"] == .integer(0))
    let merged = try program.run("import", "contacts", file, "--match", "name+company", "--duplicates", "first")
    #expect(merged.output.hasPrefix("Imported a.csv: 2 contacts added, 1 duplicate."))
    #expect(try program.run("import", "leads", file, "--match", "hat").status == 64)
    #expect(try program.run("import", "leads", file, "--near", "hat").complaint.contains("create"))
    #expect(try program.run("import", "leads", file, "--set", "hat").status == 64)
    #expect(try program.run("import", "leads", file, "--set", "hat=red").complaint.contains("no field “hat” to set"))
    #expect(try program.run("import", "leads", file, "--plan", "--apply").status == 64)
  }

  @Test func standardInputIsAFileLikeAnyOther() throws {
    let program = try Program()
    let text = "last_name,due\n" + (1...300).map { "Row \($0),03/04/2026\n" }.joined() + "Last,25/12/2026\n"
    let answer = try program.run("import", "leads", "-", input: text)
    #expect(answer.output.hasPrefix("Imported standard input: 301 leads added."), "\(answer.complaint)")
    #expect(try program.run("import", "leads", "-", input: "").complaint.contains("is empty"))
  }

  /// Every file that cannot be read: one sentence that names it, and nothing written.
  @Test(arguments: [
    ("empty", "is empty"), ("folder", "is a folder"), ("missing", "There is no file"),
    ("binary", "not a text file"), ("nul", "Row 32, column 1: there is a NUL byte"),
    ("quote", "Row 2, column 1: a quote is opened and never closed"),
    ("line", "is longer than 10 MB"),
  ])
  func filesThatCannotBeReadSayWhy(_ name: String, _ words: String) throws {
    let program = try Program()
    var path = program.folder + "/" + name
    switch name {
    case "empty": path = try program.file(name, "")
    case "folder": path = program.folder
    case "missing": break
    case "binary":
      try Data((0..<2000).map { _ in UInt8.random(in: 0...31) }).write(to: URL(fileURLWithPath: path))
    case "nul": path = try program.file(name, "last_name\n" + String(repeating: "Hopper\n", count: 30) + "a\u{0}b\n")
    case "quote": path = try program.file(name, "last_name\n\"open\n")
    default: path = try program.file(name, "last_name,email\nA,\n" + String(repeating: "x", count: 10_500_000))
    }
    let answer = try program.run("import", "leads", path)
    #expect(answer.status == 1 && answer.output.isEmpty)
    #expect(answer.complaint.hasPrefix("crm: ") && answer.complaint.contains(words), "\(answer.complaint.prefix(400))")
    #expect(answer.complaint.filter { $0 == "\n" }.count == 1)
    #expect(try program.run("leads", "--json").output == "[]\n")
    let plan = try program.run("import", "leads", path, "--plan")
    #expect(plan.status == 1 && plan.complaint.contains(words))
  }
}
