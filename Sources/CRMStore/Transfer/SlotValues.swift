import CRMDomain

/// The values of a row, each in the slot of its field of the plan.
protocol SlotValues {
  func isEmpty(_ slot: Int) -> Bool
  func text(_ slot: Int) -> String?
  func integer(_ slot: Int) -> Int64?
}

extension [FieldValue]: SlotValues {
  func isEmpty(_ slot: Int) -> Bool { self[slot].isEmpty }
  func text(_ slot: Int) -> String? { self[slot].text }
  func integer(_ slot: Int) -> Int64? { if case .integer(let number) = self[slot] { Int64(number) } else { nil } }
}

/// One of many rows.
struct PackedRow: SlotValues {
  let rows: PackedRows
  let row: Int

  func isEmpty(_ slot: Int) -> Bool { rows.isEmpty(row, slot) }
  func text(_ slot: Int) -> String? { rows.text(row, slot) }
  func integer(_ slot: Int) -> Int64? { rows.integer(row, slot) }
}
