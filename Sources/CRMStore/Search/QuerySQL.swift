import CRMDomain
import GRDB

/// A list as the store understands it: which records of one kind, in what order.
package struct ListQuery: Hashable, Sendable {
  package var kind: EntityKind
  /// All of them must hold.
  package var conditions: [Condition]
  package var sort: [Query.SortKey]
  package var now: Instant
  package var today: Day
  /// Lists of the trash ask for what was deleted.
  package var isTrash = false

  package init(
    _ kind: EntityKind, conditions: [Condition] = [], sort: [Query.SortKey] = [], now: Instant, today: Day,
  ) {
    self.kind = kind
    self.conditions = conditions
    self.sort = sort
    self.now = now
    self.today = today
  }
}

/// A piece of SQL with the values for its question marks.
struct SQLText {
  var text: String
  var arguments: [DatabaseValue] = []

  init(_ text: String, _ arguments: [any DatabaseValueConvertible] = []) {
    self.text = text
    self.arguments = arguments.map(\.databaseValue)
  }

  static func joined(_ parts: [SQLText], _ separator: String) -> SQLText {
    var whole = SQLText(parts.map { "(\($0.text))" }.joined(separator: separator))
    whole.arguments = parts.flatMap(\.arguments)
    return whole
  }
}

/// Turns a list into SQL that answers row ids.
struct QuerySQL {
  let query: ListQuery
  let stages: [Stage]
  private var table: String { query.kind.rawValue }

  /// The rows, without order: what follows FROM.
  var source: SQLText {
    var needles: [String] = []
    var parts = [SQLText(query.isTrash ? "deleted_at IS NOT NULL" : "deleted_at IS NULL")]
    for condition in query.conditions {
      if case .textContains(let needle) = condition, isIndexed {
        needles.append(needle)
        if needle.unicodeScalars.count > SearchText.minimumLength { parts.append(contains(needle)) }
      } else {
        parts.append(sql(condition))
      }
    }
    if !needles.isEmpty { parts.insert(matching(needles), at: 0) }
    let condition = SQLText.joined(parts, " AND ")
    var whole = SQLText("\"\(table)\" WHERE \(condition.text)")
    whole.arguments = condition.arguments
    return whole
  }

  /// The trash is not in the index, and small kinds have none.
  private var isIndexed: Bool { query.kind.isIndexedForSearch && !query.isTrash }

  private func matching(_ needles: [String]) -> SQLText {
    SQLText("id IN (SELECT rowid FROM \(table)_text WHERE \(table)_text MATCH ?)", [TextIndex.match(needles)])
  }

  private func contains(_ needle: String) -> SQLText { SQLText("instr(search_text, ?) > 0", [needle]) }

  // MARK: Conditions

  private func sql(_ condition: Condition) -> SQLText {
    switch condition {
    case .textContains(let needle):
      guard isIndexed else { return contains(needle) }
      return .joined([matching([needle]), contains(needle)], " AND ")
    case .textPrefix(let info, let folded): return test(.prefix, info, folded)
    case .textHolds(let info, let folded): return test(.holds, info, folded)
    case .textIs(let info, let folded): return test(.is, info, folded)
    case .digitsHold(let info, let digits): return test(.digits, info, digits)
    case .isIn(let info, let values): return isIn(info, values)
    case .range(let info, let range): return self.range(info, range)
    case .isSet(let info): return SQLText("\(column(info)) IS NOT NULL")
    case .hasTag(let info, let tags):
      return SQLText("crm_tag(\(column(info)), ?)", [JSONValue.array(tags.map(JSONValue.string)).text])
    case .flag(let flag): return sql(flag)
    case .not(let inner):
      let inner = sql(inner)
      var whole = SQLText("NOT coalesce((\(inner.text)), 0)")
      whole.arguments = inner.arguments
      return whole
    case .any(let conditions): return conditions.isEmpty ? SQLText("0") : .joined(conditions.map(sql), " OR ")
    case .all(let conditions): return conditions.isEmpty ? SQLText("1") : .joined(conditions.map(sql), " AND ")
    case .nothing: return SQLText("0")
    }
  }

  /// A test of text that SQL has no word for, done by the domain's own rule.
  private func test(_ test: TextTest, _ info: FieldInfo, _ pattern: String) -> SQLText {
    SQLText("\(test.sqlName)(\(column(info)), ?)", [pattern])
  }

