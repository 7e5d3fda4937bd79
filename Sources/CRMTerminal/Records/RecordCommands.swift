import CRMDomain
import CRMStore
import TerminalKit

/// What commands do to records, the same in a list, on a page and on a board.
@MainActor enum RecordCommands {
  /// `ids` are the marked records, or the one under the cursor, which is `record`. nil where the command is about
  /// something else.
  static func effect(_ command: Command, kind: EntityKind, ids: [Int64], record: (any Record)?) -> Effect? {
    if let reason = disabledReason(command, kind: kind, record: record, count: ids.count) { return .toast(reason) }
    switch command {
    case .setStatus: return kind == .opportunity ? setStage(ids) : choose("status", kind, ids, record)
    case .setPriority: return choose("priority", kind, ids, record)
    case .assign: return assign(kind, ids, record)
    case .tag: return tag(kind, ids, record)
    case .untag: return untag(kind, ids, record)
    case .trash: return .change(.trashing(kind), ids, subject: subject(kind, ids, record))
    case .repeatChange: return .repeatLast(kind, ids, subject: subject(kind, ids, record))
    case .edit: return edit(kind, ids)
    case .convert: return (record as? Lead).map { lead in .with { .push(ConvertScreen(lead, $0)) } }
    case .merge: return merge(kind, ids, record)
    case .complete: return ids.count > 1 ? complete(ids) : (record as? CRMTask).map(complete)
    case .recordHistory: return record.map(history)
    case .markWon: return close(ids, record, outcome: "won")
    case .markLost: return close(ids, record, outcome: "lost")
    default: return record.flatMap { effect(command, on: $0) }
    }
  }

  /// Commands about one record.
  private static func effect(_ command: Command, on record: any Record) -> Effect? {
    let links = Links(record)
    switch command {
    case .logCall: return .with { .push(RecordFormScreen(links.activity("call", by: $0.me?.id), focus: "subject")) }
    case .logActivity:
      return .with { .push(RecordFormScreen(links.activity("note", by: $0.me?.id), focus: "activity_type")) }
    case .newTask: return .with { .push(RecordFormScreen(links.task(owner: $0.me?.id))) }
    case .editNotes: return editNotes(record)
    case .copyEmail: return (record.email.map { .copy($0) }) ?? .toast("There is no e-mail address here")
    case .followLink: return links.target.map { .open($0.kind, $0.id) } ?? .toast("It belongs to no other record")
    default: return nil
    }
  }

  static func disabledReason(_ command: Command, kind: EntityKind, record: (any Record)?, count: Int) -> String? {
    let one = Counted.one(kind)
    switch command {
    case .setStatus where !has("status", kind) && kind != .opportunity: return "A \(one) has no status"
    case .setPriority where !has("priority", kind): return "A \(one) has no priority"
    case .tag where !has("tags", kind), .untag where !has("tags", kind): return "A \(one) has no tags"
    case .assign where !has("assigned_to", kind): return "A \(one) has no owner"
    case .merge where !kind.canHaveDuplicates: return "Only leads and contacts are merged"
    case .merge where count > Merge<Lead>.most:
      return "At most \(Merge<Lead>.most) records are merged at once; \(count) are marked"
    case .convert where kind != .lead: return "Only leads are converted"
    case .convert where (record as? Lead)?.status == "converted": return "This lead is converted already"
    case .complete where kind != .task: return "Only tasks are completed"
    case .markWon where kind != .opportunity, .markLost where kind != .opportunity: return "Only deals are won or lost"
    case .setStatus, .setPriority, .assign, .tag, .untag, .trash, .repeatChange, .editTable, .convert, .complete,
      .markWon, .markLost, .merge, .edit:
      return count == 0 ? "No \(one) selected" : nil
    case .logCall, .logActivity, .newTask, .editNotes, .copyEmail, .followLink, .recordHistory:
      return record == nil ? "No \(one) selected" : nil
    default: return nil
    }
  }

  private static func has(_ field: String, _ kind: EntityKind) -> Bool { kind.field(field) != nil }

