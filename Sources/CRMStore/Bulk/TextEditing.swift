import CRMDomain
import GRDB

/// What came of writing an edited table.
package struct TextEditResult: Hashable, Sendable {
  package var changed = 0
  /// Changes that were left out because somebody else had changed the field, or the record is gone.
  package var kept = 0
}

extension TextEdit.Change {
  /// What is in the field now, or nil where the record is gone or in the trash.
  package func current(_ reader: StoreReader, _ kind: EntityKind) throws -> FieldValue? {
    func value<R: Record>(_ type: R.Type) throws -> FieldValue? {
      guard try reader.isAlive(kind, id) else { return nil }
      return try reader.record(Identifier<R>(id))?[info]
    }
    return try value(kind.recordType)
  }
}

extension StoreWriter {
  /// Writes the changes whose field is still as it was opened, and those in `forced` whatever it is by now.
  ///
  /// A deal's stage and a task's status have the consequences that they have elsewhere.
  package func write(
    _ changes: [TextEdit.Change], forced: Set<TextEdit.Change> = [], in kind: EntityKind, _ context: BulkChange.Context,
  ) throws -> TextEditResult {
    func write<R: Record>(_ type: R.Type) throws -> TextEditResult {
      var result = TextEditResult()
      for (id, own) in Dictionary(grouping: changes, by: \.id).sorted(by: { $0.key < $1.key }) {
        guard try reader.isAlive(kind, id), let record: R = try reader.record(Identifier(id)) else {
          result.kept += own.count
          continue
        }
        let wanted = own.filter { forced.contains($0) || record[$0.info] == $0.old }
        result.kept += own.count - wanted.count
        let edits = wanted.map { $0.edit(of: record, context) }
        guard case .changed(let new) = BulkChange(kind, edits).outcome(for: record, in: context) else { continue }
        try update(new, from: record)
        result.changed += 1
      }
      return result
    }
    return try write(kind.recordType)
  }
}

extension TextEdit.Change {
  fileprivate func edit<R: Record>(of record: R, _ context: BulkChange.Context) -> BulkChange.Edit {
    if let deal = record as? Opportunity, info.name == "stage" {
      let stage = context.stages.first { $0.key == new.text && $0.board == deal.board }
      if let stage { return BulkChange.Edit(info, .move(stage, reason: deal.lostReason), shown: stage.name) }
    }
    return BulkChange.Edit(info, .set(new), shown: "")
  }
}
