import Foundation
import Testing

@testable import CRMDomain

/// `crm export`, read by the programs it is for.
@Suite struct ExportCommandTests {
  private let program: Program

  init() throws {
    program = try Program()
    let people =
      "first_name,last_name,email,company_name,tags\nZoë,\"O'Brien, Jr\",zoe@x.example,\"Acme; Inc\",\"a,b\"\n"
    try program.run("import", "contacts", program.file("people.csv", people))
    let tasks = "title,task_type,due_date\nCall Zoë,call,2026-11-22T17:25:00Z\nMeet,meeting,2026-11-23T09:00:00Z\n"
    try program.run("import", "tasks", program.file("tasks.csv", tasks))
  }

  @Test func contactsAreCards() throws {
    let card = try program.run("export", "contacts", "--format", "vcard").output
    #expect(card.hasPrefix("BEGIN:VCARD\r\nVERSION:4.0\r\n") && card.hasSuffix("END:VCARD\r\n"))
    #expect(card.contains("\r\nN:O'Brien\\, Jr;Zoë;;;\r\n") && card.contains("\r\nORG:Acme\\; Inc\r\n"))
    #expect(try program.run("export", "contacts", "--format", "vcf").output == card)
  }

  @Test func tasksAreACalendar() throws {
    let calendar = try program.run("export", "tasks", "--format", "ics").output
    #expect(calendar.hasPrefix("BEGIN:VCALENDAR\r\n") && calendar.hasSuffix("END:VCALENDAR\r\n"))
    #expect(calendar.contains("DUE:20261122T172500Z") && calendar.contains("DTSTART:20261123T090000Z"))
    #expect(try program.run("export", "tasks", "--format", "ics").output == calendar, "the same each time")
    #expect(try program.run("export", "tasks", "nothing like it", "--format", "ics").output.contains("VCALENDAR"))
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let deals = try program.run("export", "deals", "--format", "vcard")
    #expect(deals.status == 64 && deals.complaint.contains("Only leads and contacts are written as vCard"))
    #expect(try program.run("export", "leads", "--format", "xlsx").status == 64)
    #expect(try program.run("export", "tasks", "--format", "ics", "--columns", "title").status == 64)
  }

  @Test func columnsAndOrderAreChosen() throws {
    let csv = try program.run("export", "tasks", "sort:-title", "--columns", "title,due").lines
    #expect(csv == ["id,title,due_date", "2,Meet,2026-11-23T09:00:00Z", "1,Call Zoë,2026-11-22T17:25:00Z"])
    let json = try program.run("export", "tasks", "meet", "--format", "json", "--columns", "title").output
    #expect(json == "[{\"id\":2,\"title\":\"Meet\"}]\n")
  }

  @Test func aFileIsWholeOrNotThere() throws {
    let path = program.folder + "/out.csv"
    try program.run("export", "contacts", "--output", path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == program.run("export", "contacts").output)
    #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder).allSatisfy { !$0.hasSuffix(".part") })
    let nowhere = try program.run("export", "contacts", "--output", program.folder + "/no/out.csv")
    #expect(nowhere.status == 1 && nowhere.complaint.contains("There is no folder"))
    let folder = try program.run("export", "contacts", "-o", program.folder)
    #expect(folder.status == 1 && folder.complaint.contains("is a folder"))
    let full = try program.shell("'\(Program.path)' export contacts -o /dev/full")
    #expect(full.status == 1 && full.complaint.contains("no room"))
  }
}
