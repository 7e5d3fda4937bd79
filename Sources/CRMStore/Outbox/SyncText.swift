import CRMDomain

/// Values of synchronising as JSON text in their columns.
///
/// A field's value is written as its column holds it: money in hundredths, an instant in microseconds, a day as ISO text.
/// The kind of the field says how to read it back.
enum SyncText {
  static func json(_ value: FieldValue) -> JSONValue {
    switch value {
    case .none: .null
    case .text(let text): .string(text)
    case .integer(let number), .money(let number): .integer(number)
    case .flag(let flag): .bool(flag)
    case .day(let day): .string(day.iso)
    case .instant(let instant): .integer(Int(instant.microseconds))
    case .reference(let id): .integer(Int(id))
    case .tags(let tags): .array(tags.map(JSONValue.string))
    case .object(let members): .object(members)
    }
  }

  static func value(_ json: JSONValue, as kind: FieldKind) -> FieldValue {
    switch json {
    case .null, .number: .none
    case .bool(let flag): .flag(flag)
    case .integer(let number): StoredValue.decode(Int64(number), as: kind)
    case .string(let text): kind == .day ? StoredValue.decode(text, as: kind) : .text(text)
    case .array(let items): .tags(items.map { if case .string(let tag) = $0 { tag } else { $0.text } })
    case .object(let members): .object(members)
    }
  }

  static func json(_ fields: [String: FieldValue]) -> JSONValue { .object(fields.mapValues(json)) }

  /// The fields of a kind; a name that is no field of it any more is left out.
  static func fields(_ json: JSONValue?, of kind: EntityKind) -> [String: FieldValue] {
    guard case .object(let members)? = json else { return [:] }
    var fields: [String: FieldValue] = [:]
    for (name, member) in members {
      if let info = kind.field(name) { fields[name] = value(member, as: info.kind) }
    }
    return fields
  }

  static func json(_ edits: [String: Edit]) -> JSONValue {
    .object(edits.mapValues { .array([json($0.from), json($0.to)]) })
  }

  static func edits(_ json: JSONValue?, of kind: EntityKind) -> [String: Edit] {
    guard case .object(let members)? = json else { return [:] }
    var edits: [String: Edit] = [:]
    for (name, member) in members {
      guard let info = kind.field(name), case .array(let pair) = member, pair.count == 2 else { continue }
      edits[name] = Edit(from: value(pair[0], as: info.kind), to: value(pair[1], as: info.kind))
    }
    return edits
  }
}

extension JSONValue {
  fileprivate static func time(_ instant: Instant?) -> JSONValue {
    instant.map { .integer(Int($0.microseconds)) } ?? .null
  }

  fileprivate var time: Instant? {
    if case .integer(let microseconds) = self { Instant(microseconds: Int64(microseconds)) } else { nil }
  }

  fileprivate var whole: Int? { if case .integer(let number) = self { number } else { nil } }
  fileprivate var string: String? { if case .string(let text) = self { text } else { nil } }
  fileprivate var isTrue: Bool { self == .bool(true) }
  fileprivate var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
  fileprivate var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
}

// MARK: Operations

extension OutboxOperation.Action {
  /// How it is stored, and what `crm sync status --json` prints.
  package var name: String {
    switch self {
    case .create: "create"
    case .update: "update"
    case .delete: "delete"
    case .convert: "convert"
    case .complete: "complete"
    }
  }

  fileprivate init(_ name: String, _ body: [String: JSONValue]) {
    switch name {
    case "create": self = .create
    case "delete": self = .delete
    case "complete": self = .complete
    case "convert":
      self = .convert(contact: Int64(body["contact"]?.whole ?? 0), deal: body["deal"]?.whole.map(Int64.init))
    default: self = .update
    }
  }
}

