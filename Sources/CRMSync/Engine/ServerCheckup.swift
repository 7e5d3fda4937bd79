import CRMDomain
import CRMStore

/// What a server can do and how it behaves, found out by asking; nothing is written there.
///
/// A capability is believed only if the rows that came back prove it: servers ignore what they do not know.
package struct ServerCheckup: Hashable, Sendable {
  package struct Finding: Hashable, Sendable {
    package let subject: String
    package let found: String
    /// What it means for synchronising.
    package let meaning: String
  }

  package internal(set) var findings: [Finding] = []
  /// Why it ended early.
  package internal(set) var problem: RoundEnd?
}

extension SyncRound {
  /// - Parameter login: see `run`.
  package func examineServer(login: () throws -> Session) throws(Failure) -> ServerCheckup {
    var probes = ServerProbes(transport: transport, now: store.now)
    do {
      probes.access = try access(login)
      try probes.lists()
      try probes.others()
    } catch let failure as Failure {
      throw failure
    } catch let end as Unavailable {
      probes.checkup.problem = end.end
    } catch {
      probes.checkup.problem = .offline(retryAt: store.now)
    }
    guard probes.checkup.problem == nil else { return probes.checkup }
    do { try store.read { try probes.learned($0, profile.id) } } catch { throw .store(error) }
    return probes.checkup
  }
}

/// The questions.
private struct ServerProbes {
  let transport: any Transport
  let now: Instant
  var access = ""
  var checkup = ServerCheckup()

  init(transport: any Transport, now: Instant) {
    self.transport = transport
    self.now = now
  }

  private mutating func say(_ subject: String, _ found: String, _ meaning: String) {
    checkup.findings.append(.init(subject: subject, found: found, meaning: meaning))
  }

  private func get(_ path: String, _ query: [QueryItem] = []) throws -> HTTPResponse {
    var request = HTTPRequest(.get, path, query: query)
    request.headers["Authorization"] = "Bearer " + access
    request.headers["Accept"] = "application/json"
    let answer = try transport.send(request)
    // What is refused for a limit says nothing about the server.
    if case .throttled(let time) = Verdict(answer, now: now) {
      throw SyncRound.Unavailable(end: .throttled(until: time ?? now.adding(seconds: 60)))
    }
    return answer
  }

  private func page(_ kind: EntityKind, _ query: [QueryItem]) throws -> (list: WirePage, answer: HTTPResponse)? {
    let answer = try get("/api/v1/\(kind.plural)/", query)
    guard Verdict(answer, now: now) == .success else { return nil }
    return (try WirePage(answer.body), answer)
  }

  // MARK: Lists

  mutating func lists() throws {
    for kind in Round.kinds {
      guard let (list, answer) = try page(kind, [QueryItem("ordering", "-updated_at,-created_at")]) else {
        say(kind.plural, "no list", "left out")
        continue
      }
      say(kind.plural, "\(list.count ?? list.heads.count) rows, \(list.heads.count) a page", "read page by page")
      if kind == .lead || kind == .contact, list.hasNext { try pages(kind, list) }
      if kind == .lead { headers(answer) }
    }
  }

  private mutating func pages(_ kind: EntityKind, _ usual: WirePage) throws {
    if let (large, _) = try page(kind, [QueryItem("page_size", "100")]) {
      let isHonoured = large.heads.count > usual.heads.count
      say(
        "\(kind.plural): page_size", isHonoured ? "honoured" : "ignored",
        isHonoured ? "fewer requests" : "\(usual.heads.count) rows a request")
    }
    if let (rising, _) = try page(kind, [QueryItem("ordering", "updated_at")]) {
      let stamps = rising.heads.compactMap(\.updatedAt)
      let isHonoured =
        zip(stamps, stamps.dropFirst()).allSatisfy { $0 <= $1 } && rising.heads.first?.id != usual.heads.first?.id
      say(
        "\(kind.plural): ordering", isHonoured ? "honoured" : "ignored",
        isHonoured ? "only what changed is read" : "everything is read each time")
    }
    if let (filtered, _) = try page(kind, [QueryItem("no_such_filter", "1")]) {
      let isIgnored = filtered.count == usual.count
      say(
        "\(kind.plural): unknown filter", isIgnored ? "ignored" : "narrows the list",
        "filters are checked on the rows that come back")
    }
  }

  private mutating func headers(_ answer: HTTPResponse) {
    let tags = answer.headers["ETag"] != nil
    say(
      "versions (ETag)", tags ? "sent" : "none",
      tags ? "writes are conditional" : "rows are read before they are written")
    say(
      "compression", answer.headers["Content-Encoding"] ?? "none",
      answer.headers["Content-Encoding"] == nil ? "more bytes" : "fewer bytes")
  }

  // MARK: Others

  mutating func others() throws {
    let me = try get("/api/auth/users/me/")
    say("who am I", Verdict(me, now: now) == .success ? "answered" : "answered \(me.status)", "the rep's own user")
    say("colleagues", try colleagues(), "names come from records too")
    let missing = try get("/api/v1/leads/0/")
    say(
      "a row that is not there", missing.status == 404 ? "404" : "answered \(missing.status)",
      missing.status == 404 ? "deletions can be confirmed" : "nothing is ever taken for deleted")
  }

  private func colleagues() throws -> String {
    let users = try get("/api/auth/users/")
    guard Verdict(users, now: now) == .success else { return "answered \(users.status)" }
    let count: Int?
    do { count = try WirePage(users.body).count } catch { return "\(error)" }
    return count.map { $0 == 1 ? "only yourself" : "\($0) users" } ?? "listed without a count"
  }

  /// What rounds have learned of writes, which are not tried here.
  mutating func learned(_ reader: StoreReader, _ profile: Int64) throws {
    let meanings = [
      "convert": "conversion", "complete": "completing tasks", "bulk lead": "bulk changes of leads",
      "bulk contact": "bulk changes of contacts", "bulk opportunity": "bulk changes of deals",
      "intents lead": "marks of creates (leads)", "intents contact": "marks of creates (contacts)",
      "intents opportunity": "marks of creates (deals)",
    ]
    for (name, value) in try reader.syncFacts(profile) {
      guard let subject = meanings[name] else { continue }
      let found = ["no": "does not work", "kept": "kept", "dropped": "dropped"][value] ?? value
      let meaning =
        value == "no"
        ? "done in other ways" : value == "kept" ? "no create is made twice" : "creates are known by their values"
      say(subject, found, meaning)
    }
  }
}
