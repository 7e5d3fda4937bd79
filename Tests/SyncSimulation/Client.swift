import CRMDomain
import CRMStore
import CRMSync
import V1Simulator

/// One installation: its book, its login and its clock.
struct Client: Sendable {
  /// What the rep wrote and where, by the word that is in no other write.
  struct Wish: Hashable, Sendable {
    let key: RecordKey
    let field: String
    /// Nil if the field was cleared or set to what others may set it to.
    let word: String?
    var value: String?
  }

  /// A row as an answer told it, if nothing disturbed the answer.
  enum Reading: Sendable {
    case row(V1Row)
    case unclear
  }

  var store: MemorySyncStore
  var session = Session(refresh: "")
  let name: String
  var wishes: [Wish] = []
  /// What local-only fields were set to.
  var privately: [RecordKey: [String: FieldValue]] = [:]
  /// Records the rep has changed since the round began.
  var touched: Set<RecordKey> = []
  /// The refresh token that the last undisturbed answer gave.
  var rotated: String?
  /// Rows as this round read them last.
  var read: [V1Resource: [Int: Reading]] = [:]
  /// Records without changes of ours when a round began in which a person would be asked.
  var known: [EntityKind: [RecordKey]] = [:]
  /// In which round lists last told untruths that nothing tells from truths.
  var deceived: [EntityKind: Int] = [:]
  /// Rows it has known.
  var met: [V1Resource: Set<Int>] = [:]
  var fullPasses: [EntityKind: Instant] = [:]
  /// Seconds its clock is ahead of the world's.
  var clockAhead: Int64 = 0
  private var words = 0

  init(name: String) {
    self.name = name
    store = MemorySyncStore(name: name)
    _ = store.insert(.user, ["username": .text("me"), "is_me": .flag(true)])
  }

  private mutating func word() -> String {
    words += 1
    return "w\(name)x\(words)z"
  }

  private func keys(_ kinds: [EntityKind] = [.lead, .contact, .opportunity, .task]) -> [RecordKey] {
    store.records.filter { kinds.contains($0.key.kind) && !$0.value.isTrashed }.keys.sorted()
  }

  private func pick(_ number: Int, _ kinds: [EntityKind] = [.lead, .contact, .opportunity, .task]) -> RecordKey? {
    let keys = keys(kinds)
    return keys.isEmpty ? nil : keys[number % keys.count]
  }

  // MARK: Acts

  mutating func perform(_ act: UserAct, now: Instant) throws {
    switch act {
    case .create(let kind): try create(kind)
    case .edit(let pick, let field): try edit(pick, field)
    case .note(let number):
      guard let key = pick(number, [.lead, .contact, .opportunity]) else { return }
      let word = word()
      let old = store.record(key)?.fields["notes"]?.text
      try set(key, "notes", .text((old.map { $0 + "\n" } ?? "") + word), word)
    case .tag(let number):
      guard let key = pick(number, [.lead, .contact, .opportunity]) else { return }
      let word = word()
      let old: [String] = if case .tags(let tags)? = store.record(key)?.fields["tags"] { tags } else { [] }
      try set(key, "tags", .tags(old + [word]), word)
    case .custom(let number, let member):
      guard let key = pick(number, [.lead, .contact, .opportunity]) else { return }
      let word = word()
      var old: [String: JSONValue] =
        if case .object(let all)? = store.record(key)?.fields["custom_fields"] { all } else { [:] }
      old["k\(member)"] = .string(word)
      try set(key, "custom_fields", .object(old), word, part: "k\(member)")
    case .delete(let number):
      guard let key = pick(number) else { return }
      touched.insert(key)
      store.setTrashed(key, true)
      try store.noteDelete(key)
    case .convert(let number): try convert(number)
    case .editAll(let choice): try editAll(choice)
    case .open(let number):
      if let key = pick(number) { try store.noteOpened(key, at: now) }
    case .complete(let number):
      guard let key = pick(number, [.task]), let old = store.record(key) else { return }
      let status = Edit(from: old.fields["status"] ?? .none, to: .text("completed"))
      guard status.from != status.to else { return }
      touched.insert(key)
      store.update(key, ["status": status.to])
      try store.noteComplete(key, edits: ["status": status])
    }
  }

