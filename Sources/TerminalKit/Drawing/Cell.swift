/// One column of the screen.
package struct Cell: Hashable, Sendable {
  /// One sanitised grapheme: a base and up to four combining marks; "" in the right half of a wide one.
  package var cluster: String
  private var columns: UInt8
  package var role: Role
  /// On top of what the role's theme entry says.
  package var emphasis: Emphasis

  package init(_ cluster: String = " ", width: Int = 1, role: Role = .text, emphasis: Emphasis = []) {
    self.cluster = cluster
    columns = UInt8(clamping: width)
    self.role = role
    self.emphasis = emphasis
  }

  /// 1, 2 for the left half of a wide grapheme, 0 for its right half.
  package var width: Int {
    get { Int(columns) }
    set { columns = UInt8(clamping: newValue) }
  }
}

package struct Emphasis: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let bold = Emphasis(rawValue: 1)
  package static let underline = Emphasis(rawValue: 2)
  package static let reverse = Emphasis(rawValue: 4)
}
