import CRMDomain

/// What the rows of one kind look like on the wire: made from its schema.
package struct WireShape: Sendable {
  enum Meaning: Sendable {
    case id
    /// The place of a field among those of the kind.
    case field(Int)
    /// `assigned_to_detail`: a nest, read for the person in it.
    case nest
    /// `assigned_to_name`: a name, read together with the field it belongs to.
    case name(of: Int)
    case ignored
    case unknown
  }

  package let kind: EntityKind
  /// The fields a server may send and take.
  package let fields: [FieldInfo]
  /// Every field of the kind, in its order.
  let columns: [FieldInfo]
  let kinds: [WireKind]
  private let meanings: [ArraySlice<UInt8>: Meaning]

  package init(_ kind: EntityKind) {
    self.kind = kind
    columns = kind.fields
    kinds = columns.map { WireKind($0.kind) }
    fields = columns.filter { !$0.isLocalOnly }
    var meanings: [ArraySlice<UInt8>: Meaning] = [:]
    func add(_ key: String, _ meaning: Meaning) { meanings[Array(key.utf8)[...]] = meaning }
    for (index, field) in columns.enumerated() where !field.isLocalOnly {
      add(field.name, .field(index))
      guard case .reference(let target) = field.kind else { continue }
      add(field.name + "_detail", target == .user ? .nest : .ignored)
      add(field.name + "_name", target == .user ? .name(of: index) : .ignored)
    }
    add("id", .id)
    add("full_name", .ignored)
    add("weighted_amount", .ignored)
    self.meanings = meanings
  }

  func meaning(of key: ArraySlice<UInt8>) -> Meaning { meanings[key] ?? .unknown }

  /// The shapes of the kinds that are synchronised.
  package static let all: [EntityKind: WireShape] = Dictionary(
    uniqueKeysWithValues: [EntityKind.user, .contact, .lead, .opportunity, .task].map { ($0, WireShape($0)) })

  /// The record an answer holds: what GET of one and every write answer.
  ///
  /// - Throws: `WireProblem` if it is no object, or has no id.
  package func record(_ bytes: [UInt8]) throws(WireProblem) -> WireRow {
    var scanner = try WireScanner(bytes)
    let range = try scanner.skipValue()
    guard scanner.peek() == nil else { throw scanner.problem("Something follows the end of the answer.") }
    return try row(bytes, range)
  }

  func row(_ bytes: [UInt8], _ range: Range<Int>) throws(WireProblem) -> WireRow {
    var scanner = try WireScanner(bytes, from: range.lowerBound)
    var row = WireRow()
    var names: [(field: Int, name: String)] = []
    try scanner.members { scanner, key throws(WireProblem) in
      let value = try scanner.skipValue()
      switch meaning(of: scanner.bytes[key]) {
      case .id: row.id = WireValue.id(scanner, value) ?? 0
      case .field(let index): read(scanner, value, columns[index], kinds[index], into: &row)
      case .nest: if let person = Self.person(scanner.json(value)) { row.people.append(person) }
      case .name(let field):
        if case .string(let name)? = scanner.json(value) { names.append((field, name)) }
      case .ignored: break
      case .unknown: keep(scanner, value, scanner.text(key) ?? "", in: &row)
      }
    }
    guard row.id != 0 else { throw scanner.problem("The record has no id.") }
    for (field, name) in names {
      if case .reference(let id)? = row.fields[columns[field].name] { row.people.append(.init(id: id, fullName: name)) }
    }
    row.hash = WireHash.of(bytes, range)
    return row
  }

  private func keep(_ scanner: WireScanner, _ range: Range<Int>, _ name: String, in row: inout WireRow) {
    if let value = scanner.json(range) { row.extras[name] = value } else { row.unread.append(name) }
  }

  private func read(
    _ scanner: WireScanner, _ range: Range<Int>, _ info: FieldInfo, _ kind: WireKind, into row: inout WireRow,
  ) {
    if info.name == "updated_at", range.count > 2 {
      row.updatedAt = scanner.text(range.lowerBound + 1..<range.upperBound - 1) ?? ""
    }
    if let value = WireValue.read(scanner, range, as: kind) {
      row.fields[info.name] = value
    } else if let json = scanner.json(range) {
      row.fields[info.name] = FieldValue.none
      row.extras[info.name] = json
    } else {
      row.unread.append(info.name)
    }
    guard kind == .customFields, case .object(var members)? = row.fields[info.name] else { return }
    guard case .string(let intent)? = members.removeValue(forKey: WireRow.intentKey) else { return }
    row.intent = intent
    row.fields[info.name] = members.isEmpty ? FieldValue.none : .object(members)
  }

  private static func person(_ json: JSONValue?) -> WireRow.Person? {
    guard case .object(let members)? = json, let id = WireValue.id(members["id"]) else { return nil }
    func text(_ name: String) -> String? { if case .string(let text)? = members[name] { text } else { nil } }
    return WireRow.Person(
      id: id, username: text("username"), email: text("email"), fullName: text("full_name"))
  }
}

