import CRMDomain
import TerminalKit

/// One row of the bulk form: a field, and what is done with what stands in it.
@MainActor struct BulkFormRow {
  enum Part { case set, addTags, removeTags }

  /// What empties a field.
  static let clearing = "-"

  let info: FieldInfo
  private let part: Part
  /// What the records have now.
  private let common: String

  init(_ info: FieldInfo, _ part: Part, _ common: String) {
    self.info = info
    self.part = part
    self.common = common
  }

  var key: String { part == .removeTags ? info.name + "-" : info.name }

  private var label: String {
    switch part {
    case .set: info.label
    case .addTags: info.name == "tags" ? "Add tags" : "Add to \(info.label.lowercasedFirst)"
    case .removeTags: info.name == "tags" ? "Remove tags" : "Take from \(info.label.lowercasedFirst)"
    }
  }

  /// "Acme" where all have it, else "3 values: new, lost, qualified"; of the first records only where they are many.
  static func summary(_ values: [FieldValue], _ info: FieldInfo, _ entry: EntryContext, isPart: Bool) -> String {
    var counts: [FieldValue: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    let ranked = counts.sorted { ($1.value, "\($0.key)") < ($0.value, "\($1.key)") }.prefix(4).map(\.key)
    let words = ranked.map { value in
      value.isEmpty
        ? "empty" : TextWidth.truncated(TextWidth.sanitised(FieldText.show(value, as: info, in: entry)), to: 20)
    }
    if counts.count == 1, !isPart { return words.first ?? "" }
    let more = counts.count > ranked.count ? ", …" : ""
    let least = isPart ? "\(counts.count) or more" : "\(counts.count)"
    return "\(least) values: \(words.joined(separator: ", "))\(more)"
  }

  // MARK: The row

  func formRow(_ session: Session, _ stages: [Stage]) -> FormRow {
    FormRow(key, label: label, kind: kind(session, stages), hint: hint, placeholder: keep)
  }

  private var keep: String { part == .removeTags ? "" : "(keep) \(common)" }

  private func kind(_ session: Session, _ stages: [Stage]) -> FormRow.Kind {
    var choices: [FormRow.Choice]
    switch info.kind {
    case .flag: choices = [FormRow.Choice("yes", "yes"), FormRow.Choice("no", "no")]
    case .reference(.user):
      choices = session.users.map { FormRow.Choice(session.userName($0.id), session.userName($0.id)) }
    case .choice where info.name == "stage" && !stages.isEmpty:
      return .choice([FormRow.Choice("", keep)] + stages.map { FormRow.Choice($0.key, $0.name) })
    case .choice: choices = info.choices.map { FormRow.Choice($0.value, $0.label) }
    case .text, .longText, .email, .phone, .url, .integer, .money, .day, .instant, .reference, .tags, .customFields:
      return .text
    }
    if !info.isRequired {
      choices.append(FormRow.Choice(Self.clearing, info.name == "assigned_to" ? "nobody" : "(empty)"))
    }
    return .choice([FormRow.Choice("", keep)] + choices)
  }

  private var hint: String {
    let clears = info.isRequired ? "" : "; - empties it"
    switch info.kind {
    case .day: return "fri, 24 dec; by +2w moves each date" + clears
    case .instant: return "fri 9:00; by +2w moves each date" + clears
    case .tags: return "separated by commas"
    case .choice, .flag, .reference(.user): return "type to choose"
    case .money: return "12,500.50, 10k" + clears
    case .text, .longText, .email, .phone, .url, .integer, .reference, .customFields:
      return info.isRequired ? "" : "- empties it"
    }
  }

  // MARK: What was put in

  func edit(_ text: String, _ entry: EntryContext, _ stages: [Stage], lostReason: String) throws(FieldProblem)
    -> BulkChange.Edit
  {
    try BulkEntry(info: info, entry: entry, stages: stages, lostReason: lostReason).edit(text, part)
  }
}

/// Reads what a rep or a command line wants done to one field of many records.
struct BulkEntry {
  let info: FieldInfo
  let entry: EntryContext
  /// The stages that a deal can be moved to.
  let stages: [Stage]
  var lostReason = ""

  @MainActor func edit(_ text: String, _ part: BulkFormRow.Part) throws(FieldProblem) -> BulkChange.Edit {
    switch part {
    case .set: return try setting(text)
    case .addTags, .removeTags:
      let tags = [String](fieldValue: try FieldText.parse(text, as: info, in: entry))
      let action = part == .addTags ? BulkChange.Edit.Action.addTags(tags) : .removeTags(tags)
      let words = tags.joined(separator: ", ")
      return BulkChange.Edit(info, action, shown: part == .addTags ? words : "without \(words)")
    }
  }

  /// A value, `-` or nothing for none, `by +2w` for a date.
  func setting(_ text: String) throws(FieldProblem) -> BulkChange.Edit {
    let isDate = info.kind == .day || info.kind == .instant
    if isDate, let shift = DateShift(text) { return BulkChange.Edit(info, .shift(shift), shown: shift.words) }
    if info.name == "stage", !stages.isEmpty { return try moving(text) }
    let value = text.trimmed == "-" ? .none : try FieldText.parse(text, as: info, in: entry)
    if let problem = Validation.problem(with: value, as: info) { throw problem }
    return BulkChange.Edit(info, .set(value), shown: FieldText.show(value, as: info, in: entry))
  }

  private func moving(_ text: String) throws(FieldProblem) -> BulkChange.Edit {
    let typed = SearchText.fold(text.trimmed)
    let stage = stages.first { $0.key == text || SearchText.fold($0.name) == typed || SearchText.fold($0.key) == typed }
    guard let stage else {
      throw FieldProblem(info, "Stage is one of: \(stages.map(\.name).joined(separator: ", "))")
    }
    return BulkChange.Edit(info, .move(stage, reason: lostReason), shown: stage.name)
  }
}
