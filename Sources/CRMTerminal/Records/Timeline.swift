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
  /// Fields that change because of something else that is told already.
  private static let follows: Set<String> = ["last_contact_date", "last_activity_date", "stage_entered_at"]

  static func text(_ change: RecordChange, _ session: Session) -> String {
    guard change.action == .update else { return "" }
    let parts = change.fields.keys.sorted().compactMap { name -> String? in
      guard let (old, new) = change.fields[name], name != "updated_at" else { return nil }
      if ChangeText.follows.contains(name) { return nil }
      if name == "deleted_at" { return new == .null ? "brought back" : "deleted" }
      guard let info = change.kind.field(name), !info.isReadOnly else { return nil }
      return "\(info.label) \(word(old, info, session)) → \(word(new, info, session))"
    }
    return parts.joined(separator: ", ")
  }

  private static func word(_ value: JSONValue, _ info: FieldInfo, _ session: Session) -> String {
    let text = FieldCell.text(CRMStore.fieldValue(value, of: info), info, session)
    return text.isEmpty ? "–" : text.count > 40 ? text.prefix(39) + "…" : text
  }
}
