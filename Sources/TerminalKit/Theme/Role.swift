/// What a cell means; a theme says how that looks. Drawing code names roles, never colours.
package enum Role: String, CaseIterable, Hashable, Sendable {
  case text, dim, strong, title
  /// The bar at the top with the places, and the place that is open.
  case header
  case headerActive = "header-active"
  case border
  case borderFocused = "border-focused"
  /// Column titles of a list, and the one it is sorted by.
  case columnTitle = "column-title"
  case columnSorted = "column-sorted"
  /// The row or item the cursor is on, and rows that are marked.
  case selected
  case marked
  case match
  /// The keys and the words of the footer.
  case key
  case hint
  case input
  case placeholder
  case label
  case good, warning, bad, info
  case hot
  case link
  case toast
  case dialog
  case button
  case buttonFocused = "button-focused"
  case badge
}
