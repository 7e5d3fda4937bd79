import CRMDomain
import GRDB

extension StoreReader {
  /// Passes the matches in order to `body`, at most `limit` of them, holding one record at a time.
  package func each<R: Record>(
    _ query: ListQuery, of type: R.Type = R.self, limit: Int? = nil, _ body: (R) throws -> Void,
  ) throws {
    let reader = RecordReader<R>()
    let statement = try db.cachedStatement(sql: "SELECT \(reader.columns) FROM \"\(R.schema.table)\" WHERE id = ?")
    for id in try ids(query, limit: limit) {
      if let row = try Row.fetchOne(statement, arguments: [id]) { try body(reader.record(row)) }
    }
  }
}
