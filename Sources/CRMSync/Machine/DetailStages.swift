import CRMDomain
import CRMStore

/// Whole records for those of which only a summary is known.
struct HydrateStage: SyncStage {
  private var kinds = Round.kinds[...]
  private var asked: [Mapping] = []
  /// Those that could not be read in this round.
  private var left: Set<RecordKey> = []

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    for (mapping, answer) in zip(asked, answers) { try take(mapping, answer, &round, &store) }
    asked = []
    while let kind = kinds.first {
      let waiting = try store.mappingsToRead(kind, limit: round.pace.parallelReads + left.count)
      asked = Array(waiting.filter { !left.contains($0.key) }.prefix(round.pace.parallelReads))
      if !asked.isEmpty { return .ask(asked.map { HTTPRequest(.get, round.path(kind, $0.serverID)) }) }
      kinds.removeFirst()
    }
    return .done
  }

  private mutating func take(
    _ mapping: Mapping, _ answer: Answer, _ round: inout Round, _ store: inout some SyncStore,
  ) throws {
    round.report.details += 1
    left.insert(mapping.key)
    guard case .response(let verdict, let response) = answer else { return }
    switch verdict {
    case .success:
      do {
        let row = try round.shape(mapping.key.kind).record(response.body)
        guard row.id == mapping.serverID else { return }
        let hash = mapping.listHash
        try round.apply(row, mapping.key.kind, from: .detail, &store)
        try keepHash(hash, mapping, row, &store)
      } catch let problem as WireProblem {
        round.report.problems.append("\(mapping.key): \(problem)")
      }
    case .notFound: try round.vanished(mapping, &store)
    default: round.report.problems.append("\(mapping.key): answered \(response.status)")
    }
  }

  /// The summary that led here still stands for the row if nothing was written in between.
  private func keepHash(_ hash: UInt64, _ before: Mapping, _ row: WireRow, _ store: inout some SyncStore) throws {
    guard row.updatedAt == before.updatedAt, var mapping = try store.mapping(before.key) else { return }
    mapping.listHash = hash
    // A row beyond our limits in one field is read as far as it can be.
    mapping.needsDetail = false
    try store.save(mapping)
  }
}

/// Looks for rows that are no longer in the lists, asks for each whether it is gone, and believes only that.
struct VanishStage: SyncStage {
  private var kinds = Round.kinds[...]
  private var candidates: [Mapping] = []
  private var asked: [Mapping] = []

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    for (mapping, answer) in zip(asked, answers) {
      guard case .response(.notFound, _) = answer, try store.mapping(mapping.key) != nil else { continue }
      try round.vanished(mapping, &store)
    }
    asked = []
    while candidates.isEmpty {
      guard let kind = kinds.popFirst() else { return .done }
      candidates = try (round.missing[kind] ?? []).filter { try store.mapping($0.key)?.serverID == $0.serverID }
      let most = max(10, try store.mappingCount(kind) / 10)
      if candidates.count > most || round.emptied.contains(kind), !candidates.isEmpty, !round.options.acceptsVanished {
        return .stop(.massVanish(kind, candidates.count))
      }
    }
    asked = Array(candidates.prefix(round.pace.parallelReads))
    candidates.removeFirst(asked.count)
    return .ask(asked.map { HTTPRequest(.get, round.path($0.key.kind, $0.serverID)) })
  }
}

extension Round {
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
  func cascade(_ mapping: Mapping, _ store: inout some SyncStore) throws {
    guard mapping.key.kind == .contact else { return }
    for deal in try store.mappings(.opportunity) where deal.base["contact"] == .reference(mapping.serverID) {
      var deal = deal
      deal.needsDetail = true
      try store.save(deal)
    }
  }
}
