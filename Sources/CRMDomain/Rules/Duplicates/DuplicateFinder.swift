/// Finds the clusters of duplicates among many records without comparing each with each: records are grouped by what
/// they have the same, and only those of one group are looked at. It keeps some 90 bytes a record.
///
/// It finds exactly the pairs that `DuplicatePair` finds, but for those of large groups that join in another way.
package struct DuplicateFinder: Sendable {
  /// An address or a number in more records than this belongs to a house, not to a person: of these only the records
  /// with the same name are linked by it.
  package static let mostSharing = 8

  /// Ends a search that nobody waits for any more.
  package struct Cancelled: Error {}

  struct Row: Sendable {
    let id: Int64
    let name: UInt64
    let company: UInt64
    /// Where its name is in `text`; the company follows.
    let start: UInt32
    let nameCount: UInt16
    let companyCount: UInt16
  }

  struct Mark: Sendable {
    let key: UInt64
    let row: UInt32
  }

  private(set) var rows: [Row] = []
  private(set) var text: [UInt8] = []
  private var emails: [Mark] = []
  private var phones: [Mark] = []

  package init() {}

  package var count: Int { rows.count }

  package mutating func reserve(_ count: Int) {
    rows.reserveCapacity(count)
    emails.reserveCapacity(count)
    phones.reserveCapacity(count)
    text.reserveCapacity(count * 32)
  }

  package mutating func add(_ identity: Identity) {
    let row = UInt32(rows.count)
    for email in identity.emails { emails.append(Mark(key: TextHash.of(email.utf8), row: row)) }
    for phone in identity.phones { phones.append(Mark(key: TextHash.of(phone.utf8), row: row)) }
    let start = text.count
    let name = append(identity.name)
    let company = append(identity.company)
    rows.append(
      Row(
        id: identity.id, name: TextHash.of(identity.name.words), company: TextHash.of(identity.company.words),
        start: UInt32(start), nameCount: name, companyCount: company))
  }

  private mutating func append(_ words: NameWords) -> UInt16 {
    let start = text.count
    for (index, word) in words.words.enumerated() {
      // A name of a page's length is as good with its beginning alone.
      guard text.count - start + word.utf8.count < Int(UInt16.max) else { break }
      if index > 0 { text.append(0x20) }
      text.append(contentsOf: word.utf8)
    }
    return UInt16(text.count - start)
  }

  // MARK: Finding

  /// The clusters, the strongest first.
  /// - Throws: `Cancelled` soon after `isCancelled` says so.
  package func clusters(
    apart: ApartRecords = ApartRecords(), isCancelled: () -> Bool = { false },
  ) throws -> [DuplicateCluster] {
    guard zip(rows, rows.dropFirst()).allSatisfy({ $0.id < $1.id }) else {
      return try ordered().clusters(apart: apart, isCancelled: isCancelled)
    }
    var links: [DuplicateLink] = []
    link(sharing: emails, .email, &links)
    if isCancelled() { throw Cancelled() }
    link(sharing: phones, .phone, &links)
    if isCancelled() { throw Cancelled() }
    try linkNames(&links, isCancelled)
    return DuplicateClustering(united(links), apart: apart, ids: { rows[Int($0)].id }).clusters()
  }

  /// The same with the rows in the order of their ids, on which ties depend. A store reads them in this order.
  private func ordered() -> DuplicateFinder {
    var ordered = self
    let order = rows.indices.sorted { rows[$0].id < rows[$1].id }
    var places = [UInt32](repeating: 0, count: rows.count)
    for (place, row) in order.enumerated() { places[row] = UInt32(place) }
    ordered.rows = order.map { rows[$0] }
    ordered.emails = emails.map { Mark(key: $0.key, row: places[Int($0.row)]) }
    ordered.phones = phones.map { Mark(key: $0.key, row: places[Int($0.row)]) }
    return ordered
  }

  /// Each pair once, with all that was found about it.
  private func united(_ links: [DuplicateLink]) -> [DuplicateLink] {
    var united: [DuplicateLink] = []
    for link in links.sorted(by: { $0.key < $1.key }) {
      if let last = united.indices.last, united[last].key == link.key {
        united[last].signs.formUnion(link.signs)
      } else {
        united.append(link)
      }
    }
    for index in united.indices { addName(&united[index]) }
    return united
  }

  /// Names alone count where name and company together say nothing, and only there.
  private func addName(_ link: inout DuplicateLink) {
    guard link.signs.isDisjoint(with: [.nameAndCompany, .almost]) else {
      link.signs.remove(.name)
      return
    }
    if name(of: link.low).likeness(to: name(of: link.high)) != .other { link.signs.insert(.name) }
  }

  func link(_ left: UInt32, _ right: UInt32, _ signs: DuplicateSigns) -> DuplicateLink {
    DuplicateLink(low: min(left, right), high: max(left, right), signs: signs)
  }

  /// Each with each where they are few, otherwise each with the first: what is strong joins them all the same.
  func link(all members: [UInt32], _ signs: DuplicateSigns, _ links: inout [DuplicateLink]) {
    let isFew = members.count <= Self.mostSharing
    for (index, left) in members.enumerated().prefix(isFew ? members.count : 1) {
      for right in members[(index + 1)...] { links.append(link(left, right, signs)) }
    }
  }

  private func link(sharing marks: [Mark], _ sign: DuplicateSigns, _ links: inout [DuplicateLink]) {
    Self.eachRun(of: marks) { members in
      if members.count <= Self.mostSharing { return link(all: members, sign, &links) }
      let named = members.map { Mark(key: rows[Int($0)].name, row: $0) }.filter { $0.key != 0 }
      Self.eachRun(of: named) { link(all: $0, [sign, .name], &links) }
    }
  }

  /// Calls `body` with the rows that have a key in common, two at least, in the order of the rows.
  static func eachRun(of marks: [Mark], _ body: ([UInt32]) -> Void) {
    let sorted = marks.sorted { ($0.key, $0.row) < ($1.key, $1.row) }
    var start = 0
    for end in 1..<max(2, sorted.count + 1) where end >= sorted.count || sorted[end].key != sorted[start].key {
      if end - start > 1, end <= sorted.count { body(sorted[start..<end].map(\.row)) }
      start = end
    }
  }

  // MARK: Words

  func nameBytes(of row: UInt32) -> ArraySlice<UInt8> {
    let row = rows[Int(row)]
    return text[Int(row.start)..<Int(row.start) + Int(row.nameCount)]
  }

  func companyBytes(of row: UInt32) -> ArraySlice<UInt8> {
    let row = rows[Int(row)]
    let start = Int(row.start) + Int(row.nameCount)
    return text[start..<start + Int(row.companyCount)]
  }

  private func name(of row: UInt32) -> NameWords { NameWords(joined: nameBytes(of: row)) }
}

/// 64 bits that stand for a text (FNV-1a, mixed once more); those of several words do not depend on their order.
enum TextHash {
  static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

  static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

  static func mixed(_ hash: UInt64) -> UInt64 {
    var mixed = hash
    mixed = (mixed ^ (mixed >> 32)) &* 0xD6E8_FEB8_6659_FD93
    mixed = (mixed ^ (mixed >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ (mixed >> 32)
  }

  static func of(_ bytes: some Sequence<UInt8>) -> UInt64 { mixed(bytes.reduce(seed, step)) }

  /// 0 for no words.
  static func of(_ words: [String]) -> UInt64 { words.reduce(0) { $0 &+ of($1.utf8) } }
}