  private func isIn(_ info: FieldInfo, _ values: [FieldValue]) -> SQLText {
    let values = values.map { stored($0, info) }
    var whole = SQLText("\(column(info)) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
    whole.arguments = values
    return whole
  }

  private func range(_ info: FieldInfo, _ range: ValueRange) -> SQLText {
    var parts = [SQLText("\(column(info)) IS NOT NULL")]
    for (bound, sign) in [(range.lower, ">"), (range.upper, "<")] {
      guard let bound else { continue }
      var part = SQLText("\(column(info)) \(sign)\(bound.isIncluded ? "=" : "") ?")
      part.arguments = [stored(bound.value, info)]
      parts.append(part)
    }
    return .joined(parts, " AND ")
  }

  /// Custom fields are compared as JSON gives them: flags and numbers as numbers, money as hundredths.
  private func stored(_ value: FieldValue, _ info: FieldInfo) -> DatabaseValue {
    guard info.isCustom else { return StoredValue.encode(value) }
    if case .instant(let instant) = value { return instant.iso.databaseValue }
    return StoredValue.encode(value)
  }

  private func column(_ info: FieldInfo) -> String {
    guard info.isCustom else { return "\"\(info.name)\"" }
    let path = "$.\"\(info.name.filter { $0 != "\"" && $0 != "'" })\""
    let value = "nullif(json_extract(custom_fields, '\(path)'), '')"
    return info.kind == .money ? "CAST(round(\(value) * 100) AS INTEGER)" : value
  }

  // MARK: Rules that look at other tables

  private func sql(_ flag: QueryFlag) -> SQLText {
    switch flag {
    case .nextless:
      let followUp =
        query.kind == .lead ? "(next_follow_up IS NULL OR next_follow_up < \(query.now.microseconds)) AND" : ""
      return SQLText(
        """
        \(openRecord) AND \(followUp) NOT EXISTS (SELECT 1 FROM task WHERE task.\(table) = "\(table)".id
          AND task.deleted_at IS NULL AND task.status NOT IN ('completed', 'cancelled'))
        """)
    case .rotting: return rotting
    case .open, .closed, .won, .lost, .overdue, .due, .today, .hot, .mine, .unassigned: return SQLText("0")
    }
  }

  private var openRecord: String {
    query.kind == .lead
      ? "status NOT IN ('converted', 'lost', 'unqualified')"
      : "stage NOT IN ('closed_won', 'closed_lost')"
  }

  /// Deals that entered their stage before the last day the stage allows.
  private var rotting: SQLText {
    let parts = stages.compactMap { stage -> SQLText? in
      guard stage.outcome == "open", let days = stage.rotDays, let board = stage.board else { return nil }
      let day = Rotting.lastFreshDay(today: query.today, allowed: days)
      return SQLText(
        "board = ? AND stage = ? AND stage_entered_at < ?",
        [board.rawValue, stage.key, Int64(day.daysSince1970) * 86_400_000_000])
    }
    return parts.isEmpty ? SQLText("0") : .joined(parts, " OR ")
  }

  // MARK: Order

  /// The terms of ORDER BY: empty last, ties by id.
  func order(_ keys: [Query.SortKey]) -> String {
    let terms = keys.flatMap { key in
      columns(of: key).map { "\($0) \(key.descending ? "DESC" : "ASC NULLS LAST")" }
    }
    return (terms + ["id"]).joined(separator: ", ")
  }

  /// The columns a sort key stands for: a person's name is the last name, then the first.
  func columns(of key: Query.SortKey) -> [String] {
    guard let info = query.kind.fields.first(where: { $0.names.contains(key.key) || $0.name == key.key }) else {
      return key.key == "id"
        ? ["id"] : ["json_extract(custom_fields, '$.\"\(key.key.filter { $0 != "\"" && $0 != "'" })\"')"]
    }
    if case .reference(let kind) = info.kind {
      return [
        "(SELECT \(kind.nameExpression) FROM \"\(kind.rawValue)\" AS other WHERE other.id = \"\(table)\".\"\(info.name)\") COLLATE FOLDED"
      ]
    }
    let names = info.name == "last_name" ? ["last_name", "first_name"] : [info.name]
    return names.map { "\"\($0)\"\(collation(of: info))" }.map { ranked($0, info) }
  }

  private func collation(of info: FieldInfo) -> String {
    switch info.kind {
    case .text, .longText, .email, .phone, .url, .tags: " COLLATE FOLDED"
    case .choice, .integer, .money, .flag, .day, .instant, .reference, .customFields: ""
    }
  }

  /// Choices go by their documented order, values outside it after them.
  private func ranked(_ column: String, _ info: FieldInfo) -> String {
    guard !info.choices.isEmpty else { return column }
    let cases = info.choices.enumerated().map { "WHEN '\($1.value)' THEN \($0)" }.joined(separator: " ")
    return "CASE WHEN \(column) IS NOT NULL THEN CASE \(column) \(cases) ELSE \(info.choices.count) END END"
  }
}
