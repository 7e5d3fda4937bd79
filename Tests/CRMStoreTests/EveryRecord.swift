import Foundation

@testable import CRMDomain
@testable import CRMStore

/// Which of many records fulfil a condition, by a look at each of them.
///
/// Without the optimiser a look takes long, so a field's values are read once and each different one is judged once.
final class EveryRecord<R: CRMDomain.Record> {
  private let records: [R]
  private let texts: [[CChar]]
  private var columns: [FieldInfo: (places: [Int], values: [FieldValue])] = [:]
  private let flag: (QueryFlag, R) -> Bool

  init(_ records: [R], flag: @escaping (QueryFlag, R) -> Bool) {
    self.records = records
    self.flag = flag
    texts = records.map { $0.searchText.utf8CString.map(\.self) }
  }

  /// The ids of the records that fulfil all.
  func ids(fulfilling conditions: [Condition]) -> Set<Int64> {
    var answers = [Bool](repeating: true, count: records.count)
    for condition in conditions {
      let more = self.answers(condition)
      for index in answers.indices where answers[index] { answers[index] = more[index] }
    }
    return Set(records.indices.lazy.filter { answers[$0] }.map { self.records[$0].id.rawValue })
  }

  private func answers(_ condition: Condition) -> [Bool] {
    switch condition {
    case .textContains(let needle): return texts.map { strstr($0, needle) != nil }
    case .flag(let flag): return records.map { self.flag(flag, $0) }
    case .nothing: return records.map { _ in false }
    case .not(let inner): return answers(inner).map { !$0 }
    case .any(let some):
      return some.map(answers).reduce(records.map { _ in false }) { zip($0, $1).map { $0 || $1 } }
    case .all(let all):
      return all.map(answers).reduce(records.map { _ in true }) { zip($0, $1).map { $0 && $1 } }
    case .textPrefix, .textHolds, .textIs, .digitsHold, .isIn, .range, .isSet, .hasTag:
      guard let info = condition.onlyField else { return [] }
      let column = column(info)
      let values = column.values.map(condition.holds)
      return column.places.map { values[$0] }
    }
  }

  private func column(_ info: FieldInfo) -> (places: [Int], values: [FieldValue]) {
    if let column = columns[info] { return column }
    var (values, known): ([FieldValue], [FieldValue: Int]) = ([], [:])
    let places = records.map { record in
      let value = record[info]
      if let place = known[value] { return place }
      values.append(value)
      known[value] = values.count - 1
      return values.count - 1
    }
    columns[info] = (places, values)
    return (places, values)
  }
}
