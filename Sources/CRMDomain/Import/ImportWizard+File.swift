extension ImportWizard {
  mutating func opened(_ file: ImportFile) -> [Request] {
    guard run == .none else { return [] }
    let isSame = self.file.map { $0.path == file.path && $0.guess.header == file.guess.header } ?? false
    isOpening = false
    self.file = file
    if !isSame {
      choice = ImportPlan.DialectChoice()
      settings.corrections = [:]
      settings.decisions = [:]
    }
    let likely = file.likelyKind
    likelyKind = LikelyKind(kind: likely.kind, share: likely.share)
    if !isKindChosen, likely.share > 0 { setKind(likely.kind) }
    readAgain(keepsColumns: isSame)
    return changed()
  }

  mutating func choose(_ kind: EntityKind) {
    isKindChosen = true
    guard kind != self.kind else { return }
    setKind(kind)
    suggest(keepsChoices: false)
  }

  private mutating func setKind(_ kind: EntityKind) {
    guard kind != self.kind else { return }
    self.kind = kind
    settings.matching = .usual(for: kind)
    settings.stamps = [:]
    settings.decisions = [:]
  }

  mutating func read(_ choice: ImportPlan.DialectChoice) {
    self.choice = choice
    readAgain(keepsColumns: true)
  }

  private mutating func readAgain(keepsColumns: Bool) {
    guard let file else { return }
    let header = preview.header
    dialect = choice.applied(to: file.guess.dialect)
    preview = ImportPreview(of: file, dialect: dialect)
    suggest(keepsChoices: keepsColumns && preview.header == header)
  }

  mutating func know(_ fields: [EntityKind: [FieldInfo]], _ saved: [Saved]) -> [Request] {
    guard known != fields || self.saved != saved else { return [] }
    let before = (fields: known[kind] ?? [], plan: plan)
    (known, self.saved) = (fields, saved)
    if run == .none, file != nil, before.fields != fields[kind] ?? [] { suggest(keepsChoices: true) }
    return plan == before.plan ? [] : changed()
  }
}

// MARK: Columns

extension ImportWizard {
  /// The fields a column may fill.
  package var fields: [FieldInfo] { kind.fields.filter { $0.kind != .customFields } + (known[kind] ?? []) }

  package func field(_ name: String) -> FieldInfo? {
    name == FieldInfo.recordID.name ? .recordID : fields.first { $0.name == name }
  }

  /// The required fields that no column and no stamp fills.
  package var unfilled: [FieldInfo] {
    let filled = Set(columns.flatMap(\.filledNames) + settings.stamps.keys)
    return kind.fields.filter { $0.isRequired && !filled.contains($0.name) }
  }

  /// The kept mapping that was made for a file with the same columns.
  package var recognised: Saved? {
    let fingerprint = ColumnMapping.fingerprint(of: columns.map(\.header))
    return saved.first { $0.plan.kind == kind && $0.fingerprint == fingerprint }
  }

  /// Finds out anew what the columns are. With `keepsChoices`, those that were decided stay as they were.
  private mutating func suggest(keepsChoices: Bool) {
    let decided = keepsChoices ? columns.filter(\.isChosen) : []
    let mapping = ColumnMapping.suggested(
      for: kind, header: preview.header, sample: preview.sample, delimiter: dialect.delimiter,
      customFields: known[kind] ?? [])
    columns = mapping.columns.map { ImportColumn($0, title: preview.title($0.index), values: values(of: $0.index)) }
    usedMapping = keepsChoices ? usedMapping : nil
    if decided.isEmpty, let recognised, !keepsChoices || usedMapping == recognised.name { return use(recognised) }
    for column in decided where columns.indices.contains(column.index) {
      columns[column.index] = column.with(values: columns[column.index].values)
      release(column.target, except: column.index)
    }
  }

  /// Every value of a column in the preview.
  private func values(of index: Int) -> [String] {
    preview.rows.map { index < $0.cells.count ? $0.cells[index] : "" }
  }

