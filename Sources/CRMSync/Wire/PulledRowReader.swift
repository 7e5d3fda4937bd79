import CRMDomain
import CRMStore

/// Reads rows of lists that become new records: a first pull has hundreds of thousands of them.
///
/// The rows of a list have the same members in the same order. So what a member means is what the one at its place meant
/// in the row before, if the key is the same, and nobody is looked up who was met in a row before.
struct PulledRowReader: Sendable {
  private struct Member: Sendable {
    let key: [UInt8]
    let meaning: WireShape.Meaning
  }

  private static let mostMembers = 200

  private let shape: WireShape
  /// The places of the fields that name other records.
  let references: [Int]
  private let customFields: Int?
  private let updatedAt: Int?
  private var members: [Member] = []
  /// People as rows name them, by the bytes of the naming, of which nothing is to be learned any more.
  private var familiar: Set<UInt64> = []
  /// Those of the row read last.
  private var named: [UInt64] = []

  var columns: [FieldInfo] { shape.columns }

  init(_ shape: WireShape) {
    self.shape = shape
    references = shape.kinds.indices.filter { shape.kinds[$0] == .reference }
    customFields = shape.kinds.firstIndex(of: .customFields)
    updatedAt = shape.columns.firstIndex { $0.name == "updated_at" }
  }

  /// What a row says, or nil if there is more to it than its values: people who were not met yet, the identity of a
  /// create, a value beyond our limits.
  mutating func row(_ head: WireHead, of page: WirePage) throws(WireProblem) -> PulledRow? {
    var row = PulledRow(shape.kind, serverID: head.id, columns: shape.columns.count)
    row.listHash = head.hash
    var scanner = try WireScanner(page.bytes, from: head.range.lowerBound)
    var isPlain = true
    var place = 0
    var names: [(field: Int, name: UInt64)] = []
    named.removeAll(keepingCapacity: true)
    try scanner.members { scanner, key throws(WireProblem) in
      let value = try scanner.skipValue()
      switch meaning(of: key, at: place, scanner) {
      case .id, .ignored: break
      case .field(let index): isPlain = read(scanner, value, index, into: &row) && isPlain
      case .nest: named.append(WireHash.of(scanner.bytes, value))
      case .name(let field): names.append((field, WireHash.of(scanner.bytes, value)))
      case .unknown: isPlain = keep(scanner, value, key, in: &row) && isPlain
      }
      place += 1
    }
    for (field, name) in names {
      if case .reference(let id)? = row.theirs[field] { named.append(name ^ UInt64(bitPattern: id) &* 0x9E37_79B9) }
    }
    row.isWhole = row.said == shape.fields.count
    return isPlain && named.allSatisfy(familiar.contains) ? row : nil
  }

  /// The people of the row read last were met.
  mutating func noteMet() { familiar.formUnion(named) }

  private mutating func meaning(of key: Range<Int>, at place: Int, _ scanner: WireScanner) -> WireShape.Meaning {
    if place < members.count {
      let isSame = members[place].key.withUnsafeBufferPointer { scanner.holds($0, key) }
      if isSame { return members[place].meaning }
    }
    let meaning = shape.meaning(of: scanner.bytes[key])
    guard place < Self.mostMembers else { return meaning }
    let member = Member(key: Array(scanner.bytes[key]), meaning: meaning)
    if place < members.count { members[place] = member } else { members.append(member) }
    return meaning
  }

  /// False if the value is beyond our limits, or holds the identity of a create.
  private func read(_ scanner: WireScanner, _ range: Range<Int>, _ index: Int, into row: inout PulledRow) -> Bool {
    if index == updatedAt, range.count > 2 {
      row.updatedAt = scanner.text(range.lowerBound + 1..<range.upperBound - 1) ?? ""
    }
    guard let value = WireValue.read(scanner, range, as: shape.kinds[index]) else { return false }
    if index == customFields, case .object(let members) = value, members[WireRow.intentKey] != nil { return false }
    row.say(value, at: index)
    return true
  }

  private func keep(_ scanner: WireScanner, _ range: Range<Int>, _ key: Range<Int>, in row: inout PulledRow) -> Bool {
    guard let value = scanner.json(range) else { return false }
    row.extras[scanner.text(key) ?? ""] = value
    return true
  }
}
