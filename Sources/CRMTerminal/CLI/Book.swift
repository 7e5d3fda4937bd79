import CRMDomain
import CRMStore
import Foundation
import Synchronization

/// A database as the command line asks it: queries in words, names for numbers.
struct Book {
  let store: CRMStore
  let calendar = LocalCalendar(.current)
  private let names: NameCache

  init(_ store: CRMStore) {
    self.store = store
    names = NameCache(store)
  }

  var today: Day { calendar.day(of: store.now) }

  func fields(of kind: EntityKind) throws -> [FieldInfo] {
    kind.fields + (try store.read { try $0.customFields(of: kind) })
  }

  /// The records of `kind` that `text` asks for, in its order, or else the usual one.
  /// - Throws: `CommandProblem` with the mistakes underlined.
  func list(_ kind: EntityKind, _ text: String) throws -> ListQuery {
    try list(kind, query(kind, text))
  }

  /// What `text` means.
  /// - Throws: `CommandProblem` with the mistakes underlined.
  func query(_ kind: EntityKind, _ text: String) throws -> Query {
    let parsed = QueryParser(kind: kind, fields: try fields(of: kind)).parse(text)
    guard parsed.isSound else { throw CommandProblem(text, parsed.mistakes) }
    return parsed.query
  }

  func list(_ kind: EntityKind, _ query: Query) throws -> ListQuery {
    let fields = try fields(of: kind)
    let me = try store.read { try $0.me()?.id.rawValue }
    let (store, now) = (store, store.now)
    let context = QueryContext(now: now, calendar: calendar, me: me) { kind, name in
      do { return try store.read { try $0.find(kind, named: name) } } catch { return [] }
    }
    return ListQuery(
      kind, conditions: query.conditions(for: kind, fields: fields, context: context),
      sort: query.sort.isEmpty ? Self.usualSort(kind) : query.sort, now: now, today: today)
  }

  /// The order in which the screens show them too.
  private static func usualSort(_ kind: EntityKind) -> [Query.SortKey] {
    ListView.standard(kind).first?.sort ?? [Query.SortKey("id")]
  }

  /// How values are shown, with the names of the records they refer to.
  var entry: EntryContext {
    let names = names
    return EntryContext(now: store.now, calendar: calendar, names: { names.name($0, $1) })
  }
}

/// The names of records that were asked for before.
private final class NameCache: Sendable {
  private struct Key: Hashable {
    let kind: EntityKind
    let id: Int64
  }

  private let store: CRMStore
  private let known = Mutex<[Key: String?]>([:])

  init(_ store: CRMStore) { self.store = store }

  func name(_ kind: EntityKind, _ id: Int64) -> String? {
    let key = Key(kind: kind, id: id)
    if let name = known.withLock({ $0[key] }) { return name }
    let name = read(kind, id)
    known.withLock { $0[key] = .some(name) }
    return name
  }

  /// A name that cannot be read is shown as the record's number; what is wrong shows with the next record.
  private func read(_ kind: EntityKind, _ id: Int64) -> String? {
    do { return try store.read { try $0.name(kind, id) } } catch { return nil }
  }
}
