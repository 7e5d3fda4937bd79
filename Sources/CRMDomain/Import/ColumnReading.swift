/// What a column's texts become as things stand.
package struct ColumnReading: Hashable, Sendable {
  package struct Sample: Hashable, Sendable {
    package let text: String
    /// Nil where the text cannot be read.
    package let value: FieldValue?
    /// Why not.
    package let problem: String?
  }

  package let field: FieldInfo?
  package let samples: [Sample]
  /// How the texts are read: "dates are 31.12.2026".
  package let words: String
  /// What had to be guessed.
  package let remark: String?
  /// How many of the values in the preview cannot be read.
  package let badCount: Int
}

extension ImportWizard {
  /// Reads the values of column `index` as the plan says: the first few that differ, those that cannot be read first.
  package func reading(of index: Int, limit: Int = 3) -> ColumnReading {
    let column = columns[index]
    var part = plan
    part.columns = [column.planned]
    let mapping: ColumnMapping
    do {
      mapping = try part.mapping(
        header: preview.header, sample: preview.sample, delimiter: dialect.delimiter, customFields: known[kind] ?? [])
    } catch {
      return ColumnReading(field: nil, samples: [], words: "", remark: error.sentence, badCount: 0)
    }
    guard mapping.columns.indices.contains(index), let field = mapping.columns[index].target.field else {
      let samples = column.samples(limit).map { ColumnReading.Sample(text: $0, value: nil, problem: nil) }
      return ColumnReading(field: nil, samples: samples, words: "", remark: column.remark, badCount: 0)
    }
    let read = mapping.columns[index]
    var seen: Set<String> = []
    let texts = column.values.filter { !$0.trimmed.isEmpty && seen.insert($0.trimmed).inserted }
    let samples = texts.map { ColumnReading.sample($0, read, field) }
    let bad = samples.filter { $0.problem != nil }
    return ColumnReading(
      field: field, samples: Array((bad + samples.filter { $0.problem == nil }).prefix(limit)),
      words: read.transform.words, remark: read.remark, badCount: bad.count)
  }
}

extension ColumnReading {
  fileprivate static func sample(_ text: String, _ column: ColumnMapping.Column, _ field: FieldInfo) -> Sample {
    var cell = CellPlan(
      column: 0, slot: 0, field: field, transform: column.transform, options: column.options)
    var values: [FieldValue] = [.none, .none]
    let problem =
      cell.preparation == nil
      ? cell.read(text.utf8Span.span, keepsBlanks: false, into: &values) : cell.read([text], into: &values)
    if column.transform == .splitName {
      let parts = values.map { $0.text ?? "" }
      return Sample(text: text, value: .text(parts.joined(separator: " | ")), problem: problem)
    }
    return Sample(text: text, value: problem == nil ? values[0] : nil, problem: problem)
  }
}
