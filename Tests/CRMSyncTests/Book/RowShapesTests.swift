import CRMDomain
import GRDB
import Testing

@testable import CRMStore

/// How a book keeps what servers say of their rows.
@Suite struct RowShapesTests {
  private func mapping(_ base: [String: FieldValue], _ id: Int64) -> Mapping {
    var mapping = Mapping(key: RecordKey(.lead, id), serverID: id + 100)
    mapping.base = base
    return mapping
  }

  @Test func rowsReadAsTheyWereSavedWhateverTheySay() throws {
    let bench = try BookBench()
    let rows: [[String: FieldValue]] = [
      [:], ["first_name": .text("Zoë \"Z\"\n")], ["first_name": .none, "company_name": .text("")],
      [
        "last_name": .text("O'Hara"), "estimated_value": .money(-12_345), "probability": .integer(5),
        "tags": .tags(["a", "b c"]), "custom_fields": .object(["k": .array([.null, .number(1.5)])]),
        "next_follow_up": .instant(Instant(microseconds: 1_796_651_100_000_001)), "assigned_to": .reference(-3),
      ],
      ["first_name": .text("again")],
    ]
    _ = try bench.store.synchronise(bench.profile.id, "") { book in
      for (number, base) in rows.enumerated() { try book.save(mapping(base, Int64(number + 1))) }
    }
    _ = try bench.store.synchronise(bench.profile.id, "") { book in
      for (number, base) in rows.enumerated() {
        let read = try book.mapping(RecordKey(.lead, Int64(number + 1)))?.base
        #expect(read == base)
      }
      // The names stand once for all rows that say something of the same fields.
      let shapes = try Int.fetchOne(book.db, sql: "SELECT count(*) FROM sync_shape")
      #expect(shapes == 4)
    }
  }

  /// Books of before, and one whose shapes were lost to a damaged file.
  @Test func rowsWithNamesAreReadAndRowsOfAnUnknownShapeSayNothing() throws {
    let bench = try BookBench()
    _ = try bench.store.synchronise(bench.profile.id, "") { book in
      for id in 1...2 { try book.save(mapping(["last_name": .text("x")], Int64(id))) }
      try book.db.execute(
        sql: "UPDATE sync_map SET base = '{\"last_name\":\"Before\",\"gone\":1}' WHERE local_id = 1")
      try book.db.execute(sql: "UPDATE sync_map SET base = '[77,\"y\"]' WHERE local_id = 2")
      let bases = try [1, 2].map { try book.mapping(RecordKey(.lead, $0))?.base }
      #expect(bases == [["last_name": .text("Before")], [:]])
    }
  }

  @Test func hashesAreFoundOfRowsNearAndFarApart() throws {
    let bench = try BookBench()
    _ = try bench.store.synchronise(bench.profile.id, "") { book in
      for id in [1, 2, 5, 90_000] as [Int64] {
        var row = mapping([:], id)
        row.listHash = UInt64(id) * 7
        try book.save(row)
      }
      let near = try book.listHashes(.lead, [105, 102, 103])
      #expect(near[102] == 14 && near[105] == 35 && near[103] == nil)
      let far = try book.listHashes(.lead, [90_100, 101, .max, .min])
      #expect(far == [101: 7, 90_100: 630_000])
      let none = try [book.listHashes(.lead, []), book.listHashes(.contact, [101])]
      #expect(none == [[:], [:]])
    }
  }
}
