import CRMDomain
import CRMSync

extension V1Server {
  // MARK: Export

  mutating func exporting(_ request: HTTPRequest, _ type: String) -> HTTPResponse {
    guard quirks.hasExport, let resource = V1Resource(rawValue: type) else { return .page404 }
    guard request.method == .get else { return .notAllowed(request) }
    for name in ["created_at", "updated_at"] {
      if let value = request.parameter(name), Instant(iso: value) == nil { return .page500 }
    }
    let columns = Self.exportColumns(resource)
    var rows = tables[resource]?.all ?? []
    for name in ["status", "priority", "lead_source", "assigned_to"] {
      guard let value = request.parameter(name), resource.field(name) != nil else { continue }
      let number = Int(value)
      rows = rows.filter { $0[name].string == value || (number != nil && $0[name].integer == number) }
    }
    var writer = DelimitedWriter(safety: .lossless)
    writer.write(row: columns)
    for row in rows { writer.write(row: columns.map { exported(row, $0) }) }
    return HTTPResponse(
      200,
      headers: [
        "Content-Type": "text/csv",
        "Content-Disposition": "attachment; filename=\"\(type)_export_20261122_120000.csv\"",
      ], body: writer.bytes)
  }

  private static func exportColumns(_ resource: V1Resource) -> [String] {
    switch resource {
    case .leads:
      [
        "id", "first_name", "last_name", "email", "phone", "company_name", "job_title", "lead_source", "status",
        "priority", "lead_score", "created_at", "updated_at",
      ]
    case .contacts:
      [
        "id", "first_name", "last_name", "email", "phone", "mobile", "company_name", "job_title", "contact_type",
        "created_at", "updated_at",
      ]
    case .opportunities:
      ["id", "name", "company_name", "amount", "stage", "probability", "expected_close_date", "created_at"]
    case .tasks:
      ["id", "title", "description", "task_type", "priority", "status", "due_date", "created_at", "updated_at"]
    }
  }

  private func exported(_ row: V1Row, _ column: String) -> String {
    switch column {
    case "id": "\(row.id)"
    case "created_at": Self.databaseStamp(row.createdAt)
    case "updated_at": Self.databaseStamp(row.updatedAt)
    default:
      switch row[column] {
      case .null: ""
      case .string(let text): text
      case let other: other.text
      }
    }
  }

  /// `2026-11-22 17:27:29.119019+00:00`: Python's own form, not ISO's.
  static func databaseStamp(_ instant: Instant) -> String {
    instant.iso.dropLast().replacing("T", with: " ") + "+00:00"
  }

  // MARK: Import

  mutating func importing(_ request: HTTPRequest, _ type: String, _ user: V1User) -> HTTPResponse {
    guard let resource = V1Resource(rawValue: type) else {
      return HTTPResponse(400, json: .error("Invalid resource type: \(type)"))
    }
    if request.method == .get { return template(resource) }
    guard request.method == .post else { return .notAllowed(request) }
    guard let type = request.headers["Content-Type"], type.hasPrefix("multipart/form-data") else {
      return HTTPResponse(415, json: .detail("Unsupported media type \"application/json\" in request."))
    }
    let parts = Multipart.parts(request.body, type: type)
    guard let file = parts["file"] else { return refused("file", "No file was submitted.") }
    guard !file.isEmpty else { return refused("file", "The submitted file is empty.") }
    guard let mapping = parts["mapping"] else { return refused("mapping", "This field is required.") }
    guard let value = try? JSONValue(parsing: mapping), let columns = value.members else {
      return refused("mapping", "Value must be valid JSON.")
    }
    guard let text = String(validating: file, as: UTF8.self) else {
      let text = "Failed to process CSV: 'utf-8' codec can't decode byte 0xe9 in position 0: invalid continuation byte"
      return HTTPResponse(400, json: .error(text))
    }
    let updates = parts["update_existing"].map { String(decoding: $0, as: UTF8.self).lowercased() == "true" } ?? false
    return imported(text, columns.compactMapValues(\.string), resource, updates, user)
  }

