/// A row of the CRM: a struct whose schema says everything else about it.
package protocol Record: Sendable, Hashable {
  /// A record with v1's defaults and no id.
  init()
  var id: Identifier<Self> { get set }
  /// Fields made at run time; entities without them answer an empty object and ignore what is set.
  var customFields: [String: JSONValue] { get set }
  static var schema: Schema<Self> { get }
  /// What a list, a card and a heading call it.
  var title: String { get }
}

extension Record {
  package var customFields: [String: JSONValue] {
    get { [:] }
    set {}
  }

  /// The value of the field called `name`, or `none` if there is no such field.
  package subscript(name: String) -> FieldValue {
    get { Self.schema.value(of: name, in: self) }
    set { Self.schema.field(name)?.set(&self, newValue) }
  }

  /// The value of a built-in or a custom field.
  package subscript(info: FieldInfo) -> FieldValue {
    get { info.isCustom ? Field<Self>(custom: info).get(self) : self[info.name] }
    set { if info.isCustom { Field<Self>(custom: info).set(&self, newValue) } else { self[info.name] = newValue } }
  }
}

/// The one description of an entity. Forms, columns, filters, search, files, wire and history read it.
package struct Schema<R: Record>: Sendable {
  package let kind: EntityKind
  package let fields: [Field<R>]
  package let infos: [FieldInfo]
  /// Those that free words in a filter look at.
  package let searchText: SearchTextFields
  private let positions: [String: Int]
  private let getters: [@Sendable (R) -> FieldValue]

  package init(_ kind: EntityKind, _ fields: [Field<R>]) {
    self.kind = kind
    self.fields = fields
    infos = fields.map(\.info)
    getters = fields.map(\.get)
    searchText = SearchTextFields(infos)
    var positions: [String: Int] = [:]
    for (index, field) in fields.enumerated() { positions[field.info.name] = index }
    self.positions = positions
  }

  package var table: String { kind.rawValue }

  /// The field with that v1 name, or nil.
  package func field(_ name: String) -> Field<R>? { positions[name].map { fields[$0] } }

  /// What `record` has in the field with that v1 name, or `none` if there is no such field. Lists ask it of every cell.
  func value(of name: String, in record: R) -> FieldValue {
    guard let position = positions[name] else { return .none }
    return getters[position](record)
  }
}

/// The entities, by the name of their table and of v1's resource in the singular.
package enum EntityKind: String, CaseIterable, Codable, Hashable, Sendable {
  case lead, contact, opportunity, task, activity, user, tag, board, stage

  /// The word a command, a heading and an answer use for several of them.
  package var plural: String {
    switch self {
    case .lead: "leads"
    case .contact: "contacts"
    case .opportunity: "opportunities"
    case .task: "tasks"
    case .activity: "activities"
    case .user: "users"
    case .tag: "tags"
    case .board: "boards"
    case .stage: "stages"
    }
  }

  /// The struct of its records. The only place that pairs the two; everything generic goes through it.
  package var recordType: any Record.Type {
    switch self {
    case .lead: Lead.self
    case .contact: Contact.self
    case .opportunity: Opportunity.self
    case .task: CRMTask.self
    case .activity: Activity.self
    case .user: User.self
    case .tag: Tag.self
    case .board: Board.self
    case .stage: Stage.self
    }
  }

  /// The built-in fields; fields made at run time come from the store.
  package var fields: [FieldInfo] {
    func infos<R: Record>(_ type: R.Type) -> [FieldInfo] { type.schema.infos }
    return infos(recordType)
  }

  /// The built-in field called `name` in tables and on the wire, or nil.
  package func field(_ name: String) -> FieldInfo? {
    func info<R: Record>(_ type: R.Type) -> FieldInfo? { type.schema.field(name)?.info }
    return info(recordType)
  }

  /// The kind a word such as `lead`, `leads` or `deals` names, or nil.
  package init?(word: String) {
    let word = word.lowercased()
    if word == "deal" || word == "deals" {
      self = .opportunity
      return
    }
    guard let kind = EntityKind.allCases.first(where: { $0.rawValue == word || $0.plural == word }) else { return nil }
    self = kind
  }
}