  /// Whom a command is about, by name where it is the one under the cursor.
  private static func subject(_ kind: EntityKind, _ ids: [Int64], _ record: (any Record)?) -> String {
    func id<R: Record>(_ record: R) -> Int64 { record.id.rawValue }
    guard ids.count == 1, let record, id(record) == ids[0], !record.title.isEmpty else {
      return Counted.text(ids.count, kind)
    }
    return record.title
  }

  // MARK: One field of many records

  private static func choose(_ name: String, _ kind: EntityKind, _ ids: [Int64], _ record: (any Record)?) -> Effect? {
    guard let info = kind.field(name) else { return nil }
    let subject = subject(kind, ids, record)
    let title = "\(info.label) of \(subject)"
    func set(_ value: FieldValue, _ shown: String) -> Effect {
      .change(BulkChange(kind, [.init(info, .set(value), shown: shown)]), ids, subject: subject)
    }
    guard !info.choices.isEmpty else { return .push(PromptScreen(title) { set($0.fieldValue, $0) }) }
    return .push(
      PickerScreen(title, info.choices.map { Picker.Item($0.label) }) { index in
        set(.text(info.choices[index].value), info.choices[index].label)
      })
  }

  private static func assign(_ kind: EntityKind, _ ids: [Int64], _ record: (any Record)?) -> Effect? {
    guard let info = kind.field("assigned_to") else { return nil }
    let subject = subject(kind, ids, record)
    return .with { session in
      let items = session.users.map { Picker.Item($0.username, detail: $0.isMe ? "me" : $0.fullName) }
      return .push(
        PickerScreen("Owner of \(subject)", items + [Picker.Item("nobody")]) { index in
          let user = session.users.indices.contains(index) ? session.users[index] : nil
          let edit = BulkChange.Edit(info, .set(user?.id.fieldValue ?? .none), shown: user?.username ?? "")
          return .change(BulkChange(kind, [edit]), ids, subject: subject)
        })
    }
  }

  private static func tag(_ kind: EntityKind, _ ids: [Int64], _ record: (any Record)?) -> Effect? {
    guard let info = kind.field("tags") else { return nil }
    let subject = subject(kind, ids, record)
    return .push(
      PromptScreen("Tag for \(Counted.text(ids.count, kind))") { text in
        let tag = text.trimmed
        guard !tag.isEmpty else { return .handled }
        return .change(BulkChange(kind, [.init(info, .addTags([tag]), shown: tag)]), ids, subject: subject)
      })
  }

  private static func untag(_ kind: EntityKind, _ ids: [Int64], _ record: (any Record)?) -> Effect? {
    guard let info = kind.field("tags") else { return nil }
    let subject = subject(kind, ids, record)
    return .with { session in
      let used = Set(ids.prefix(2000).flatMap { session.tags(kind, $0) }).sorted()
      guard !used.isEmpty else { return .toast("There are no tags here to take away") }
      return .push(
        PickerScreen("Take away a tag", used.map { Picker.Item($0) }) { index in
          let edit = BulkChange.Edit(info, .removeTags([used[index]]), shown: used[index])
          return .change(BulkChange(kind, [edit]), ids, subject: subject)
        })
    }
  }

  // MARK: Merging

  /// The marked records, or the one with those it may be.
  private static func merge(_ kind: EntityKind, _ ids: [Int64], _ record: (any Record)?) -> Effect? {
    func one<R: Record>(_ record: R) -> Effect {
      .with { session in
        let near = session.read { try $0.near(record, limit: Merge<R>.most - 1) } ?? []
        guard !near.isEmpty else {
          return .toast("Nobody looks like \(record.title); to merge records, mark them with space first")
        }
        return .push(MergeScreen<R>([record.id.rawValue] + near.map(\.record.id.rawValue)))
      }
    }
    func several<R: Record>(_ type: R.Type) -> Effect { .push(MergeScreen<R>(ids)) }
    return ids.count > 1 ? several(kind.recordType) : record.map { one($0) }
  }

  // MARK: Deals and tasks

