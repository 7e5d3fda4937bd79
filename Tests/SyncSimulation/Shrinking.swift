/// Makes a history that fails shorter.
package enum Shrinking {
  /// The events without those that the failure does not need: halves are left out first, single ones last.
  package static func events<Event>(_ events: [Event], while fails: ([Event]) -> Bool) -> [Event] {
    var best = events
    var size = max(1, best.count / 2)
    while true {
      var start = 0
      var hasShrunk = false
      while start < best.count {
        var fewer = best
        fewer.removeSubrange(start..<min(start + size, best.count))
        if fails(fewer) { (best, hasShrunk) = (fewer, true) } else { start += size }
      }
      if size == 1, !hasShrunk { return best }
      size = max(1, size / 2)
    }
  }
}
