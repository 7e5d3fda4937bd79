/// What the rep edits in a row of a form.
enum FormField: Hashable, Sendable {
  case text(TextField)
  case long(TextArea)
  case choice(String)
  case toggle(Bool)
  case readOnly(String)

  init(_ kind: FormRow.Kind, value: String, placeholder: String = "") {
    switch kind {
    case .text: self = .text(TextField(value, placeholder: placeholder))
    case .secret: self = .text(TextField(value, placeholder: placeholder, isSecret: true))
    case .long: self = .long(TextArea(value))
    case .choice: self = .choice(value)
    case .toggle: self = .toggle(value == "true")
    case .readOnly: self = .readOnly(value)
    }
  }

  var value: String {
    switch self {
    case .text(let field): field.text
    case .long(let area): area.text
    case .choice(let value), .readOnly(let value): value
    case .toggle(let isOn): isOn ? "true" : "false"
    }
  }

  var cursorPoint: Point? {
    switch self {
    case .text(let field): field.cursorPoint
    case .long(let area): area.cursorPoint
    case .choice, .toggle, .readOnly: nil
    }
  }
}
