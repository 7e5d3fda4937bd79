extension ImportPlan {
  /// The plan for a file that nothing was said about: what each column goes to, as the program guesses.
  package static func suggested(
    for kind: EntityKind, header: [String], sample: [[String]], delimiter: UInt8 = UInt8(ascii: ","),
    customFields: [FieldInfo] = [],
  ) -> ImportPlan {
    var plan = ImportPlan(kind)
    plan.columns = ColumnMapping.suggested(
      for: kind, header: header, sample: sample, delimiter: delimiter, customFields: customFields
    ).columns.map(Column.init)
    return plan
  }

  /// What becomes of the columns of one file: fields in place of names, and everything found out that the plan leaves
  /// open. A column of the plan is found by its name, or by its place where names repeat or are missing.
  ///
  /// - Throws: `MappingProblem` if there is no such column or field, or two columns fill one field.
  package func mapping(
    header: [String], sample: [[String]], delimiter: UInt8 = UInt8(ascii: ","), customFields: [FieldInfo] = [],
  ) throws(MappingProblem) -> ColumnMapping {
    let places = try places(header, columns: header.isEmpty ? sample.map(\.count).max() ?? 0 : header.count)
    let columns = zip(places, columns).sorted { $0.0 < $1.0 }
    try checkFillers(columns.map(\.1))
    var mapping = ColumnMapping.unmapped(kind, header: header, sample: sample)
    for (place, column) in columns {
      guard let field = try field(of: column, customFields) else {
        mapping.ignore(place)
        continue
      }
      mapping.set(place, to: field, sample: sample, delimiter: delimiter, options: column.options)
    }
    mapping.stamps = try stamps(customFields, filled: Set(self.columns.flatMap(\.filledNames)))
    return mapping
  }

  /// What every row has: what was said, and the currency of a deal's amounts.
  private func stamps(
    _ customFields: [FieldInfo], filled: Set<String>,
  ) throws(MappingProblem) -> [ColumnMapping.Stamp] {
    var texts = stamps
    if let currency = columns.lazy.compactMap(\.options.currency).first, kind.field("currency") != nil,
      !filled.contains("currency"), texts["currency"] == nil
    {
      texts["currency"] = currency.uppercased()
    }
    var found: [ColumnMapping.Stamp] = []
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
      guard let field = (kind.fields + customFields).first(where: { $0.name == name || $0.names.contains(name) }) else {
        throw MappingProblem("\(kind.plural.capitalized) have no field “\(name)” to set")
      }
      let transform = ColumnTransform.suited(to: field, profile: ColumnProfile([text]), delimiter: 0x2C).transform
      var cell = CellPlan(column: 0, slot: 0, field: field, transform: transform)
      var values: [FieldValue] = [.none]
      if let message = cell.read(text.utf8Span.span, keepsBlanks: false, into: &values) {
        throw MappingProblem("“\(name)” for every row: \(message)")
      }
      if !values[0].isEmpty { found.append(ColumnMapping.Stamp(field: field, value: values[0])) }
    }
    return found
  }

  /// Where each column of the plan is in the file.
  private func places(_ header: [String], columns count: Int) throws(MappingProblem) -> [Int] {
    var places: [Int] = []
    for column in columns {
      if column.index < count, header.isEmpty || header[column.index] == column.header {
        places.append(column.index)
      } else if let place = header.firstIndex(of: column.header), !places.contains(place) {
        places.append(place)
      } else {
        let name = column.header.isEmpty ? "column \(column.index + 1)" : "column “\(column.header)”"
        let has = header.isEmpty ? "\(count) columns without names" : header.joined(separator: ", ")
        throw MappingProblem("The file has no \(name). It has: \(has)")
      }
    }
    return places
  }

  private func field(of column: Column, _ customFields: [FieldInfo]) throws(MappingProblem) -> FieldInfo? {
    switch column.target {
    case .ignored: return nil
    case .custom(let name, let kind):
      if let known = customFields.first(where: { $0.name == name }) { return known }
      return FieldInfo(name, label: column.header.isEmpty ? nil : column.header, kind: kind, isCustom: true)
    case .field(let name):
      if name == FieldInfo.recordID.name { return .recordID }
      if let field = kind.field(name) ?? customFields.first(where: { $0.name == name }) { return field }
      throw MappingProblem(
        "\(kind.plural.capitalized) have no field “\(name)”, named for the column “\(column.header)”")
    }
  }

  /// Several columns may fill one field only where it is said how they are joined.
  private func checkFillers(_ columns: [Column]) throws(MappingProblem) {
    var fillers: [String: Column] = [:]
    for column in columns {
      for name in column.filledNames {
        guard let other = fillers[name] else {
          fillers[name] = column
          continue
        }
        if column.options.joinsWith != nil { fillers[name] = column }
        guard other.options.joinsWith == nil, column.options.joinsWith == nil else { continue }
        throw MappingProblem(
          "The columns “\(other.header)” and “\(column.header)” both fill “\(name)”; one column fills a field")
      }
    }
  }
}

extension ImportPlan {
  /// A plan that does what `mapping` does with the columns.
  package init(_ mapping: ColumnMapping) {
    self.init(mapping.kind)
    columns = mapping.columns.map(Column.init)
  }
}

extension ImportPlan.Column {
  init(_ column: ColumnMapping.Column) {
    self.init(column.index, column.header, .ignored, options: column.options)
    switch column.target {
    case .field(let field): target = .field(field.name)
    case .custom(let field): target = .custom(name: field.name, kind: field.kind)
    case .ignored: break
    }
    options.splitsName = column.transform == .splitName
  }

  var filledNames: [String] {
    guard let name = target.name else { return [] }
    return options.splitsName ? ["first_name", "last_name"] : [name]
  }
}
