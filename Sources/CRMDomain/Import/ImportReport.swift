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

  /// The columns that a file of rejected rows has behind its own: what an import of it passes over.
  package static let ownColumns = ["_row", "_error"]
  /// Rejections that are listed one by one; the rest are only counted.
  package static let detailLimit = 100

  package var created = 0
  package var updated = 0
  /// Rows whose record says the same already.
  package var identical = 0
  /// Rows that have the keys of a row before them; what became of them the plan says.
  package var duplicates = 0
  /// Those of them that were put into the record of the row before.
  package var merged = 0
  /// Rows that look like a record, and wait for a decision.
  package var near = 0
  package private(set) var errors = 0
  package private(set) var details: [Rejection] = []

  package init() {}

  /// What v1 counts as imported.
  package var imported: Int { created + updated + identical + merged }

  /// Rows left out because another row, or a record like it, says so.
  package var skipped: Int { duplicates - merged + near }

  package var rows: Int { created + updated + identical + duplicates + near + errors }

  package mutating func reject(row: Int, _ problems: [RowProblem], header: [String], cells: [String]) {
    errors += 1
    guard details.count < Self.detailLimit else { return }
    var data: [String: String] = [:]
    for (index, cell) in cells.enumerated() {
      data[index < header.count && !header[index].isEmpty ? header[index] : "column_\(index + 1)"] = cell
    }
    details.append(Rejection(row: row, error: RowProblem.sentence(of: problems), data: data))
  }

  /// The numbers alone, as a run keeps them.
  package var counts: [String: Int] {
    [
      "created": created, "updated": updated, "identical": identical, "duplicates": duplicates, "merged": merged,
      "near": near, "errors": errors,
    ]
  }

  package init(counts: [String: Int]) {
    created = counts["created"] ?? 0
    updated = counts["updated"] ?? 0
    identical = counts["identical"] ?? 0
    duplicates = counts["duplicates"] ?? 0
    merged = counts["merged"] ?? 0
    near = counts["near"] ?? 0
    errors = counts["errors"] ?? 0
  }

  /// v1's `{success, imported, errors, error_details}` with the other counts beside them.
  package var json: JSONValue {
    .object([
      "success": .bool(true), "imported": .integer(imported), "errors": .integer(errors),
      "created": .integer(created), "updated": .integer(updated), "identical": .integer(identical),
      "skipped": .integer(skipped), "duplicates": .integer(duplicates), "near": .integer(near),
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
