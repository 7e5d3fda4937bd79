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
    case .tag: return tag(kind, ids)
    case .untag: return untag(kind, ids)
    case .trash: return trash(kind, ids, record)
    case .repeatChange: return .repeatLast(kind, ids)
    case .convert: return (record as? Lead).map { lead in .with { .push(ConvertScreen(lead, $0)) } }
    case .complete: return ids.count > 1 ? complete(ids) : (record as? CRMTask).map(complete)
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
    case .convert where kind != .lead: return "Only leads are converted"
    case .convert where (record as? Lead)?.status == "converted": return "This lead is converted already"
    case .complete where kind != .task: return "Only tasks are completed"
    case .markWon where kind != .opportunity, .markLost where kind != .opportunity: return "Only deals are won or lost"
    case .setStatus, .setPriority, .assign, .tag, .untag, .trash, .repeatChange, .convert, .complete, .markWon,
      .markLost:
      return count == 0 ? "No \(one) selected" : nil
    case .logCall, .logActivity, .newTask, .editNotes, .copyEmail, .followLink, .edit:
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
    let title = "\(info.label) of \(subject(kind, ids, record))"
    guard !info.choices.isEmpty else {
      return .push(PromptScreen(title) { .set([name: $0.fieldValue], in: kind, ids, title: "Set \(title) to \($0)") })
    }
    return .push(
      PickerScreen(title, info.choices.map { Picker.Item($0.label) }) { index in
        let choice = info.choices[index]
        return .set(
          [name: .text(choice.value)], in: kind, ids, title: "Set \(title.lowercasedFirst) to \(choice.label)")
      })
  }

  private static func assign(_ kind: EntityKind, _ ids: [Int64], _ record: (any Record)?) -> Effect {
    let subject = subject(kind, ids, record)
    return .with { session in
      let items = session.users.map { Picker.Item($0.username, detail: $0.isMe ? "me" : $0.fullName) }
      return .push(
        PickerScreen("Owner of \(subject)", items + [Picker.Item("nobody")]) { index in
          let user = session.users.indices.contains(index) ? session.users[index] : nil
          return .set(
            ["assigned_to": user?.id.fieldValue ?? .none], in: kind, ids,
            title: "Give \(subject) to \(user?.username ?? "nobody")")
        })
    }
  }

  private static func tag(_ kind: EntityKind, _ ids: [Int64]) -> Effect {
    .push(
      PromptScreen("Tag for \(Counted.text(ids.count, kind))") { text in
        let tag = text.trimmed
        guard !tag.isEmpty else { return .handled }
        return .changeTags(kind, ids, title: "Tag \(Counted.text(ids.count, kind)) with \(tag)") { tags in
          tags.contains(tag) ? tags : tags + [tag]
        }
      })
  }

  private static func untag(_ kind: EntityKind, _ ids: [Int64]) -> Effect {
    .with { session in
      let used = Set(ids.prefix(2000).flatMap { session.tags(kind, $0) }).sorted()
      guard !used.isEmpty else { return .toast("There are no tags here to take away") }
      return .push(
        PickerScreen("Take away a tag", used.map { Picker.Item($0) }) { index in
          let tag = used[index]
          return .changeTags(kind, ids, title: "Take tag \(tag) from \(Counted.text(ids.count, kind))") { tags in
            tags.filter { $0 != tag }
          }
        })
    }
  }

  private static func trash(_ kind: EntityKind, _ ids: [Int64], _ record: (any Record)?) -> Effect {
    let name = subject(kind, ids, record)
    let delete = Effect.changeAll(ids, title: "Delete \(name)") { try $0.trash(kind, ids, progress: $1) }
    guard ids.count > 1 else { return delete }
    return .push(
      ConfirmScreen("Delete \(name)?", ["They go to the trash; u takes them out again."], "Delete", key: "d") { delete }
    )
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

  private static func complete(_ ids: [Int64]) -> Effect {
    .changeEach(.task, ids, title: "Complete \(Counted.text(ids.count, .task))") { writer, id in
      guard let task: CRMTask = try writer.reader.record(Identifier(id)), task.isOpen else { return }
      try writer.update(task.completed(at: writer.now), from: task)
    }
  }

  private static func editNotes(_ record: any Record) -> Effect? {
    func effect<R: Record>(_ record: R) -> Effect? {
      guard let info = R.schema.infos.first(where: { ["notes", "description", "body"].contains($0.name) }) else {
        return nil
      }
      return .editExternally(record[info.name].text ?? "") { text in
        .set(
          [info.name: text.fieldValue], in: R.schema.kind, [record.id.rawValue],
          title: "Edit the notes of \(record.title)")
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
    .with { session in
      let (stages, today) = (session.stages, session.today)
      let name = ids.count == 1 ? ids.first.flatMap { session.name(.opportunity, $0) } ?? "deal" : "\(ids.count) deals"
      return .changeEach(.opportunity, ids, title: "Move \(name) to \(stage.name)") { writer, id in
        guard let deal: Opportunity = try writer.reader.record(Identifier(id)) else { return }
        let old = stages.first { $0.key == deal.stage && $0.board == deal.board }
        try writer.update(deal.moved(from: old, to: stage, reason: reason, now: writer.now, today: today), from: deal)
      }
    }
  }
}

extension Effect {
  /// Changes these records together: at once where they are few, as a job that hears of the progress where they are many.
  static func changeAll(
    _ ids: [Int64], title: String, _ change: @escaping @Sendable (StoreWriter, (Int) throws -> Void) throws -> Void,
  ) -> Effect {
    guard ids.count > 500 else { return .save(title: title) { writer in try change(writer) { _ in } } }
    return .bulk(title: title, total: ids.count) { writer, isCancelled in
      try change(writer) { done in if isCancelled(done) { throw CancellationError() } }
    }
  }

  /// Changes record after record: at once where they are few, as a job with progress where they are many.
  static func changeEach(
    _ kind: EntityKind, _ ids: [Int64], title: String, _ change: @escaping @Sendable (StoreWriter, Int64) throws -> Void,
  ) -> Effect {
    guard ids.count > 500 else {
      return .save(title: title) { writer in for id in ids { try change(writer, id) } }
    }
    return .bulk(title: title, total: ids.count) { writer, isCancelled in
      for (done, id) in ids.enumerated() {
        if done % 256 == 0, isCancelled(done) { throw CancellationError() }
        try change(writer, id)
      }
    }
  }

  static func changeTags(
    _ kind: EntityKind, _ ids: [Int64], title: String, _ change: @escaping @Sendable ([String]) -> [String],
  ) -> Effect {
    changeEach(kind, ids, title: title) { writer, id in
      let tags = try writer.reader.tags(kind, id)
      try writer.set(["tags": change(tags).fieldValue], in: kind, id)
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

  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
