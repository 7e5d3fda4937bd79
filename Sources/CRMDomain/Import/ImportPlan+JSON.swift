extension ImportPlan {
  /// The plan as JSON. What is as usual is not in it, so that it can be read and edited.
  package var json: JSONValue {
    var object: [String: JSONValue] = ["kind": .string(kind.plural), "columns": .array(columns.map(\.json))]
    object["file"] = dialect.json
    object["matching"] = matching.json
    if !stamps.isEmpty { object["stamps"] = .object(stamps.mapValues(JSONValue.string)) }
    if !makesContacts { object["makes_contacts"] = .bool(false) }
    if policy != .skipErrors { object["policy"] = .string(policy.rawValue) }
    if runsWorkflows { object["runs_workflows"] = .bool(true) }
    if !corrections.isEmpty {
      object["corrections"] = .byNumber(corrections) { .byNumber($0, JSONValue.string) }
    }
    if !decisions.isEmpty { object["decisions"] = .byNumber(decisions, \.json) }
    return .object(object)
  }

  /// - Throws: `MappingProblem` that names the part that cannot be understood.
  package init(json: JSONValue) throws(MappingProblem) {
    let plan = try PlanObject(json, "the plan")
    self.init(try plan.kind("kind"))
    for (number, column) in try plan.array("columns").enumerated() {
      columns.append(try Column(json: column, place: "column \(number + 1)", index: number))
    }
    if let object = try plan.object("file") { dialect = try DialectChoice(object) }
    if let object = try plan.object("matching") { matching = try Matching(object) }
    stamps = try plan.object("stamps")?.texts() ?? [:]
    makesContacts = try plan.flag("makes_contacts") ?? true
    policy = try plan.word("policy") ?? .skipErrors
    runsWorkflows = try plan.flag("runs_workflows") ?? false
    for (row, cells) in try plan.object("corrections")?.byNumber() ?? [:] {
      corrections[row] = try PlanObject(cells, "corrections of row \(row)").byNumber().mapValues(\.plainText)
    }
    for (row, word) in try plan.object("decisions")?.byNumber() ?? [:] {
      decisions[row] = try Decision(word.plainText, row: row)
    }
  }
}

extension ImportPlan.Column {
  fileprivate var json: JSONValue {
    var object: [String: JSONValue] = ["column": .string(header), "index": .integer(index)]
    switch target {
    case .field(let name): object["field"] = .string(name)
    case .custom(let name, let kind):
      object["custom"] = .string(name)
      object["type"] = .string(kind.customType)
      if case .choice(let choices) = kind { object["values"] = .array(choices.map { .string($0.value) }) }
    case .ignored: object["ignored"] = .bool(true)
    }
    return .object(object.merging(options.members) { old, _ in old })
  }

  fileprivate init(json: JSONValue, place: String, index: Int) throws(MappingProblem) {
    let object = try PlanObject(json, place)
    self.init(try object.number("index") ?? index, try object.text("column") ?? "", .ignored)
    if let name = try object.text("field") {
      target = .field(name)
    } else if let name = try object.text("custom") {
      let choices = try object.array("values").map { $0.plainText }.joined(separator: "\n")
      target = .custom(name: name, kind: FieldKind(customType: try object.text("type") ?? "text", choices: choices))
    }
    options = try ColumnOptions(object)
  }
}

extension ColumnOptions {
  fileprivate var members: [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    if !trims { members["trim"] = .bool(false) }
    if letterCase != .asIs { members["case"] = .string(letterCase.rawValue) }
    if splitsName { members["split_name"] = .bool(true) }
    if let joinsWith { members["join_with"] = .string(joinsWith) }
    if let dateOrder { members["date_order"] = .string(dateOrder.rawValue) }
    if let decimalMark { members["decimal_mark"] = .string(decimalMark == .point ? "." : ",") }
    if let currency { members["currency"] = .string(currency) }
    if let phoneRegion { members["phone_region"] = .string(phoneRegion) }
    if !choices.isEmpty { members["choices"] = .object(choices.mapValues(JSONValue.string)) }
    if let constant { members["constant"] = .string(constant) }
    if let defaultText { members["default"] = .string(defaultText) }
    if empty != .keep { members["empty"] = .string(empty.rawValue) }
    return members
  }

