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
  /// The fields made at run time, for sorting by them.
  let customFields: [FieldInfo]
  /// Where free words are.
  let words: WordRows
  /// Looks rows of a broad text search up in the order of the list, rather than sorting all that match.
  var walksOrder = false
  /// True where the rows are chosen by their ids, so that the text index is of no use.
  var looksAtRows = false
  /// Keeps SQLite from walking the index of an order where every row is looked at: the rows of a table lie side by side.
  var scansTable = false
  private var table: String { query.kind.rawValue }

  /// The free words, if they are all that is asked for.
  var onlyWords: [String]? {
    let needles = query.conditions.compactMap { if case .textContains(let needle) = $0 { needle } else { nil } }
    return isIndexed && !needles.isEmpty && needles.count == query.conditions.count ? needles : nil
  }

  /// The rows, without order: what follows FROM.
  var source: SQLText {
    get throws {
      let condition = try condition
      return SQLText("\"\(table)\" WHERE \(condition.text)", condition.arguments)
    }
  }

  /// The ids of the rows among those in a JSON array, which is the first argument, in its order.
  var amongRows: SQLText {
    get throws {
      let condition = try condition
      return SQLText(
        """
        SELECT id FROM (SELECT value AS wanted FROM json_each(?)) CROSS JOIN "\(table)" NOT INDEXED ON id = wanted
        WHERE \(condition.text)
        """, condition.arguments)
    }
  }

  private var condition: SQLText {
    get throws {
      var needles: [String] = []
      var parts = [SQLText((scansTable ? "+" : "") + "deleted_at IS \(query.isTrash ? "NOT " : "")NULL")]
      for condition in query.conditions {
        if case .textContains(let needle) = condition, isIndexed {
          needles.append(needle)
          if !TextIndex.isSure(of: needle) { parts.append(contains(needle)) }
        } else {
          parts.append(try sql(condition))
        }
      }
      if !needles.isEmpty { parts.insert(try matching(needles), at: 0) }
      return SQLText.joined(parts, " AND ")
    }
  }

  /// The trash is not in the index, and small kinds have none.
  private var isIndexed: Bool { query.kind.isIndexedForSearch && words.isOfUse && !query.isTrash && !looksAtRows }

  /// Few rows are fetched by their ids; of many, each row that SQLite comes by is looked up among them.
  private func matching(_ needles: [String]) throws -> SQLText {
    let rows = try words.rows(query.kind, holding: needles)
    guard !walksOrder, rows.count <= Self.few else { return SQLText("crm_among(?, id)", [rows.data]) }
    let list = rows.ids.map(String.init).joined(separator: ",")
    return SQLText("id IN (SELECT value FROM json_each(?))", ["[\(list)]"])
  }

  private static var few: Int { 20_000 }

  private func contains(_ needle: String) -> SQLText { SQLText("instr(search_text, ?) > 0", [needle]) }

  // MARK: Conditions

  private func sql(_ condition: Condition) throws -> SQLText {
    switch condition {
    case .textContains(let needle):
      guard isIndexed else { return contains(needle) }
      return .joined([try matching([needle]), contains(needle)], " AND ")
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
      let inner = try sql(inner)
      var whole = SQLText("NOT coalesce((\(inner.text)), 0)")
      whole.arguments = inner.arguments
      return whole
    case .any(let conditions): return conditions.isEmpty ? SQLText("0") : .joined(try conditions.map(sql), " OR ")
    case .all(let conditions): return conditions.isEmpty ? SQLText("1") : .joined(try conditions.map(sql), " AND ")
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
    let isNumber = info.isCustom ? "typeof(\(column(info))) = 'integer'" : "\(column(info)) IS NOT NULL"
    var parts = [SQLText(isNumber)]
    for (bound, sign) in [(range.lower, ">"), (range.upper, "<")] {
      guard let bound else { continue }
      var part = SQLText("\(column(info)) \(sign)\(bound.isIncluded ? "=" : "") ?")
      part.arguments = [stored(bound.value, info)]
      parts.append(part)
    }
    return .joined(parts, " AND ")
  }

  private func stored(_ value: FieldValue, _ info: FieldInfo) -> DatabaseValue {
    info.isCustom ? QueryFunctions.encodeCustom(value) : StoredValue.encode(value)
  }

  func column(_ info: FieldInfo) -> String {
    info.isCustom
      ? "crm_custom(custom_fields, \(info.name.sqlLiteral), \(info.kind.customType.sqlLiteral))" : "\"\(info.name)\""
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
          AND task.deleted_at IS NULL AND coalesce(task.status, '') NOT IN ('completed', 'cancelled'))
        """)
    case .rotting: return rotting
    case .open, .closed, .won, .lost, .overdue, .due, .today, .hot, .mine, .unassigned: return SQLText("0")
    }
  }

  private var openRecord: String {
    query.kind == .lead
      ? "coalesce(status, '') NOT IN ('converted', 'lost', 'unqualified')"
      : "coalesce(stage, '') NOT IN ('closed_won', 'closed_lost')"
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

  /// The steps of the order, without the id that decides between equals.
  var steps: [SortStep] {
    SortPart.parts(of: query.sort, fields: query.kind.fields + customFields).map { part in
      let isPlain = part.info.map { !$0.isCustom && $0.choices.isEmpty && $0.kind.isSortedAsStored } ?? true
      return SortStep(expression: expression(part.info), part: part, isPlain: isPlain)
    }
  }

  /// What follows ORDER BY where all rows are asked for at once.
  var orderTerms: String { (steps.map { $0.term() } + ["id"]).joined(separator: ", ") }

  /// True for an order by the names of other records.
  var looksElsewhere: Bool {
    steps.contains { if case .reference? = $0.part.info?.kind { true } else { false } }
  }

  private func expression(_ info: FieldInfo?) -> String {
    guard let info else { return "id" }
    let column = column(info)
    switch info.kind {
    case .reference(let kind):
      return """
        (SELECT nullif(\(kind.nameExpression), '') FROM "\(kind.rawValue)" AS other
          WHERE other.id = "\(table)".\(column)) COLLATE FOLDED
        """
    case .choice(let choices) where !choices.isEmpty: return ranked(column, choices)
    case .tags: return "crm_tags(\(column)) COLLATE FOLDED"
    case .integer, .money, .flag, .day, .instant: return info.isCustom ? "\(column) COLLATE FOLDED" : column
    case .text, .longText, .email, .phone, .url, .choice, .customFields: return "\(column) COLLATE FOLDED"
    }
  }

  /// Choices go by their documented order, values outside it after them.
  private func ranked(_ column: String, _ choices: [Choice]) -> String {
    let cases = choices.enumerated().map { "WHEN \($1.value.sqlLiteral) THEN \($0)" }.joined(separator: " ")
    return "CASE WHEN \(column) IS NOT NULL THEN CASE \(column) \(cases) ELSE \(choices.count) END END"
  }
}

/// The rows of free words, looked up when they are first asked for.
final class WordRows {
  private let reader: StoreReader
  private var known: [String: RowBits] = [:]
  /// False where there are ids beyond those of `RowBits`.
  let isOfUse: Bool

  init(_ reader: StoreReader, _ kind: EntityKind) throws {
    self.reader = reader
    isOfUse = try reader.largestID(kind) <= RowBits.largestID
  }

  /// Those that have every trigram of all `needles`.
  func rows(_ kind: EntityKind, holding needles: [String]) throws -> RowBits {
    var all: RowBits?
    for needle in needles {
      let rows = try known[needle] ?? reader.rows(kind, matching: needle)
      known[needle] = rows
      if all?.formIntersection(rows) == nil { all = rows }
    }
    return all ?? RowBits()
  }
}

/// One term of ORDER BY.
struct SortStep {
  let expression: String
  let part: SortPart
  /// True for a column that an index may have in this order.
  let isPlain: Bool

  /// `hasValue` where rows without a value are asked for apart: NULLS LAST would keep SQLite from walking an index.
  func term(hasValue: Bool = false) -> String {
    let isLast = part.emptyIsLast && !hasValue
    return expression + (part.descending ? " DESC" : isLast ? " ASC NULLS LAST" : " ASC")
  }
}

extension FieldKind {
  /// Whether the values of its column, perhaps folded, are in the order that lists have.
  fileprivate var isSortedAsStored: Bool {
    switch self {
    case .text, .longText, .email, .phone, .url, .integer, .money, .flag, .day, .instant: true
    case .choice, .reference, .tags, .customFields: false
    }
  }
}

extension String {
  /// The text in single quotes, for SQL.
  fileprivate var sqlLiteral: String { "'" + replacing("'", with: "''") + "'" }
}
