extension Theme {
  package static let fallback = Theme(
    name: "default", background: .dark, styles: [.selected: Style(background: .indexed(24))])
}
