extension Day {
  /// The day written `2026-11-22`; nil for anything else.
  package init?(iso text: String) {
    self.init(iso: text.utf8Span.span)
  }

  /// The day written `2026-11-22` in ASCII; nil for anything else.
  package init?(iso bytes: Span<UInt8>) {
    guard bytes.count == 10 else { return nil }
    self.init(isoPrefixOf: bytes)
  }

  fileprivate init?(isoPrefixOf bytes: Span<UInt8>) {
    guard let year = bytes.number(at: 0, digits: 4), bytes.holds(0x2D, at: 4),
      let month = bytes.number(at: 5, digits: 2), bytes.holds(0x2D, at: 7),
      let day = bytes.number(at: 8, digits: 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// `2026-11-22`.
  package var iso: String {
    let (year, month, day) = components
    guard (0...9999).contains(year) else { return "\(year)-\(twoDigits(month))-\(twoDigits(day))" }
    return String(unsafeUninitializedCapacity: 10) { buffer in
      buffer.put(year, digits: 4, at: 0)
      buffer[4] = 0x2D
      buffer.put(month, digits: 2, at: 5)
      buffer[7] = 0x2D
      buffer.put(day, digits: 2, at: 8)
      return 10
    }
  }
}

extension Instant {
  private static let perSecond: Int64 = 1_000_000

  /// The time written in any of v1's shapes: `2026-11-22T17:25:00.757844Z`, with a space for the `T`, without seconds,
  /// with an offset such as `+02:00` or none (then it is UTC), or a day alone (then it is midnight UTC).
  ///
  /// Digits after the sixth of the fraction are dropped, as v1 drops them.
  package init?(iso text: String) {
    self.init(iso: text.utf8Span.span)
  }

  /// The same from ASCII bytes, for files and answers of many rows.
  package init?(iso bytes: Span<UInt8>) {
    guard bytes.count >= 10, let day = Day(isoPrefixOf: bytes) else { return nil }
    var seconds = Int64(day.daysSince1970) * 86_400
    guard bytes.count > 10 else {
      self.init(seconds: seconds)
      return
    }
    guard bytes[10] == 0x54 || bytes[10] == 0x20 || bytes[10] == 0x74 else { return nil }
    var position = 11
    guard let clock = bytes.clock(at: &position), let fraction = bytes.fraction(at: &position),
      let offset = bytes.utcOffset(at: position)
    else { return nil }
    seconds += Int64(clock - offset)
    self.init(microseconds: seconds * Instant.perSecond + fraction)
  }

  /// `2026-11-22T17:25:00.757844Z`, without a fraction if it is zero: v1's own form.
  package var iso: String {
    let (seconds, fraction) = microseconds.flooredQuotientAndRemainder(by: Instant.perSecond)
    let (days, second) = seconds.flooredQuotientAndRemainder(by: 86_400)
    let clock = String(unsafeUninitializedCapacity: 17) { buffer in
      buffer[0] = 0x54
      buffer.put(Int(second / 3600), digits: 2, at: 1)
      buffer[3] = 0x3A
      buffer.put(Int(second / 60 % 60), digits: 2, at: 4)
      buffer[6] = 0x3A
      buffer.put(Int(second % 60), digits: 2, at: 7)
      guard fraction > 0 else {
        buffer[9] = 0x5A
        return 10
      }
      buffer[9] = 0x2E
      buffer.put(Int(fraction), digits: 6, at: 10)
      buffer[16] = 0x5A
      return 17
    }
    return Day(daysSince1970: Int(days)).iso + clock
  }
}

extension Span where Element == UInt8 {
  /// The value of the `count` ASCII digits at `start`, or nil if they are not all there.
  fileprivate func number(at start: Int, digits count: Int) -> Int? {
    guard start + count <= self.count else { return nil }
    var value = 0
    for index in start..<start + count {
      let digit = self[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }

  fileprivate func holds(_ byte: UInt8, at index: Int) -> Bool {
    index < count && self[index] == byte
  }

  /// Seconds since midnight of the `17:25` or `17:25:00` at `position`, which moves past it.
  fileprivate func clock(at position: inout Int) -> Int? {
    guard let hour = number(at: position, digits: 2), hour < 24, holds(0x3A, at: position + 2),
      let minute = number(at: position + 3, digits: 2), minute < 60
    else { return nil }
    position += 5
    guard holds(0x3A, at: position) else { return hour * 3600 + minute * 60 }
    guard let second = number(at: position + 1, digits: 2), second < 60 else { return nil }
    position += 3
    return hour * 3600 + minute * 60 + second
  }

  /// Microseconds of the `.757844` at `position`, which moves past it; 0 if there is no point.
  fileprivate func fraction(at position: inout Int) -> Int64? {
    guard holds(0x2E, at: position) || holds(0x2C, at: position) else { return 0 }
    position += 1
    let start = position
    var value: Int64 = 0
    while position < count, self[position] &- 0x30 < 10 {
      if position - start < 6 { value = value * 10 + Int64(self[position] &- 0x30) }
      position += 1
    }
    guard position > start else { return nil }
    for _ in Swift.min(position - start, 6)..<6 { value *= 10 }
    return value
  }

  /// Seconds east of UTC of the `Z`, `+02:00`, `+0200`, `+02` or nothing that ends the text at `position`.
  fileprivate func utcOffset(at position: Int) -> Int? {
    guard position < count else { return 0 }
    let first = self[position]
    if first == 0x5A || first == 0x7A { return position + 1 == count ? 0 : nil }
    guard first == 0x2B || first == 0x2D, let hours = number(at: position + 1, digits: 2), hours < 24 else {
      return nil
    }
    let rest = position + 3
    let minutesAt = holds(0x3A, at: rest) ? rest + 1 : rest
    var minutes = 0
    if rest < count {
      guard minutesAt + 2 == count, let number = number(at: minutesAt, digits: 2), number < 60 else { return nil }
      minutes = number
    }
    let seconds = hours * 3600 + minutes * 60
    return first == 0x2D ? -seconds : seconds
  }
}

extension UnsafeMutableBufferPointer where Element == UInt8 {
  fileprivate func put(_ number: Int, digits: Int, at start: Int) {
    var number = number
    for index in (start..<start + digits).reversed() {
      self[index] = UInt8(number % 10) + 0x30
      number /= 10
    }
  }
}

extension Int64 {
  /// The quotient rounded down and the remainder that is never negative.
  func flooredQuotientAndRemainder(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// `7` as `07`.
func twoDigits(_ number: Int) -> String {
  number < 10 ? "0\(number)" : "\(number)"
}
