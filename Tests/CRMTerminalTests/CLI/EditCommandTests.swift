import Foundation
import Testing

@testable import CRMDomain

/// `crm edit`, `crm pipeline` and `crm history`: the screens' words on the command line.
@Suite struct EditCommandTests {
  private let program: Program

  init() throws {
    program = try Program()
    let text = """
      first_name,last_name,email,status,value
      Ada,Lovelace,ada@x.example,new,1000
      Grace,Hopper,grace@x.example,contacted,2500.50
      Zoë,Núñez,zoe@x.example,new,
      Ida,Rhodes,ida@x.example,converted,
      """
    try program.run("import", "leads", try program.file("expo.csv", text))
  }

  private func object(_ text: String) throws -> [String: JSONValue] {
    guard case .object(let object) = try JSONValue(parsing: text) else { return [:] }
    return object
  }

  private func statuses() throws -> [String] {
    try program.run("leads", "sort:email", "--csv", "--columns", "status").lines.dropFirst().map {
      String($0.split(separator: ",")[1])
    }
  }

  @Test func aDryRunCountsAndChangesNothing() throws {
    let answer = try program.run("edit", "leads", "", "--set", "status=contacted", "--dry-run", "--json")
    let report = try object(answer.output)
    #expect(report["matched"] == .integer(4) && report["changed"] == .integer(2) && report["same"] == .integer(1))
    #expect(report["stay"] == .object(["converted already": .integer(1)]) && report["operation"] == .null)
    #expect(try statuses() == ["new", "contacted", "converted", "new"])
  }

  @Test func everyMatchIsChangedAndOneUndoTakesItBack() throws {
    let answer = try program.run(
      "edit", "leads", "status:new", "--set", "status=lost", "--set", "value=12k", "--add-tag", "vip", "--yes")
    #expect(answer.lines.first == "Change status, value, tags of 2 leads: 2 changed", "\(answer)")
    #expect(try statuses() == ["lost", "contacted", "converted", "lost"])
    #expect(try program.run("leads", "tag:vip value:12000", "--ids").lines.count == 2)
    try program.run("undo")
    #expect(try statuses() == ["new", "contacted", "converted", "new"])
  }

  @Test func mistakesAreSentencesWithTheStatusOfAMisunderstanding() throws {
    for (arguments, sentence) in [
      (["--set", "nonsense=1"], "have no field “nonsense”"), (["--set", "status"], "--set takes field=value"),
      (["--set", "status=blue"], "Status is one of: new, contacted"),
      (["--set", "last_name="], "Last name is missing"),
      (["--set", "created_at=today"], "is kept by the program"),
    ] {
      let answer = try program.run(["edit", "leads", "status:new"] + arguments)
      #expect(answer.status == 64 && answer.complaint.contains(sentence), "\(answer)")
    }
    #expect(try program.run("edit", "leads", "zzzz", "--set", "status=lost").complaint.contains("no leads match"))
  }

  @Test func theEditorIsOpenedWithoutSettings() throws {
    let script = try program.file("ed.sh", "#!/bin/sh\nsed -i 's/| new /| lost/; s/Hopper/Murray/' \"$1\"\n")
    let answer = try program.run("edit", "leads", "status:new,contacted", environment: ["EDITOR": "sh \(script)"])
    #expect(
      answer.output.contains("Status: new → lost") && answer.output.contains("Last name: Hopper → Murray"), "\(answer)")
    #expect(answer.output.contains("3 leads changed"), "\(answer)")
    #expect(try statuses() == ["lost", "contacted", "converted", "lost"])
    let one = try program.run("edit", "lead", "2", environment: ["EDITOR": "sed -i s/Murray/Hopper/"])
    #expect(one.output.contains("1 lead changed"), "\(one)")
    let bad = try program.run("edit", "lead", "2", environment: ["EDITOR": "sed -i 's/| contacted/| blue/'"])
    #expect(bad.status == 64 && bad.complaint.contains("Status is one of"), "\(bad)")
    let none = try program.run("edit", "lead", "2", environment: ["EDITOR": "true"])
    #expect(none.output == "Nothing was changed.\n")
  }

  @Test func historyIsAskedOfARecordAndOfAnOrigin() throws {
    try program.run("edit", "lead", "1", "--set", "value=1250.50", "--yes")
    let lines = try program.run("history", "--of", "lead", "1").lines
    #expect(lines.contains { $0.contains("Set value of 1 lead to 1,250.50") }, "\(lines)")
    #expect(lines.contains("      Value: 1,000 → 1,250.50"), "\(lines)")
    let json = try program.run("history", "--of", "lead", "1", "--json", "--limit", "1").output
    #expect(json.contains("\"old\": \"1000.00\"") && json.contains("\"new\": \"1250.50\""), "\(json)")
    #expect(try program.run("history", "--by", "import").lines.count == 1)
    #expect(try program.run("history", "--words", "set value").lines.count == 1)
    #expect(try program.run("history", "--by", "nobody").status == 64)
    #expect(try program.run("history", "--of", "lead").status == 64)
  }

  @Test func thePipelineIsPrintedAsOfADay() throws {
    try program.run(
      "import", "deals", try program.file("deals.csv", "name,stage,amount,currency\nOne,proposal,500,USD\n"))
    let now = try program.run("pipeline")
    #expect(now.lines.contains { $0.hasPrefix("Proposal") && $0.contains("USD 500") }, "\(now)")
    let then = try program.run("pipeline", "--as-of", "yesterday")
    #expect(
      then.lines.contains { $0.contains("One (#1): new in Proposal") && $0.contains("import deals.csv") }, "\(then)")
    let json = try object(try program.run("pipeline", "--as-of", "-30d", "--json").output)
    guard case .array(let moved)? = json["moved"], case .object(let move)? = moved.first else {
      Issue.record("nothing moved: \(json)")
      return
    }
    #expect(move["reasons"] == .array([.string("new")]) && move["then"] == .null)
    #expect(try program.run("pipeline", "--as-of", "tomorrow").status == 64)
    #expect(try program.run("pipeline", "--board", "none").complaint.contains("There are: Sales"))
  }
}
