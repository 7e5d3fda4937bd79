import CRMDomain

/// One record as a server sent it, as far as it can be read.
///
/// A field that is not in `fields` was not sent, which is not the same as empty: lists leave most fields out.
package struct WireRow: Hashable, Sendable {
  /// Somebody a record names beside the id: all a rep who may not list users ever learns of colleagues.
  package struct Person: Hashable, Sendable {
    package var id: Int64
    package var username: String?
    package var email: String?
    package var fullName: String?

    package init(id: Int64, username: String? = nil, email: String? = nil, fullName: String? = nil) {
      self.id = id
      self.username = username
      self.email = email
      self.fullName = fullName
    }
  }

  /// What a create is known again by when its answer was lost: a key we put into `custom_fields`.
  package static let intentKey = "_cid"

  package internal(set) var id: Int64 = 0
  /// By v1's name. References are the server's ids.
  package internal(set) var fields: [String: FieldValue] = [:]
  /// What we know no field for, and values that no value of their field's kind can say, verbatim.
  package internal(set) var extras: [String: JSONValue] = [:]
  /// Names of values beyond our limits. They count as not sent.
  package internal(set) var unread: [String] = []
  package internal(set) var people: [Person] = []
  /// The identity of the create that made it, if it was ours or another program's like ours.
  package internal(set) var intent: String?
  /// As the server wrote it.
  package internal(set) var updatedAt: String = ""
  /// Of the row's bytes: equal rows have equal hashes.
  package internal(set) var hash: UInt64 = 0

  package var updated: Instant? { Instant(iso: updatedAt) }
  package var created: Instant? { if case .instant(let created)? = fields["created_at"] { created } else { nil } }
}

/// The part of a row that says whether to read the rest.
package struct WireHead: Hashable, Sendable {
  package let id: Int64
  package let updatedAt: Instant?
  package let createdAt: Instant?
  package let hash: UInt64
  let range: Range<Int>
}

/// One page of a list: the envelope, and where its rows are.
package struct WirePage: Sendable {
  package private(set) var count: Int?
  package private(set) var hasNext = false
  package private(set) var heads: [WireHead] = []
  let bytes: [UInt8]

  /// A count beyond it counts as none: sums of it must not run over.
  private static let mostRows = 1_000_000_000

  /// - Throws: `WireProblem` if the text is no page of a list. A row that has no id is left out.
  package init(_ bytes: [UInt8]) throws(WireProblem) {
    self.bytes = bytes
    var scanner = try WireScanner(bytes)
    var hasResults = false
    var count: Int?
    var hasNext = false
    var heads: [WireHead] = []
    try scanner.members { scanner, key throws(WireProblem) in
      if scanner.holds("count", key) {
        let range = try scanner.skipValue()
        count = scanner.whole(range).flatMap { (0...Self.mostRows).contains($0) ? $0 : nil }
      } else if scanner.holds("next", key) {
        hasNext = scanner.peek() == UInt8(ascii: "\"")
        _ = try scanner.skipValue()
      } else if scanner.holds("results", key) {
        hasResults = true
        try scanner.items { scanner throws(WireProblem) in
          if let head = try WireHead(&scanner) { heads.append(head) }
        }
      } else {
        _ = try scanner.skipValue()
      }
    }
    guard hasResults else { throw scanner.problem("The answer is no page of a list.") }
    guard scanner.peek() == nil else { throw scanner.problem("Something follows the end of the answer.") }
    (self.count, self.hasNext, self.heads) = (count, hasNext, heads)
  }

  /// The whole row of a head.
  package func row(_ head: WireHead, as shape: WireShape) throws(WireProblem) -> WireRow {
    try shape.row(bytes, head.range)
  }
}

extension WireHead {
  /// Reads past the row that comes next; nil if it has no positive whole number for an id.
  init?(_ scanner: inout WireScanner) throws(WireProblem) {
    var id: Int64?
    var updated: Instant?
    var created: Instant?
    guard scanner.peek() == UInt8(ascii: "{") else {
      _ = try scanner.skipValue()
      return nil
    }
    let start = scanner.offset
    try scanner.members { scanner, key throws(WireProblem) in
      let range = try scanner.skipValue()
      if scanner.holds("id", key) {
        id = WireValue.id(scanner, range)
      } else if scanner.holds("updated_at", key) {
        updated = WireHead.instant(scanner.bytes, range)
      } else if scanner.holds("created_at", key) {
        created = WireHead.instant(scanner.bytes, range)
      }
    }
    guard let id else { return nil }
    range = start..<scanner.offset
    (self.id, updatedAt, createdAt) = (id, updated, created)
    hash = WireHash.of(scanner.bytes, range)
  }

  private static func instant(_ bytes: [UInt8], _ range: Range<Int>) -> Instant? {
    guard range.count > 2, bytes[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
    return Instant(iso: bytes.span.extracting(range.lowerBound + 1..<range.upperBound - 1))
  }
}

/// A number that changes when a byte does: eight bytes at a time, each mixed in with a multiplication.
enum WireHash {
  static func of(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    bytes.withUnsafeBytes { buffer in
      var hash = 0x9E37_79B9_7F4A_7C15 ^ UInt64(range.count)
      var offset = range.lowerBound
      while offset + 8 <= range.upperBound {
        mix(&hash, buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      var rest: UInt64 = 0
      while offset < range.upperBound {
        rest = rest << 8 | UInt64(buffer[offset])
        offset += 1
      }
      mix(&hash, rest)
      return hash
    }
  }

  private static func mix(_ hash: inout UInt64, _ word: UInt64) {
    let product = (hash ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    hash = product.high ^ product.low
  }
}
