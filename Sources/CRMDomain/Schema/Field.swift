/// What a field holds, and so how it is entered, checked, shown, stored and sent.
package enum FieldKind: Hashable, Sendable {
  case text
  case longText
  case email
  case phone
  case url
  case choice([Choice])
  case integer
  case money
  case flag
  case day
  case instant
  case reference(EntityKind)
  case tags
  case customFields
}

/// One documented value of a choice field. Values outside the list are kept and shown as they are.
package struct Choice: Hashable, Sendable {
  package let value: String
  package let label: String
  package init(_ value: String, _ label: String? = nil) {
    self.value = value
    self.label = label ?? Choice.words(value)
  }

  /// `trade_show` as a person writes it: "trade show".
  package static func words(_ value: String) -> String {
    String(value.map { $0 == "_" ? " " : $0 })
  }
}

/// What else is true of a field.
package enum FieldTrait: Hashable, Sendable {
  case required
  /// Free words in a filter look at it.
  case searchable
  /// Shown in lists unless the rep chooses otherwise, `width` columns wide.
  case column(width: Int)
  /// Another word for it in queries and file headers.
  case alias(String)
  /// The word for it in queries and file headers where v1's name means something else to a rep.
  case knownAs(String)
  /// Written by the program or the server, never typed.
  case readOnly
  /// Not part of v1: never sent, never blanked by what a server sends.
  case localOnly
  /// At most so many characters.
  case bounded(Int)
  /// Smallest and largest accepted integer.
  case range(ClosedRange<Int>)
}

/// The description of a field, without the record type: what screens, filters, files and tables read.
package struct FieldInfo: Hashable, Sendable {
  /// v1's name, also the column's and the CSV header's.
  package let name: String
  package let label: String
  package let kind: FieldKind
  package let traits: Set<FieldTrait>
  /// True for a field made at run time inside `custom_fields`.
  package let isCustom: Bool

  package init(
    _ name: String, label: String? = nil, kind: FieldKind, traits: Set<FieldTrait> = [], isCustom: Bool = false,
  ) {
    self.name = name
    self.label = label ?? FieldInfo.label(for: name)
    self.kind = kind
    self.traits = traits
    self.isCustom = isCustom
  }

  /// `job_title` as a form shows it: "Job title".
  package static func label(for name: String) -> String {
    let words = Choice.words(name)
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  package var isRequired: Bool { traits.contains(.required) }
  package var isSearchable: Bool { traits.contains(.searchable) }
  package var isReadOnly: Bool { traits.contains(.readOnly) }
  package var isLocalOnly: Bool { traits.contains(.localOnly) }
  package var choices: [Choice] { if case .choice(let choices) = kind { choices } else { [] } }

  /// The word for it in queries, file headers and on the command line; `name` is for tables and the wire.
  package var key: String {
    traits.lazy.compactMap { if case .knownAs(let key) = $0 { key } else { nil } }.first ?? name
  }

  /// Every word the field answers to in a query or a header: its key, then its aliases.
  package var names: [String] {
    [key] + traits.compactMap { if case .alias(let alias) = $0 { alias } else { nil } }.sorted()
  }

  /// Columns it takes in a list, or nil if it is not shown there unasked.
  package var columnWidth: Int? {
    traits.lazy.compactMap { if case .column(let width) = $0 { width } else { nil } }.first
  }

  /// Most characters it may have, or nil if it is not limited.
  package var limit: Int? {
    traits.lazy.compactMap { if case .bounded(let limit) = $0 { limit } else { nil } }.first
  }

  package var range: ClosedRange<Int>? {
    traits.lazy.compactMap { if case .range(let range) = $0 { range } else { nil } }.first
  }
}

/// One field of an entity: its description and how to reach it in a record.
package struct Field<R: Record>: Sendable {
  package let info: FieldInfo
  package let get: @Sendable (R) -> FieldValue
  package let set: @Sendable (inout R, FieldValue) -> Void

  package init<Value: FieldRepresentable>(
    _ name: String, _ path: WritableKeyPath<R, Value> & Sendable, label: String? = nil, _ kind: FieldKind,
    _ traits: FieldTrait...,
  ) {
    info = FieldInfo(name, label: label, kind: kind, traits: Set(traits))
    get = { $0[keyPath: path].fieldValue }
    set = { $0[keyPath: path] = Value(fieldValue: $1) }
  }

  /// A field that lives inside the record's `custom_fields`.
  package init(custom info: FieldInfo) {
    self.info = info
    get = { FieldValue(custom: $0.customFields[info.name] ?? .null, kind: info.kind) }
    set = { record, value in
      record.customFields[info.name] = value.isEmpty ? nil : value.json
    }
  }
}
