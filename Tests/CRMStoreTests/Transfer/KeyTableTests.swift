import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct KeyTableTests {
  @Test func itIsADictionary() {
    var random = TestRandom()
    var (table, wanted) = (KeyTable(), [UInt64: (row: Int, record: Int64)]())
    let hashes = (0..<4_000).map { _ in random.next() | 1 }
    for step in 1...40_000 {
      let hash = random.pick(hashes)
      if random.chance(50) {
        table.set(hash, row: step, record: Int64(step) * 2)
        wanted[hash] = (step, Int64(step) * 2)
      } else {
        table.add(hash, row: step)
        if wanted[hash] == nil { wanted[hash] = (step, 0) }
      }
    }
    #expect(table.count == wanted.count)
    for hash in hashes {
      let entry = table[hash]
      #expect(entry.map { Int($0.row) } == wanted[hash]?.row && entry.map { Int64($0.record) } == wanted[hash]?.record)
    }
    #expect(table[random.next() & ~1] == nil)
  }

  @Test func aRecordIsClaimedByTheFirstRow() {
    var claimed = ClaimedRecords()
    for (record, row) in [(1, 7), (1_024, 8), (1_023, 9), (900_000_000_000, 10), (1, 11)] {
      claimed.add(Int64(record), row: row)
    }
    #expect([1, 1_024, 1_023, 900_000_000_000, 2, 1_025].map { claimed[$0] } == [7, 8, 9, 10, nil, nil])
  }
}
