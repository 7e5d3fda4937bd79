/// A number for each row id: an array for the ids of usual books, a dictionary for those far beyond.
struct RowMap<Number: FixedWidthInteger & Sendable>: Sendable {
  private var dense: [Number] = []
  private var sparse: [Int64: Number] = [:]
  /// What a row without a number has.
  let blank: Number

  private static var dense: Int64 { 1 << 23 }

  init(blank: Number) { self.blank = blank }

  subscript(id: Int64) -> Number {
    get {
      if id >= 0, id < Int64(dense.count) { return dense[Int(id)] }
      return sparse.isEmpty ? blank : sparse[id] ?? blank
    }
    set {
      guard id >= 0, id < Self.dense else {
        sparse[id] = newValue
        return
      }
      if id >= Int64(dense.count) {
        dense.append(contentsOf: repeatElement(blank, count: Int(id) + 1 - dense.count))
      }
      dense[Int(id)] = newValue
    }
  }

  /// Calls `body` with every number that was set, in no order.
  func forEach(_ body: (Number) -> Void) {
    for number in dense where number != blank { body(number) }
    for number in sparse.values where number != blank { body(number) }
  }
}
