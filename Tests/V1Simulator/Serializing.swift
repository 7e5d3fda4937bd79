import CRMDomain
import CRMSync

extension V1Server {
  /// A stamp as this server writes it: ISO 8601 with microseconds, which are left out when they are zero.
  func stamp(_ instant: Instant) -> String {
    guard quirks.stampOffsetMinutes != 0 else { return instant.iso }
    let local = instant.adding(seconds: Int64(quirks.stampOffsetMinutes) * 60).iso.dropLast()
    let minutes = abs(quirks.stampOffsetMinutes)
    let sign = quirks.stampOffsetMinutes < 0 ? "-" : "+"
    return local + sign + pad(minutes / 60) + ":" + pad(minutes % 60)
  }

  private func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// What GET of one row and every write answer.
  func detail(_ resource: V1Resource, _ row: V1Row) -> [UInt8] {
    var writer = JSONWriter()
    writeDetail(resource, row, to: &writer)
    return writer.bytes
  }

  func writeDetail(_ resource: V1Resource, _ row: V1Row, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("id")
    writer.integer(row.id)
    for field in resource.fields {
      write(field, of: row, to: &writer)
      if field.name == "last_name" { writeFullName(row, to: &writer) }
      if field.kind == .user { writeNest(field, user(row[field.name])?.brief, to: &writer) }
      if field.kind == .contact { writeNest(field, contactNest(row), to: &writer) }
      if resource == .opportunities, field.name == "currency" { writeWeighted(row, to: &writer) }
    }
    writeStamps(row, to: &writer)
    writer.endObject()
  }

  /// What lists answer: fewer fields, and names beside ids.
  func writeSummary(_ resource: V1Resource, _ row: V1Row, to writer: inout JSONWriter) {
    if quirks.listsAreWhole { return writeDetail(resource, row, to: &writer) }
    writer.beginObject()
    writer.key("id")
    writer.integer(row.id)
    for field in resource.fields where field.isInLists {
      write(field, of: row, to: &writer)
      if resource == .contacts, field.name == "last_name" { writeFullName(row, to: &writer) }
      if resource == .opportunities, field.name == "currency" { writeWeighted(row, to: &writer) }
    }
    if resource == .opportunities {
      writer.key("contact_name")
      writer.string(contact(row).map { $0.text("first_name") + " " + $0.text("last_name") } ?? "")
    }
    writeName("assigned_to_name", user(row["assigned_to"]), to: &writer)
    if resource != .contacts {
      writeName(resource.creatorField + "_name", user(row[resource.creatorField]), to: &writer)
    }
    writeStamps(row, to: &writer)
    writer.endObject()
  }

  private func write(_ field: V1Field, of row: V1Row, to writer: inout JSONWriter) {
    writer.key(field.name)
    if field.kind == .datetime, let text = row[field.name].string, let instant = Instant(iso: text) {
      writer.string(stamp(instant))
    } else {
      writer.value(row[field.name])
    }
  }

  private func writeFullName(_ row: V1Row, to writer: inout JSONWriter) {
    writer.key("full_name")
    writer.string(row.text("first_name") + " " + row.text("last_name"))
  }

  private func writeNest(_ field: V1Field, _ value: JSONValue?, to writer: inout JSONWriter) {
    writer.key(field.name + "_detail")
    writer.value(value ?? .null)
  }

  private func writeWeighted(_ row: V1Row, to writer: inout JSONWriter) {
    writer.key("weighted_amount")
    writer.string(weighted(row).decimal)
  }

  func weighted(_ row: V1Row) -> Money {
    let amount = Money(decimal: row.text("amount")) ?? Money(hundredths: 0)
    let percent = row["probability"].integer ?? 0
    return Money(hundredths: Int((Double(amount.hundredths * percent) / 100).rounded()))
  }

  private func writeName(_ key: String, _ user: V1User?, to writer: inout JSONWriter) {
    if user == nil, quirks.omitsNamesOfNobody { return }
    writer.key(key)
    if let user { writer.string(user.fullName) } else { writer.null() }
  }

  private func writeStamps(_ row: V1Row, to writer: inout JSONWriter) {
    writer.key("created_at")
    writer.string(stamp(row.createdAt))
    writer.key("updated_at")
    writer.string(stamp(row.updatedAt))
  }

  func contact(_ row: V1Row) -> V1Row? { row["contact"].integer.flatMap { tables[.contacts]?.rows[$0] } }

  private func contactNest(_ row: V1Row) -> JSONValue? {
    guard let contact = contact(row) else { return nil }
    var writer = JSONWriter()
    writeSummary(.contacts, contact, to: &writer)
    return try? JSONValue(parsing: writer.bytes)
  }

  func ok(_ status: Int, _ resource: V1Resource, _ row: V1Row) -> HTTPResponse {
    HTTPResponse(status, headers: ["Content-Type": "application/json"], body: detail(resource, row))
  }
}

extension V1Server {
  /// What a GET of the row answers, for those who compare.
  package func wireDetail(_ resource: V1Resource, _ row: V1Row) -> [UInt8] { detail(resource, row) }
}
