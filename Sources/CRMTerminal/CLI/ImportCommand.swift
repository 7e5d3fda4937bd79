import ArgumentParser
import CRMDomain
import CRMStore
import Foundation
import TerminalKit

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Bring in a file of delimited text.",
    discussion: """
      The delimiter, the encoding and the meaning of the columns are found out from the file; columns that fit no field
      become custom fields. Rows with a mistake are left out and listed. The whole import is one change: `crm undo`
      takes it back.

        crm import leads expo.csv
        crm import contacts people.csv --update-existing --dry-run
        crm import leads list.csv --map '{"Name": "last_name", "Mail": "email"}'
        xz -dc leads.csv.xz | crm import leads -
        crm import --preview export.txt --delimiter tab
      """)

  @Argument(help: "leads, contacts, deals, tasks or activities.") var kind: KindArgument?
  @Argument(help: "The file; - is standard input.", completion: .file()) var file: String?
  @Option(
    help: ArgumentHelp("Print how the file is read, and write nothing.", valueName: "file"), completion: .file())
  var preview: String?
  @Flag(help: "Change the records that are there: leads and contacts with the same e-mail, others with the same id.")
  var updateExisting = false
  @Option(help: ArgumentHelp("Which column goes to which field, as JSON.", valueName: "json")) var map: String?
  @Flag(help: "Say what would happen; write nothing.") var dryRun = false
  @Flag(help: "Print the report as v1's JSON.") var json = false
  @OptionGroup var dialect: DialectOptions
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    _ = try dialect.choice()
    if preview != nil, file != nil { throw ValidationError("--preview takes the file itself: --preview FILE.") }
    if preview == nil, kind == nil { throw ValidationError("Say what the file holds, such as: crm import leads FILE.") }
    if preview == nil, file == nil { throw ValidationError("Name the file, or - for standard input.") }
  }

  func run() throws {
    if let preview { return try show(preview) }
    guard let kind, let file else { return }
    var options = ImportOptions(kind.kind)
    options.dialect = try dialect.choice()
    options.updatesExisting = updateExisting
    options.isDryRun = dryRun
    options.mapping = try map.map(Self.mapping)
    let path = file == "-" ? file : FilePath.expanded(file)
    let outcome = try Importer(store: database.open(), options: options).run(path: path)
    try Output.print { output in
      if json { return try output.line(outcome.report.json.text) }
      try output.line((dryRun ? "Would import " : "Imported ") + TextWidth.sanitised(outcome.sentence) + ".")
      for remark in outcome.remarks { try output.line("  " + TextWidth.sanitised(remark)) }
    }
    if !json { Self.list(outcome.report) }
  }

  private func show(_ path: String) throws {
    let preview = try FilePreview(path: path == "-" ? path : FilePath.expanded(path), choice: dialect.choice())
    try Output.print { try json ? preview.printJSON(&$0) : preview.printGrid(&$0) }
  }

  private static let listed = 20

  /// The rows that were left out, on standard error.
  private static func list(_ report: ImportReport) {
    for detail in report.details.prefix(listed) {
      Output.complain(TextWidth.sanitised("Row \(detail.row): \(detail.error)"))
    }
    if report.errors > listed { Output.complain("… and \(report.errors - listed) more rows") }
  }

  private static func mapping(_ text: String) throws -> [String: String] {
    let example = "such as --map '{\"Name\": \"last_name\"}'"
    guard case .object(let object) = try parsed(text, example) else {
      throw CommandProblem(
        "crm: --map takes a JSON object of columns and fields, \(example).", exitCode: .validationFailure)
    }
    return try object.mapValues { value in
      if case .string(let field) = value { return field }
      throw CommandProblem(
        "crm: in --map every column has the name of a field, \(example).", exitCode: .validationFailure)
    }
  }

  private static func parsed(_ text: String, _ example: String) throws -> JSONValue {
    do { return try JSONValue(parsing: text) } catch {
      throw CommandProblem("crm: --map is no JSON (\(error)); write it \(example).", exitCode: .validationFailure)
    }
  }
}
