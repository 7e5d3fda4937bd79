/// What becomes of a file's columns.
package struct ColumnMapping: Hashable, Sendable {
  /// Where a column goes.
  package enum Target: Hashable, Sendable {
    case field(FieldInfo)
    /// A field made at run time, inside `custom_fields`.
    case custom(FieldInfo)
    case ignored

    package var field: FieldInfo? {
      switch self {
      case .field(let info), .custom(let info): info
      case .ignored: nil
      }
    }
  }

  package struct Column: Hashable, Sendable {
    /// From 0, as the file has them.
    package let index: Int
    package let header: String
    package var target: Target
    package var transform: ColumnTransform
    /// 0 to 1.
    package var confidence: Double
    /// Why, in words for a person.
    package var reason: String
    /// What had to be guessed about the values, or what the choices do not know.
    package var remark: String?
    /// What a person asked for; `transform` follows it.
    package var options = ColumnOptions()
  }

  /// What becomes of columns that fit no field.
  package enum Unmapped: Sendable { case custom, ignored }

  /// A value that every row has, whatever its cells say.
  package struct Stamp: Hashable, Sendable {
    package let field: FieldInfo
    /// A name where the field refers to a record.
    package let value: FieldValue
  }

  package let kind: EntityKind
  package var columns: [Column]
  package var stamps: [Stamp] = []

  /// The required fields that no column fills; new records would lack them.
  package var missing: [FieldInfo] {
    let filled = Set(columns.flatMap { filledNames($0) } + stamps.map(\.field.name))
    return kind.fields.filter { $0.isRequired && !filled.contains($0.name) }
  }

  private func filledNames(_ column: Column) -> [String] {
    guard let name = column.target.field?.name else { return [] }
    return column.transform == .splitName ? ["first_name", "last_name"] : [name]
  }
}

extension ColumnMapping {
  /// The mapping suggested for `header` and some of the rows below it.
  ///
  /// A column is known by the name in the header, in six languages, unless its values speak against it; without a
  /// header, by its values alone. No two columns fill one field: the better match has it.
  package static func suggested(
    for kind: EntityKind, header: [String], sample: [[String]], delimiter: UInt8 = UInt8(ascii: ","),
    customFields: [FieldInfo] = [], unmapped: Unmapped = .custom,
  ) -> ColumnMapping {
    let count = header.isEmpty ? sample.map(\.count).max() ?? 0 : header.count
    var profiles = [ColumnProfile](repeating: ColumnProfile(), count: count)
    for row in sample {
      for (index, value) in row.prefix(count).enumerated() { profiles[index].add(value) }
    }
    let headers = header + Array(repeating: "", count: count - header.count)
    let matcher = ColumnMatcher(kind: kind, customFields: customFields, headers: headers, profiles: profiles)
    var names = CustomNames(taken: Set(kind.fields.map(\.name)))
    let matches = matcher.matches()
    let columns = headers.indices.map { index in
      let seed = Column(
        index: index, header: headers[index], target: .ignored, transform: .text, confidence: 0, reason: "")
      if ImportReport.ownColumns.contains(headers[index]) { return seed.leftOut("written by the import before") }
      guard let match = matches[index] else {
        return seed.unmatched(unmapped, kind, profiles[index], &names, delimiter)
      }
      return seed.matched(match, profiles[index], delimiter)
    }
    return ColumnMapping(kind: kind, columns: columns)
  }

  /// The mapping a v1 client gives: column of the file to field.
  ///
  /// - Throws: `MappingProblem` if there is no such column or field, or two columns fill one field.
  package static func given(
    _ fields: [String: String], for kind: EntityKind, header: [String], sample: [[String]],
    delimiter: UInt8 = UInt8(ascii: ","), customFields: [FieldInfo] = [],
  ) throws(MappingProblem) -> ColumnMapping {
    var mapping = suggested(
      for: kind, header: header, sample: sample, delimiter: delimiter, customFields: customFields, unmapped: .ignored)
    for column in fields.keys.sorted() where !header.contains(column) {
      throw MappingProblem("The file has no column “\(column)”. It has: \(header.joined(separator: ", "))")
    }
    var fillers: [String: String] = [:]
    for index in mapping.columns.indices {
      let name = mapping.columns[index].header
      guard let fieldName = fields[name] else {
        mapping.ignore(index)
        continue
      }
      guard let field = (kind.fields + customFields).first(where: { $0.isCalled(fieldName) })
      else {
        throw MappingProblem("\(kind.plural.capitalized) have no field “\(fieldName)”, named for the column “\(name)”")
      }
      if let other = fillers.updateValue(name, forKey: field.name) {
        throw MappingProblem("The columns “\(other)” and “\(name)” both fill “\(field.name)”; one column fills a field")
      }
      mapping.set(index, to: field, sample: sample, delimiter: delimiter)
    }
    return mapping
  }

