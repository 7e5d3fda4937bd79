import CRMDomain
import CRMStore
import Testing
import V1Simulator

@testable import CRMSync

/// What is read straight into new records is what is read the long way.
@Suite struct PulledRowTests {
  private static let kinds: [(EntityKind, V1Resource)] = [
    (.contact, .contacts), (.lead, .leads), (.opportunity, .opportunities), (.task, .tasks),
  ]

  private func bench(_ personality: Personality) -> Bench {
    var bench = Bench(personality)
    for number in 0..<6 {
      for (_, resource) in Self.kinds { bench.server.insertSample(resource, number: number) }
    }
    return bench
  }

  private func isSame(_ pulled: PulledRow, _ row: WireRow) -> Bool {
    var said: [String: FieldValue] = [:]
    for (info, value) in zip(pulled.kind.fields, pulled.theirs) { said[info.name] = value }
    return said == row.fields && pulled.extras == row.extras && pulled.updatedAt == row.updatedAt
      && pulled.listHash == row.hash && pulled.serverID == row.id && row.intent == nil && row.unread.isEmpty
  }

  @Test(arguments: Personality.allCases) func everyRowOfAListSaysTheSame(_ personality: Personality) throws {
    var bench = bench(personality)
    for (kind, resource) in Self.kinds {
      let shape = WireShape(kind)
      var reader = PulledRowReader(shape)
      let page = try WirePage(bench.send(.get, "\(resource.rawValue)/").body)
      var plain = 0
      for head in page.heads {
        let row = try page.row(head, as: shape)
        if let pulled = try reader.row(head, of: page) {
          plain += 1
          #expect(isSame(pulled, row), "\(kind) \(row.id)")
          #expect(pulled.isWhole == (row.fields.count == shape.fields.count))
        }
        reader.noteMet()
      }
      #expect(page.heads.isEmpty || plain > 0, "people are met once")
    }
  }

  /// Whatever a damaged row still says, both ways of reading it say it, or the short one leaves it to the long one.
  @Test func damagedRowsSayTheSameOrAreLeft() throws {
    var bench = bench(.documented)
    let shape = WireShape(.lead)
    let whole = bench.send(.get, "leads/").body
    for seed in 1...3000 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      var bytes = whole
      for _ in 0..<random.int(1...8) { bytes[random.int(0...(bytes.count - 1))] = UInt8(random.int(0...255)) }
      guard let page = try? WirePage(bytes) else { continue }
      var reader = PulledRowReader(shape)
      for head in page.heads {
        let pulled = try? reader.row(head, of: page)
        reader.noteMet()
        guard let pulled else { continue }
        #expect(isSame(pulled, try page.row(head, as: shape)), "seed \(seed)")
      }
    }
  }

  @Test func whatIsMoreThanItsValuesIsLeft() throws {
    let rows = [
      #"{"id":1,"custom_fields":{"_cid":"x"}}"#, #"{"id":2,"zz":1e400}"#, #"{"id":3,"last_contact_date":"soon"}"#,
      #"{"id":4,"assigned_to":2,"assigned_to_name":"Rita Rep"}"#,
    ]
    let page = try WirePage(Array(#"{"count":4,"results":[\#(rows.joined(separator: ","))]}"#.utf8))
    var reader = PulledRowReader(WireShape(.lead))
    for head in page.heads { #expect(try reader.row(head, of: page) == nil, "\(head.id)") }
    reader.noteMet()
    #expect(try reader.row(page.heads[3], of: page) != nil, "whoever was met need not be met again")
  }
}
