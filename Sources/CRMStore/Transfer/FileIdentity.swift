import CRMDomain

/// What tells a file from another, and from itself after a change.
package struct FileIdentity: Hashable, Sendable {
  /// Bytes of the beginning, and of the end, that are looked at.
  static let endSize = 1 << 16

  package let size: Int
  /// Nanoseconds since 1970.
  package let modified: Int
  /// Of its beginning and its end.
  let hash: UInt64

  init(size: Int, modified: Int, hash: UInt64) {
    (self.size, self.modified, self.hash) = (size, modified, hash)
  }

  /// Nil if `json` is none of ours.
  init?(json: JSONValue) {
    guard case .object(let object) = json, case .integer(let size)? = object["size"],
      case .integer(let modified)? = object["modified"], case .string(let text)? = object["hash"],
      let hash = UInt64(text, radix: 16)
    else { return nil }
    self.init(size: size, modified: modified, hash: hash)
  }

  var json: JSONValue {
    .object(["size": .integer(size), "modified": .integer(modified), "hash": .string(String(hash, radix: 16))])
  }
}
