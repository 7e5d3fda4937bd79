import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// What all screens share: the store, the rep, the calendar, and the small tables, read once and again when they change.
@MainActor package final class Session {
  package let store: CRMStore
  package let worker: Worker
  package let calendar: LocalCalendar
  package private(set) var users: [User] = []
  package private(set) var boards: [Board] = []
  package private(set) var stages: [Stage] = []
  package private(set) var customFields: [EntityKind: [FieldInfo]] = [:]
  package private(set) var currency = "USD"
  package let views = SavedViews()
  package let sync: SyncDesk
  let offers = ValueOffers()
  /// Below this many rows a list shows no preview unless asked to.
  package static let previewRows = 30
  package var problem: String?

  /// - Parameter line: how servers are reached; nil for a book that meets none.
  package init(store: CRMStore, worker: Worker, calendar: LocalCalendar, line: SyncLine? = nil) {
    self.store = store
    sync = SyncDesk(line)
    self.worker = worker
    self.calendar = calendar
    reloadSmallTables()
  }

  package var now: Instant { store.now }
  package var today: Day { calendar.day(of: now) }
  package var me: User? { users.first(where: \.isMe) }

  /// What was counted is counted again when it is looked at.
  func noteChanged(_ kinds: Set<EntityKind>) {
    views.noteChanged(kinds)
    offers.forget()
  }

  package func reloadSmallTables() {
    read { reader in
      users = try reader.all()
      boards = try reader.all().sorted { ($0.position, $0.id.rawValue) < ($1.position, $1.id.rawValue) }
      stages = try reader.all()
      currency = try reader.setting("currency") ?? "USD"
      for kind in EntityKind.allCases { customFields[kind] = try reader.customFields(of: kind) }
    }
  }

  /// The same where it is a matter of milliseconds; nil where it would take longer.
  func readQuickly<Value>(_ body: (StoreReader) throws -> Value) -> Value? {
    do throws(StoreProblem) {
      return try store.readQuickly(body)
    } catch {
      problem = error.sentence
      return nil
    }
  }

  /// Runs `body` on a snapshot. What goes wrong is told in a toast, and the answer is nil.
  @discardableResult
  package func read<Value>(_ body: (StoreReader) throws -> Value) -> Value? {
    do {
      return try store.read(body)
    } catch {
      problem = error.sentence
      return nil
    }
  }

  /// Every field of `kind`, those made at run time included.
  package func fields(of kind: EntityKind) -> [FieldInfo] { kind.fields + (customFields[kind] ?? []) }

  package func stages(of board: Identifier<Board>?) -> [Stage] {
    stages.filter { $0.board == board }.sorted { ($0.position, $0.id.rawValue) < ($1.position, $1.id.rawValue) }
  }

  package func stage(of deal: Opportunity) -> Stage? {
    stages.first { $0.key == deal.stage && $0.board == (deal.board ?? boards.first?.id) }
  }

  package func userName(_ id: Identifier<User>?) -> String {
    guard let id else { return "" }
    return id == me?.id ? "me" : users.first { $0.id == id }?.username ?? "user #\(id.rawValue)"
  }

  package func name(_ kind: EntityKind, _ id: Int64) -> String? {
    if kind == .user { return userName(Identifier(id)) }
    return read { try $0.name(kind, id) } ?? nil
  }

  /// How fields are entered and shown here and now.
  package var entry: EntryContext {
    let store = store
    let users = users
    let me = me?.id.rawValue
    return EntryContext(
      now: now, calendar: calendar, currency: currency,
      names: { kind, id in
        if kind == .user { return id == me ? "me" : users.first { $0.id.rawValue == id }?.username }
        do { return try store.read { try $0.name(kind, id) } } catch { return nil }
      },
      find: { kind, text in
        if kind == .user, text.lowercased() == "me" { return me }
        do { return try store.read { try $0.find(kind, named: text).first } } catch { return nil }
      })
  }

  package var queryContext: QueryContext {
    let store = store
    let me = me?.id.rawValue
    return QueryContext(
      now: now, calendar: calendar, me: me,
      find: { kind, text in
        do { return try store.read { try $0.find(kind, named: text) } } catch { return [] }
      })
  }

  package func list(_ kind: EntityKind, _ query: Query, usualSort: [Query.SortKey] = []) -> ListQuery {
    ListQuery(
      kind, conditions: query.conditions(for: kind, fields: fields(of: kind), context: queryContext),
      sort: query.sort.isEmpty ? usualSort : query.sort, now: now, today: today)
  }
}
