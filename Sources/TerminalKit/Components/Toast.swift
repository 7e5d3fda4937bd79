/// One line over the footer that says what just happened.
package struct Toast: Hashable, Sendable {
  package var text: String
  package var role: Role

  package init(_ text: String, role: Role = .toast) {
    self.text = text
    self.role = role
  }

  /// Draws into the last row of `rect`, which is what the footer leaves.
  package func draw(on canvas: inout Canvas, in rect: Rect) {
    let line = rect.split(bottom: 1).bottom
    guard !line.isEmpty else { return }
    canvas.clipped(to: line) { canvas in
      canvas.put(sign(canvas) + text, at: line.origin, role: role, width: line.columns)
    }
  }

  private func sign(_ canvas: Canvas) -> String {
    switch role {
    case .bad: " \(canvas.glyph(.bad)) "
    case .good: " \(canvas.glyph(.marked)) "
    case .warning: " ! "
    default: " "
    }
  }
}