  private mutating func create(_ kind: EntityKind) throws {
    let word = word()
    var fields: [String: FieldValue]
    switch kind {
    case .lead:
      fields = [
        "first_name": .text("L"), "last_name": .text(word), "email": .text("\(word)@x.org"), "state": .text("Ohio"),
      ]
      if words % 2 == 0 { fields["estimated_value"] = .money(words * 100) }
    case .contact: fields = ["first_name": .text("C"), "last_name": .text(word), "email": .text("\(word)@x.org")]
    case .opportunity:
      guard let contact = pick(words, [.contact]) else { return }
      fields = [
        "name": .text(word), "amount": .money(words * 100), "contact": .reference(contact.id),
        "expected_close_date": Day(iso: "2026-12-24").fieldValue, "lost_reason": .text("price"),
      ]
    default:
      let me = store.records.keys.filter { $0.kind == .user }.min()
      fields = ["title": .text(word), "assigned_to": .reference(me?.id ?? 0)]
      if let lead = pick(words, [.lead]) { fields["lead"] = .reference(lead.id) }
    }
    let key = store.insert(kind, fields)
    try store.noteCreate(key)
    wishes.append(
      Wish(
        key: key, field: ["lead", "contact"].contains(kind.rawValue) ? "last_name" : kind == .task ? "title" : "name",
        word: word))
    privately[key] = fields.filter { ["state", "lost_reason"].contains($0.key) || ($0.key == "lead" && kind == .task) }
  }

  private mutating func edit(_ number: Int, _ choice: Int) throws {
    guard let key = pick(number) else { return }
    let word = word()
    let texts: [String]
    switch key.kind {
    case .lead: texts = ["company_name", "job_title", "first_name"]
    case .contact: texts = ["company_name", "city", "department", "first_name"]
    case .opportunity: texts = ["name", "company_name", "description"]
    default: texts = ["title", "description"]
    }
    if choice % 10 == 0, key.kind == .opportunity { return try set(key, "stage", .text("proposal"), nil) }
    if choice % 10 == 1, key.kind == .lead { return try set(key, "status", .text("qualified"), nil) }
    if choice % 10 == 2 { return try set(key, texts[1], .none, nil) }
    try set(key, texts[choice % texts.count], .text(word), word)
  }

  private mutating func set(
    _ key: RecordKey, _ field: String, _ value: FieldValue, _ word: String?, part: String = "",
  ) throws {
    let old = store.record(key)?.fields[field] ?? .none
    touched.insert(key)
    store.update(key, [field: value])
    try store.noteEdit(key, [field: Edit(from: old, to: value)])
    wishes.append(Wish(key: key, field: field + part, word: word))
  }

  /// The same plain value for every lead or contact.
  private mutating func editAll(_ choice: Int) throws {
    let (kind, field, values) =
      choice % 2 == 0
      ? (EntityKind.lead, "priority", ["low", "high", "urgent"]) : (.contact, "contact_type", ["customer", "vendor"])
    let value = values[choice / 2 % values.count]
    for key in keys([kind]) where store.record(key)?.fields[field] != .text(value) {
      try set(key, field, .text(value), nil)
      wishes[wishes.count - 1].value = value
    }
  }

  private mutating func convert(_ number: Int) throws {
    guard let key = pick(number, [.lead]), let lead = store.record(key), store.mapping(key) != nil,
      lead.fields["status"] != .text("converted"), store.operations(of: key).isEmpty
    else { return }
    var contact = lead.fields.filter { ["first_name", "last_name", "email", "phone", "company_name"].contains($0.key) }
    contact["contact_type"] = .text("customer")
    let contactKey = store.insert(.contact, contact)
    var deal: RecordKey?
    if case .money(let value)? = lead.fields["estimated_value"], value > 0 {
      deal = store.insert(
        .opportunity,
        [
          "name": .text("Deal of \(lead.fields["last_name"]?.text ?? "")"), "amount": .money(value),
          "contact": .reference(contactKey.id), "expected_close_date": Day(iso: "2026-12-31").fieldValue,
        ])
    }
    let edit = Edit(from: lead.fields["status"] ?? .none, to: .text("converted"))
    touched.insert(key)
    store.update(key, ["status": edit.to])
    try store.noteConvert(key, contact: contactKey.id, deal: deal?.id, edits: ["status": edit])
  }
}
