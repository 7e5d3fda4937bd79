import Foundation
import Synchronization

/// The days and clock times of one time zone.
package struct LocalCalendar: Sendable {
  package static let utc = LocalCalendar(.gmt)

  private let offsets: OffsetCache

  package init(_ timeZone: TimeZone) {
    offsets = OffsetCache(timeZone: timeZone)
  }

  package func day(of instant: Instant) -> Day {
    time(of: instant).day
  }

  package func time(of instant: Instant) -> (day: Day, hour: Int, minute: Int) {
    let seconds = instant.microseconds.flooredQuotientAndRemainder(by: 1_000_000).quotient
    let local = seconds + offsets.offset(at: seconds)
    let (day, second) = local.flooredQuotientAndRemainder(by: 86_400)
    return (Day(daysSince1970: Int(day)), Int(second / 3600), Int(second / 60 % 60))
  }

  /// The instant when clocks show `minutes` after midnight of `day`.
  ///
  /// Of a time that comes twice it is the first; a time skipped when clocks go forward is as much later.
  package func instant(of day: Day, minutes: Int = 0) -> Instant {
    let local = Int64(day.daysSince1970) * 86_400 + Int64(minutes) * 60
    let before = offsets.offset(at: local - 86_400)
    let after = offsets.offset(at: local + 86_400)
    let isAfterChange = offsets.offset(at: local - before) != before && offsets.offset(at: local - after) == after
    return Instant(seconds: local - (isAfterChange ? after : before))
  }
}

/// The seconds east of UTC of one time zone, remembered by blocks of eight days, because asking Foundation for each
/// date of a list is slow.
private final class OffsetCache: Sendable {
  private static let block: Int64 = 8 * 86_400

  private let timeZone: TimeZone
  /// By number of the block; nil for a block in which clocks change.
  private let known = Mutex<[Int64: Int64?]>([:])

  init(timeZone: TimeZone) { self.timeZone = timeZone }

  func offset(at seconds: Int64) -> Int64 {
    let number = seconds.flooredQuotientAndRemainder(by: OffsetCache.block).quotient
    let steady = known.withLock { known in
      if let steady = known[number] { return steady }
      let first = ask(number * OffsetCache.block)
      let steady = first == ask((number + 1) * OffsetCache.block) ? first : nil
      known[number] = .some(steady)
      return steady
    }
    return steady ?? ask(seconds)
  }

  private func ask(_ seconds: Int64) -> Int64 {
    Int64(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
  }
}
