import CRMDomain
import GRDB

/// Reads rows into records: the columns of the schema, in its order, after the id.
struct RecordReader<R: Record> {
  let columns: String

  init() {
    columns = (["id"] + R.schema.fields.map { "\"\($0.info.name)\"" }).joined(separator: ", ")
  }

  func record(_ row: Row) -> R {
    var record = R()
    record.id = Identifier(row[0])
    for (index, field) in R.schema.fields.enumerated() {
      field.set(&record, StoredValue.decode(row[index + 1], as: field.info.kind))
    }
    return record
  }
}
