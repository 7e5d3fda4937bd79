import Glibc

extension FileEncoding {
  /// The bytes of `text` in this encoding; a character it lacks becomes one like it, or `?`.
  ///
  /// - Throws: `EncodingProblem` if this computer has no tables for the encoding.
  package func bytes(of text: [UInt8]) throws(EncodingProblem) -> [UInt8] {
    guard self != .utf8 else { return text }
    guard let converter = iconv_open(converterName + "//TRANSLIT", "UTF-8"), Int(bitPattern: converter) != -1 else {
      throw EncodingProblem(encoding: self)
    }
    defer { iconv_close(converter) }
    var result: [UInt8] = []
    var start = 0
    while start < text.count {
      let (used, written) = convert(text[start...], converter)
      result += written
      start += used
      // What cannot be written at all is passed over, a whole character at a time.
      guard start < text.count else { break }
      result += [UInt8](ascii: "?", in: self)
      start += 1
      while start < text.count, text[start] & 0xC0 == 0x80 { start += 1 }
    }
    return result
  }

  /// What comes before the first byte of a file.
  package var mark: [UInt8] {
    switch self {
    case .utf16LittleEndian: [0xFF, 0xFE]
    case .utf16BigEndian: [0xFE, 0xFF]
    case .utf8, .windows1252, .latin1, .latin9, .shiftJIS, .gbk: []
    }
  }

  private var converterName: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16LittleEndian: "UTF-16LE"
    case .utf16BigEndian: "UTF-16BE"
    case .windows1252: "CP1252"
    case .latin1: "ISO-8859-1"
    case .latin9: "ISO-8859-15"
    case .shiftJIS: "CP932"
    case .gbk: "GBK"
    }
  }

  /// Converts until something cannot be converted: the bytes used, and those written.
  private func convert(_ text: ArraySlice<UInt8>, _ converter: iconv_t) -> (used: Int, written: [UInt8]) {
    var used = 0
    let written = [UInt8](unsafeUninitializedCapacity: text.count * 4 + 16) { buffer, count in
      let capacity = text.count * 4 + 16
      text.withUnsafeBufferPointer { source in
        var input = UnsafeMutablePointer(mutating: source.baseAddress).map {
          UnsafeMutableRawPointer($0).assumingMemoryBound(to: CChar.self)
        }
        var output = buffer.baseAddress.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: CChar.self) }
        var (inputLeft, outputLeft) = (source.count, capacity)
        _ = iconv(converter, &input, &inputLeft, &output, &outputLeft)
        used = source.count - inputLeft
        count = capacity - outputLeft
      }
    }
    return (used, written)
  }
}

extension [UInt8] {
  fileprivate init(ascii character: Unicode.Scalar, in encoding: FileEncoding) {
    let byte = UInt8(ascii: character)
    self =
      switch encoding {
      case .utf16LittleEndian: [byte, 0]
      case .utf16BigEndian: [0, byte]
      case .utf8, .windows1252, .latin1, .latin9, .shiftJIS, .gbk: [byte]
      }
  }
}
