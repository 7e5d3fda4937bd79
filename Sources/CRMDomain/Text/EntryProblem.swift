/// Why a typed text could not be read, in words a rep understands, with an example of what works.
package struct EntryProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package let message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}

/// What is wrong with one field of a form or a file.
package struct FieldProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The field's v1 name.
  package let name: String
  package let label: String
  /// A whole sentence that names the field.
  package let message: String

  package init(_ info: FieldInfo, _ message: String) {
    name = info.name
    label = info.label
    self.message = message
  }

  package var description: String { message }
}
