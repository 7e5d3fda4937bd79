import ArgumentParser
import CRMDomain
import CRMStore

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write records as CSV that import reads back.",
    discussion: """
      A text that a spreadsheet would run as a formula gets a ' before it, which import takes off again; --lossless
      leaves it as it is.

        crm export leads > leads.csv
        crm export deals 'won closed>2026-01-01' > won.csv
      """)

  @Argument(help: "leads, contacts, deals, tasks or activities.") var kind: KindArgument
  @Argument(help: "What to look for; everything if left out.") var query: [String] = []
  @Flag(help: "Put no ' before formulas.") var lossless = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    func run<R: Record>(_ type: R.Type) throws {
      let book = Book(try database.open())
      let list = try book.list(kind.kind, query.joined(separator: " "))
      let printer = try RecordPrinter<R>(book: book, columns: nil)
      try Output.print { try printer.csv(list, nil, &$0, safety: lossless ? .lossless : .spreadsheet) }
    }
    try run(kind.kind.recordType)
  }
}
