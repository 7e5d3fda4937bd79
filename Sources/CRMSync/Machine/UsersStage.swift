import CRMDomain
import CRMStore

/// Colleagues: those the server lists, and ourselves.
struct UsersStage: SyncStage {
  private var page = 0
  private var hasFailed = false

  mutating func step(_ answers: [Answer], _ round: inout Round, _ store: inout some SyncStore) throws -> Step {
    if page == 0 {
      guard try round.fact("users", store) == nil || round.options.readsEverything else { return .done }
      page = 1
      return .ask([HTTPRequest(.get, "/api/auth/users/me/"), request])
    }
    var hasNext = false
    for answer in answers {
      // Whoever has no answer now is asked again in the next round.
      if case .failed = answer.verdict { hasFailed = true }
      guard answer.verdict == .success else { continue }
      hasNext = try read(answer.response.body, round, &store) || hasNext
    }
    page += 1
    if hasNext, page < 200 { return .ask([request]) }
    if !hasFailed { try store.learn("users", "read", at: round.now) }
    return .done
  }

  private var request: HTTPRequest {
    HTTPRequest(.get, "/api/auth/users/", query: page > 1 ? [QueryItem("page", "\(page)")] : [])
  }

  /// Reads a page of users or the answer about ourselves; true if there is another page.
  private func read(_ body: [UInt8], _ round: Round, _ store: inout some SyncStore) throws -> Bool {
    let shape = round.shape(.user)
    do {
      let page = try WirePage(body)
      for head in page.heads { try take(try page.row(head, as: shape), isMe: false, &store) }
      return page.hasNext
    } catch is WireProblem {
      do {
        try take(try shape.record(body), isMe: true, &store)
      } catch is WireProblem {}
      return false
    }
  }

  private func take(_ row: WireRow, isMe: Bool, _ store: inout some SyncStore) throws {
    var key = try store.mapping(.user, serverID: row.id)?.key
    let name = row.fields["username"]?.text
    if key == nil, let known = try (isMe ? store.unmappedUser(named: nil) : nil) ?? name.flatMap(store.unmappedUser) {
      try store.save(Mapping(user: known, serverID: row.id))
      key = known
    }
    let user = try key ?? Translation.stub(.user, row.id, &store)
    var news = row.fields.filter { $0.key != "created_at" && $0.key != "updated_at" }
    // Whoever is logged in is the rep, also in a book that has none yet.
    if isMe { news["is_me"] = .flag(true) }
    try store.update(user, news)
  }
}