  /// The same for files with the same columns in the same order, by which a saved mapping is found again.
  package static func fingerprint(of header: [String]) -> String {
    header.filter { !ImportReport.ownColumns.contains($0) }.map(HeaderName.key).joined(separator: "|")
  }

  /// Leaves a column out.
  package mutating func ignore(_ index: Int) {
    columns[index].target = .ignored
    columns[index].transform = .text
    columns[index].confidence = 1
    columns[index].reason = "left out"
    columns[index].remark = nil
  }

  /// Sends a column to `field`, whatever was suggested, with the transform its values, or `options`, ask for.
  package mutating func set(
    _ index: Int, to field: FieldInfo, sample: [[String]], delimiter: UInt8 = UInt8(ascii: ","),
    options: ColumnOptions = ColumnOptions(),
  ) {
    let profile = ColumnProfile(sample.lazy.compactMap { index < $0.count ? $0[index] : nil })
    let match = ColumnMatcher.Match(field: field, score: 1, reason: "chosen", splitsName: options.splitsName)
    columns[index] = columns[index].matched(match, profile, delimiter)
    columns[index].options = options
    columns[index].obeyOptions()
  }

  /// Every column, going nowhere.
  static func unmapped(_ kind: EntityKind, header: [String], sample: [[String]]) -> ColumnMapping {
    let count = header.isEmpty ? sample.map(\.count).max() ?? 0 : header.count
    let columns = (0..<count).map { index in
      Column(
        index: index, header: header.isEmpty ? "" : header[index], target: .ignored, transform: .text, confidence: 1,
        reason: "left out")
    }
    return ColumnMapping(kind: kind, columns: columns)
  }
}

/// Why a mapping that was given cannot be used, as a sentence.
package struct MappingProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package let sentence: String
  init(_ sentence: String) { self.sentence = sentence }
  package var description: String { sentence }
}

extension FieldInfo {
  /// v1's name, our word for it, or the name of v1's column for the number of another record: `contact_id`.
  fileprivate func isCalled(_ word: String) -> Bool {
    if case .reference = kind, word == name + "_id" { return true }
    return word == name || word == key
  }
}

extension ColumnMapping.Column {
  /// Makes the transform read what the options say.
  fileprivate mutating func obeyOptions() {
    if let order = options.dateOrder {
      transform = transform.reading(order)
      if !transform.isText { remark = nil }
    }
    if let mark = options.decimalMark { transform = transform.reading(mark) }
    if options.constant != nil || !options.choices.isEmpty { remark = nil }
  }

  func leftOut(_ reason: String) -> Self {
    var column = self
    (column.confidence, column.reason) = (1, reason)
    return column
  }

  func matched(_ match: ColumnMatcher.Match, _ profile: ColumnProfile, _ delimiter: UInt8) -> Self {
    var column = self
    column.target = match.field.isCustom ? .custom(match.field) : .field(match.field)
    (column.transform, column.remark) = ColumnTransform.suited(to: match.field, profile: profile, delimiter: delimiter)
    if match.splitsName { column.transform = .splitName }
    column.confidence = match.score
    column.reason = match.reason
    return column
  }

  func unmatched(
    _ unmapped: ColumnMapping.Unmapped, _ kind: EntityKind, _ profile: ColumnProfile, _ names: inout CustomNames,
    _ delimiter: UInt8,
  ) -> Self {
    var column = self
    let canHaveCustomFields = kind.fields.contains { $0.kind == .customFields }
    guard unmapped == .custom, canHaveCustomFields, profile.filled > 0 || !header.isEmpty else {
      column.reason = "no field is called that"
      return column
    }
    let info = FieldInfo(names.name(for: header, index), label: header, kind: profile.customKind, isCustom: true)
    column.target = .custom(info)
    (column.transform, column.remark) = ColumnTransform.suited(to: info, profile: profile, delimiter: delimiter)
    column.confidence = 0.5
    column.reason = "no field is called that, so it becomes a custom field"
    return column
  }
}

extension ColumnProfile {
  /// The kind of custom field that holds every value of the sample without loss.
  var customKind: FieldKind {
    guard filled > 0 else { return .text }
    return switch filled {
    case dates where plainIntegers == 0: timed > 0 ? .instant : .day
    case plainIntegers: .integer
    case emails: .email
    case urls: .url
    default: .text
    }
  }
}

/// Gives each custom field a name of its own.
struct CustomNames {
  private var taken: Set<String>

  init(taken: Set<String>) { self.taken = taken }

  /// "Größe (m²)" is `grosse_m2`; a column without a name is `column_3`.
  mutating func name(for header: String, _ index: Int) -> String {
    let words = HeaderName.words(header).joined(separator: "_")
    let name = words.isEmpty ? "column_\(index + 1)" : String(words.prefix(60))
    var (candidate, number) = (name, 2)
    while !taken.insert(candidate).inserted {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}
