extension String {
  /// A text for `discussion` with each paragraph on a line of its own: help is wrapped to the width of the terminal, and
  /// lines that are broken already would be broken twice. Indented lines are examples and stay as they are.
  var reflowed: String {
    var lines: [String] = []
    var isOpen = false
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      let isText = !line.isEmpty && line.first != " "
      if isText, isOpen { lines[lines.count - 1] += " " + line } else { lines.append(String(line)) }
      isOpen = isText
    }
    return lines.joined(separator: "\n")
  }
}