  mutating func changeColumns(_ event: Event) {
    switch event {
    case .fill(let index, let name):
      guard columns.indices.contains(index), let field = field(name) else { return }
      fill(index, field)
    case .keepAsCustom(let index):
      guard columns.indices.contains(index) else { return }
      keepAsCustom(index)
    case .ignore(let index):
      guard columns.indices.contains(index) else { return }
      columns[index].decide(.ignored, reason: "left out by you")
    case .setOptions(let index, let options):
      guard columns.indices.contains(index) else { return }
      columns[index].options = options
      columns[index].isChosen = true
    case .use(let name): if let kept = saved.first(where: { $0.name == name }) { use(kept) }
    default: break
    }
  }

  private mutating func fill(_ index: Int, _ field: FieldInfo) {
    let target: ImportPlan.Target =
      field.isCustom ? .custom(name: field.name, kind: field.kind) : .field(field.name)
    columns[index].decide(target, reason: "chosen by you")
    columns[index].options.splitsName = false
    if field.kind.canBeJoined {
      let together = columns.indices.filter { columns[$0].target == target }
      guard together.count > 1 else { return }
      for index in together where columns[index].options.joinsWith == nil { columns[index].options.joinsWith = " " }
    } else {
      release(target, except: index)
    }
  }

  /// One column fills a field; the other that did is left out.
  private mutating func release(_ target: ImportPlan.Target, except index: Int) {
    guard let name = target.name, columns[index].options.joinsWith == nil else { return }
    for other in columns.indices where other != index && columns[other].target.name == name {
      columns[other].decide(.ignored, reason: "“\(columns[index].title)” fills that field now")
      columns[other].isChosen = false
    }
  }

  private mutating func keepAsCustom(_ index: Int) {
    var names = CustomNames(taken: Set(kind.fields.map(\.name) + columns.compactMap(\.target.name)))
    let profile = ColumnProfile(columns[index].values)
    let name = names.name(for: columns[index].header, index)
    columns[index].decide(.custom(name: name, kind: profile.customKind), reason: "kept as a custom field by you")
  }

  private mutating func use(_ kept: Saved) {
    for (place, planned) in kept.plan.columns.enumerated() {
      let named = columns.firstIndex { !planned.header.isEmpty && $0.header == planned.header }
      guard let index = named ?? (columns.indices.contains(place) ? place : nil) else { continue }
      columns[index].decide(planned.target, reason: "as in “\(kept.name)”")
      columns[index].options = planned.options
    }
    usedMapping = kept.name
    settings.matching = kept.plan.matching
    settings.stamps = kept.plan.stamps
    settings.makesContacts = kept.plan.makesContacts
    settings.policy = kept.plan.policy
  }

  mutating func save(_ name: String) -> [Request] {
    let name = name.trimmed
    guard !name.isEmpty else {
      problem = "A mapping needs a name."
      return []
    }
    var plan = plan
    plan.corrections = [:]
    plan.decisions = [:]
    usedMapping = name
    saved.removeAll { $0.name == name }
    saved.append(Saved(name: name, plan: plan))
    return [.save(name: name, plan)]
  }
}

extension FieldKind {
  /// True if texts of several columns make sense one behind the other.
  package var canBeJoined: Bool {
    switch self {
    case .text, .longText, .tags: true
    case .email, .phone, .url, .choice, .integer, .money, .flag, .day, .instant, .reference, .customFields: false
    }
  }
}

extension ImportPlan.DialectChoice {
  /// `dialect` with what is said here put over it.
  package func applied(to dialect: Dialect) -> Dialect {
    var dialect = dialect
    if let encoding { dialect.encoding = encoding }
    if let delimiter { dialect.delimiter = delimiter }
    switch quote {
    case .byte(let byte)?: dialect.quote = byte
    case ImportPlan.Quote.none?: dialect.quote = nil
    case nil: break
    }
    if let escape { dialect.escape = escape }
    if let hasHeader { dialect.headerRows = hasHeader ? max(1, dialect.headerRows) : 0 }
    if let preambleRows { dialect.preambleRows = preambleRows }
    return dialect
  }
}

extension ImportPlan.Matching {
  /// What suits most files: leads and contacts are met by e-mail, other records are new.
  package static func usual(for kind: EntityKind) -> Self {
    var matching = Self()
    guard kind == .lead || kind == .contact else { return matching }
    matching.mode = .both
    matching.keys = [.email]
    matching.duplicates = .merge
    matching.near = .ask
    return matching
  }
}
