import CRMDomain
import CRMStore
import CRMSync
import Testing
import V1Simulator

/// A round in the middle of which a program is killed: how it comes to it.
struct HammerScenario: Sendable, CustomTestStringConvertible {
  let name: String
  var personality = Personality.documented
  /// What is on the server before the book meets it.
  var rows: [V1Resource: Int] = [:]
  /// After the first round of the book: what the rep, and what others do.
  var acts: @Sendable (BookBench) throws -> Void = { _ in }
  var others: @Sendable (inout V1Server) -> Void = { _ in }
  /// What happens on the line to the requests of the round, in order.
  var faults: [LineFault?] = []
  var meetsFirst = true

  var testDescription: String { name }

  static let all: [HammerScenario] = [
    HammerScenario(name: "create", acts: { try $0.lead("doe") }),
    HammerScenario(name: "create with parents", acts: { try $0.dealOfANewContact() }),
    HammerScenario(name: "create in doubt", acts: { try $0.lead("doe") }, faults: late(.reset(executed: true))),
    HammerScenario(
      name: "create that never arrived", acts: { try $0.lead("doe") }, faults: late(.reset(executed: false))),
    HammerScenario(
      name: "create, committed and answered 500", personality: .firstPublished, acts: { try $0.lead("doe") }),
    HammerScenario(name: "edit", rows: [.leads: 2], acts: { try $0.edit("Mine") }),
    HammerScenario(
      name: "edit, committed and answered 500", personality: .firstPublished, rows: [.leads: 2],
      acts: { try $0.edit("Mine") }),
    HammerScenario(
      name: "edit of many", rows: [.leads: 6],
      acts: { bench in
        let ids = try bench.leads().map(\.id.rawValue)
        try bench.store.transact("Many") { try $0.set(["status": .text("qualified")], in: .lead, ids) }
      }),
    HammerScenario(name: "delete", rows: [.leads: 2], acts: { try $0.trashFirst() }),
    HammerScenario(
      name: "delete, taken back in doubt", rows: [.leads: 2],
      acts: { bench in
        try bench.trashFirst()
        for number in 2...20 where try !bench.pending().contains(where: { $0.state == .inFlight }) {
          try bench.round(RoundOptions(), BookLine(bench.transport, [number: [.drop(isExecuted: false)]]))
        }
        _ = try bench.store.undo()
      }),
    HammerScenario(name: "convert", rows: [.leads: 1], acts: { try $0.convertFirst() }),
    HammerScenario(
      name: "convert on a server that fails after the contact", rows: [.leads: 1], acts: { try $0.convertFirst() },
      others: { $0.quirks.conversionStopsAfter = 1 }),
    HammerScenario(
      name: "convert on a server that cannot", personality: .hostile, rows: [.leads: 1], acts: { try $0.convertFirst() }
    ),
    HammerScenario(name: "complete", rows: [.tasks: 2], acts: { try $0.completeFirst() }),
    HammerScenario(
      name: "complete on a server that cannot", personality: .newestPublished, rows: [.tasks: 2],
      acts: { try $0.completeFirst() }),
    HammerScenario(
      name: "conflict", rows: [.leads: 2], acts: { try $0.edit("Mine") },
      others: { $0.change(.leads, 1, ["company_name": .string("Theirs")]) }),
    HammerScenario(
      name: "deleted here, changed there", rows: [.leads: 2], acts: { try $0.trashFirst() },
      others: { $0.change(.leads, 1, ["company_name": .string("Theirs")]) }),
    HammerScenario(
      name: "edited here, deleted there", rows: [.leads: 2], acts: { try $0.edit("Mine") },
      others: { $0.remove(.leads, 1) }),
    HammerScenario(
      name: "throttled", rows: [.leads: 2], acts: { try $0.edit("Mine") }, faults: late(.simulated(.throttledSeconds))),
    HammerScenario(
      name: "refresh tokens that serve once", personality: .repaired, rows: [.leads: 2], acts: { try $0.edit("Mine") }),
    HammerScenario(
      name: "merge of contacts with deals", rows: [.contacts: 2, .opportunities: 2],
      acts: { bench in
        let contacts: [Contact] = try bench.store.read { try $0.all() }
        // The deals are the first contact's.
        var merge = CRMDomain.Merge(contacts, customFields: [])
        merge.keep(1)
        try bench.store.transact("Merge") { try $0.merge(merge) }
      }),
    HammerScenario(name: "first pull of several pages", rows: [.leads: 45, .contacts: 3], meetsFirst: false),
    HammerScenario(
      name: "pull of several pages of changes", personality: .honoursPageSize, rows: [.leads: 130],
      others: { server in
        for id in 1...120 { server.change(.leads, id, ["company_name": .string("Theirs \(id)")]) }
      }),
    HammerScenario(
      name: "whole records", rows: [.contacts: 9],
      others: { server in
        for id in 1...9 { server.change(.contacts, id, ["notes": .string("Note \(id)")]) }
      }),
  ]

  /// The request after those for a token, the lists and the row itself.
  private static func late(_ fault: LineFault) -> [LineFault?] { [nil, nil, nil, nil, nil, fault] }
}

extension BookBench {
  func edit(_ company: String) throws {
    try set(.lead, try leads()[0].id.rawValue, ["company_name": .text(company)])
  }

  func trashFirst() throws {
    let id = try leads()[0].id.rawValue
    try store.transact("Delete") { try $0.trash(.lead, id) }
  }

  func convertFirst() throws {
    let id = try leads()[0].id.rawValue
    try set(.lead, id, ["estimated_value": .money(500_00)])
    try convert(try leads()[0])
  }

  func completeFirst() throws {
    let task = try store.read { try $0.all(CRMTask.self) }[0]
    try set(.task, task.id.rawValue, ["status": .text("completed"), "completed_at": .instant(store.now)])
  }

  func dealOfANewContact() throws {
    try store.transact("New deal") { writer in
      var contact = Contact()
      (contact.firstName, contact.lastName, contact.email) = ("Ann", "Doe", "ann@x.example")
      var deal = Opportunity()
      (deal.name, deal.contact, deal.amount) = ("Deal", try writer.insert(contact), Money(hundredths: 100))
      deal.expectedCloseDate = Day(iso: "2026-12-24")
      try writer.insert(deal)
    }
  }
}
