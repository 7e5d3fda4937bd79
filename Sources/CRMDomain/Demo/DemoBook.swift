/// The records of an imagined seller of factory software, Corvane Controls: for a first look, tests and pictures.
///
/// The same `now` and offset give the same book. Ids count from 1 in each kind and every reference is to a record of
/// the book. Dates lie within fourteen months before `now` and about ten weeks after it. E-mail addresses and web sites
/// end in `.example`, which never resolves (RFC 2606).
package struct DemoBook: Sendable, Hashable {
  package var users: [User] = []
  package var boards: [Board] = []
  package var stages: [Stage] = []
  package var leads: [Lead] = []
  package var contacts: [Contact] = []
  package var opportunities: [Opportunity] = []
  package var tasks: [CRMTask] = []
  package var activities: [Activity] = []
  package var tags: [Tag] = []

  /// - Parameter utcOffset: seconds east of Greenwich where the rep is, so that "today" is the rep's.
  package init(now: Instant, utcOffset: Int = 0) {
    var writer = BookWriter(clock: DemoClock(now: now, utcOffset: utcOffset))
    writer.writeHouse()
    let deals = writer.planDeals()
    writer.writeLeads(converted: deals.filter(\.isFromLead))
    writer.writeContacts()
    writer.writeDeals(deals)
    writer.writeTimeline()
    writer.writeTasks()
    self = writer.book
  }

  init() {}
}

/// Writes the book page by page; each page refers to those before it.
struct BookWriter {
  var book = DemoBook()
  var dice = SplitMix64(seed: 0xC0_5FA7E)
  let clock: DemoClock
  var takenEmails: Set<String> = []
  var companiesToCome: [DemoCompany] = []

  init(clock: DemoClock) { self.clock = clock }

  /// The longest ago anything in the book happened: fourteen months.
  static let oldestDays = 425

  mutating func officeMinute() -> Int { dice.int(96...215) * 5 }

  /// The rep in two of five cases, else a colleague.
  mutating func someUser() -> Identifier<User> {
    Identifier(dice.chance(40) ? 1 : Int64(dice.int(2...book.users.count)))
  }

  /// An amount spread like real deals are, each doubling about as likely as each halving, to the nearest round figure.
  mutating func amount(around typical: Int) -> Money {
    let doublings = dice.normal() * 1.1
    let whole = doublings.rounded(.down)
    let factor = Double(sign: .plus, exponent: Int(whole), significand: 1 + doublings - whole)
    let step = typical < 10_000 ? 50.0 : 500.0
    return Money(hundredths: Int((Double(typical) * factor / step).rounded(.up) * step) * 100)
  }

  mutating func someTags(atMost limit: Int) -> [String] {
    Array(dice.shuffled(book.tags.map(\.name)).prefix(dice.int(0...limit))).sorted()
  }
}

extension DemoBook {
  /// The custom fields of its leads.
  package static let leadFields = [
    FieldInfo("industry", kind: .text, isCustom: true), FieldInfo("company_size", kind: .integer, isCustom: true),
    FieldInfo("city", kind: .text, isCustom: true), FieldInfo("country", kind: .text, isCustom: true),
  ]

  /// Those of its contacts.
  package static let contactFields = [FieldInfo("industry", kind: .text, isCustom: true)]
}
