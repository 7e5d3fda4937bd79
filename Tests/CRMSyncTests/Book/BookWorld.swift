import CRMDomain
import CRMStore
import CRMSync
import GRDB
import SyncSimulation
import V1Simulator

/// Books on the disk and the server they share, while a history happens to them.
final class BookWorld {
  private let transport: DirectTransport
  private let books: [BookBench]
  private let history: BookHistory
  private var words = 0
  /// How often reps made a record whose last name is that word.
  private var made: [String: Int] = [:]
  private var hadTwoDeliveries = false
  private(set) var diary: [String] = []

  init(_ history: BookHistory) throws {
    self.history = history
    var server = V1Server(history.personality, seed: history.seed)
    // Short pages, so that few rows make many.
    server.quirks.pageSize = 3
    let transport = DirectTransport(server, seed: history.seed)
    self.transport = transport
    books = try (0..<history.books).map { _ in try BookBench(on: transport) }
  }

  /// What does not agree after the history and the calm that follows it, or after that and an undo of the last act.
  func run() throws -> [String] {
    for event in history.events {
      diary.append("— \(event)")
      switch event {
      case .rep(let book, let act): try perform(act, books[book])
      case .others(let act): transport.change { $0.perform(act) }
      case .round(let book, let troubles): try round(book, troubles)
      case .pass(let seconds): pass(seconds)
      }
      pass(1)
    }
    var problems = try calm() + disagreements()
    guard problems.isEmpty else { return problems }
    for book in books {
      if let undone = try book.store.undo() { diary.append("— undone: \(undone.title)") }
    }
    problems = try calm() + disagreements()
    return problems.map { "after an undo: \($0)" }
  }

  private func pass(_ seconds: Int64) { transport.change { $0.now = $0.now.adding(seconds: seconds) } }

  // MARK: Rounds

  private func round(_ index: Int, _ troubles: [BookEvent.Trouble]) throws {
    var events: [Int: [BookLine.Event]] = [:]
    for trouble in troubles {
      let event: BookLine.Event
      switch trouble.what {
      case .fault(let fault):
        hadTwoDeliveries = hadTwoDeliveries || fault == .deliveredTwice
        event = .fault(fault)
      case .rep(let book, let act): event = .act { [self] in attempt(act, books[book]) }
      case .others(let act): event = .act { [transport] in transport.change { $0.perform(act) } }
      case .drop(let isExecuted): event = .drop(isExecuted: isExecuted)
      }
      events[trouble.at, default: []].append(event)
    }
    let first = transport.requests.count
    let result = try books[index].round(
      RoundOptions(), BookLine(transport, events), seed: history.seed &+ UInt64(first))
    note(result, first)
    if result.end == .needsLogin { try logIn(books[index]) }
  }

  private func note(_ result: RoundResult, _ first: Int) {
    for request in transport.requests.dropFirst(first) where !request.method.onlyReads {
      diary.append(
        "  \(request.method.rawValue) \(request.target) \(String(decoding: request.body.prefix(300), as: UTF8.self))")
    }
    diary.append("  \(result.end), \(result.report)")
  }

  private func logIn(_ book: BookBench) throws {
    for _ in 0..<3 where !book.logIn() { pass(3700) }
  }

  /// Everything works again: every book synchronises until a whole turn writes nothing.
  private func calm() throws -> [String] {
    var writes = 0
    for turn in 0..<10 {
      writes = 0
      for book in books {
        pass(3700)
        writes += try calm(book)
      }
      if writes == 0, turn > 0 { return [] }
    }
    return ["still \(writes) writes after ten turns"]
  }

  private func calm(_ book: BookBench) throws -> Int {
    var options = RoundOptions(readsEverything: true)
    var writes = 0
    for _ in 0..<40 {
      let first = transport.requests.count
      let result = try book.round(options, seed: history.seed &+ UInt64(first))
      note(result, first)
      writes += result.report.writes
      switch result.end {
      case .needsLogin: try logIn(book)
      case .throttled(let until), .offline(let until):
        transport.change { $0.now = max($0.now, until).adding(seconds: 1) }
      case .complete(let resume):
        transport.change { $0.now = max($0.now, resume ?? $0.now) }
        return writes
      case .massVanish(let kind, let count): options.acceptsVanished[kind] = count
      case .cancelled, .busy, .differentAccount, .differentServer: return writes
      }
    }
    return writes
  }

  // MARK: Afterwards

