import CRMDomain
import CRMStore

/// A list that is read to its end may be longer than a server lets anybody read at once, or a rep lets the program run.
/// Which rows a pass has seen is noted where it stops, so that the next round goes on there. A kill notes nothing, and
/// the pass begins anew.
extension PullStage {
  private var factName: String { "seen \(kind)" }

  /// Takes up a pass that stopped, if there is one.
  mutating func resume(_ round: Round, _ store: inout some SyncStore) throws -> Bool {
    guard !isReview, let note = try store.fact(factName)?.value, !note.isEmpty else { return false }
    try store.learn(factName, "", at: round.now)
    guard !round.options.readsEverything, let began = cursor.passStartedAt, began <= round.now,
      round.now < began.adding(seconds: round.pace.fullPassEvery), cursor.page > 1,
      let ids = SeenRows.ids(note, pass: began)
    else { return false }
    seen = ids
    isResuming = true
    cursor.page -= 1
    return true
  }

  func pause(_ round: Round, _ store: inout some SyncStore) throws {
    guard isFull, cursor.page > 1, let began = cursor.passStartedAt else { return }
    try store.learn(factName, SeenRows.text(seen, pass: began), at: round.now)
  }

  /// False of the page of a resumed pass whose first row that pass has not seen: rows before it were deleted meanwhile,
  /// and those that moved up are on the page before.
  mutating func joins(_ page: WirePage) -> Bool {
    guard isResuming, cursor.page > 1, let first = page.heads.first, !seen.contains(first.id) else {
      isResuming = false
      return true
    }
    return false
  }
}

/// Ids of rows as one text of the store, with the moment their pass began: "1764288000000000 1-200,205".
enum SeenRows {
  static func text(_ ids: Set<Int64>, pass began: Instant) -> String {
    var ranges: [ClosedRange<Int64>] = []
    for id in ids.sorted() {
      if let last = ranges.last, last.upperBound + 1 == id {
        ranges[ranges.count - 1] = last.lowerBound...id
      } else {
        ranges.append(id...id)
      }
    }
    let words = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    return "\(began.microseconds) " + words.joined(separator: ",")
  }

  /// Nil if it is another pass's.
  static func ids(_ text: String, pass began: Instant) -> Set<Int64>? {
    let parts = text.split(separator: " ")
    guard parts.count == 2, Int64(parts[0]) == began.microseconds else { return nil }
    var ids: Set<Int64> = []
    for word in parts[1].split(separator: ",") {
      let ends = word.split(separator: "-").compactMap { Int64($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return nil }
      ids.formUnion(first...last)
    }
    return ids
  }
}
