import CRMDomain
import CRMSync

extension V1Server {
  mutating func list(_ request: HTTPRequest, _ resource: V1Resource, _ user: V1User) -> HTTPResponse {
    if let refusal = refusedParameters(request, resource) { return refusal }
    if request.parameter("search")?.utf8.contains(0) == true {
      return HTTPResponse(400, json: .array([.string("Null characters are not allowed.")]))
    }
    var rows = tables[resource]?.all ?? []
    if let hidden = hidden[resource] { rows.removeAll { hidden.contains($0.id) } }
    if quirks.honoursFilters { rows = filtered(rows, request, resource, user) }
    if quirks.honoursSearch, let search = request.parameter("search") { rows = searched(rows, search, resource) }
    rows = ordered(rows, quirks.honoursOrdering ? request.parameter("ordering") ?? "" : "", resource)
    return page(rows, request) { server, row, writer in server.writeSummary(resource, row, to: &writer) }
  }

  // MARK: Filters

  private func refusedParameters(_ request: HTTPRequest, _ resource: V1Resource) -> HTTPResponse? {
    let known =
      resource.filterFields + ["search", "ordering", "page", "assigned_to_me", "overdue"]
      + (quirks.honoursPageSize ? ["page_size"] : [])
    if quirks.refusesUnknownParameters, let item = request.query.first(where: { !known.contains($0.name) }) {
      return HTTPResponse(400, json: .object([item.name: .array([.string("Unknown parameter.")])]))
    }
    guard quirks.honoursFilters else { return nil }
    for name in resource.filterFields {
      guard let value = request.parameter(name), !value.isEmpty, let field = resource.field(name) else { continue }
      if case .choice(let choices) = field.kind, !choices.contains(value) {
        let text = "Select a valid choice. \(value) is not one of the available choices."
        return HTTPResponse(400, json: .object([name: .array([.string(text)])]))
      }
      if field.kind == .user, !users.contains(where: { String($0.id) == value }) {
        let text = "Select a valid choice. That choice is not one of the available choices."
        return HTTPResponse(400, json: .object([name: .array([.string(text)])]))
      }
    }
    return nil
  }

  func filtered(_ rows: [V1Row], _ request: HTTPRequest, _ resource: V1Resource, _ user: V1User) -> [V1Row] {
    var rows = rows
    for name in resource.filterFields {
      guard let value = request.parameter(name), !value.isEmpty else { continue }
      let number = Int(value)
      rows = rows.filter { $0[name] == .string(value) || (number != nil && $0[name].integer == number) }
    }
    if request.parameter("assigned_to_me") == "true", resource != .contacts {
      rows = rows.filter { $0["assigned_to"] == .integer(user.id) }
    }
    if resource == .tasks, request.parameter("overdue") == "true" { rows = rows.filter(isOverdue) }
    return rows
  }

  func isOverdue(_ row: V1Row) -> Bool {
    guard let due = Instant(iso: row.text("due_date")) else { return false }
    return due < now && row["status"] != .string("completed") && row["status"] != .string("cancelled")
  }

  /// Words parted by white space or commas must all be found, each in any of the fields; quotes keep a phrase.
  private func searched(_ rows: [V1Row], _ search: String, _ resource: V1Resource) -> [V1Row] {
    let terms = SearchTerms.split(search)
    return rows.filter { row in
      var texts = resource.searchFields.map { row.text($0).lowercased() }
      if resource == .opportunities, let contact = contact(row) {
        texts += [contact.text("first_name").lowercased(), contact.text("last_name").lowercased()]
      }
      return terms.allSatisfy { term in texts.contains { $0.contains(term) } }
    }
  }

  // MARK: Order