extension OutboxOperation {
  /// Everything that is not a column of its own; what is as it begins is left out.
  var body: JSONValue {
    var body: [String: JSONValue] = [:]
    func add(_ name: String, _ value: JSONValue, unless isPlain: Bool) { if !isPlain { body[name] = value } }
    if case .convert(let contact, let deal) = action {
      body["contact"] = .integer(Int(contact))
      body["deal"] = deal.map { .integer(Int($0)) } ?? .null
    }
    add("edits", SyncText.json(edits), unless: edits.isEmpty)
    add("attempts", .integer(attempts), unless: attempts == 0)
    add("last_sent_at", .time(lastSentAt), unless: lastSentAt == nil)
    add("next_at", .time(nextAt), unless: nextAt == nil)
    add("sent", SyncText.json(sent), unless: sent.isEmpty)
    add("id_floor", .integer(Int(idFloor)), unless: idFloor == 0)
    add("suspects", .array(suspects.map { .integer(Int($0)) }), unless: suspects.isEmpty)
    add("waits_for", .array(waitsFor.map(\.json)), unless: waitsFor.isEmpty)
    add("is_piece", .bool(true), unless: !isPiece)
    add("is_over", .bool(true), unless: !isOver)
    add("was_accepted", .bool(true), unless: !wasAccepted)
    add("is_given_up", .bool(true), unless: !isGivenUp)
    add("refusal", refusal?.json ?? .null, unless: refusal == nil)
    add("origin", .string(origin), unless: origin == "user")
    return .object(body)
  }

  init(seq: Int64, key: RecordKey, action: String, state: String, intent: String, body: JSONValue) {
    let body = body.members
    self.init(seq: seq, key: key, action: Action(action, body), intent: intent)
    self.state = State(rawValue: state) ?? .pending
    edits = SyncText.edits(body["edits"], of: key.kind)
    attempts = body["attempts"]?.whole ?? 0
    lastSentAt = body["last_sent_at"]?.time
    nextAt = body["next_at"]?.time
    sent = SyncText.fields(body["sent"], of: key.kind)
    idFloor = Int64(body["id_floor"]?.whole ?? 0)
    suspects = (body["suspects"]?.items ?? []).compactMap { $0.whole.map(Int64.init) }
    waitsFor = (body["waits_for"]?.items ?? []).compactMap(RecordKey.init(json:))
    isPiece = body["is_piece"]?.isTrue ?? false
    isOver = body["is_over"]?.isTrue ?? false
    wasAccepted = body["was_accepted"]?.isTrue ?? false
    isGivenUp = body["is_given_up"]?.isTrue ?? false
    refusal = body["refusal"].map(Refusal.init(json:))
    origin = body["origin"]?.string ?? "user"
  }
}

extension RecordKey {
  fileprivate var json: JSONValue { .array([.string(kind.rawValue), .integer(Int(id))]) }

  fileprivate init?(json: JSONValue) {
    guard let name = json.items.first?.string, let kind = EntityKind(rawValue: name), let id = json.items.last?.whole
    else { return nil }
    self.init(kind, Int64(id))
  }
}

extension Refusal {
  fileprivate var json: JSONValue {
    .object([
      "fields": .object(fields.mapValues { .array($0.map(JSONValue.string)) }),
      "general": .array(general.map(JSONValue.string)),
    ])
  }

  fileprivate init(json: JSONValue) {
    let members = json.members
    self.init(
      fields: (members["fields"]?.members ?? [:]).mapValues { $0.items.compactMap(\.string) },
      general: (members["general"]?.items ?? []).compactMap(\.string))
  }
}

// MARK: Cursors

extension Cursor {
  var json: JSONValue {
    .object([
      "high_water": .time(highWater), "page": .integer(page), "last_count": lastCount.map(JSONValue.integer) ?? .null,
      "top": .time(top), "pass_started_at": .time(passStartedAt), "needs_full_pass": .bool(needsFullPass),
      "last_full_pass_at": .time(lastFullPassAt), "mismatches": .integer(mismatches),
    ])
  }

  init(json: JSONValue) {
    let members = json.members
    self.init()
    highWater = members["high_water"]?.time
    page = members["page"]?.whole ?? 1
    lastCount = members["last_count"]?.whole
    top = members["top"]?.time
    passStartedAt = members["pass_started_at"]?.time
    needsFullPass = members["needs_full_pass"]?.isTrue ?? true
    lastFullPassAt = members["last_full_pass_at"]?.time
    mismatches = members["mismatches"]?.whole ?? 0
  }
}
