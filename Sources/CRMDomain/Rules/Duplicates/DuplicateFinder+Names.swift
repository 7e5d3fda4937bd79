extension DuplicateFinder {
  private struct Named {
    let outer: UInt64
    let inner: UInt64
    let row: UInt32
  }

  /// Links the records with the same or almost the same name and company. One of the two is the same in both, so it is
  /// enough to look among the records of one company for names with a slip, and the other way round.
  func linkNames(_ links: inout [DuplicateLink], _ isCancelled: () -> Bool) throws {
    let all = rows.indices.filter { rows[$0].name != 0 && rows[$0].company != 0 }.map(UInt32.init)
    let byCompany = all.map { Named(outer: rows[Int($0)].company, inner: rows[Int($0)].name, row: $0) }
    try each(byCompany, isCancelled) { block in
      for same in block where same.count > 1 { link(all: same, .nameAndCompany, &links) }
      linkSlips(block, nameBytes, &links)
    }
    let byName = all.map { Named(outer: rows[Int($0)].name, inner: rows[Int($0)].company, row: $0) }
    try each(byName, isCancelled) { linkSlips($0, companyBytes, &links) }
  }

  /// Calls `body` with the rows of each outer key that has more than one row, parted by the inner key.
  private func each(
    _ named: [Named], _ isCancelled: () -> Bool, _ body: ([[UInt32]]) -> Void,
  ) throws {
    let sorted = named.sorted { ($0.outer, $0.inner, $0.row) < ($1.outer, $1.inner, $1.row) }
    if isCancelled() { throw Cancelled() }
    var start = 0
    var blocks = 0
    while start < sorted.count {
      var end = start
      var parts: [[UInt32]] = []
      while end < sorted.count, sorted[end].outer == sorted[start].outer {
        if end > start, sorted[end].inner == sorted[end - 1].inner {
          parts[parts.count - 1].append(sorted[end].row)
        } else {
          parts.append([sorted[end].row])
        }
        end += 1
      }
      if end - start > 1 { body(parts) }
      start = end
      blocks += 1
      if blocks % 256 == 0, isCancelled() { throw Cancelled() }
    }
  }

  /// Links parts whose words are close. Two words with one slip between them are the same when the right letter is taken
  /// from one or both, so parts are compared only where they meet in this.
  private func linkSlips(
    _ parts: [[UInt32]], _ bytes: (UInt32) -> ArraySlice<UInt8>, _ links: inout [DuplicateLink],
  ) {
    guard parts.count > 1 else { return }
    var seen: Set<UInt64> = []
    // A house with a hundred thousand people is gone through in pieces, so that memory stays bounded.
    let pieces = UInt64(1 + parts.count / Self.mostAtOnce)
    for piece in 0..<pieces {
      var marks: [Mark] = []
      for (index, part) in parts.enumerated() {
        for row in writings(of: part, bytes) {
          SlipKeys.each(bytes(row)) { key in
            if pieces == 1 || key % pieces == piece { marks.append(Mark(key: key, row: UInt32(index))) }
          }
        }
      }
      Self.eachRun(of: marks) { met in
        guard met.count <= Self.mostMeeting else { return }
        for (index, left) in met.enumerated() {
          for right in met[(index + 1)...]
          where left != right && seen.insert(UInt64(left) << 32 | UInt64(right)).inserted {
            link(parts[Int(left)], parts[Int(right)], bytes, &links)
          }
        }
      }
    }
  }

  /// The same words in another order have other neighbours when the spaces are left out. Parts too large to be joined by
  /// a weak link need none.
  private func writings(of part: [UInt32], _ bytes: (UInt32) -> ArraySlice<UInt8>) -> [UInt32] {
    guard part.count < DuplicateClustering.mostWeaklyJoined else { return [] }
    return part.prefix(1) + part.dropFirst().filter { !bytes($0).elementsEqual(bytes(part[0])) }
  }

  private static var mostAtOnce: Int { 100_000 }

  /// Where more names of one house differ in the same letter, it is the letter that tells them apart.
  private static var mostMeeting: Int { 64 }

  private func link(
    _ left: [UInt32], _ right: [UInt32], _ bytes: (UInt32) -> ArraySlice<UInt8>, _ links: inout [DuplicateLink],
  ) {
    // A weak link joins no more than that.
    guard left.count + right.count <= DuplicateClustering.mostWeaklyJoined else { return }
    for a in left {
      let words = NameWords(joined: bytes(a))
      for b in right where words.likeness(to: NameWords(joined: bytes(b))) == .close {
        links.append(link(a, b, .almost))
      }
    }
  }
}

/// The keys under which a name meets every name that is close to it.
enum SlipKeys {
  /// `bytes` are words parted by spaces.
  static func each(_ bytes: ArraySlice<UInt8>, _ body: (UInt64) -> Void) {
    let words = bytes.split(separator: 0x20)
    let all = words.reduce(0) { $0 &+ TextHash.of($1) }
    for word in words where NameWords.maySlip(word) {
      let others = all &- TextHash.of(word)
      eachKey(of: word) { body(TextHash.mixed(others &+ $0)) }
    }
    let unspaced = bytes.lazy.filter { $0 != 0x20 }
    if bytes.count - max(0, words.count - 1) >= NameWords.fewestUnspaced {
      body(~TextHash.of(unspaced))
    }
  }

  /// The word itself and the word without each of its letters.
  private static func eachKey(of word: ArraySlice<UInt8>, _ body: (UInt64) -> Void) {
    let letters = word.count { $0 & 0xC0 != 0x80 }
    guard letters >= NameWords.fewestLetters - 1 else { return }
    body(~TextHash.of(word))
    var start = word.startIndex
    while start < word.endIndex {
      var end = start + 1
      while end < word.endIndex, word[end] & 0xC0 == 0x80 { end += 1 }
      var hash = TextHash.seed
      for index in word.indices where index < start || index >= end { hash = TextHash.step(hash, word[index]) }
      body(~TextHash.mixed(hash))
      start = end
    }
  }
}