  private func disagreements() throws -> [String] {
    var problems = try books.enumerated().flatMap { index, book in
      try book.disagreements().map { "book \(index): \($0)" }
    }
    problems += duplicates()
    return problems
  }

  /// No create made two rows, and nobody has more of a name than reps made.
  private func duplicates() -> [String] {
    guard !hadTwoDeliveries else { return [] }
    var counts: [String: Int] = [:]
    let server = transport.server
    for (resource, table) in server.tables {
      for row in table.all {
        if case .object(let members) = row["custom_fields"], case .string(let intent)? = members["_cid"] {
          counts["\(resource.rawValue) \(intent)", default: 0] += 1
        }
        let field = resource == .tasks ? "title" : "last_name"
        guard case .string(let name) = row[field], made[name] != nil, resource != .opportunities else { continue }
        counts["\(resource.rawValue) \(name)", default: 0] += 1
      }
    }
    return counts.sorted { $0.key < $1.key }.compactMap { what, count in
      let most = made[String(what.split(separator: " ").last ?? "")] ?? 1
      return count > most ? "\(what) is there \(count) times" : nil
    }
  }

  // MARK: Acts

  private func attempt(_ act: RepAct, _ book: BookBench) {
    do { try perform(act, book) } catch { diary.append("  \(act) threw \(error)") }
  }

  private func word() -> String {
    words += 1
    return "w\(words)z"
  }

  private func keys(_ book: BookBench, _ kinds: [EntityKind], isTrashed: Bool = false) throws -> [RecordKey] {
    try book.store.keys(kinds, isTrashed: isTrashed)
  }

  private func pick(_ number: Int, _ book: BookBench, _ kinds: [EntityKind] = JournalIntake.kinds) throws -> RecordKey?
  {
    let keys = try keys(book, kinds)
    return keys.isEmpty ? nil : keys[number % keys.count]
  }

  private func some(_ number: Int, _ count: Int, _ book: BookBench) throws -> (kind: EntityKind, ids: [Int64])? {
    guard let key = try pick(number, book) else { return nil }
    let ids = try keys(book, [key.kind]).map(\.id).filter { $0 >= key.id }
    return (key.kind, Array(ids.prefix(count)))
  }

  private func perform(_ act: RepAct, _ book: BookBench) throws {
    let store = book.store
    switch act {
    case .insert(let kind): try insert(kind, book)
    case .edit(let number, let field): try edit(number, field, book)
    case .note(let number):
      guard let key = try pick(number, book, [.lead, .contact, .opportunity]) else { return }
      let old = try book.value(key, "notes").text
      try book.set(key.kind, key.id, ["notes": .text((old.map { $0 + "\n" } ?? "") + word())])
    case .tag(let number):
      guard let key = try pick(number, book, [.lead, .contact, .opportunity]) else { return }
      let old: [String] = if case .tags(let tags) = try book.value(key, "tags") { tags } else { [] }
      try book.set(key.kind, key.id, ["tags": .tags(old + [word()])])
    case .custom(let number, let member):
      guard let key = try pick(number, book, [.lead, .contact, .opportunity]) else { return }
      try book.set(key.kind, key.id, ["k\(member)": .text(word())])
    case .keepPrivately(let number): try keepPrivately(number, book)
    case .bulk(let number, let count):
      guard let (kind, ids) = try some(number, count, book) else { return }
      let name = kind == .task ? "description" : "company_name"
      try store.transact("Set many") { try $0.set([name: .text(word())], in: kind, ids) }
    case .trash(let number, let count):
      guard let (kind, ids) = try some(number, count, book) else { return }
      try store.transact("Delete") { try $0.trash(kind, ids) }
    case .restore(let number):
      let trashed = try keys(book, JournalIntake.kinds, isTrashed: true)
      guard !trashed.isEmpty else { return }
      let key = trashed[number % trashed.count]
      try store.transact("Restore") { try $0.restore(key.kind, key.id) }
    case .convert(let number, let isIntoKnown): try convert(number, isIntoKnown, book)
    case .complete(let number):
      guard let key = try pick(number, book, [.task]) else { return }
      try book.set(.task, key.id, ["status": .text("completed"), "completed_at": .instant(store.now)])
    case .merge(let number): try merge(number, book)
    case .load(let rows): try load(rows, book)
    case .undo: diary.append("  took back \(try store.undo()?.title ?? "nothing")")
    case .redo: diary.append("  did again \(try store.redo()?.title ?? "nothing")")
    case .revert(let number):
      let done = try store.read { try $0.history(limit: 50) }.filter { $0.origin == "user" && !$0.isUndone }
      guard !done.isEmpty else { return }
      diary.append("  took back \(try store.revert(operation: done[number % done.count].id)?.title ?? "nothing")")
    case .takeMine(let number):
      let conflicts = try store.read { try $0.conflicts(of: book.profile.id) }
      guard !conflicts.isEmpty else { return }
      try store.transact("Take mine") { try $0.resolve(conflicts[number % conflicts.count], .mine) }
    }
  }

