import CRMDomain
import CRMSync

extension V1Server {
  // MARK: Scoring

  mutating func scoring(_ request: HTTPRequest, _ user: V1User) -> HTTPResponse {
    if request.method == .get { return HTTPResponse(200, json: scoreSummary) }
    guard request.method == .post else { return .notAllowed(request) }
    let body: [String: JSONValue]
    switch object(request) {
    case .failure(let refusal): return refusal.response
    case .success(let members): body = members
    }
    switch body["action"]?.string ?? "score" {
    case "score": return score(body["lead_id"])
    case "bulk_score": return started("Bulk scoring started in background")
    case "retrain":
      guard user.isAdmin else { return HTTPResponse(403, json: .error("Only staff can retrain the model")) }
      return started("Model retraining started")
    default: return HTTPResponse(400, json: .error("Invalid action"))
    }
  }

  private func score(_ id: JSONValue?) -> HTTPResponse {
    guard let id else { return HTTPResponse(400, json: .error("Invalid action")) }
    guard let number = id.integer ?? id.string.flatMap({ Int($0) }), let lead = tables[.leads]?.rows[number] else {
      return HTTPResponse(404, json: .error("Lead not found"))
    }
    guard quirks.hasScoringModel else {
      return HTTPResponse(400, json: .error("[Errno 2] No such file or directory: 'lead_scoring_model.pkl'"))
    }
    let value = Money(decimal: lead.text("estimated_value"))?.hundredths ?? 0
    let factors = [
      ("estimated_value", 0.98), ("has_phone", 0.01), ("age_days", 0.005), ("title_score", 0.003),
      ("source_score", 0.002),
    ]
    return HTTPResponse(
      200,
      json: .object([
        "success": .bool(true), "lead_id": id, "score": .integer(min(100, value / 100_000)),
        "factors": .array(factors.map { .object(["factor": .string($0.0), "importance": .number($0.1)]) }),
      ]))
  }

  private mutating func started(_ message: String) -> HTTPResponse {
    HTTPResponse(
      200, json: .object(["success": .bool(true), "task_id": .string(uuid()), "message": .string(message)]))
  }

  private var scoreSummary: JSONValue {
    let open = (tables[.leads]?.all ?? []).filter { ["new", "contacted", "qualified"].contains($0.text("status")) }
    let scores = open.map { $0["lead_score"].integer ?? 0 }
    let average = scores.isEmpty ? 0 : Double(scores.reduce(0, +)) / Double(scores.count)
    return .object([
      "total_leads": .integer(scores.count), "high_score": .integer(scores.filter { $0 >= 75 }.count),
      "medium_score": .integer(scores.filter { (50..<75).contains($0) }.count),
      "low_score": .integer(scores.filter { $0 < 50 }.count), "average_score": Self.float(average),
    ])
  }

  /// Rescoring as the weekly job does it: every lead is saved, and so every stamp is new.
  package mutating func rescoreLeads() {
    for lead in tables[.leads]?.all ?? [] {
      change(.leads, lead.id, ["lead_score": .integer(random.int(0...100))])
    }
  }

