/// Which fields a server refused with which words, and what it said of the whole.
package struct Refusal: Hashable, Sendable {
  package var fields: [String: [String]] = [:]
  package var general: [String] = []

  package init(fields: [String: [String]] = [:], general: [String] = []) {
    self.fields = fields
    self.general = general
  }

  package var isEmpty: Bool { fields.isEmpty && general.isEmpty }
}
