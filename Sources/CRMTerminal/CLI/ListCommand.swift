import ArgumentParser
import CRMDomain
import CRMStore

/// What one of the list commands lists.
protocol ListSubject {
  static var kind: EntityKind { get }
  static var name: String { get }
  static var aliases: [String] { get }
  static var abstract: String { get }
  static var examples: String { get }
}

enum LeadList: ListSubject {
  static let kind = EntityKind.lead
  static let (name, aliases) = ("leads", ["lead"])
  static let abstract = "Print leads."
  static let examples = """
      crm leads 'status:new score>70 sort:-score'
      crm leads tag:expo --json | jq -r '.[].email'
      crm leads 'created<7d' --columns email,phone
      crm leads open --group source
    """
}

enum ContactList: ListSubject {
  static let kind = EntityKind.contact
  static let (name, aliases) = ("contacts", ["contact"])
  static let abstract = "Print contacts."
  static let examples = """
      crm contacts smith
      crm contacts 'type:customer has:phone' --csv > customers.csv
    """
}

enum DealList: ListSubject {
  static let kind = EntityKind.opportunity
  static let (name, aliases) = ("deals", ["deal", "opportunities", "opportunity"])
  static let abstract = "Print deals."
  static let examples = """
      crm deals 'owner:me amount>50k'
      crm deals 'stage:proposal,negotiation sort:expected_close_date'
    """
}

enum TaskList: ListSubject {
  static let kind = EntityKind.task
  static let (name, aliases) = ("tasks", ["task"])
  static let abstract = "Print tasks."
  static let examples = """
      crm tasks overdue
      crm tasks 'owner:me open' --plain
    """
}

enum ActivityList: ListSubject {
  static let kind = EntityKind.activity
  static let (name, aliases) = ("activities", ["activity"])
  static let abstract = "Print what happened: calls, e-mails, meetings, notes."
  static let examples = """
      crm activities 'type:call when<7d'
      crm activities --limit 20
    """
}

/// `crm leads 'status:new'` and its like.
struct ListCommand<Subject: ListSubject>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Subject.name, abstract: Subject.abstract,
      discussion: """
        A query is words and terms that must all hold: status:new,contacted  -tag:expo  score>70  value:10k..50k
        created<30d  owner:me  has:email  overdue  "exact words"  sort:-score,name. Docs/QUERY.md has all of it.

        \(Subject.examples)
        """.reflowed,
      aliases: Subject.aliases)
  }

  @Argument(help: "What to look for; everything if left out.") var query: [String] = []
  @Flag(help: "How to print them; a table if left out.") var format: ListFormat?
  @Option(help: "At most so many.") var limit: Int?
  @Option(help: ArgumentHelp("The fields to print, parted by commas.", valueName: "fields")) var columns: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Print how many have each value of a field, and their sums; dates by month, or as created/week.",
      valueName: "field")) var group: String?
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is a number from 0 on.") }
    if group != nil, format == .ids { throw ValidationError("Groups have no ids: leave --group or --ids out.") }
    if group != nil, columns != nil { throw ValidationError("Groups have no columns: leave --group or --columns out.") }
  }

  func run() throws {
    func run<R: Record>(_ type: R.Type) throws {
      let book = Book(try database.open())
      let asked = try book.query(Subject.kind, query.joined(separator: " "))
      let list = try book.list(Subject.kind, asked)
      if format != .ids, let key = try group.map(groupKey) ?? asked.group {
        return try GroupPrinter(book: book, list, key).print(as: format ?? .table, limit: limit)
      }
      try RecordPrinter<R>(book: book, columns: columns).print(list, as: format ?? .table, limit: limit)
    }
    try run(Subject.kind.recordType)
  }

  private func groupKey(_ text: String) throws -> Query.GroupKey {
    if let key = Query.GroupKey(text: text) { return key }
    let periods = Period.allCases.map(\.rawValue).joined(separator: ", ")
    throw CommandProblem(
      "crm: --group takes a field, a date also with one of \(periods): --group created/week.",
      exitCode: .validationFailure)
  }
}

enum ListFormat: String, EnumerableFlag {
  case table, plain, csv, json, ids

  static func help(for value: ListFormat) -> ArgumentHelp? {
    switch value {
    case .table: "A table, cut to the width of the terminal."
    case .plain: "A line for each field, for screen readers."
    case .csv: "CSV that import reads back."
    case .json: "One JSON array, with v1's field names."
    case .ids: "Ids, one to a line."
    }
  }
}
