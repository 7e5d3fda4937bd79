import CRMDomain

/// The keys by which rows meet records, as hashes: of a row's values, and of what the book has.
struct RowKeys {
  /// One of the keys of a row.
  struct Key {
    let kind: ImportPlan.Key
    /// The text or number itself, for an index of the book to find.
    let text: String
    let hash: UInt64
  }

  let kinds: [ImportPlan.Key]
  private let entity: EntityKind
  private let region: String?
  private let slots: [String: Int]

  /// - Parameter fields: what the values of a row are of.
  init(_ plan: ImportPlan, fields: [FieldInfo]) {
    kinds = plan.matching.keys
    entity = plan.kind
    region = plan.columns.lazy.compactMap(\.options.phoneRegion).first
    var slots: [String: Int] = [:]
    for (index, field) in fields.enumerated() where !field.isCustom { slots[field.name] = index }
    self.slots = slots
  }

  var isEmpty: Bool { kinds.isEmpty }

  /// The keys that the row has, in the order they are asked.
  func keys(of values: some SlotValues) -> [Key] {
    var keys: [Key] = []
    for kind in kinds {
      switch kind {
      case .email: if let text = text("email", values) { keys.append(key(kind, text)) }
      case .phone:
        for name in ["phone", "mobile"] { if let text = text(name, values) { keys += phone(text) } }
      case .nameAndCompany: if let name = name(values) { keys.append(key(kind, name)) }
      case .id:
        if let slot = slots["id"], let id = values.integer(slot), id > 0 { keys.append(key(kind, "\(id)")) }
      }
    }
    return keys
  }

  /// The hash of what a record of the book has, or nil if that is no key.
  func hash(_ kind: ImportPlan.Key, ofStored text: String) -> UInt64? {
    kind == .phone ? phone(text).first?.hash : text.isEmpty ? nil : key(kind, text).hash
  }

  /// What is between name and company in the text of a key.
  static let separator = "\u{1F}"

  private func key(_ kind: ImportPlan.Key, _ text: String) -> Key {
    var hash = KeyHash(salt: UInt64(kind.rawValue.utf8.count) &+ 16)
    if kind == .nameAndCompany {
      for part in text.split(separator: Self.separator, omittingEmptySubsequences: false) {
        hash.add(folded: String(part))
        hash.add(0x1F)
      }
    } else {
      hash.add(folded: text)
    }
    return Key(kind: kind, text: text, hash: hash.value)
  }

  /// A number with a country is compared with others that have one; without a region there is no more to know.
  private func phone(_ text: String) -> [Key] {
    let number = region.flatMap { Phone.international(text, region: $0) } ?? text
    guard var digits = Phone.digits(of: number.split(separator: "x").first.map(String.init) ?? ""),
      digits.utf8.count >= 6
    else { return [] }
    if digits.hasPrefix("00") { digits = "+" + digits.dropFirst(2) }
    return [key(.phone, digits)]
  }

  private func text(_ name: String, _ values: some SlotValues) -> String? {
    slots[name].flatMap { values.text($0) }
  }

  /// Name and company of a row that has both; tasks and activities have no company.
  private func name(_ values: some SlotValues) -> String? {
    switch entity {
    case .lead, .contact:
      guard let company = text("company_name", values), let last = text("last_name", values) else { return nil }
      return [last, text("first_name", values) ?? "", company].joined(separator: Self.separator)
    case .opportunity:
      guard let company = text("company_name", values), let name = text("name", values) else { return nil }
      return [name, company].joined(separator: Self.separator)
    case .task: return text("title", values)
    case .activity: return text("subject", values)
    case .user, .tag, .board, .stage: return nil
    }
  }
}
