import CRMDomain
import CRMStore

/// Whole records for those of which only a summary is known: first what the rep opened, then the newest, as many as fit
/// one round.
struct HydrateStage: SyncStage {
  private var wanted: [RecordKey]?
  private var kinds = Round.kinds[...]
  private var below = Int64.max
  private var asked: [Mapping] = []

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    for (mapping, answer) in zip(asked, answers) { try take(mapping, answer, &round, &store) }
    let most = min(round.pace.readsTogether, round.pace.detailsPerRound - round.report.details)
    asked = try next(most, round, &store)
    round.report.hasMoreDetails = try most <= 0 && isAnyLeft(round, store)
    return asked.isEmpty ? .done : .ask(asked.map { HTTPRequest(.get, round.path($0.key.kind, $0.serverID)) })
  }

  private mutating func next(_ most: Int, _ round: Round, _ store: inout some SyncStore) throws -> [Mapping] {
    guard most > 0 else { return [] }
    let opened = try nextWanted(most, round, &store)
    if !opened.isEmpty { return opened }
    while let kind = kinds.first {
      let page = try store.mappingsToRead(kind, below: below, limit: most)
      below = page.last?.serverID ?? Int64.max
      let unread = try page.filter { try isToBeRead($0, round, store) }
      if !unread.isEmpty { return unread }
      if page.isEmpty { kinds.removeFirst() }
    }
    return []
  }

  /// False of what is gone, and of what is to be deleted here: its row is compared with how it was then.
  private func isToBeRead(_ mapping: Mapping, _ round: Round, _ store: some SyncStore) throws -> Bool {
    guard round.missing[mapping.key.kind]?.contains(mapping.serverID) != true else { return false }
    return try !store.operations(of: mapping.key).contains { $0.action == .delete }
  }

  private mutating func nextWanted(
    _ most: Int, _ round: Round, _ store: inout some SyncStore,
  ) throws -> [Mapping] {
    var keys = try wanted ?? store.wanted()
    let opened = try keys.prefix(most).compactMap { try store.mapping($0) }
      .filter { try $0.needsDetail && isToBeRead($0, round, store) }
    keys.removeFirst(min(most, keys.count))
    if keys.isEmpty, try !store.wanted().isEmpty { try store.learn("wanted", "", at: round.now) }
    wanted = keys
    return opened
  }

  private func isAnyLeft(_ round: Round, _ store: some SyncStore) throws -> Bool {
    for kind in Round.kinds {
      var below: Int64? = .max
      while let border = below {
        let page = try store.mappingsToRead(kind, below: border, limit: 20)
        if try page.contains(where: { try isToBeRead($0, round, store) }) { return true }
        below = page.last?.serverID
      }
    }
    return false
  }

  private mutating func take(
    _ mapping: Mapping, _ answer: Answer, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    round.report.details += 1
    switch answer.verdict {
    case .success:
      do {
        let row = try round.shape(mapping.key.kind).record(answer.response.body)
        guard row.id == mapping.serverID else { return }
        try round.apply(row, mapping.key.kind, from: .completion, &store)
      } catch let problem as WireProblem {
        round.report.problems.append("\(mapping.key): \(problem)")
      }
    // Whether so many are gone that a person should be asked is seen when all are known.
    case .notFound: round.missing[mapping.key.kind, default: []].insert(mapping.serverID)
    default: round.report.problems.append("\(mapping.key): answered \(answer.response.status)")
    }
  }
}

/// Looks for rows that are no longer in the lists, asks for each whether it is gone, and believes only that.
struct VanishStage: SyncStage {
  private var kinds = Round.kinds[...]
  private var candidates: [Mapping] = []
  private var asked: [Mapping] = []

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    for (mapping, answer) in zip(asked, answers) {
      guard answer.verdict == .notFound, try store.mapping(mapping.key) != nil else { continue }
      try round.vanished(mapping, &store)
    }
    asked = []
    while candidates.isEmpty {
      guard let kind = kinds.popFirst() else { return .done }
      candidates = try (round.missing[kind] ?? []).sorted().compactMap { try store.mapping(kind, serverID: $0) }
      let surprising = candidates.filter { !round.expected.contains($0.key) }.count
      let known = try store.mappingCount(kind)
      let isEverything = round.emptied.contains(kind) || (surprising > 2 && surprising == known)
      let isMany = surprising > max(10, known / 10) || isEverything
      if isMany, surprising > round.options.acceptsVanished[kind] ?? 0 {
        return try round.ask(whether: surprising, of: kind, &store)
      }
    }
    asked = Array(candidates.prefix(round.pace.readsTogether))
    candidates.removeFirst(asked.count)
    return .ask(asked.map { HTTPRequest(.get, round.path($0.key.kind, $0.serverID)) })
  }
}

extension Round {
  /// Asks a person whether so many are gone, with every round until there is an answer.
  func ask(whether count: Int, of kind: EntityKind, _ store: inout some SyncStore) throws -> Step {
    var cursor = try store.cursor(kind)
    cursor.needsFullPass = true
    try store.save(cursor, kind)
    return .stop(.massVanish(kind, count))
  }

  /// The server said that a row is not there: its record goes to the trash, with a word if it had changes of ours.
  mutating func vanished(_ mapping: Mapping, _ store: inout some SyncStore) throws {
    report.vanished += 1
    let operations = try store.operations(of: mapping.key)
    let edits = operations.flatMap { $0.edits.sorted { $0.key < $1.key } }
    for (name, edit) in edits {
      try note(Conflict(mapping.key, name, .deletedThere, base: edit.from, mine: edit.to), &store)
    }
    for operation in operations { try store.removeOperation(operation.seq) }
    try store.setTrashed(mapping.key, true)
    try store.removeMapping(mapping.key)
    for operation in operations {
      if case .convert = operation.action { try splitConversion(operation, found: nil, keepsLead: false, &store) }
    }
    try cascade(mapping, &store)
  }

  /// The deals of a contact that is gone went with it; each is asked for.
  mutating func cascade(_ mapping: Mapping, _ store: inout some SyncStore) throws {
    guard mapping.key.kind == .contact else { return }
    for key in try store.records(.opportunity, whose: "contact", is: mapping.key.id) {
      guard var deal = try store.mapping(key) else { continue }
      expected.insert(key)
      deal.needsDetail = true
      try store.save(deal)
    }
  }
}
