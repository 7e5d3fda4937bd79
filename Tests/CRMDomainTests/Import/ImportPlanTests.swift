import Testing

@testable import CRMDomain

@Suite struct ImportPlanTests {
  private let header = ["Name", "Mail", "Tel", "When", "Hat"]
  private let sample = [["Ada Lovelace", "ada@x.example", "020 7946 0958", "03/04/2026", "red"]]

  /// A plan in which nothing is as usual.
  private var full: ImportPlan {
    var plan = ImportPlan(.lead)
    plan.dialect.encoding = .windows1252
    plan.dialect.delimiter = UInt8(ascii: ";")
    plan.dialect.quote = ImportPlan.Quote.none
    plan.dialect.escape = UInt8(ascii: "\\")
    plan.dialect.hasHeader = true
    plan.dialect.preambleRows = 2
    var name = ColumnOptions()
    name.splitsName = true
    name.letterCase = .title
    var phone = ColumnOptions()
    phone.phoneRegion = "GB"
    phone.empty = .clear
    var when = ColumnOptions()
    when.dateOrder = .dayMonthYear
    when.defaultText = "2026-01-01"
    var hat = ColumnOptions()
    (hat.trims, hat.joinsWith, hat.constant, hat.currency) = (false, ", ", "blue", "EUR")
    hat.decimalMark = .comma
    hat.choices = ["rouge": "red"]
    plan.columns = [
      ImportPlan.Column(0, "Name", .field("last_name"), options: name),
      ImportPlan.Column(1, "Mail", .field("email")), ImportPlan.Column(2, "Tel", .field("phone"), options: phone),
      ImportPlan.Column(3, "When", .field("next_follow_up"), options: when),
      ImportPlan.Column(4, "Hat", .custom(name: "hat", kind: .choice([Choice("red", "red")])), options: hat),
      ImportPlan.Column(5, "", .ignored),
    ]
    plan.matching.mode = .both
    plan.matching.keys = [.email, .nameAndCompany]
    plan.matching.duplicates = .merge
    plan.matching.near = .ask
    plan.stamps = ["assigned_to": "grace", "tags": "expo"]
    plan.makesContacts = false
    plan.policy = .allOrNothing
    plan.runsWorkflows = true
    plan.corrections = [12: [3: "2026-04-03", 0: "King"], 40: [1: ""]]
    plan.decisions = [3: .create, 4: .skip, 5: .update(7)]
    return plan
  }

  @Test func aPlanIsTheSameAfterJSON() throws {
    #expect(try ImportPlan(json: JSONValue(parsing: full.json.text)) == full)
    #expect(try ImportPlan(json: JSONValue(parsing: ImportPlan(.task).json.pretty())) == ImportPlan(.task))
  }

  @Test(arguments: [
    ("[]", "the plan is a JSON object"), ("{}", "“kind” of the plan is leads, contacts"),
    ("{\"kind\":\"leads\",\"policy\":\"maybe\"}", "“skip_errors”, “all_or_nothing”, not “maybe”"),
    ("{\"kind\":\"leads\",\"columns\":[{\"field\":\"email\",\"case\":\"loud\"}]}", "not “loud”"),
    ("{\"kind\":\"leads\",\"matching\":{\"keys\":[\"hat\"]}}", "not “hat”"),
    ("{\"kind\":\"leads\",\"decisions\":{\"3\":\"perhaps\"}}", "Row 3: a decision is"),
    ("{\"kind\":\"leads\",\"corrections\":{\"x\":{}}}", "called by a number"),
  ])
  func aPlanThatCannotBeReadSaysWhere(_ text: String, _ words: String) throws {
    let json = try JSONValue(parsing: text)
    let problem = #expect(throws: MappingProblem.self) { try ImportPlan(json: json) }
    #expect(problem?.sentence.contains(words) == true, "\(problem?.sentence ?? "")")
  }

  // MARK: On a file

  @Test func aSuggestedPlanMapsAsTheSuggestionDoes() throws {
    let plan = ImportPlan.suggested(for: .lead, header: header, sample: sample)
    let mapping = try plan.mapping(header: header, sample: sample)
    let suggested = ColumnMapping.suggested(for: .lead, header: header, sample: sample)
    #expect(mapping.columns.map(\.target) == suggested.columns.map(\.target))
    #expect(mapping.columns.map(\.transform) == suggested.columns.map(\.transform))
  }

  @Test func columnsAreFoundByNameWhereTheyMoved() throws {
    let plan = ImportPlan.suggested(for: .lead, header: ["Mail", "Name"], sample: [])
    let mapping = try plan.mapping(header: ["Name", "Shoe", "Mail"], sample: [["Ada", "9", "ada@x.example"]])
    #expect(mapping.columns.map { $0.target.field?.name } == ["last_name", nil, "email"])
    #expect(mapping.columns[0].transform == .splitName)
  }

  @Test func whatIsSaidIsObeyedAndTheRestFoundOut() throws {
    var plan = ImportPlan.suggested(for: .lead, header: header, sample: sample)
    plan.columns[3].target = .field("next_follow_up")
    #expect(try plan.mapping(header: header, sample: sample).columns[3].transform == .instant(.monthDayYear))
    plan.columns[3].options.dateOrder = .dayMonthYear
    #expect(try plan.mapping(header: header, sample: sample).columns[3].transform == .instant(.dayMonthYear))
  }

  @Test func twoColumnsFillOneFieldOnlyIfTheyAreJoined() throws {
    var plan = ImportPlan(.lead)
    plan.columns = [ImportPlan.Column(0, "A", .field("notes")), ImportPlan.Column(1, "B", .field("notes"))]
    #expect(throws: MappingProblem.self) { try plan.mapping(header: ["A", "B"], sample: []) }
    plan.columns[0].options.joinsWith = ", "
    #expect(try plan.mapping(header: ["A", "B"], sample: []).columns.count == 2)
    plan.columns[1].target = .field("shoe_size")
    let problem = #expect(throws: MappingProblem.self) { try plan.mapping(header: ["A", "B"], sample: []) }
    #expect(problem?.sentence == "Leads have no field “shoe_size”, named for the column “B”")
  }
}
