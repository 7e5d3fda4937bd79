/// A column of a file on its way to a field: what the file has, what becomes of it, and why.
package struct ImportColumn: Hashable, Sendable {
  /// From 0, as the file has them.
  package let index: Int
  /// Empty where the file names nothing.
  package let header: String
  /// What to call it: the header, or "column 3".
  package let title: String
  /// Its values in the rows that are shown.
  package private(set) var values: [String]
  package private(set) var target: ImportPlan.Target
  package var options = ColumnOptions()
  /// 0 to 1.
  package private(set) var confidence: Double
  /// Why, in words for a person.
  package private(set) var reason: String
  /// What had to be guessed about its values.
  package private(set) var remark: String?
  /// True if a person said so, or a mapping that was kept.
  package var isChosen = false

  init(_ column: ColumnMapping.Column, title: String, values: [String]) {
    index = column.index
    header = column.header
    self.title = title
    self.values = values
    switch column.target {
    case .field(let info): target = .field(info.name)
    case .custom(let info): target = .custom(name: info.name, kind: info.kind)
    case .ignored: target = .ignored
    }
    options.splitsName = column.transform == .splitName
    confidence = column.confidence
    reason = column.reason
    remark = column.remark
  }

  mutating func decide(_ target: ImportPlan.Target, reason: String) {
    if target.name != self.target.name { options = ColumnOptions() }
    self.target = target
    confidence = 1
    self.reason = reason
    remark = nil
    isChosen = true
  }

  func with(values: [String]) -> Self {
    var column = self
    column.values = values
    return column
  }

  var planned: ImportPlan.Column { ImportPlan.Column(index, header, target, options: options) }

  /// The v1 names of the fields it fills.
  package var filledNames: [String] {
    options.splitsName ? ["first_name", "last_name"] : target.name.map { [$0] } ?? []
  }

  /// The first values that are not empty, no two alike.
  package func samples(_ limit: Int = 3) -> [String] {
    var samples: [String] = []
    for value in values where samples.count < limit {
      let text = value.trimmed
      if !text.isEmpty, !samples.contains(text) { samples.append(text) }
    }
    return samples
  }

  /// True if no row that is shown has a value.
  package var isEmpty: Bool { values.allSatisfy { $0.trimmed.isEmpty } }
}
