import CRMDomain
import CRMStore

/// What happened with a record: its activities and the changes of its fields, newest first.
struct TimelineEntry: Hashable, Sendable {
  let at: Instant
  let what: String
  let detail: String
  /// The activity to open, if it is one.
  let activity: Identifier<Activity>?
}

@MainActor enum Timeline {
  static func entries(_ kind: EntityKind, _ id: Int64, _ session: Session, limit: Int = 200) -> [TimelineEntry] {
    guard [.lead, .contact, .opportunity].contains(kind) else { return changes(kind, id, session, limit: limit) }
    let activities = session.read { reader -> [Activity] in
      try reader.records(try reader.ids(.activity, linkedTo: kind, id).prefix(limit))
    }
    let entries = (activities ?? []).map { activity in
      TimelineEntry(
        at: activity.occurredAt ?? activity.createdAt ?? session.now, what: what(activity),
        detail: [activity.subject, activity.body].filter { !$0.isEmpty }.joined(separator: " – "), activity: activity.id
      )
    }
    return (entries + changes(kind, id, session, limit: 50)).sorted { $0.at > $1.at }
  }

  private static func what(_ activity: Activity) -> String {
    let type = Choice.words(activity.activityType)
    return activity.outcome.isEmpty ? type : "\(type) (\(activity.outcome))"
  }

  private static func changes(_ kind: EntityKind, _ id: Int64, _ session: Session, limit: Int) -> [TimelineEntry] {
    let history = session.read { try $0.history(of: kind, id, limit: limit) } ?? []
    return history.filter { !$0.0.isUndone && $0.0.verb == .change }.compactMap { operation, change in
      let detail = ChangeText.text(change, session)
      guard change.action != .update || !detail.isEmpty else { return nil }
      let who = operation.origin == "user" ? "" : " (\(operation.origin))"
      return TimelineEntry(
        at: operation.at, what: (change.action == .insert ? "added" : "changed") + who, detail: detail, activity: nil)
    }
  }
}

/// A change of a record in words: "Status new -> contacted, Priority low -> high".
@MainActor enum ChangeText {
  /// One field, old and new as they are shown elsewhere.
  struct FieldChange: Hashable {
    let label: String
    let old: String
    let new: String
  }

  /// Fields that change because of something else that is told already.
  private static let follows: Set<String> = ["last_contact_date", "last_activity_date", "stage_entered_at"]
  private static let empty = "–"

  static func text(_ change: RecordChange, _ session: Session) -> String {
    guard change.action == .update else { return "" }
    let told = fields(change, session, isAll: false).map { field in
      field.new.isEmpty ? field.label.lowercasedFirst : "\(field.label) \(short(field.old)) → \(short(field.new))"
    }
    return told.joined(separator: ", ")
  }

  /// Every field that a person would look for, by its label; of a record that was taken out, what was in it.
  static func fields(_ change: RecordChange, _ session: Session, isAll: Bool = true) -> [FieldChange] {
    guard change.action != .insert else { return [] }
    return change.fields.keys.sorted().flatMap { name -> [FieldChange] in
      guard let (old, new) = change.fields[name], name != "updated_at", name != "search_text" else { return [] }
      if !isAll, follows.contains(name) { return [] }
      if name == "deleted_at" {
        return change.action == .delete
          ? [] : [FieldChange(label: new == .null ? "Brought back" : "Deleted", old: "", new: "")]
      }
      guard let info = change.kind.field(name), isAll || !info.isReadOnly else { return [] }
      if info.kind == .customFields { return customFields(old, new, change.kind, session) }
      return [FieldChange(label: info.label, old: word(old, info, session), new: word(new, info, session))]
    }
  }

  /// The custom fields that differ, one by one.
  private static func customFields(
    _ old: JSONValue, _ new: JSONValue, _ kind: EntityKind, _ session: Session,
  ) -> [FieldChange] {
    guard let info = kind.field("custom_fields") else { return [] }
    let before = [String: JSONValue](fieldValue: CRMStore.fieldValue(old, of: info))
    let after = [String: JSONValue](fieldValue: CRMStore.fieldValue(new, of: info))
    let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    return names.sorted().map { name in
      let own = session.customFields[kind]?.first { $0.name == name } ?? FieldInfo(name, kind: .text, isCustom: true)
      @MainActor func shown(_ value: JSONValue?) -> String {
        let text = FieldCell.text(FieldValue(custom: value ?? .null, kind: own.kind), own, session)
        return text.isEmpty ? empty : text
      }
      return FieldChange(label: own.label, old: shown(before[name]), new: shown(after[name]))
    }
  }

  private static func word(_ value: JSONValue, _ info: FieldInfo, _ session: Session) -> String {
    let text = FieldCell.text(CRMStore.fieldValue(value, of: info), info, session)
    return text.isEmpty ? empty : text
  }

  private static func short(_ text: String) -> String { text.count > 40 ? text.prefix(39) + "…" : text }
}