  private func insert(_ kind: EntityKind, _ book: BookBench) throws {
    let word = word()
    made[word, default: 0] += 1
    switch kind {
    case .lead:
      try book.lead(word) { lead in
        lead.state = "Ohio"
        if words % 2 == 0 { lead.estimatedValue = Money(hundredths: words * 100) }
      }
    case .contact:
      var contact = Contact()
      (contact.firstName, contact.lastName, contact.email) = ("Cee", word, "\(word)@x.example")
      try book.store.transact("New contact") { [contact] in try $0.insert(contact) }
    case .opportunity:
      guard let contact = try pick(words, book, [.contact]) else { return }
      var deal = Opportunity()
      (deal.name, deal.amount, deal.contact) = (word, Money(hundredths: words * 100), Identifier(contact.id))
      (deal.expectedCloseDate, deal.lostReason) = (Day(iso: "2026-12-24"), "price")
      try book.store.transact("New deal") { [deal] in try $0.insert(deal) }
    default:
      var task = CRMTask()
      task.title = word
      task.assignedTo = try book.store.read { try $0.all(User.self) }.first?.id
      task.lead = try pick(words, book, [.lead]).map { Identifier($0.id) }
      try book.store.transact("New task") { [task] in try $0.insert(task) }
    }
  }

  private func edit(_ number: Int, _ choice: Int, _ book: BookBench) throws {
    guard let key = try pick(number, book) else { return }
    let texts: [String] =
      switch key.kind {
      case .lead: ["company_name", "job_title", "first_name"]
      case .contact: ["company_name", "city", "department", "first_name"]
      case .opportunity: ["name", "company_name", "description"]
      default: ["description"]
      }
    switch (choice % 10, key.kind) {
    case (0, .opportunity): try book.set(key.kind, key.id, ["stage": .text("proposal")])
    case (1, .lead): try book.set(key.kind, key.id, ["status": .text("qualified")])
    case (2, .lead): try book.set(key.kind, key.id, ["job_title": .none])
    default: try book.set(key.kind, key.id, [texts[choice % texts.count]: .text(word())])
    }
  }

  private func keepPrivately(_ number: Int, _ book: BookBench) throws {
    guard let key = try pick(number, book) else { return }
    switch key.kind {
    case .lead: try book.set(.lead, key.id, ["state": .text(word())])
    case .opportunity: try book.set(.opportunity, key.id, ["lost_reason": .text(word())])
    case .task:
      guard let lead = try pick(number, book, [.lead]) else { return }
      try book.set(.task, key.id, ["lead": .reference(lead.id)])
    default: break
    }
  }

  private func convert(_ number: Int, _ isIntoKnown: Bool, _ book: BookBench) throws {
    guard let key = try pick(number, book, [.lead]),
      let lead = try book.store.read({ try $0.record(Identifier<Lead>(key.id)) }), lead.status != "converted"
    else { return }
    let known = isIntoKnown ? try pick(number, book, [.contact]) : nil
    if known == nil, made[lead.lastName] != nil { made[lead.lastName, default: 0] += 1 }
    try book.convert(lead, into: known.map { Identifier($0.id) })
  }

  private func merge(_ number: Int, _ book: BookBench) throws {
    func merge<R: CRMDomain.Record>(_ type: R.Type) throws {
      let records = try book.store.read { try $0.all(R.self) }
      guard records.count > 1 else { return }
      let pair = [records[number % records.count], records[(number / 7 + 1 + number % records.count) % records.count]]
      guard pair[0].id != pair[1].id else { return }
      var merge = CRMDomain.Merge(pair, customFields: [])
      merge.keep(number % 2)
      try book.store.transact("Merge") { try $0.merge(merge) }
    }
    if number % 3 == 0 { try merge(Lead.self) } else { try merge(Contact.self) }
  }

  private func load(_ rows: Int, _ book: BookBench) throws {
    let lines = (0..<rows).map { _ -> String in
      let word = word()
      made[word] = 1
      return "Imp,\(word),\(word)@x.example"
    }
    try book.load("first_name,last_name,email\n" + lines.joined(separator: "\n"))
  }
}
