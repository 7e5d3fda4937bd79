import CRMDomain
import GRDB

/// An account on a server, and how the book is kept the same as it.
package struct SyncProfile: Hashable, Sendable, Identifiable {
  package struct Settings: Hashable, Sendable {
    /// As `ServerAddress` writes it.
    package var server = ""
    package var user = ""
    /// Seconds between rounds; 0 means only when asked.
    package var interval = 300
    /// True if what changes here is sent some seconds later.
    package var sendsAtOnce = true
    package var caFile: String?
    /// True if plain http to another machine was allowed by hand.
    package var isInsecure = false
    /// Bytes a second at most; 0 means all there are.
    package var bandwidth = 0
    /// Kinds that are neither fetched nor sent; what others refer to of them is read all the same.
    package var leavesOut: Set<EntityKind> = []
    /// True of the account that the screens are about, where there are several.
    package var isChosen = false
    /// A command that prints the refresh token.
    package var passwordCommand: String?
    /// What becomes of records that both sides had before they met.
    package var firstMeeting = FirstMeeting.matchByEmail
    /// True until the rep has said so: no round begins before, since it would take everything there for new.
    package var asksAboutMeeting = false
    /// Fields in which what is written here stands against what is written there, as "lead.notes".
    package var keepsMine: Set<String> = []
    /// Fields in which what is written there stands, and nobody is asked.
    package var keepsTheirs: Set<String> = []

    package init() {}
  }

  /// Records that both sides had before they met.
  package enum FirstMeeting: String, Hashable, Sendable, CaseIterable {
    /// Those with the same e-mail are one; what differs between them is a conflict.
    case matchByEmail
    case keepBoth
    /// What is on the server comes in, and what is here stays here until each kind is sent by hand.
    case fetchOnly
  }

  package let id: Int64
  package let name: String
  package var settings: Settings

  package static let firstName = "default"

  package init(id: Int64, name: String, settings: Settings) {
    (self.id, self.name, self.settings) = (id, name, settings)
  }
}

extension SyncProfile {
  init(row: Row) throws {
    id = row["id"]
    name = row["name"]
    settings = Settings(json: try JSONValue(parsing: row["settings"] as String))
  }
}

extension SyncProfile.Settings {
  package var json: JSONValue {
    .object([
      "server": .string(server), "user": .string(user), "interval": .integer(interval),
      "sends_at_once": .bool(sendsAtOnce), "ca_file": caFile.map(JSONValue.string) ?? .null,
      "is_insecure": .bool(isInsecure), "bandwidth": .integer(bandwidth),
      "is_chosen": .bool(isChosen), "leaves_out": .array(leavesOut.map(\.rawValue).sorted().map(JSONValue.string)),
      "password_command": passwordCommand.map(JSONValue.string) ?? .null,
      "first_meeting": .string(firstMeeting.rawValue), "asks_about_meeting": .bool(asksAboutMeeting),
      "keeps_mine": .array(keepsMine.sorted().map(JSONValue.string)),
      "keeps_theirs": .array(keepsTheirs.sorted().map(JSONValue.string)),
    ])
  }

  init(json: JSONValue) {
    guard case .object(let members) = json else { return }
    func text(_ name: String) -> String? { if case .string(let text)? = members[name] { text } else { nil } }
    func number(_ name: String) -> Int? { if case .integer(let number)? = members[name] { number } else { nil } }
    server = text("server") ?? ""
    user = text("user") ?? ""
    interval = number("interval") ?? interval
    sendsAtOnce = members["sends_at_once"] != .bool(false)
    caFile = text("ca_file")
    isInsecure = members["is_insecure"] == .bool(true)
    bandwidth = number("bandwidth") ?? 0
    passwordCommand = text("password_command")
    asksAboutMeeting = members["asks_about_meeting"] == .bool(true)
    firstMeeting = text("first_meeting").flatMap(SyncProfile.FirstMeeting.init) ?? firstMeeting
    func names(_ name: String) -> Set<String> {
      guard case .array(let items)? = members[name] else { return [] }
      return Set(items.compactMap { if case .string(let text) = $0 { text } else { nil } })
    }
    isChosen = members["is_chosen"] == .bool(true)
    leavesOut = Set(names("leaves_out").compactMap(EntityKind.init(rawValue:)))
    keepsMine = names("keeps_mine")
    keepsTheirs = names("keeps_theirs")
  }
}

extension StoreReader {
  /// Every account, the oldest first.
  package func syncProfiles() throws -> [SyncProfile] {
    try Row.fetchAll(db, sql: "SELECT * FROM sync_profile ORDER BY id").map(SyncProfile.init(row:))
  }

  /// The account that the screens are about.
  package func chosenSyncProfile() throws -> SyncProfile? {
    let all = try syncProfiles()
    return all.first(where: \.settings.isChosen) ?? all.first
  }

  package func syncProfile(named name: String) throws -> SyncProfile? {
    try Row.fetchOne(db, sql: "SELECT * FROM sync_profile WHERE name = ?", arguments: [name]).map(SyncProfile.init)
  }
}

extension StoreWriter {
  /// Keeps the settings under that name. A new profile takes up the journal from now on.
  @discardableResult
  package func saveSyncProfile(_ name: String, _ settings: SyncProfile.Settings) throws -> Int64 {
    let sql = """
      INSERT INTO sync_profile(name, settings, journal_mark) VALUES (?, ?, (SELECT coalesce(max(id), 0) FROM change))
      ON CONFLICT(name) DO UPDATE SET settings = excluded.settings RETURNING id
      """
    return try Int64.fetchOne(db, sql: sql, arguments: [name, settings.json.text]) ?? 0
  }

  /// Makes an account the one that the screens are about.
  package func chooseSyncProfile(_ id: Int64) throws {
    let sql = "UPDATE sync_profile SET settings = json_set(settings, '$.is_chosen', json(iif(id = ?, 'true', 'false')))"
    try db.execute(sql: sql, arguments: [id])
  }

  /// Forgets an account with all that was noted of its server; the records stay. False if there is none of that name.
  @discardableResult
  package func removeSyncProfile(_ name: String) throws -> Bool {
    try db.execute(sql: "DELETE FROM sync_profile WHERE name = ?", arguments: [name])
    return db.changesCount > 0
  }
}

extension SyncBook {
  /// Keeps the settings of its account, together with what else is done.
  package func saveSettings(_ settings: SyncProfile.Settings) throws {
    let sql = "UPDATE sync_profile SET settings = ? WHERE id = ?"
    try statement(sql).execute(arguments: [settings.json.text, profile])
  }
}

extension CRMStore {
  /// Runs `body` on the book of one profile, in one transaction; what it writes to records becomes part of `operation`,
  /// or of a new one called `title`, which is answered.
  package func synchronise<Value>(
    _ profile: Int64, _ title: String, continuing operation: Int64? = nil, surviving: Survival = .powerFailure,
    _ body: (inout SyncBook) throws -> Value,
  ) throws(StoreProblem) -> (value: Value, operation: Int64?) {
    try transact(title, origin: .sync, continuing: operation, surviving: surviving) { writer in
      var book = SyncBook(profile: profile, writer: writer)
      let value = try body(&book)
      // Insertions are held back until here, and the operation with them.
      try writer.finish()
      return (value, writer.operationID)
    }
  }
}
