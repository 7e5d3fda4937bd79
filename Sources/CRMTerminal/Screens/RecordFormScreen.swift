import CRMDomain
import CRMStore
import TerminalKit

/// The form that makes or edits a record, from its schema. Only the fields that were changed are written.
@MainActor final class RecordFormScreen<R: Record>: Screen {
  private let base: R
  private let focus: String?
  private var stages: [Stage] = []
  private var form = Form(sections: [])
  private var isBuilt = false
  private var fields: [FieldInfo] = []
  private var entry: EntryContext?
  private var savedDraft: [String: String]?

  init(_ record: R, focus: String? = nil, draft: [String: String]? = nil) {
    base = record
    self.focus = focus
    savedDraft = draft
  }

  private var isNew: Bool { base.id.rawValue == 0 }
  private var one: String { Counted.one(R.schema.kind) }
  var title: String { isNew ? "New \(one)" : "Edit \(base.title)" }
  let isTyping = true
  let isOverlay = true
  var status: String { form.focusedError ?? "Tab next  ^S save  Esc cancel" }
  private var draftKey: String { "\(R.schema.kind.rawValue):\(isNew ? "new" : String(base.id.rawValue))" }

  var draft: (key: String, fields: [String: String])? {
    guard form.hasChanges else { return nil }
    let changed = Set(form.changedKeys)
    return (draftKey, form.values.filter { changed.contains($0.key) })
  }

  // MARK: Building

  func load(_ session: Session, isChanged: Bool) {
    entry = session.entry
    stages = session.stages
    guard !isBuilt else { return }
    isBuilt = true
    fields = session.fields(of: R.schema.kind).filter { !$0.isReadOnly && $0.kind != .customFields }
    let main = fields.filter { !$0.isCustom }
    let custom = fields.filter(\.isCustom)
    var sections = [FormSection(rows: main.map { row($0, session) })]
    if !custom.isEmpty { sections.append(FormSection("Custom fields", rows: custom.map { row($0, session) })) }
    form = Form(title: title, sections: sections, focus: focus)
    guard let draft = savedDraft else { return }
    for (key, value) in draft { form.set(value, for: key) }
  }

  private func row(_ info: FieldInfo, _ session: Session) -> FormRow {
    let value = FieldText.edit(base[info], as: info, in: session.entry)
    return FormRow(
      info.name, label: info.label + (info.isRequired ? " *" : ""), kind: rowKind(info, value, session), value: value,
      hint: hint(info))
  }

  private func rowKind(_ info: FieldInfo, _ value: String, _ session: Session) -> FormRow.Kind {
    switch info.kind {
    case .longText: return .long(rows: 4)
    case .flag: return .toggle
    case .reference(.user):
      let users = session.users.map { FormRow.Choice(session.userName($0.id), session.userName($0.id)) }
      return .choice(withCurrent([FormRow.Choice("", "nobody")] + users, value))
    case .choice:
      var choices = info.choices.map { FormRow.Choice($0.value, $0.label) }
      if info.name == "stage" { choices = stageChoices(session) ?? choices }
      if !info.isRequired, base[info].isEmpty { choices.insert(FormRow.Choice("", ""), at: 0) }
      return .choice(withCurrent(choices, value))
    case .text, .email, .phone, .url, .integer, .money, .day, .instant, .reference, .tags, .customFields: return .text
    }
  }

  /// A value outside the list is kept and shown as it is.
  private func withCurrent(_ choices: [FormRow.Choice], _ value: String) -> [FormRow.Choice] {
    choices.contains { $0.value == value } ? choices : choices + [FormRow.Choice(value, value)]
  }

  private func stageChoices(_ session: Session) -> [FormRow.Choice]? {
    guard let deal = base as? Opportunity else { return nil }
    let stages = session.stages(of: deal.board ?? session.boards.first?.id)
    return stages.isEmpty ? nil : stages.map { FormRow.Choice($0.key, $0.name) }
  }

  private func hint(_ info: FieldInfo) -> String {
    switch info.kind {
    case .day: "fri, +3d, 24 Dec, 2026-12-24"
    case .instant: "tomorrow 9:00, fri 14:00, +3d"
    case .money: "12,500.50, 10k, 1.2m"
    case .tags: "separated by commas"
    case .longText: "^E opens your editor"
    case .reference(let kind): kind == .user ? "" : "a name, or # and a number"
    case .choice: "type to choose"
    case .text, .email, .phone, .url, .integer, .flag, .customFields: ""
    }
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch form.handle(key) {
    case .ignored: return nil
    case .moved: return .handled
    case .changed(let key):
      form.setError(nil, for: key)
      return .handled
    case .submit: return save()
    case .cancel(let hasChanges): return hasChanges ? askToLeave() : .pop
    case .editExternally(let key):
      return .editExternally(form.values[key] ?? "") { [weak self] text in
        self?.form.set(text, for: key)
        return .handled
      }
    }
  }

