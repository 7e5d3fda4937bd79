/// One value asked for in a form.
package struct FormRow: Hashable, Sendable {
  package struct Choice: Hashable, Sendable {
    package var value: String
    package var label: String
    package init(_ value: String, _ label: String) {
      self.value = value
      self.label = label
    }
  }

  package enum Kind: Hashable, Sendable {
    case text
    /// A text that is not shown: each letter is a dot.
    case secret
    /// Several lines; `rows` of them are shown.
    case long(rows: Int)
    case choice([Choice])
    /// "true" or "false".
    case toggle
    case readOnly
  }

  package let key: String
  package var label: String
  package var kind: Kind
  /// What stands in the field at first. Changing it later has no effect: use `Form.set(_:for:)`.
  package let value: String
  /// Said while the field has the focus.
  package var hint: String
  package var error: String?
  /// Dimmed in a text field while there is nothing in it.
  package var placeholder: String

  package init(
    _ key: String, label: String, kind: Kind = .text, value: String = "", hint: String = "", error: String? = nil,
    placeholder: String = "",
  ) {
    self.key = key
    self.label = label
    self.kind = kind
    self.value = value
    self.hint = hint
    self.error = error
    self.placeholder = placeholder
  }
}

package struct FormSection: Hashable, Sendable {
  /// Empty for no heading.
  package var title: String
  package var rows: [FormRow]
  package init(_ title: String = "", rows: [FormRow]) {
    self.title = title
    self.rows = rows
  }
}
