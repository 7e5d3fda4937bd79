import CRMDomain

/// The dates of HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
package enum HTTPDate {
  private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  package static func text(_ instant: Instant) -> String {
    let iso = Instant(seconds: instant.seconds).iso
    let day = Day(daysSince1970: Int((Double(instant.seconds) / 86_400).rounded(.down)))
    let (year, month, number) = day.components
    let clock = iso.dropFirst(11).prefix(8)
    return "\(days[day.weekday - 1]), \(number < 10 ? "0" : "")\(number) \(months[month - 1]) \(year) \(clock) GMT"
  }

  /// The moment, or nil if the text is in another form. Seconds past a minute's end are an error too.
  package static func parse(_ text: String) -> Instant? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let number = Int(words[1]), let year = Int(words[3]),
      let month = months.firstIndex(of: String(words[2])), let day = Day(year: year, month: month + 1, day: number)
    else { return nil }
    return Instant(iso: day.iso + "T" + words[4] + "Z")
  }
}
