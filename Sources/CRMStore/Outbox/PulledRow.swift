import CRMDomain

/// A row of the server that becomes a new record here, field by field in the order of its kind.
package struct PulledRow: Sendable {
  package let kind: EntityKind
  package let serverID: Int64
  /// What the row says, references as server ids; nil where it says nothing.
  package private(set) var theirs: [FieldValue?]
  /// Where the record has something else than the row says: its references, as local row ids.
  package var links: [(field: Int, value: FieldValue)] = []
  /// What the server sends that there is no field for.
  package var extras: [String: JSONValue] = [:]
  /// As the server wrote it.
  package var updatedAt = ""
  package var listHash: UInt64 = 0
  /// True if it says something of every field that servers have.
  package var isWhole = false
  /// Fields of which it says something.
  package private(set) var said = 0

  package init(_ kind: EntityKind, serverID: Int64, columns: Int) {
    self.kind = kind
    self.serverID = serverID
    theirs = [FieldValue?](repeating: nil, count: columns)
  }

  /// What it says in the field of that name.
  package subscript(name: String) -> FieldValue? {
    kind.fields.firstIndex { $0.name == name }.flatMap { theirs[$0] }
  }

  package mutating func say(_ value: FieldValue, at field: Int) {
    if theirs[field] == nil { said += 1 }
    theirs[field] = value
  }
}
