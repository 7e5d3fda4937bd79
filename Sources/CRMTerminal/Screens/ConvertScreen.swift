import CRMDomain
import CRMStore
import TerminalKit

/// Turns a lead into a contact and, if wanted, a deal: one dialog, a preview of what will be written, one undo.
@MainActor final class ConvertScreen: Screen {
  let isOverlay = true
  let isTyping = true
  let status = "Tab next  ←→ choose  ^S convert  Esc cancel"
  private let lead: Lead
  private let matches: [ContactMatch]
  private let deals: [Opportunity]
  private let stages: [Stage]
  private let proposal: Opportunity
  private let entry: EntryContext
  private let taskCount: Int
  private let activityCount: Int
  private var form: Form
  private static let dealFields = ["name", "amount", "currency", "stage", "expected_close_date"]

  init(_ lead: Lead, _ session: Session) {
    self.lead = lead
    entry = session.entry
    matches = session.read { try $0.matches(for: lead) } ?? []
    let contact = matches.first?.contact.id
    deals = session.read { try $0.openDeals(contact: contact, company: lead.companyName) } ?? []
    stages = session.stages(of: session.boards.first?.id)
    let first = stages.first { $0.outcome == "open" }
    proposal = Conversion.deal(
      from: lead, in: first, currency: session.currency, now: session.now, today: session.today)
    taskCount = session.read { try $0.ids(.task, linkedTo: .lead, lead.id.rawValue).count } ?? 0
    activityCount = session.read { try $0.ids(.activity, linkedTo: .lead, lead.id.rawValue).count } ?? 0
    form = Form(sections: [])
    form = Form(title: "Convert \(lead.fullName)", sections: sections)
  }

  var title: String { "Convert \(lead.fullName)" }

  private var sections: [FormSection] {
    let contacts =
      matches.map { FormRow.Choice("\($0.contact.id.rawValue)", "link \($0.contact.fullName) (\($0.reason))") }
      + [FormRow.Choice("new", "new contact")]
    let wanted = [FormRow.Choice("new", "new deal"), FormRow.Choice("none", "no deal")]
    let existing = deals.map { FormRow.Choice("\($0.id.rawValue)", "existing: \($0.name)") }
    let hasSureMatch = matches.first?.isLikely ?? false
    return [
      FormSection(rows: [
        FormRow(
          "contact", label: "Contact", kind: .choice(contacts),
          value: hasSureMatch ? contacts.first?.value ?? "new" : "new"),
        FormRow("deal", label: "Deal", kind: .choice(wanted + existing), value: "new"),
      ]),
      FormSection("The new deal", rows: Self.dealFields.compactMap(row)),
    ]
  }

  private func row(_ name: String) -> FormRow? {
    guard let info = Opportunity.schema.field(name)?.info else { return nil }
    let value = FieldText.edit(proposal[name], as: info, in: entry)
    let open = stages.filter { $0.outcome == "open" }.map { FormRow.Choice($0.key, $0.name) }
    return FormRow(
      name, label: info.label, kind: name == "stage" && !open.isEmpty ? .choice(open) : .text, value: value)
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch form.handle(key) {
    case .ignored: return nil
    case .moved, .editExternally: return .handled
    case .changed(let key):
      form.setError(nil, for: key)
      return .handled
    case .cancel: return .pop
    case .submit: return convert()
    }
  }

  private func convert() -> Effect {
    let values = form.values
    guard let deal = dealChoice(values) else {
      _ = form.focusFirstError()
      return .toast("The deal needs another look", .bad)
    }
    let conversion = Conversion(lead: lead, contact: contactChoice(values), deal: deal)
    return .several([
      .pop, .save(title: "Convert \(lead.fullName)") { writer in _ = try writer.convert(conversion) },
    ])
  }

  private func contactChoice(_ values: [String: String]) -> Conversion.ContactChoice {
    if let id = values["contact"].flatMap({ Int64($0) }) { return .existing(Identifier(id)) }
    return .new(Conversion.contact(from: lead))
  }

  /// nil, with the errors shown in the form, where a value of the new deal is not understood.
  private func dealChoice(_ values: [String: String]) -> Conversion.DealChoice? {
    guard let choice = values["deal"], choice != "none" else { return Conversion.DealChoice.none }
    if let id = Int64(choice) { return .existing(Identifier(id)) }
    var deal = proposal
    var errors: [String: String] = [:]
    for name in Self.dealFields {
      guard let info = Opportunity.schema.field(name)?.info else { continue }
      do {
        deal[name] = try FieldText.parse(values[name] ?? "", as: info, in: entry, current: proposal[name])
      } catch {
        errors[name] = error.message
      }
    }
    if let stage = stages.first(where: { $0.key == deal.stage }) { deal.probability = stage.probability }
    for problem in Validation.problems(in: deal)
    where Self.dealFields.contains(problem.name) && errors[problem.name] == nil {
      errors[problem.name] = problem.message
    }
    form.setErrors(errors)
    return errors.isEmpty ? .new(deal) : nil
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    canvas.fill(rect)
    let columns = min(rect.columns, 84)
    let box = Rect(rect.column + (rect.columns - columns) / 2, rect.row, columns, min(rect.rows, 19))
    canvas.fill(box)
    canvas.box(box, role: .borderFocused, title: title)
    let lines = preview
    let inner = box.inset(by: 2, 1)
    let (below, above) = inner.split(bottom: min(lines.count + 1, inner.rows / 2))
    form.draw(on: &canvas, in: above)
    canvas.put("Will be written", at: below.origin, role: .strong)
    for (index, line) in lines.enumerated() where index + 1 < below.rows {
      canvas.put("· " + line, at: Point(below.column, below.row + 1 + index), role: .dim, width: below.columns)
    }
    return form.cursorPoint
  }

  private var preview: [String] {
    let values = form.values
    let linked = matches.first { "\($0.contact.id.rawValue)" == values["contact"] }
    let contact =
      linked.map { "link to contact \($0.contact.fullName), \($0.reason)" } ?? "new contact \(lead.fullName)"
    var lines = [contact]
    switch values["deal"] {
    case "none": lines.append("no deal")
    case "new": lines.append("new deal \(values["name"] ?? ""), \(values["amount"] ?? "") \(values["currency"] ?? "")")
    default: lines.append("link to deal \(deals.first { "\($0.id.rawValue)" == values["deal"] }?.name ?? "")")
    }
    lines.append("lead becomes converted; \(taskCount) tasks and \(activityCount) activities come along")
    return lines
  }
}
