/// One change for many records: what a key, the bulk form or `crm edit --set` does to each of them.
package struct BulkChange: Hashable, Sendable {
  /// What happens to one field.
  package struct Edit: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
      case set(FieldValue)
      /// A deal's move to a stage, with all that follows from it; the reason is for a lost one.
      case move(Stage, reason: String)
      case addTags([String])
      case removeTags([String])
      case shift(DateShift)
    }

    package let info: FieldInfo
    package let action: Action
    /// The new value in the rep's words; empty where the field is cleared.
    package let shown: String

    package init(_ info: FieldInfo, _ action: Action, shown: String) {
      self.info = info
      self.action = action
      self.shown = shown
    }
  }

  package let kind: EntityKind
  package var edits: [Edit]
  /// The records go to the trash instead.
  package var isTrashing = false

  package init(_ kind: EntityKind, _ edits: [Edit]) {
    self.kind = kind
    self.edits = edits
  }

  package static func trashing(_ kind: EntityKind) -> BulkChange {
    var change = BulkChange(kind, [])
    change.isTrashing = true
    return change
  }

  /// The change of `subject` in words, such as “Set status of 12 leads to lost”: what history calls it.
  package func title(_ subject: String) -> String {
    if isTrashing { return "Delete \(subject)" }
    guard edits.count == 1, let edit = edits.first else {
      let labels = edits.map(\.info.label)
      let words = labels.enumerated().map { $0 == 0 ? $1 : $1.prefix(1).lowercased() + $1.dropFirst() }
      return "Change \(words.joined(separator: ", ").lowercasedFirst) of \(subject)"
    }
    return edit.title(subject)
  }

  /// What the rules need to know besides the record.
  package struct Context: Sendable {
    package let now: Instant
    package let calendar: LocalCalendar
    package let stages: [Stage]
    package init(now: Instant, calendar: LocalCalendar, stages: [Stage]) {
      self.now = now
      self.calendar = calendar
      self.stages = stages
    }
  }

  package enum Outcome<R: Record>: Hashable, Sendable {
    case changed(R)
    case same
    /// It cannot be changed so; the reason is about several.
    case stays(String)
  }

  /// What becomes of `record`.
  package func outcome<R: Record>(for record: R, in context: Context) -> Outcome<R> {
    var result = record
    var reason: String?
    for edit in edits { reason = edit.apply(to: &result, in: context) ?? reason }
    return result != record ? .changed(result) : reason.map(Outcome.stays) ?? .same
  }

  /// The fields that alone decide what becomes of a record, so that records with the same values in them are changed
  /// alike; nil where more of the record is looked at.
  package var deciding: [FieldInfo]? {
    guard !edits.isEmpty, edits.allSatisfy({ $0.looksAtItsField(of: kind) }) else { return nil }
    return edits.reduce(into: []) { infos, edit in if !infos.contains(edit.info) { infos.append(edit.info) } }
  }
}

extension BulkChange.Edit {
  fileprivate func title(_ subject: String) -> String {
    let label = info.label.lowercasedFirst
    switch action {
    case .move: return "Move \(subject) to \(shown)"
    case .addTags: return "Tag \(subject) with \(shown)"
    case .removeTags: return "Take tag \(shown) from \(subject)"
    case .shift: return "Move \(label) of \(subject) by \(shown)"
    case .set(let value):
      if info.name == "assigned_to" { return "Give \(subject) to \(value.isEmpty ? "nobody" : shown)" }
      if info.name == "status", value == .text("completed") { return "Complete \(subject)" }
      return value.isEmpty ? "Clear \(label) of \(subject)" : "Set \(label) of \(subject) to \(shown)"
    }
  }

  /// Whether the new value of its field depends on nothing but the old one, and no other field changes with it.
  fileprivate func looksAtItsField(of kind: EntityKind) -> Bool {
    switch action {
    case _ where info.isCustom || info.kind == .customFields: false
    case .set: kind != .task || info.name != "status"
    case .addTags, .removeTags, .shift: true
    case .move: false
    }
  }

  /// Answers why the record stays as it is, if it does.
  fileprivate func apply<R: Record>(to record: inout R, in context: BulkChange.Context) -> String? {
    switch action {
    case .set(let value): return set(value, in: &record, context)
    case .move(let stage, let reason): return move(to: stage, reason, &record, context)
    case .addTags(let tags):
      let old = [String](fieldValue: record[info])
      record[info] = (old + tags.filter { !old.contains($0) }).fieldValue
    case .removeTags(let tags):
      record[info] = [String](fieldValue: record[info]).filter { !tags.contains($0) }.fieldValue
    case .shift(let shift):
      guard let moved = shift.moved(record[info], in: context.calendar) else {
        return "no \(info.label.lowercasedFirst) to move"
      }
      record[info] = moved
    }
    return nil
  }

  private func set<R: Record>(_ value: FieldValue, in record: inout R, _ context: BulkChange.Context) -> String? {
    if info.name == "status", let lead = record as? Lead, lead.status == "converted", value != .text("converted") {
      return "converted already"
    }
    if info.name == "status", let task = record as? CRMTask, let done = task.withStatus(value, at: context.now) as? R {
      record = done
      return nil
    }
    record[info] = value
    return nil
  }

  /// A deal of another board goes to that board's stage of the same key, where it has one.
  private func move<R: Record>(
    to stage: Stage, _ reason: String, _ record: inout R, _ context: BulkChange.Context,
  ) -> String? {
    guard let deal = record as? Opportunity else { return nil }
    let own = context.stages.filter { $0.board == (deal.board ?? stage.board) }
    guard
      let target = stage.board == deal.board || deal.board == nil ? stage : own.first(where: { $0.key == stage.key })
    else { return "on a board without the stage \(stage.name)" }
    let old = own.first { $0.key == deal.stage }
    let today = context.calendar.day(of: context.now)
    let moved = deal.moved(from: old, to: target, reason: reason, now: context.now, today: today)
    if let moved = moved as? R { record = moved }
    return nil
  }
}

extension CRMTask {
  /// Completing and reopening set and clear the time of completion.
  fileprivate func withStatus(_ value: FieldValue, at now: Instant) -> CRMTask {
    guard let status = value.text, status != self.status else { return self }
    var task = status == "completed" ? completed(at: now) : self.status == "completed" ? reopened() : self
    task.status = status
    return task
  }
}

extension String {
  package var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
