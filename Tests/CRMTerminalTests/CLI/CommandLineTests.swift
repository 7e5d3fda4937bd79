import Foundation
import Testing

@testable import CRMDomain

@Suite struct CommandLineTests {
  private let program: Program

  init() throws {
    program = try Program()
    let text = """
      first_name,last_name,email,status,value,owner,tags
      Ada,Lovelace,ada@x.example,new,1000,me,"expo,vip"
      Grace,Hopper,grace@x.example,contacted,2500.50,bob,
      Zoë,Núñez,zoe@x.example,new,,,expo
      """
    try program.run("import", "leads", try program.file("expo.csv", text))
  }

  // MARK: Lists

  @Test func aListIsAnAlignedTable() throws {
    let answer = try program.run("leads", "status:new", "sort:name", "--columns", "email,status")
    #expect(answer.lines == ["Id  Email          Status", " 1  ada@x.example  new", " 3  zoe@x.example  new"])
    #expect(answer.status == 0 && answer.complaint.isEmpty)
  }

  @Test func aTableShowsNamesForNumbers() throws {
    let answer = try program.run("leads", "grace")
    #expect(answer.lines.count == 2)
    #expect(answer.lines[1].contains("Grace Hopper") && answer.lines[1].contains("bob"))
    #expect(answer.lines[1].contains("2,500.50"))
  }

  @Test func jsonIsAnArrayOfV1Objects() throws {
    let answer = try program.run("leads", "lovelace", "--json")
    guard case .array(let items) = try JSONValue(parsing: answer.output), case .object(let lead)? = items.first else {
      Issue.record("no array: \(answer.output)")
      return
    }
    let v1 = [
      "id", "first_name", "last_name", "full_name", "email", "phone", "company_name", "job_title", "lead_source",
      "status", "priority", "assigned_to", "owner", "lead_score", "estimated_value", "probability",
      "last_contact_date", "next_follow_up", "notes", "tags", "custom_fields", "created_at", "updated_at",
      "converted_at",
    ]
    #expect(items.count == 1 && Set(v1).isSubset(of: lead.keys))
    #expect(lead["estimated_value"] == .string("1000.00") && lead["phone"] == .string(""))
    #expect(lead["tags"] == .array([.string("expo"), .string("vip")]) && lead["full_name"] == .string("Ada Lovelace"))
  }