  mutating func uuid() -> String {
    func hex(_ number: UInt64, _ digits: Int) -> String {
      let text = String(number, radix: 16)
      return String(repeating: "0", count: max(0, digits - text.count)) + text.suffix(digits)
    }
    let high = random.next()
    let low = random.next()
    return [
      hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), "4" + hex(high & 0xFFF, 3), "a" + hex(low >> 48 & 0xFFF, 3),
      hex(low & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }

  // MARK: Workflows

  mutating func workflow(_ request: HTTPRequest, _ parts: [String], _ user: V1User) -> HTTPResponse {
    guard let id = parts.first else { return workflows(request, user) }
    guard var workflow = workflows[id] else {
      return HTTPResponse(404, json: .detail("No Workflow matches the given query."))
    }
    switch (parts.dropFirst().first, request.method) {
    case ("execute"?, .post): return started("Workflow execution started")
    case ("executions"?, .get): return HTTPResponse(200, json: .array([]))
    case ("activate"?, .post), ("deactivate"?, .post):
      workflow["status"] = .string(parts[1] == "activate" ? "active" : "inactive")
    case (nil, .get): return HTTPResponse(200, json: .object(workflow))
    case (nil, .patch), (nil, .put):
      guard case .success(let body) = object(request) else {
        return HTTPResponse(400, json: .detail("JSON parse error"))
      }
      for (name, value) in body where Self.workflowFields.contains(name) { workflow[name] = value }
    case (nil, .delete):
      workflows[id] = nil
      return HTTPResponse(204)
    default: return .notAllowed(request)
    }
    workflow["updated_at"] = .string(stamp(now))
    workflows[id] = workflow
    return HTTPResponse(200, json: .object(workflow))
  }

  private static let workflowFields = [
    "name", "description", "trigger_type", "trigger_conditions", "actions", "status",
  ]

  private mutating func workflows(_ request: HTTPRequest, _ user: V1User) -> HTTPResponse {
    if request.method == .get {
      let status = request.parameter("status")
      let all = workflows.values.filter { status == nil || $0["status"]?.string == status }
      let sorted = all.sorted { ($0["created_at"]?.string ?? "") > ($1["created_at"]?.string ?? "") }
      return page(sorted.map(JSONValue.object), request)
    }
    guard request.method == .post else { return .notAllowed(request) }
    let body: [String: JSONValue]
    switch object(request) {
    case .failure(let refusal): return refusal.response
    case .success(let members): body = members
    }
    var errors = FieldErrors()
    for name in ["name", "trigger_type"] where body[name] == nil { errors.messages[name] = ["This field is required."] }
    let triggers = ["record_created", "record_updated", "field_changed", "time_based", "email_received"]
    if let type = body["trigger_type"], !triggers.contains(type.string ?? "") {
      errors.messages["trigger_type"] = ["\"\(type.string ?? type.text)\" is not a valid choice."]
    }
    guard errors.messages.isEmpty else { return HTTPResponse(400, json: errors.json) }
    let id = uuid()
    var workflow: [String: JSONValue] = [
      "id": .string(id), "description": .string(""), "trigger_conditions": .object([:]), "actions": .array([]),
      "status": .string("draft"), "created_by": .integer(user.id), "created_by_name": .string(user.fullName),
      "execution_count": .integer(0), "created_at": .string(stamp(now)), "updated_at": .string(stamp(now)),
    ]
    for (name, value) in body where Self.workflowFields.contains(name) { workflow[name] = value }
    workflows[id] = workflow
    return HTTPResponse(201, json: .object(workflow))
  }

  // MARK: Schema

  func schema(_ request: HTTPRequest) -> HTTPResponse {
    if quirks.schemaFailsWithToken, request.headers["Authorization"] != nil { return .page500 }
    var paths: [String: JSONValue] = [:]
    for resource in V1Resource.allCases {
      paths["/api/v1/\(resource.rawValue)/"] = .object(["get": .object([:]), "post": .object([:])])
      paths["/api/v1/\(resource.rawValue)/{id}/"] = .object(["get": .object([:]), "patch": .object([:])])
    }
    let document: JSONValue = .object([
      "openapi": .string("3.0.3"), "info": .object(["title": .string("MyCRM API")]), "paths": .object(paths),
    ])
    return HTTPResponse(
      200, headers: ["Content-Type": "application/vnd.oai.openapi+json"], body: Array(document.text.utf8))
  }

  func options(_ resource: V1Resource) -> HTTPResponse {
    var post: [String: JSONValue] = [:]
    for field in resource.fields {
      var info: [String: JSONValue] = [
        "type": .string(field.optionsType), "required": .bool(field.isRequired),
        "read_only": .bool(field.isReadOnly),
      ]
      if let limit = field.limit { info["max_length"] = .integer(limit) }
      if case .choice(let choices) = field.kind {
        info["choices"] = .array(choices.map { .object(["value": .string($0), "display_name": .string($0)]) })
      }
      post[field.name] = .object(info)
    }
    return HTTPResponse(
      200, json: .object(["name": .string("\(resource.noun) List"), "actions": .object(["POST": .object(post)])]))
  }
}

extension V1Field {
  fileprivate var optionsType: String {
    switch kind {
    case .text: "string"
    case .email: "email"
    case .url: "url"
    case .integer: "integer"
    case .decimal: "decimal"
    case .date: "date"
    case .datetime: "datetime"
    case .user, .contact: "field"
    case .json: "json"
    case .choice, .numbers: "choice"
    }
  }
}
