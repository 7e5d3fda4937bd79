/// Bodies in gzip (RFC 1952) that need no compressor: as they are, or of one byte over and over.
enum Gzip {
  private static let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

  /// In stored blocks: valid, and a little longer than before.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var result = head
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      result.append(rest.isEmpty ? 1 : 0)
      result += little(UInt32(block.count)).prefix(2)
      result += little(~UInt32(block.count)).prefix(2)
      result += block
    } while !rest.isEmpty
    return result + little(checksum(bytes)) + little(UInt32(truncatingIfNeeded: bytes.count))
  }

  /// At least `count` zero bytes, a thousandth as long. The checksum is missing: nobody should read that far.
  static func bomb(_ count: Int) -> [UInt8] {
    var bits = BitWriter(bytes: head)
    bits.write(0b1, 1)
    bits.write(0b01, 2)
    bits.writeReversed(0b0011_0000, 8)
    for _ in 0...(count / 258) {
      // The last byte again, 258 times: length code 285, distance code 0 (RFC 1951, section 3.2.6).
      bits.writeReversed(0b1100_0101, 8)
      bits.writeReversed(0, 5)
    }
    return bits.bytes
  }

  private struct BitWriter {
    var bytes: [UInt8]
    private var held: UInt32 = 0
    private var count = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func write(_ value: UInt32, _ width: Int) {
      held |= value << UInt32(count)
      count += width
      while count >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: held))
        held >>= 8
        count -= 8
      }
    }

    /// Huffman codes stand with their first bit first.
    mutating func writeReversed(_ value: UInt32, _ width: Int) {
      var reversed: UInt32 = 0
      for bit in 0..<width where value >> UInt32(bit) & 1 == 1 { reversed |= 1 << UInt32(width - 1 - bit) }
      write(reversed, width)
    }
  }

  private static func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
