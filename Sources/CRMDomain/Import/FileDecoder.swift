import Glibc

/// Turns the bytes of a file into UTF-8, chunk by chunk. What no character is written as becomes the byte 0xFF, which
/// no UTF-8 has, so that the cell is noticed and reported.
package final class FileDecoder {
  private static let invalid: UInt8 = 0xFF

  private let encoding: FileEncoding
  private let table: [[UInt8]]
  private var converter: iconv_t?
  /// Bytes of a character that the chunk before broke off.
  private var pending: [UInt8] = []
  private var output: [UInt8] = []

  /// - Throws: `EncodingProblem` if this computer has no tables for the encoding.
  package init(_ encoding: FileEncoding) throws(EncodingProblem) {
    self.encoding = encoding
    table = encoding.singleBytes
    guard let name = encoding.systemName else { return }
    // -1 is how C says that there is none.
    guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else {
      throw EncodingProblem(encoding: encoding)
    }
    self.converter = converter
  }

  deinit {
    if let converter { iconv_close(converter) }
  }

  /// The UTF-8 of `chunk`, with what was left of the chunks before.
  package func decode(_ chunk: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    output.removeAll(keepingCapacity: true)
    switch encoding {
    case .utf8: output.append(contentsOf: chunk)
    case .windows1252, .latin1, .latin9: for byte in chunk { output.append(contentsOf: table[Int(byte)]) }
    case .utf16LittleEndian, .utf16BigEndian: decodeUTF16(pending + chunk)
    case .shiftJIS, .gbk: convert(pending + chunk)
    }
    return output
  }

  /// What is left at the end of the file: half a character.
  package func finish() -> [UInt8] {
    defer { pending = [] }
    return pending.isEmpty ? [] : [Self.invalid]
  }

  private func decodeUTF16(_ bytes: [UInt8]) {
    let high = encoding == .utf16BigEndian ? 0 : 1
    func unit(_ index: Int) -> UInt16 { UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + 1 - high]) }
    var index = 0
    while index + 1 < bytes.count {
      let first = unit(index)
      if UTF16.isLeadSurrogate(first) {
        guard index + 3 < bytes.count else { break }
        let second = unit(index + 2)
        if UTF16.isTrailSurrogate(second) {
          append(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
          index += 4
          continue
        }
      }
      append(UInt32(first))
      index += 2
    }
    pending = Array(bytes[index...])
  }

  private func append(_ scalar: UInt32) {
    guard let scalar = Unicode.Scalar(scalar) else {
      output.append(Self.invalid)
      return
    }
    output.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [Self.invalid])
  }

  private func convert(_ bytes: [UInt8]) {
    guard let converter else { return }
    var source = bytes.map { CChar(bitPattern: $0) }
    var target = [CChar](repeating: 0, count: bytes.count * 3 + 16)
    let (sourceLeft, targetLeft) = source.withUnsafeMutableBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in FileDecoder.transcode(source, to: target, with: converter) }
    }
    for unit in target.dropLast(targetLeft) { output.append(UInt8(bitPattern: unit)) }
    // An incomplete character at the end waits for the next chunk.
    pending = Array(bytes.suffix(sourceLeft))
  }

  /// Answers how much of each is left over.
  private static func transcode(
    _ source: UnsafeMutableBufferPointer<CChar>, to target: UnsafeMutableBufferPointer<CChar>, with converter: iconv_t,
  ) -> (source: Int, target: Int) {
    var (from, to) = (source.baseAddress, target.baseAddress)
    var (fromLeft, toLeft) = (source.count, target.count)
    while fromLeft > 0 {
      let converted = iconv(converter, &from, &fromLeft, &to, &toLeft)
      guard converted == -1, errno == EILSEQ, toLeft > 0 else { break }
      to?.pointee = CChar(bitPattern: invalid)
      to = to?.advanced(by: 1)
      from = from?.advanced(by: 1)
      toLeft -= 1
      fromLeft -= 1
    }
    return (fromLeft, toLeft)
  }
}

/// An encoding this computer cannot read.
package struct EncodingProblem: Error, Hashable, Sendable {
  package let encoding: FileEncoding
  package var sentence: String {
    "This computer has no tables for \(encoding.rawValue). Save the file as UTF-8 and import that."
  }
}

extension FileEncoding {
  /// The name the C library knows it by, for those that are too large to have here.
  fileprivate var systemName: String? {
    switch self {
    case .shiftJIS: "CP932"
    case .gbk: "GBK"
    case .utf8, .utf16LittleEndian, .utf16BigEndian, .windows1252, .latin1, .latin9: nil
    }
  }

  /// The UTF-8 of each byte, for the encodings of one byte a character.
  fileprivate var singleBytes: [[UInt8]] {
    let scalars: [UInt32]
    switch self {
    case .latin1: scalars = Array(0...255)
    case .windows1252: scalars = Array(0...0x7F) + Self.windowsControls + Array(0xA0...0xFF)
    case .latin9:
      let changed: [UInt32: UInt32] = [
        0xA4: 0x20AC, 0xA6: 0x160, 0xA8: 0x161, 0xB4: 0x17D, 0xB8: 0x17E, 0xBC: 0x152, 0xBD: 0x153, 0xBE: 0x178,
      ]
      scalars = (0...255).map { changed[$0] ?? $0 }
    case .utf8, .utf16LittleEndian, .utf16BigEndian, .shiftJIS, .gbk: return []
    }
    return scalars.map { Unicode.Scalar($0).flatMap { UTF8.encode($0).map(Array.init) } ?? [] }
  }

  /// 0x80 to 0x9F in Windows-1252, its five gaps as the control characters they are elsewhere.
  private static let windowsControls: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E,
    0x178,
  ]
}
