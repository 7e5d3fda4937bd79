import Foundation
import GRDB

@testable import CRMDomain
@testable import CRMStore

/// What a rep does to several records at once, at random, each as one operation of history.
extension SampleBook {
  func doSomethingLarge(_ store: CRMStore) throws {
    switch random.int(0...5) {
    case 0: try mergeSome(Lead.self, store)
    case 1: try mergeSome(Contact.self, store)
    case 2: try convertOne(store)
    case 3: try importSome(store)
    case 4: try changeMany(store)
    default: try setCustomField(store)
    }
  }

  /// Ids outside the trash.
  func some(_ kind: EntityKind, _ count: Int, _ store: CRMStore) throws -> [Int64] {
    let sql = "SELECT id FROM \"\(kind.rawValue)\" WHERE deleted_at IS NULL ORDER BY id"
    let ids = try store.read { try Int64.fetchAll($0.db, sql: sql) }
    return Array(ids.shuffled(using: &random).prefix(count))
  }

  private func mergeSome<R: CRMDomain.Record>(_ type: R.Type, _ store: CRMStore) throws {
    let ids = try some(R.schema.kind, random.int(2...4), store)
    guard ids.count > 1 else { return }
    let records = try store.read { try $0.records(ids, of: R.self) }
    var merge = Merge(records, customFields: SampleBook.customFields)
    merge.keep(random.int(0...(ids.count - 1)))
    for info in merge.fields where random.chance(40) {
      merge.pick(random.chance(20) ? .all : .record(random.int(0...(ids.count - 1))), info)
    }
    try store.transact("Merge") { [merge] in try $0.merge(merge) }
  }

  private func convertOne(_ store: CRMStore) throws {
    let ids = try some(.lead, 1, store)
    guard let lead = try store.read({ try $0.records(ids, of: Lead.self) }).first else { return }
    let contact = try some(.contact, 1, store).first.map { Identifier<Contact>($0) }
    let deal = try some(.opportunity, 1, store).first.map { Identifier<Opportunity>($0) }
    let currency = random.pick(["EUR", "USD"])
    var made = Conversion.deal(from: lead, in: nil, currency: currency, now: testNow, today: testToday)
    let board = try some(.board, 1, store).first.map { Identifier<Board>($0) }
    made.board = random.chance(70) ? board : nil
    let deals: [Conversion.DealChoice] = [.none, .new(made), deal.map { .existing($0) } ?? .new(made)]
    let new = Conversion.ContactChoice.new(Conversion.contact(from: lead))
    let person = random.pick([new, contact.map { .existing($0) } ?? new])
    let conversion = Conversion(lead: lead, contact: person, deal: random.pick(deals))
    try store.transact("Convert") { _ = try $0.convert(conversion) }
  }

  /// New rows, and rows about leads that are there by their addresses.
  private func importSome(_ store: CRMStore) throws {
    var lines = ["email,last_name,company_name,estimated_value,tags"]
    for _ in 0..<random.int(1...6) {
      let address = "p\(random.int(0...12))@import.example"
      lines.append("\(address),\(SampleText.word(&random)),Firm \(random.int(0...4)),\(random.int(0...900)),expo")
    }
    let path = store.path + ".csv"
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    var plan = try ImportJob(store: store, path: path, plan: ImportPlan(.lead)).plan
    plan.updates(by: .email)
    _ = try ImportJob(store: store, path: path, plan: plan).apply(rejects: .nowhere)
  }

  private func changeMany(_ store: CRMStore) throws {
    let kind = random.pick([EntityKind.lead, .contact, .opportunity, .task])
    let ids = try some(kind, random.int(1...12), store)
    var change = BulkChange(kind, try edits(kind, store))
    if random.chance(15) { change = .trashing(kind) }
    let context = BulkChange.Context(now: testNow, calendar: .utc, stages: try store.read { try $0.all(Stage.self) })
    _ = try BulkWork(change, context: context, store: store).run(ids, title: "Change many")
  }

  private func edits(_ kind: EntityKind, _ store: CRMStore) throws -> [BulkChange.Edit] {
    let infos = kind.fields.filter { !$0.name.hasSuffix("ed_at") && !$0.kind.isReference }
    var edits = (0..<random.int(1...2)).map { _ -> BulkChange.Edit in
      let info = random.pick(infos)
      if info.kind == .instant { return BulkChange.Edit(info, .shift(DateShift(days: 3)), shown: "") }
      return BulkChange.Edit(info, .set(random.chance(20) ? .none : value(info, of: kind)), shown: "")
    }
    if let tags = kind.field("tags"), random.chance(50) { edits.append(.init(tags, .addTags(["many"]), shown: "")) }
    if let status = kind.field("status"), random.chance(50) {
      edits = [.init(status, .set(value(status, of: kind)), shown: "")]
    }
    return edits
  }

  private func setCustomField(_ store: CRMStore) throws {
    let kind = random.pick([EntityKind.lead, .contact, .opportunity])
    let info = random.pick(SampleBook.customFields)
    let ids = try some(kind, random.int(1...3), store)
    let value = random.chance(20) ? .none : value(info, of: kind)
    try store.transact("Custom field") { writer in _ = try writer.set([info.name: value], in: kind, ids) }
  }
}
