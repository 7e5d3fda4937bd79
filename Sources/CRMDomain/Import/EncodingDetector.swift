/// Guesses the encoding of a file from a sample of it.
enum EncodingDetector {
  /// The encoding and how sure it is, from 0 to 1.
  static func detect(_ sample: [UInt8]) -> (encoding: FileEncoding, confidence: Double) {
    if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 1) }
    if sample.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 1) }
    if sample.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 1) }
    if let wide = wide(sample) { return wide }
    guard let firstHigh = sample.firstIndex(where: { $0 >= 0x80 }) else { return (.utf8, 1) }
    if isUTF8(sample[firstHigh...]) { return (.utf8, 0.99) }
    let counts = PairCounts(sample)
    if counts.shiftJIS > 0.9, counts.kana > 0.15 { return (.shiftJIS, 0.9) }
    if counts.gbk > 0.95, counts.hanzi > 0.5 { return (.gbk, 0.85) }
    if counts.shiftJIS > 0.97, counts.pairs > 0.7, counts.neighbours > 0.4 { return (.shiftJIS, 0.6) }
    return western(sample)
  }

  /// UTF-16 without a mark: the zero bytes, or the high halves of line ends and delimiters, are all on one side.
  private static func wide(_ sample: [UInt8]) -> (FileEncoding, Double)? {
    var zeros = [0, 0]
    for (index, byte) in sample.enumerated() where byte == 0 { zeros[index & 1] += 1 }
    let units = max(1, sample.count / 2)
    guard sample.count >= 4, max(zeros[0], zeros[1]) * 20 > units,
      min(zeros[0], zeros[1]) * 20 < max(zeros[0], zeros[1])
    else { return nil }
    // A zero byte in plain ASCII is a mistake in the file, not half a character.
    let plain = sample.count { (0x20...0x7E).contains($0) || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    let rest = sample.count - zeros[0] - zeros[1]
    if rest * 4 > sample.count * 3, plain * 20 > rest * 19 { return nil }
    let share = Double(max(zeros[0], zeros[1])) / Double(units)
    return (zeros[1] > zeros[0] ? .utf16LittleEndian : .utf16BigEndian, share > 0.5 ? 0.95 : 0.8)
  }

  /// True if it is UTF-8, but for a character that the end of the sample cuts.
  private static func isUTF8(_ sample: ArraySlice<UInt8>) -> Bool {
    let bytes = Array(sample)
    return (0...min(3, bytes.count)).contains { bytes.span.isUTF8(dropping: $0) }
  }

  /// Windows-1252 unless a byte is found that only ISO-8859-15 would use.
  private static func western(_ sample: [UInt8]) -> (FileEncoding, Double) {
    var (controls, euros) = (0, 0)
    for byte in sample {
      if (0x80...0x9F).contains(byte) { controls += 1 }
      if byte == 0xA4 || byte == 0xA8 || byte == 0xB8 || byte == 0xBD { euros += 1 }
    }
    if controls > 0 { return (.windows1252, 0.85) }
    return euros > 0 ? (.latin9, 0.7) : (.windows1252, 0.75)
  }
}

extension Span where Element == UInt8 {
  fileprivate func isUTF8(dropping last: Int) -> Bool {
    extracting(0..<count - last).withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) != nil }
  }
}

/// How the bytes beyond ASCII pair up, read as the two encodings of East Asia.
private struct PairCounts {
  /// The share of bytes beyond ASCII that make characters of Shift-JIS, or of GBK.
  private(set) var shiftJIS = 0.0
  private(set) var gbk = 0.0
  /// The share of Shift-JIS characters that are kana, and that are pairs.
  private(set) var kana = 0.0
  private(set) var pairs = 0.0
  /// The share of pairs that follow another: "Müller" and "it’s" in Windows-1252 have pairs too, but lone ones.
  private(set) var neighbours = 0.0
  /// The share of GBK characters that are among the common ones.
  private(set) var hanzi = 0.0

  init(_ bytes: [UInt8]) {
    countShiftJIS(bytes)
    countGBK(bytes)
  }

  private mutating func countShiftJIS(_ bytes: [UInt8]) {
    var (good, bad, kanaCount, pairCount, index) = (0, 0, 0, 0, 0)
    var (neighbourCount, lastEnd) = (0, -1)
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard byte >= 0x80 else { continue }
      if (0xA1...0xDF).contains(byte) {
        good += 1
      } else if (0x81...0x9F).contains(byte) || (0xE0...0xFC).contains(byte), index < bytes.count,
        bytes[index] >= 0x40, bytes[index] != 0x7F, bytes[index] <= 0xFC
      {
        good += 1
        pairCount += 1
        if byte == 0x82 || byte == 0x83 { kanaCount += 1 }
        if lastEnd == index - 1 { neighbourCount += 1 }
        index += 1
        lastEnd = index
      } else {
        bad += 1
      }
    }
    shiftJIS = Double(good) / Double(max(1, good + bad))
    kana = Double(kanaCount) / Double(max(1, good))
    pairs = Double(pairCount) / Double(max(1, good))
    neighbours = Double(neighbourCount) / Double(max(1, pairCount))
  }

  private mutating func countGBK(_ bytes: [UInt8]) {
    var (good, bad, common, index) = (0, 0, 0, 0)
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard byte >= 0x80 else { continue }
      if byte != 0x80, byte != 0xFF, index < bytes.count, bytes[index] >= 0x40, bytes[index] != 0x7F,
        bytes[index] != 0xFF
      {
        good += 1
        if (0xB0...0xD7).contains(byte), bytes[index] >= 0xA1 { common += 1 }
        index += 1
      } else {
        bad += 1
      }
    }
    gbk = Double(good) / Double(max(1, good + bad))
    hanzi = Double(common) / Double(max(1, good))
  }
}