  private func askToLeave() -> Effect {
    .push(
      ConfirmScreen("Leave without saving?", ["What you typed here is not saved yet."], "Leave", key: "l") {
        [draftKey] in
        .several([.pop, .setDraft(draftKey, nil)])
      })
  }

  // MARK: Saving

  private func save() -> Effect {
    guard let entry else { return .handled }
    var record = base
    var errors: [String: String] = [:]
    let values = form.values
    for name in form.changedKeys {
      guard let info = fields.first(where: { $0.name == name }) else { continue }
      do {
        let value = try FieldText.parse(values[name] ?? "", as: info, in: entry, current: base[info])
        set(value, info, in: &record)
      } catch {
        errors[name] = error.message
      }
    }
    record = completed(record, entry)
    for problem in Validation.problems(in: record) where errors[problem.name] == nil {
      errors[problem.name] = problem.message
    }
    // What was wrong before, in a field nobody touched, is no reason to keep the rep from saving.
    if !isNew { errors = errors.filter { form.changedKeys.contains($0.key) } }
    form.setErrors(errors)
    if !errors.isEmpty {
      _ = form.focusFirstError()
      return .toast(
        errors.count == 1 ? "One field needs another look" : "\(errors.count) fields need another look", .bad)
    }
    return isNew && R.schema.kind.canHaveDuplicates ? offer(record) : write(record)
  }

  /// Before a record is made that may be there already, the rep says whether it is.
  private func offer(_ record: R) -> Effect {
    .with { [draftKey, write] session in
      let offers = DuplicateOffers.offers(
        for: record, session, merged: .several([.pop, .pop, .setDraft(draftKey, nil)]))
      return offers.isEmpty ? write(record) : .push(DuplicateOfferScreen(offers, create: write(record)))
    }
  }

  private func set(_ value: FieldValue, _ info: FieldInfo, in record: inout R) {
    if info.isCustom { Field<R>(custom: info).set(&record, value) } else { record[info.name] = value }
  }

  /// What a new record gets without being asked for.
  private func completed(_ record: R, _ entry: EntryContext) -> R {
    guard isNew else { return moved(record, entry) }
    var record = record
    if var activity = record as? Activity, let me = entry.find(.user, "me") {
      activity.occurredAt = activity.occurredAt ?? entry.now
      activity.user = activity.user ?? Identifier(me)
      if let completed = activity as? R { record = completed }
    }
    for name in ["owner", "created_by"] where R.schema.field(name)?.info.kind == .reference(.user) {
      if let me = entry.find(.user, "me") { record[name] = .reference(me) }
    }
    return record
  }

  /// A stage chosen in the form has the consequences of a move on the board.
  private func moved(_ record: R, _ entry: EntryContext) -> R {
    guard let deal = record as? Opportunity, let old = base as? Opportunity, deal.stage != old.stage,
      let stage = stages.first(where: { $0.key == deal.stage && $0.board == deal.board })
    else { return record }
    var unmoved = deal
    unmoved.stage = old.stage
    let from = stages.first { $0.key == old.stage && $0.board == old.board }
    var moved = unmoved.moved(from: from, to: stage, reason: deal.lostReason, now: entry.now, today: entry.today)
    if deal.probability != old.probability { moved.probability = deal.probability }
    if deal.actualCloseDate != old.actualCloseDate { moved.actualCloseDate = deal.actualCloseDate }
    return moved as? R ?? record
  }

  private func write(_ record: R) -> Effect {
    let (base, isNew, draftKey) = (base, isNew, draftKey)
    let added = (record as? Activity).map { "Log \(Choice.words($0.activityType))" } ?? "Add \(one)"
    let title = isNew ? "\(added) \(record.title)" : "Edit \(record.title)"
    let save = Effect.save(title: title) { writer in
      if let activity = record as? Activity, isNew {
        try writer.log(activity)
      } else if isNew {
        try writer.insert(record)
      } else {
        try writer.update(record, from: base)
      }
      try writer.setDraft(draftKey, nil)
    }
    return .several([.pop, save])
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let columns = min(rect.columns, 130)
    let box = Rect(rect.column + (rect.columns - columns) / 2, rect.row, columns, rect.rows)
    canvas.fill(box, role: .text)
    canvas.box(box, role: .borderFocused, title: title)
    form.draw(on: &canvas, in: box.inset(by: 2, 1))
    return form.cursorPoint
  }
}