  fileprivate init(_ object: PlanObject) throws(MappingProblem) {
    trims = try object.flag("trim") ?? true
    letterCase = try object.word("case") ?? .asIs
    splitsName = try object.flag("split_name") ?? false
    joinsWith = try object.text("join_with")
    dateOrder = try object.word("date_order")
    if let mark = try object.text("decimal_mark") { decimalMark = mark == "," ? .comma : .point }
    currency = try object.text("currency")
    phoneRegion = try object.text("phone_region")
    choices = try object.object("choices")?.texts() ?? [:]
    constant = try object.text("constant")
    defaultText = try object.text("default")
    empty = try object.word("empty") ?? .keep
  }
}

extension ImportPlan.DialectChoice {
  /// Nil if nothing is said.
  fileprivate var json: JSONValue? {
    var object: [String: JSONValue] = [:]
    if let encoding { object["encoding"] = .string(encoding.rawValue) }
    if let delimiter { object["delimiter"] = .string(String(Unicode.Scalar(delimiter))) }
    switch quote {
    case .byte(let byte)?: object["quote"] = .string(String(Unicode.Scalar(byte)))
    case ImportPlan.Quote.none?: object["quote"] = .string("")
    case nil: break
    }
    if let escape { object["escape"] = .string(String(Unicode.Scalar(escape))) }
    if let hasHeader { object["header"] = .bool(hasHeader) }
    if let preambleRows { object["preamble_rows"] = .integer(preambleRows) }
    return object.isEmpty ? nil : .object(object)
  }

  fileprivate init(_ object: PlanObject) throws(MappingProblem) {
    encoding = try object.word("encoding")
    delimiter = try object.byte("delimiter")
    if let text = try object.text("quote") {
      quote = text.utf8.first.map(ImportPlan.Quote.byte) ?? ImportPlan.Quote.none
    }
    escape = try object.byte("escape")
    hasHeader = try object.flag("header")
    preambleRows = try object.number("preamble_rows")
  }
}

extension ImportPlan.Matching {
  fileprivate var json: JSONValue? {
    guard self != Self() else { return nil }
    return .object([
      "mode": .string(mode.rawValue), "keys": .array(keys.map { .string($0.rawValue) }),
      "duplicates": .string(duplicates.rawValue), "near": .string(near.rawValue),
    ])
  }

  fileprivate init(_ object: PlanObject) throws(MappingProblem) {
    mode = try object.word("mode") ?? .create
    for key in try object.array("keys") {
      guard let key = ImportPlan.Key(rawValue: key.plainText) else {
        throw PlanObject.unknown(key.plainText, ImportPlan.Key.self, "keys")
      }
      keys.append(key)
    }
    duplicates = try object.word("duplicates") ?? .keepAll
    near = try object.word("near") ?? .create
  }
}

extension ImportPlan.Decision {
  fileprivate var json: JSONValue {
    switch self {
    case .create: .string("create")
    case .skip: .string("skip")
    case .update(let id): .string("update \(id)")
    }
  }

  fileprivate init(_ word: String, row: Int) throws(MappingProblem) {
    switch word {
    case "create": self = .create
    case "skip": self = .skip
    default:
      guard word.hasPrefix("update "), let id = Int64(word.dropFirst(7)) else {
        throw MappingProblem("Row \(row): a decision is “create”, “skip” or “update 12”, not “\(word)”")
      }
      self = .update(id)
    }
  }
}

extension JSONValue {
  fileprivate static func byNumber<Value>(_ values: [Int: Value], _ json: (Value) -> JSONValue) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: values.map { ("\($0.key)", json($0.value)) }))
  }
}
