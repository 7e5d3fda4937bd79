import CRMDomain

/// The words of simulated reps that stand in values: `wax12z` is the twelfth of client `a`, and stands nowhere else.
struct Words {
  private(set) var all: Set<String> = []

  func contains(_ word: String) -> Bool { all.contains(word) }

  mutating func add(_ value: FieldValue) {
    switch value {
    case .text(let text): add(text)
    case .tags(let tags): tags.forEach { add($0) }
    case .object(let members): members.values.forEach { add($0) }
    case .none, .integer, .money, .flag, .day, .instant, .reference: break
    }
  }

  mutating func add(_ value: JSONValue) {
    switch value {
    case .string(let text): add(text)
    case .array(let items): items.forEach { add($0) }
    case .object(let members): members.values.forEach { add($0) }
    case .null, .bool, .integer, .number: break
    }
  }

  private mutating func add(_ text: String) {
    let bytes = Array(text.utf8)
    var start = 0
    while start + 4 < bytes.count {
      guard bytes[start] == UInt8(ascii: "w"), bytes[start + 2] == UInt8(ascii: "x") else {
        start += 1
        continue
      }
      var end = start + 3
      while end < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[end]) { end += 1 }
      if end < bytes.count, bytes[end] == UInt8(ascii: "z") {
        all.insert(String(decoding: bytes[start...end], as: UTF8.self))
      }
      start = end
    }
  }
}