  private func refused(_ field: String, _ message: String) -> HTTPResponse {
    HTTPResponse(400, json: .object([field: .array([.string(message)])]))
  }

  private func template(_ resource: V1Resource) -> HTTPResponse {
    let columns =
      switch resource {
      case .leads: "first_name,last_name,email,phone,company_name,job_title,lead_source,status,priority"
      case .contacts: "first_name,last_name,email,phone,mobile,company_name,job_title,contact_type"
      case .opportunities: "name,company_name,amount,stage,probability,expected_close_date"
      case .tasks: "title,description,task_type,priority,status,due_date"
      }
    let headers: HTTPHeaders = [
      "Content-Type": "text/csv",
      "Content-Disposition": "attachment; filename=\"\(resource.rawValue)_template.csv\"",
    ]
    return HTTPResponse(200, headers: headers, body: Array((columns + "\r\n").utf8))
  }

  /// Nothing is validated: what is in the file is in the table.
  private mutating func imported(
    _ text: String, _ mapping: [String: String], _ resource: V1Resource, _ updates: Bool, _ user: V1User,
  ) -> HTTPResponse {
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let header = lines.first?.map(String.init) ?? []
    var count = 0
    var problems: [JSONValue] = []
    for (index, cells) in lines.dropFirst().enumerated() {
      var values: [String: JSONValue] = [:]
      for (column, cell) in zip(header, cells) {
        guard let name = mapping[column], !cell.isEmpty else { continue }
        values[name] = .string(String(cell))
      }
      if let problem = importRow(values, resource, updates, user) {
        let data = JSONValue.object(Dictionary(zip(header, cells.map { .string(String($0)) })) { $1 })
        problems.append(.object(["row": .integer(index + 2), "error": .string(problem), "data": data]))
      } else {
        count += 1
      }
    }
    return HTTPResponse(
      200,
      json: .object([
        "success": .bool(true), "imported": .integer(count), "errors": .integer(problems.count),
        "error_details": .array(Array(problems.prefix(100))),
      ]))
  }

  private mutating func importRow(
    _ values: [String: JSONValue], _ resource: V1Resource, _ updates: Bool, _ user: V1User,
  ) -> String? {
    if let unknown = values.keys.sorted().first(where: { resource.field($0) == nil && $0 != "contact_id" }) {
      return "\(resource.noun)() got unexpected keyword arguments: '\(unknown)'"
    }
    var values = values
    if resource == .opportunities {
      guard let contact = values.removeValue(forKey: "contact_id")?.string.flatMap({ Int($0) }) else {
        return "NOT NULL constraint failed: crm_opportunities.contact_id"
      }
      values["contact"] = .integer(contact)
    }
    if resource == .tasks { values["assigned_to"] = .integer(user.id) }
    let email = values["email"]?.string
    let twin = tables[resource]?.all.last { $0["email"].string != nil && $0["email"].string == email }
    if let twin, updates {
      change(resource, twin.id, values)
      return nil
    }
    if resource == .contacts, twin != nil { return "UNIQUE constraint failed: crm_contacts.email" }
    insert(resource, values, by: user.id)
    let reports = resource == .leads && quirks.importReportsErrorButInserts
    return reports ? "'Lead' object has no attribute 'name'" : nil
  }
}

/// The parts of a multipart form, by name.
enum Multipart {
  static func parts(_ body: [UInt8], type: String) -> [String: [UInt8]] {
    guard let boundary = type.split(separator: "boundary=").last else { return [:] }
    let mark = Array("--\(boundary)".utf8)
    var parts: [String: [UInt8]] = [:]
    var pieces = body.split(separator: mark)[...]
    if body.starts(with: mark) == false { pieces = pieces.dropFirst() }
    for piece in pieces {
      guard let gap = Array(piece).firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
      let bytes = Array(piece)
      let head = String(decoding: bytes[..<gap.lowerBound], as: UTF8.self)
      guard let name = head.split(separator: "name=\"").dropFirst().first?.split(separator: "\"").first else {
        continue
      }
      parts[String(name)] = Array(bytes[gap.upperBound...].dropLast(2))
    }
    return parts
  }
}
