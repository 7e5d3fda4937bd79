import Testing

@testable import CRMDomain

/// vCard and iCalendar, by the rules of RFC 6350 and RFC 5545.
@Suite struct ContentLinesTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func lines(_ bytes: [UInt8]) -> [String] {
    text(bytes).replacing("\r\n ", with: "").components(of: "\r\n").dropLast().map(String.init)
  }

  @Test func noLineIsLongerThan75OctetsAndNoCharacterIsCut() {
    var random = SeededRandom()
    let alphabet = Array("aé山😀 ,;\\\n\r\t")
    for _ in 0..<500 {
      let value = String(
        (0..<Int.random(in: 0...200, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
      var written = ContentLines()
      written.line("NOTE", text: value)
      for line in text(written.bytes).components(of: "\r\n") {
        #expect(line.utf8.count <= 75, "seed \(random.seed)")
        #expect(!line.contains("\u{FFFD}"), "seed \(random.seed)")
      }
      let back = lines(written.bytes).first.map { unescaped(String($0.dropFirst(5))) } ?? ""
      #expect(back == String(value.map { $0.isNewline ? "\n" : $0 }), "seed \(random.seed)")
    }
  }

  @Test func controlCharactersAreLeftOut() {
    var written = ContentLines()
    written.line("NOTE", text: "a\u{0}b\u{7F}c\u{1B}d\te")
    #expect(text(written.bytes) == "NOTE:abcd\te\r\n")
  }

  private func unescaped(_ text: String) -> String {
    var plain = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        plain.append(character == "n" ? "\n" : character)
      } else if character != "\\" {
        plain.append(character)
      }
      isEscaped = !isEscaped && character == "\\"
    }
    return plain
  }

  @Test func aContactIsACard() {
    var contact = Contact()
    contact.id = Identifier(7)
    (contact.salutation, contact.firstName, contact.lastName) = ("dr", "Zoë", "O'Brien; Smith")
    (contact.companyName, contact.jobTitle, contact.department) = ("Acme, Inc.", "CTO", "R\\D")
    (contact.email, contact.phone, contact.mobile) = ("zoe@x.example", "+44 20 7946 0958", "+44 7700 900123")
    (contact.addressLine1, contact.addressLine2, contact.city) = ("1, High St", "Floor 2", "Ulm")
    (contact.postalCode, contact.country, contact.website) = ("89073", "DE", "https://x.example/?a=b,c")
    (contact.tags, contact.notes) = (["a,b", "vip"], "two\nlines")
    contact.createdAt = Instant(microseconds: 255)
    contact.updatedAt = Instant(seconds: 1_795_368_300)
    var writer = CardWriter()
    writer.write(contact)
    #expect(
      lines(writer.lines.bytes) == [
        "BEGIN:VCARD", "VERSION:4.0", "PRODID:-//MyCRM//crm//EN", "UID;VALUE=text:contact-7-ff@mycrm",
        "FN:Zoë O'Brien\\; Smith", "N:O'Brien\\; Smith;Zoë;;Dr;", "ORG:Acme\\, Inc.;R\\\\D", "TITLE:CTO",
        "EMAIL;TYPE=work:zoe@x.example", "TEL;TYPE=work:+44 20 7946 0958", "TEL;TYPE=cell:+44 7700 900123",
        "ADR;TYPE=work:;;1\\, High St,Floor 2;Ulm;;89073;DE", "URL:https://x.example/?a=b,c", "CATEGORIES:a\\,b,vip",
        "NOTE:two\\nlines", "REV:20261122T172500Z", "END:VCARD",
      ])
  }

  @Test func aCardOfNobodyStillHasAName() {
    var writer = CardWriter()
    writer.write(Lead())
    #expect(lines(writer.lines.bytes).contains("FN:lead 0"))
  }

  @Test func aTaskIsSomethingToDoAndAMeetingAnEvent() {
    var task = CRMTask()
    task.id = Identifier(3)
    (task.title, task.details, task.taskType, task.priority) = ("Send, quote", "a;b", "follow_up", "high")
    task.dueDate = Instant(seconds: 1_795_368_300)
    task.reminderDate = Instant(seconds: 1_795_364_700)
    (task.createdAt, task.updatedAt) = (Instant(seconds: 16), Instant(seconds: 86_399))
    var writer = CalendarWriter()
    writer.begin()
    writer.write(task, about: "Ada Lovelace")
    #expect(
      lines(writer.lines.bytes) == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//MyCRM//crm//EN", "BEGIN:VTODO", "UID:task-3-f42400@mycrm",
        "DTSTAMP:19700101T235959Z", "CREATED:19700101T000016Z", "LAST-MODIFIED:19700101T235959Z",
        "SUMMARY:Send\\, quote", "DESCRIPTION:a\\;b", "CATEGORIES:follow up", "CONTACT:Ada Lovelace", "PRIORITY:3",
        "DUE:20261122T172500Z", "STATUS:NEEDS-ACTION", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Send\\, quote",
        "TRIGGER;VALUE=DATE-TIME:20261122T162500Z", "END:VALARM", "END:VTODO",
      ])
    writer.removeAll()
    task.taskType = "meeting"
    task.status = "completed"
    writer.write(task, about: "")
    let event = lines(writer.lines.bytes)
    #expect(event.first == "BEGIN:VEVENT")
    #expect(event.contains("DTSTART:20261122T172500Z") && event.contains("STATUS:CONFIRMED"))
    #expect(!event.contains("BEGIN:VALARM"))
  }
}

extension String {
  fileprivate func components(of separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
