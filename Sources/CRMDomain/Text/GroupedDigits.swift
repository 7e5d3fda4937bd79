extension Int {
  /// 1204 as "1,204".
  package func formatted(grouping separator: String) -> String {
    let digits = String(magnitude)
    var groups: [Substring] = []
    var rest = digits[...]
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    groups.insert(rest, at: 0)
    return (self < 0 ? "-" : "") + groups.joined(separator: separator)
  }

  /// 1204 as a sentence has it: "1,204".
  package var grouped: String { formatted(grouping: ",") }

  /// "1,204 leads", "1 lead".
  package func counted(_ one: String, _ many: String) -> String { "\(grouped) \(self == 1 ? one : many)" }
}