/// What a value of a row can be; what a `FieldKind` says beyond that is of no matter here.
enum WireKind: Sendable {
  case text, integer, money, flag, day, instant, reference, tags, customFields

  init(_ kind: FieldKind) {
    switch kind {
    case .text, .longText, .email, .phone, .url, .choice: self = .text
    case .integer: self = .integer
    case .money: self = .money
    case .flag: self = .flag
    case .day: self = .day
    case .instant: self = .instant
    case .reference: self = .reference
    case .tags: self = .tags
    case .customFields: self = .customFields
    }
  }
}

/// One value of a row, read leniently.
enum WireValue {
  /// The value at `range` as a field of `kind` holds it; nil if no such field can hold it.
  static func read(_ scanner: WireScanner, _ range: Range<Int>, as kind: WireKind) -> FieldValue? {
    switch scanner.bytes[range.lowerBound] {
    case UInt8(ascii: "n"): scanner.holds("null", range) ? FieldValue.none : nil
    case UInt8(ascii: "\""): string(scanner, range.lowerBound + 1..<range.upperBound - 1, kind)
    case UInt8(ascii: "["), UInt8(ascii: "{"): nested(scanner, range, kind)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): flag(scanner.json(range), kind)
    default: number(scanner, range, kind)
    }
  }

  private static func string(_ scanner: WireScanner, _ range: Range<Int>, _ kind: WireKind) -> FieldValue? {
    switch kind {
    case .money:
      if range.isEmpty { return FieldValue.none }
      return Money(decimal: scanner.bytes.span.extracting(range)).map { .money($0.hundredths) }
    case .instant:
      if range.isEmpty { return FieldValue.none }
      return Instant(iso: scanner.bytes.span.extracting(range)).map(FieldValue.instant)
    case .day:
      if range.isEmpty { return FieldValue.none }
      return Day(iso: scanner.bytes.span.extracting(range.prefix(10))).map(FieldValue.day)
    case .text: return scanner.text(range).map { $0.isEmpty ? FieldValue.none : .text($0) }
    case .integer, .reference: return scanner.text(range).flatMap { whole($0, kind) }
    case .flag: return scanner.text(range).map { .flag($0 == "true") }
    case .tags, .customFields: return range.isEmpty ? FieldValue.none : nil
    }
  }

  private static func whole(_ text: String, _ kind: WireKind) -> FieldValue? {
    if text.trimmed.isEmpty { return FieldValue.none }
    return Int(text.trimmed).flatMap { whole($0, kind) }
  }

  private static func whole(_ number: Int, _ kind: WireKind) -> FieldValue? {
    guard case .reference = kind else { return .integer(number) }
    return id(.integer(number)).map(FieldValue.reference)
  }

  /// What a server knows a record by: 1 or more. Ids below that are records that only this book knows.
  static func id(_ json: JSONValue?) -> Int64? {
    if case .integer(let id)? = json, id > 0 { Int64(id) } else { nil }
  }

  static func id(_ scanner: WireScanner, _ range: Range<Int>) -> Int64? {
    id((scanner.whole(range) ?? Int(String(decoding: scanner.bytes[range], as: UTF8.self))).map(JSONValue.integer))
  }

  private static func number(_ scanner: WireScanner, _ range: Range<Int>, _ kind: WireKind) -> FieldValue? {
    switch kind {
    case .integer, .reference:
      if let number = scanner.whole(range) { return whole(number, kind) }
      return switch scanner.json(range) {
      case .integer(let number)?: whole(number, kind)
      case .number(let number)?: Int(exactly: number).flatMap { whole($0, kind) }
      default: nil
      }
    case .money: return Money(decimal: scanner.bytes.span.extracting(range)).map { .money($0.hundredths) }
    case .text:
      return scanner.json(range).map { _ in .text(String(decoding: scanner.bytes[range], as: UTF8.self)) }
    case .flag: return scanner.json(range).map { .flag($0 != .integer(0)) }
    case .day, .instant, .tags, .customFields: return nil
    }
  }

  private static func flag(_ json: JSONValue?, _ kind: WireKind) -> FieldValue? {
    guard case .bool(let flag)? = json else { return nil }
    switch kind {
    case .flag: return .flag(flag)
    case .integer: return .integer(flag ? 1 : 0)
    case .text: return .text(flag ? "true" : "false")
    case .money, .day, .instant, .reference, .tags, .customFields: return nil
    }
  }

  private static func nested(_ scanner: WireScanner, _ range: Range<Int>, _ kind: WireKind) -> FieldValue? {
    // Most tags and custom fields are none.
    switch kind {
    case .tags where scanner.holds("[]", range), .customFields where scanner.holds("{}", range): return FieldValue.none
    default: break
    }
    switch (scanner.json(range), kind) {
    case (.array(let items)?, .tags):
      let tags = items.map { item in if case .string(let text) = item { text } else { item.text } }
      return tags.fieldValue
    case (.object(let members)?, .customFields): return members.fieldValue
    case (.array(let items)?, .customFields): return items.isEmpty ? FieldValue.none : nil
    case (.object(let members)?, .reference):
      return id(members["id"]).map(FieldValue.reference)
    default: return nil
    }
  }
}
