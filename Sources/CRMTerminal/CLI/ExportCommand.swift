import ArgumentParser
import CRMDomain
import CRMStore
import TerminalKit

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write records as CSV that import reads back, JSON, vCard or iCalendar.",
    discussion: """
      In CSV, a text that a spreadsheet would run as a formula gets a ' before it, which import takes off again;
      --lossless leaves it as it is. A file that is there is replaced once the new one is whole.

        crm export leads > leads.csv
        crm export deals 'won closed>2026-01-01 sort:-amount' --columns name,amount --output won.csv
        crm export contacts 'type:customer' --format vcard > customers.vcf
        crm export tasks 'owner:me open' --format ics > tasks.ics
      """.reflowed)

  @Argument(help: "leads, contacts, deals, tasks or activities.") var kind: KindArgument
  @Argument(help: "What to look for, and sort:FIELD for the order; everything if left out.") var query: [String] = []
  @Option(help: "csv or json; vcard for people, ics for tasks.") var format = ExportFormat.csv
  @Option(help: ArgumentHelp("The fields of CSV and JSON, parted by commas; all if left out.", valueName: "fields"))
  var columns: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("Write this file instead of standard output.", valueName: "file"))
  var output: String?
  @Flag(help: "Put no ' before formulas.") var lossless = false
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    guard format.fits(kind.kind) else { throw ValidationError(format.refusal(kind.kind)) }
    if columns != nil, !format.hasColumns { throw ValidationError("--columns is for csv and json.") }
  }

  func run() throws {
    func run<R: Record>(_ type: R.Type) throws {
      let book = Book(try database.open())
      let list = try book.list(kind.kind, query.joined(separator: " "))
      let printer = try RecordPrinter<R>(book: book, columns: columns)
      let safety = lossless ? DelimitedWriter.Safety.lossless : .spreadsheet
      guard let output else {
        return try Output.print { output in
          try printer.write(list, nil, as: format, safety: safety) { try output.write($0) }
        }
      }
      let file = try WholeFile(FilePath.expanded(output))
      try printer.write(list, nil, as: format, safety: safety, to: file.write)
      try file.finish()
    }
    try run(kind.kind.recordType)
  }
}

extension ExportFormat: ExpressibleByArgument {
  package init?(argument: String) { self.init(word: argument) }
}
