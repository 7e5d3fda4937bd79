/// How an import went: v1's answer, and what it does not count.
package struct ImportReport: Hashable, Sendable {
  /// A row that was not imported.
  package struct Rejection: Hashable, Sendable {
    /// 2 for the first row under a header in row 1.
    package let row: Int
    /// A sentence for each thing wrong with it.
    package let error: String
    /// The row's cells by column.
    package let data: [String: String]
  }

  /// Rejections that are listed one by one; the rest are only counted.
  package static let detailLimit = 100

  package var created = 0
  package var updated = 0
  /// Rows whose record says the same already.
  package var identical = 0
  /// Rows left out because another row, or the way of matching, says so.
  package var skipped = 0
  package private(set) var errors = 0
  package private(set) var details: [Rejection] = []

  package init() {}

  /// What v1 counts as imported.
  package var imported: Int { created + updated + identical }

  package mutating func reject(row: Int, _ problems: [RowProblem], header: [String], cells: [String]) {
    errors += 1
    guard details.count < Self.detailLimit else { return }
    var data: [String: String] = [:]
    for (name, cell) in zip(header, cells) { data[name] = cell }
    let places = problems.map { $0.column.isEmpty ? $0.message : "\($0.column): \($0.message)" }
    details.append(Rejection(row: row, error: places.joined(separator: " "), data: data))
  }

  /// v1's `{success, imported, errors, error_details}` with `created`, `updated`, `identical` and `skipped` beside them.
  package var json: JSONValue {
    .object([
      "success": .bool(true), "imported": .integer(imported), "errors": .integer(errors),
      "created": .integer(created), "updated": .integer(updated), "identical": .integer(identical),
      "skipped": .integer(skipped),
      "error_details": .array(
        details.map { detail in
          .object([
            "row": .integer(detail.row), "error": .string(detail.error),
            "data": .object(detail.data.mapValues(JSONValue.string)),
          ])
        }),
    ])
  }
}