  private static func setStage(_ ids: [Int64]) -> Effect {
    .with { session in
      let stages = session.stages(of: session.board(ofDeal: ids.first))
      return .push(
        PickerScreen("Stage of \(Counted.text(ids.count, .opportunity))", stages.map { Picker.Item($0.name) }) {
          index in
          DealCommands.move(ids, to: stages[index])
        })
    }
  }

  private static func close(_ ids: [Int64], _ record: (any Record)?, outcome: String) -> Effect {
    .with { session in
      let stages = session.stages(of: session.board(ofDeal: ids.first))
      guard let stage = stages.first(where: { $0.outcome == outcome }) else {
        return .toast("This board has no stage for \(outcome) deals: add one with +")
      }
      return DealCommands.move(ids, to: stage)
    }
  }

  private static func complete(_ task: CRMTask) -> Effect {
    let isOpen = task.isOpen
    return .save(title: "\(isOpen ? "Complete" : "Reopen") \(task.title)") { writer in
      try writer.update(isOpen ? task.completed(at: writer.now) : task.reopened(), from: task)
    }
  }

  private static func complete(_ ids: [Int64]) -> Effect? {
    guard let info = EntityKind.task.field("status") else { return nil }
    let edit = BulkChange.Edit(info, .set(.text("completed")), shown: "completed")
    return .change(BulkChange(.task, [edit]), ids, subject: Counted.text(ids.count, .task))
  }

  /// One record in its form, several in the form for many.
  private static func edit(_ kind: EntityKind, _ ids: [Int64]) -> Effect? {
    func form<R: Record>(_ type: R.Type) -> Effect { .push(BulkFormScreen<R>(ids)) }
    return ids.count > 1 ? form(kind.recordType) : ids.first.map { id in .with { Pages.form(kind, id, $0) } }
  }

  private static func history(_ record: any Record) -> Effect {
    func history<R: Record>(_ record: R) -> Effect {
      .push(HistoryScreen(of: .init(R.schema.kind, record.id.rawValue), named: record.title))
    }
    return history(record)
  }

  private static func editNotes(_ record: any Record) -> Effect? {
    func effect<R: Record>(_ record: R) -> Effect? {
      guard let info = R.schema.infos.first(where: { ["notes", "description", "body"].contains($0.name) }) else {
        return nil
      }
      return .editExternally(record[info.name].text ?? "") { text in
        .save(title: "Edit the notes of \(record.title)") { writer in
          try writer.set([info.name: text.fieldValue], in: R.schema.kind, record.id.rawValue)
        }
      }
    }
    return effect(record)
  }
}

/// Moving deals asks only for what the stage requires: a reason when it is lost.
@MainActor enum DealCommands {
  static func move(_ ids: [Int64], to stage: Stage) -> Effect {
    guard stage.outcome == "lost" else { return save(ids, stage, reason: "") }
    let reasons = ["Price", "Competitor", "No budget", "No decision", "Timing", "Missing feature", "No answer"]
    return .push(
      PickerScreen("Why was it lost?", reasons.map { Picker.Item($0) }, takesTyped: true) { index in
        save(ids, stage, reason: reasons[index])
      } typed: { text in
        save(ids, stage, reason: text)
      })
  }

  private static func save(_ ids: [Int64], _ stage: Stage, reason: String) -> Effect {
    guard let info = EntityKind.opportunity.field("stage") else { return .handled }
    let edit = BulkChange.Edit(info, .move(stage, reason: reason), shown: stage.name)
    return .with { session in
      let one = ids.count == 1 ? ids.first.flatMap { session.name(.opportunity, $0) } : nil
      let subject = one ?? Counted.text(ids.count, .opportunity)
      return .change(BulkChange(.opportunity, [edit]), ids, subject: subject)
    }
  }
}

extension Session {
  func tags(_ kind: EntityKind, _ id: Int64) -> [String] { read { try $0.tags(kind, id) } ?? [] }

  func board(ofDeal id: Int64?) -> Identifier<Board>? {
    let deal: Opportunity? = id.flatMap { id in read { try $0.record(Identifier(id)) } ?? nil }
    return deal?.board ?? boards.first?.id
  }
}

extension Record {
  /// Its e-mail address, if it has one.
  var email: String? { self["email"].text }
}

extension String {
  var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
