/// Several records becoming one: what each field takes from whom, and what comes of it.
package struct Merge<R: Record>: Sendable, Hashable {
  package enum Pick: Hashable, Sendable {
    case record(Int)
    /// The texts of all one under the other, or the tags of all.
    case all
  }

  /// The most records that are merged at once.
  package static var most: Int { 8 }

  package private(set) var records: [R]
  /// The record that stays; the others go to the trash. What others refer to is this one then.
  package private(set) var kept: Int
  /// The fields at least one of them has something in: those that differ first.
  package private(set) var fields: [FieldInfo] = []
  private var picks: [FieldInfo: Pick] = [:]
  private let customFields: [FieldInfo]

  /// Begins with the oldest of the fullest records, filled up from the others. A record without an id is one that is
  /// only typed so far, and cannot be the one that stays.
  package init(_ records: [R], customFields: [FieldInfo]) {
    self.records = records
    self.customFields = customFields
    let known = R.schema.infos.filter { $0.kind != .customFields }
    let filled = records.map { record in known.count { !record[$0.name].isEmpty } + record.customFields.count }
    kept =
      records.indices.filter { records[$0].id.rawValue != 0 }
      .max { (filled[$0], records[$1].id.rawValue) < (filled[$1], records[$0].id.rawValue) } ?? 0
    findFields()
  }

  /// The same picks over the records as they are by now.
  package func with(records: [R]) -> Merge {
    var merge = self
    merge.records = records
    merge.findFields()
    return merge
  }

  private mutating func findFields() {
    let unknown = Set(records.flatMap(\.customFields.keys)).subtracting(customFields.map(\.name)).sorted()
    let custom = customFields + unknown.map { FieldInfo($0, kind: .text, isCustom: true) }
    let all = R.schema.infos.filter { !$0.isReadOnly && $0.kind != .customFields } + custom
    let filled = all.filter { info in records.contains { !value(info, in: $0).isEmpty } }
    fields = filled.filter(differs) + filled.filter { !differs($0) }
  }

  // MARK: Values

  package func value(_ info: FieldInfo, of index: Int) -> FieldValue { value(info, in: records[index]) }

  private func value(_ info: FieldInfo, in record: R) -> FieldValue {
    info.isCustom ? Field<R>(custom: info).get(record) : record[info.name]
  }

  package func differs(_ info: FieldInfo) -> Bool { Set(records.map { value(info, in: $0) }).count > 1 }

  /// The records, the one that stays first.
  private var order: [Int] { [kept] + records.indices.filter { $0 != kept } }

  // MARK: Picking

  package mutating func pick(_ pick: Pick, _ info: FieldInfo) {
    switch pick {
    case .record(let index): if records.indices.contains(index) { picks[info] = pick }
    case .all: if canTakeAll(info) { picks[info] = pick }
    }
  }

  /// Takes every field from one record, what that has nothing in as well.
  package mutating func pickAll(from index: Int) {
    for info in fields { pick(.record(index), info) }
  }

  package func canBeKept(_ index: Int) -> Bool {
    records.indices.contains(index) && records[index].id.rawValue != 0
  }

  package mutating func keep(_ index: Int) { if canBeKept(index) { kept = index } }

  package func canTakeAll(_ info: FieldInfo) -> Bool { info.kind == .longText || info.kind == .tags }

  /// What was picked, or else what is usual: all notes and tags, the last contact, how a lead was converted, and of the
  /// rest what the kept record has, or the first other that has something.
  package func pick(of info: FieldInfo) -> Pick {
    if let pick = picks[info] { return pick }
    let filled = order.filter { !value(info, of: $0).isEmpty }
    if filled.isEmpty { return .record(kept) }
    if canTakeAll(info), Set(filled.map { value(info, of: $0) }).count > 1 { return .all }
    if info.name == "last_contact_date" { return .record(latest(info, filled)) }
    if info.name == "status", let converted = order.first(where: { isConverted($0) }) { return .record(converted) }
    return .record(filled[0])
  }

  private func latest(_ info: FieldInfo, _ indices: [Int]) -> Int {
    indices.max { instant(info, $0) < instant(info, $1) } ?? kept
  }

  private func instant(_ info: FieldInfo, _ index: Int) -> Instant { Instant(fieldValue: value(info, of: index)) }

  private func isConverted(_ index: Int) -> Bool { !records[index]["converted_at"].isEmpty }

  // MARK: The result

  /// What the merged record has in one field.
  package func result(_ info: FieldInfo) -> FieldValue {
    switch pick(of: info) {
    case .record(let index): value(info, of: index)
    case .all: united(info)
    }
  }

  package var result: R {
    var result = records[kept]
    for info in fields { set(info, in: &result) }
    carryDates(into: &result)
    return result
  }

  private func set(_ info: FieldInfo, in result: inout R) {
    switch (pick(of: info), info.isCustom) {
    case (.record(let index), true): result.customFields[info.name] = records[index].customFields[info.name]
    case (.record(let index), false): result[info.name] = records[index][info.name]
    case (.all, true): result.customFields[info.name] = united(info).isEmpty ? nil : united(info).json
    case (.all, false): result[info.name] = united(info)
    }
  }

  /// The value of all records together.
  private func united(_ info: FieldInfo) -> FieldValue {
    var tags: [String] = []
    var texts: [String] = []
    for index in order {
      switch value(info, of: index) {
      case .tags(let own): tags += own.filter { !tags.contains($0) }
      case .text(let text) where !texts.contains(where: { $0.contains(text) }): texts.append(text)
      default: break
      }
    }
    return info.kind == .tags ? (tags + texts).fieldValue : texts.joined(separator: "\n\n").fieldValue
  }

  /// What nobody picks: who made the first of them and when, and what the lead was converted into.
  private func carryDates(into result: inout R) {
    let made = R.schema.infos.filter { $0.isReadOnly && ($0.name == "created_at" || $0.kind == .reference(.user)) }
    let first = order.filter { !records[$0]["created_at"].isEmpty }
      .min { Instant(fieldValue: records[$0]["created_at"]) < Instant(fieldValue: records[$1]["created_at"]) }
    if let first { for info in made { result[info.name] = records[first][info.name] } }
    guard let converted = order.first(where: { isConverted($0) }) else { return }
    for info in R.schema.infos where info.isReadOnly && info.name.hasPrefix("converted_") {
      result[info.name] = records[converted][info.name]
    }
  }

  /// The records that go to the trash.
  package var losers: [Int64] {
    records.indices.filter { $0 != kept }.map { records[$0].id.rawValue }.filter { $0 != 0 }
  }
}
