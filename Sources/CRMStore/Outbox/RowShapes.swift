import CRMDomain
import GRDB

/// What servers say of their rows, as the text of `sync_map.base`: the number of a shape, then a value for each of its
/// fields, as in `[3,"Ada",null]`. Nearly all rows of a kind have one of two shapes: what lists say, and everything.
///
/// Lives as long as a transaction, as what it knows of shapes may be rolled back.
final class RowShapes {
  private struct Shape {
    let id: Int64
    /// Places among the fields of the kind.
    let fields: [Int]

    func fits(_ values: [FieldValue?]) -> Bool {
      var next = 0
      for (place, value) in values.enumerated() where value != nil {
        guard next < fields.count, fields[next] == place else { return false }
        next += 1
      }
      return next == fields.count
    }
  }

  private let db: Database
  /// The one a row of the kind had last.
  private var last: [EntityKind: Shape] = [:]
  private var known: [Int64: [FieldInfo?]] = [:]

  init(_ db: Database) { self.db = db }

  /// The text of values in the order of the kind's fields; nil says nothing.
  /// - Parameter custom: the custom fields, if they are text already.
  func bytes(
    _ values: [FieldValue?], of kind: EntityKind, custom: (field: Int, text: String)? = nil,
  ) throws -> [UInt8] {
    let shape = try shape(of: values, kind)
    var writer = JSONWriter(capacity: 512)
    writer.beginArray()
    writer.integer(shape.id)
    for place in shape.fields {
      switch values[place] {
      case nil, .none?: writer.null()
      case .text(let text)?: writer.string(text)
      case .integer(let number)?, .money(let number)?: writer.integer(number)
      case .flag(let flag)?: writer.bool(flag)
      case .instant(let instant)?: writer.integer(instant.microseconds)
      case .reference(let id)?: writer.integer(id)
      case .object? where place == custom?.field: writer.written(custom?.text ?? "{}")
      case .day?, .tags?, .object?: writer.value(SyncText.json(values[place] ?? .none))
      }
    }
    writer.endArray()
    return writer.bytes
  }

  func text(_ fields: [String: FieldValue], of kind: EntityKind) throws -> String {
    String(decoding: try bytes(kind.fields.map { fields[$0.name] }, of: kind), as: UTF8.self)
  }

  /// What `text` was made of, but for fields that are none any more. Books of before have an object with the names.
  func fields(_ text: String, of kind: EntityKind) throws -> [String: FieldValue] {
    let json = try JSONValue(parsing: text)
    guard case .array(let values) = json, case .integer(let id)? = values.first else {
      return SyncText.fields(json, of: kind)
    }
    var fields: [String: FieldValue] = [:]
    fields.reserveCapacity(values.count)
    for (info, value) in zip(try infos(Int64(id), kind), values.dropFirst()) {
      if let info { fields[info.name] = SyncText.value(value, as: info.kind) }
    }
    return fields
  }

  private func infos(_ id: Int64, _ kind: EntityKind) throws -> [FieldInfo?] {
    if let infos = known[id] { return infos }
    let sql = "SELECT fields FROM sync_shape WHERE id = ?"
    guard let text = try String.fetchOne(try db.cachedStatement(sql: sql), arguments: [id]),
      case .array(let names) = try JSONValue(parsing: text)
    else { return [] }
    let infos: [FieldInfo?] = names.map { name in if case .string(let name) = name { kind.field(name) } else { nil } }
    known[id] = infos
    return infos
  }

  private func shape(of values: [FieldValue?], _ kind: EntityKind) throws -> Shape {
    if let shape = last[kind], shape.fits(values) { return shape }
    let fields = values.indices.filter { values[$0] != nil }
    let names = JSONValue.array(fields.map { .string(kind.fields[$0].name) }).text
    let shape = Shape(id: try id(of: names, kind), fields: fields)
    last[kind] = shape
    return shape
  }

  private func id(of names: String, _ kind: EntityKind) throws -> Int64 {
    let known = try db.cachedStatement(sql: "SELECT id FROM sync_shape WHERE kind = ? AND fields = ?")
    if let id = try Int64.fetchOne(known, arguments: [kind.rawValue, names]) { return id }
    try db.execute(sql: "INSERT INTO sync_shape(kind, fields) VALUES (?, ?)", arguments: [kind.rawValue, names])
    return db.lastInsertedRowID
  }
}