  /// Rows in the asked order; unknown names are dropped, and `-created_at` is the order when nothing is left.
  private mutating func ordered(_ rows: [V1Row], _ ordering: String, _ resource: V1Resource) -> [V1Row] {
    var keys = ordering.split(separator: ",").map(String.init).filter { key in
      resource.orderingFields.contains(key.hasPrefix("-") ? String(key.dropFirst()) : key)
    }
    if !quirks.honoursSecondOrderingKey { keys = Array(keys.prefix(1)) }
    if keys.isEmpty { keys = ["-created_at"] }
    let shuffled = quirks.shufflesTies ? random.shuffled(rows) : rows
    return shuffled.enumerated().sorted { left, right in
      for key in keys {
        let isDescending = key.hasPrefix("-")
        let name = isDescending ? String(key.dropFirst()) : key
        let comparison = compare(left.element, right.element, name)
        if comparison != 0 { return (comparison < 0) != isDescending }
      }
      return left.offset < right.offset
    }.map(\.element)
  }

  private func compare(_ left: V1Row, _ right: V1Row, _ name: String) -> Int {
    switch name {
    case "created_at": sign(left.createdAt.microseconds, right.createdAt.microseconds)
    case "updated_at": sign(left.updatedAt.microseconds, right.updatedAt.microseconds)
    case "lead_score": sign(left[name].integer ?? 0, right[name].integer ?? 0)
    case "estimated_value", "amount":
      sign(Money(decimal: left.text(name))?.hundredths ?? .min, Money(decimal: right.text(name))?.hundredths ?? .min)
    case "due_date":
      sign(
        Instant(iso: left.text(name))?.microseconds ?? .min, Instant(iso: right.text(name))?.microseconds ?? .min)
    default: sign(left.text(name), right.text(name))
    }
  }

  private func sign<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : left > right ? 1 : 0
  }

  // MARK: Pages

  func page(_ items: [JSONValue], _ request: HTTPRequest) -> HTTPResponse {
    page(items, request) { _, item, writer in writer.value(item) }
  }

  func page<Item>(
    _ items: [Item], _ request: HTTPRequest, _ write: (V1Server, Item, inout JSONWriter) -> Void,
  ) -> HTTPResponse {
    let asked = quirks.honoursPageSize ? request.parameter("page_size").flatMap { Int($0) } : nil
    let size = min(max(asked ?? quirks.pageSize, 1), 500)
    let last = max(1, (items.count + size - 1) / size)
    let name = request.parameter("page") ?? "1"
    let number = name == "last" ? last : Int(name) ?? 0
    guard (1...last).contains(number) || (number > last && quirks.pageBeyondEndIsEmpty) else {
      return HTTPResponse(404, json: .detail("Invalid page."))
    }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("count")
    writer.integer(max(0, items.count + quirks.countError))
    writer.key("next")
    writer.value(number < last ? .string(address(request, page: number + 1)) : .null)
    writer.key("previous")
    writer.value(number > 1 ? .string(address(request, page: number - 1)) : .null)
    writer.key("results")
    writer.beginArray()
    for item in items.dropFirst((number - 1) * size).prefix(size) { write(self, item, &writer) }
    writer.endArray()
    writer.endObject()
    return HTTPResponse(200, headers: ["Content-Type": "application/json"], body: writer.bytes)
  }

  /// The address of another page, absolute as v1 writes it; the first has no page parameter.
  private func address(_ request: HTTPRequest, page: Int) -> String {
    var items = request.query.filter { $0.name != "page" }
    if page > 1 { items.append(QueryItem("page", "\(page)")) }
    let query = items.sorted { $0.name < $1.name }
    return "http://127.0.0.1:8000" + HTTPRequest(.get, request.path, query: query).target
  }
}

/// The terms of a search text.
enum SearchTerms {
  static func split(_ text: String) -> [String] {
    var terms: [String] = []
    var term = ""
    var isQuoted = false
    for character in text.lowercased() {
      if character == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, character.isWhitespace || character == "," {
        if !term.isEmpty { terms.append(term) }
        term = ""
      } else {
        term.append(character)
      }
    }
    return term.isEmpty ? terms : terms + [term]
  }
}