  @Test func theOtherFormats() throws {
    #expect(try program.run("leads", "tag:expo", "--ids", "--limit", "1").lines.count == 1)
    #expect(try program.run("leads", "nobody at all", "--json").output == "[]\n")
    #expect(try program.run("leads", "nobody at all").output == "")
    #expect(try program.run("leads", "hopper", "--plain").lines.contains("Email: grace@x.example"))
    let csv = try program.run("leads", "hopper", "--csv", "--columns", "last_name,tags,value").lines
    #expect(
      csv == ["id,last_name,tags,estimated_value", "2,Hopper,,2500.50"])
  }

  @Test func exportComesBackTheSame() throws {
    let exported = try program.run("export", "leads").output
    let path = try program.file("back.csv", exported)
    let other = program.folder + "/other.sqlite"
    try program.run("import", "leads", path, "--db", other)
    #expect(try program.run("export", "leads", "--db", other).output == exported)
  }

  @Test func dataCannotCommandTheTerminal() throws {
    let nasty = "last_name,notes\n\"E\u{1B}[2J\u{9B}31m\u{202E}vil\",\"a\nb\u{7}\"\n"
    try program.run("import", "leads", try program.file("nasty.csv", nasty), "--db", "nasty.sqlite")
    for format in ["--plain", "--json"] {
      let output = try program.run("leads", format, "--db", "nasty.sqlite").output
      #expect(output.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }, "\(format)")
    }
    for output in [
      try program.run("leads", "--db", "nasty.sqlite").output,
      try program.run("show", "lead", "1", "--db", "nasty.sqlite").output,
    ] {
      #expect(output.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
      #expect(!output.unicodeScalars.contains("\u{202E}"))
    }
  }

  // MARK: One record, and history

  @Test func showPrintsFieldsTasksAndTimeline() throws {
    try program.run(
      "import", "tasks", try program.file("t.csv", "title,lead,due_date\nCall Ada,Ada Lovelace,2030-01-02\n"))
    try program.run("import", "activities", try program.file("a.csv", "type,subject,lead\ncall,Asked for pricing,1\n"))
    let answer = try program.run("show", "lead", "1")
    #expect(answer.output.hasPrefix("lead 1  Ada Lovelace\n"))
    for words in ["ada@x.example", "Tasks\n", "Call Ada", "Timeline\n", "Asked for pricing"] {
      #expect(answer.output.contains(words), "\(words)")
    }
    let missing = try program.run("show", "lead", "99")
    #expect(missing.status == 1 && missing.complaint.hasPrefix("crm: there is no lead 99."))
  }

  @Test func historyUndoAndRedo() throws {
    #expect(try program.run("history").lines[0].contains("Import expo.csv: 3 leads"))
    #expect(try program.run("undo").output.hasPrefix("Took back: Import expo.csv: 3 leads"))
    #expect(try program.run("leads", "--ids").output == "")
    #expect(try program.run("redo").output.hasPrefix("Did again: Import expo.csv: 3 leads"))
    #expect(try program.run("leads", "--ids").lines.count == 3)
    let nothing = try program.run("redo")
    #expect(nothing.status == 1 && nothing.complaint == "crm: there is nothing to redo.\n")
  }

  // MARK: Mistakes

  @Test func aMistakeInAQueryIsUnderlined() throws {
    let answer = try program.run("leads", "zoë statsu:new")
    #expect(answer.status == 64 && answer.output.isEmpty)
    #expect(answer.complaint.hasPrefix("  zoë statsu:new\n      ^~~~~~\nThere is no field called"))
  }

  @Test(arguments: [
    ["bogus"], ["leads", "--bogus"], ["show", "bogus", "1"], ["show", "lead", "x"], ["leads", "--limit", "-1"],
  ])
  func aWrongCommandLineIs64(_ arguments: [String]) throws {
    let answer = try program.run(arguments)
    #expect(answer.status == 64 && answer.output.isEmpty && !answer.complaint.isEmpty)
  }

  @Test func importReportsLikeV1AndReadsStandardInput() throws {
    let text = "last_name,email\nA,a@y.example\nB,not an address\nC,c@y.example\n"
    let answer = try program.run("import", "leads", "-", "--json", input: text)
    guard case .object(let report) = try JSONValue(parsing: answer.output) else {
      Issue.record("no report: \(answer.output)")
      return
    }
    #expect(report["success"] == .bool(true) && report["imported"] == .integer(2) && report["errors"] == .integer(1))
    let missing = try program.run("import", "leads", "nowhere.csv")
    #expect(
      missing.status == 1 && missing.complaint == "crm: There is no file nowhere.csv. Check its name and folder.\n")
  }

  @Test func aClosedPipeEndsQuietly() throws {
    let many = "last_name,notes\n" + (1...5000).map { "Row \($0),\(String(repeating: "x", count: 50))\n" }.joined()
    try program.run("import", "leads", try program.file("many.csv", many), "--db", "many.sqlite")
    let answer = try program.shell("\(Program.path) leads --json --db many.sqlite | head -c 10")
    #expect(answer.output.count == 10 && answer.complaint.isEmpty)
  }

  // MARK: Places

  @Test func theDatabaseIsWhereItIsSaidToBe() throws {
    #expect(try program.run("paths").lines[0] == "database  \(program.folder)/data/mycrm/crm.sqlite")
    #expect(try program.run("paths", "--db", "x.sqlite").lines[0] == "database  x.sqlite")
    let answer = try program.run("paths", environment: ["CRM_DB": "/elsewhere/y.sqlite", "XDG_DATA_HOME": "relative"])
    #expect(answer.lines[0] == "database  /elsewhere/y.sqlite")
    let attributes = try FileManager.default.attributesOfItem(atPath: program.folder + "/data/mycrm")
    #expect(attributes[.posixPermissions] as? Int == 0o700)
  }

  @Test func theKeysArePrintedAsMarkdown() throws {
    let answer = try program.run("keys", "--markdown")
    #expect(answer.lines[0] == "# Keys" && answer.output.contains("| `u` | undo |"))
  }

  /// Lines that are broken in the source are not broken again at the width of a terminal.
  @Test func helpIsWrappedOnce() throws {
    let help = try program.run("demo-server", "--help").output.split(separator: "\n").map { String($0) }
    let first = try #require(help.first { $0.contains("It holds the demo book") })
    #expect(first.count > 60, "\(help)")
    let next = try #require(help.drop { $0 != first }.dropFirst().first)
    #expect(next.count > 60, "\(help)")
    #expect(help.contains { $0.hasSuffix("crm demo-server") })
  }
}
