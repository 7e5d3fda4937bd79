import CRMDomain
import CRMStore

/// An export as a rep asked for it.
package struct ExportOrder: Sendable {
  package enum Scope: Sendable {
    case records([Int64])
    case matches(ListQuery)
  }

  package var kind: EntityKind
  package var scope: Scope
  package var format: ExportFormat
  /// The names of the fields that CSV and JSON have; nil for every field.
  package var columns: [String]?
  package var path: String

  /// Writes the file; answers how many records are in it.
  ///
  /// - Parameter progress: asked now and then with the records done and the records in all; true cancels.
  /// - Throws: `ExportProblem`, `StoreProblem`, or `CancellationError`; what was at the path is there still.
  package func carryOut(_ store: CRMStore, progress: (Int, Int) -> Bool) throws -> Int {
    func run<R: Record>(_ type: R.Type) throws -> Int {
      let ids =
        switch scope {
        case .records(let ids): ids
        case .matches(let query): try store.read { try $0.ids(query) }
        }
      let custom = try store.read { try $0.customFields(of: kind) }
      let all = R.schema.fields + custom.map { Field<R>(custom: $0) }
      let fields = columns.map { names in names.compactMap { name in all.first { $0.info.name == name } } }
      let file = try WholeFile(path)
      try RecordExport<R>(store: store, format: format, columns: fields)
        .write(ids, isCancelled: { progress($0, ids.count) }, to: file.write)
      try file.finish()
      return ids.count
    }
    return try run(kind.recordType)
  }
}
