import CRMDomain

extension WireRecord {
  /// Writes what `object` answers, in the order of the schema and without making it first.
  package static func write<R: Record>(_ record: R, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("id")
    writer.integer(record.id.rawValue)
    for field in R.schema.fields {
      writer.key(field.info.name)
      write(field.get(record), as: field.info.kind, to: &writer)
    }
    for (name, value) in computed(record).sorted(by: { $0.key < $1.key }) {
      writer.key(name)
      writer.value(value)
    }
    writer.endObject()
  }

  private static func write(_ value: FieldValue, as kind: FieldKind, to writer: inout JSONWriter) {
    switch value {
    case .text(let text): writer.string(text)
    case .integer(let number): writer.integer(number)
    case .flag(let flag): writer.bool(flag)
    case .reference(let id): writer.integer(id)
    case .none, .money, .day, .instant, .tags, .object: writer.value(json(value, as: kind))
    }
  }
}
