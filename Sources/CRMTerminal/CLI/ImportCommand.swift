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
      become custom fields. Rows with a mistake are left out, listed, and put into NAME.rejected.csv beside the file:
      correct them there and import that. --plan says what would happen and writes nothing. The whole import is one
      change: `crm undo` or `crm imports revert N` takes it back. One that was stopped goes on with `crm imports resume N`.

        crm import leads expo.csv
        crm import contacts people.csv --update-existing --plan
        crm import leads list.csv --match email,name+company --duplicates merge --set tags=expo --set owner=grace
        crm import leads list.csv --map '{"Name": "last_name", "Mail": "email"}' --save-map expo
        crm import leads list.csv --plan --json > plan.json && crm import leads list.csv --map plan.json
        xz -dc leads.csv.xz | crm import leads -
        crm import --preview export.txt --delimiter tab
      """.reflowed)

  @Argument(help: "leads, contacts, deals, tasks or activities.") var kind: KindArgument?
  @Argument(help: "The file; - is standard input.", completion: .file()) var file: String?
  @Option(
    help: ArgumentHelp("Print how the file is read, and write nothing.", valueName: "file"), completion: .file())
  var preview: String?
  @Flag(help: "Say what would happen, row by row; write nothing.") var plan = false
  @Flag(help: "Write; so does the command without it.") var apply = false
  @Flag(help: .hidden) var dryRun = false
  @OptionGroup var how: ImportHow
  @Option(help: ArgumentHelp("Where the rows left out go; - for nowhere.", valueName: "file")) var rejects: String?
  @Option(help: ArgumentHelp("Keep what becomes of the columns for files like this one.", valueName: "name"))
  var saveMap: String?
  @Flag(help: "Print the report as v1's JSON; with --plan, the dry run with the plan in it.") var json = false
  @OptionGroup var dialect: DialectOptions
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    _ = try dialect.choice()
    if preview != nil, file != nil { throw ValidationError("--preview takes the file itself: --preview FILE.") }
    if preview == nil, kind == nil { throw ValidationError("Say what the file holds, such as: crm import leads FILE.") }
    if preview == nil, file == nil { throw ValidationError("Name the file, or - for standard input.") }
    if plan, apply { throw ValidationError("--plan writes nothing and --apply does; say one of them.") }
    try how.check()
  }

  func run() throws {
    if let preview { return try show(preview) }
    guard let kind, let file else { return }
    let store = try database.open()
    var options = try how.options(kind.kind, store)
    options.dialect = try dialect.choice()
    options.isDryRun = plan || dryRun
    let path = file == "-" ? file : FilePath.expanded(file)
    let job = try Importer(store: store, options: options).job(path)
    if let saveMap {
      try store.transact("Save a mapping") { try $0.saveMapping(saveMap, job.plan, header: job.text.guess.header) }
    }
    guard !options.isDryRun else { return try rehearse(job) }
    try ImportWatch.run(job, rejects: rejectsChoice, json: json)
  }

  private var rejectsChoice: RejectsChoice {
    switch rejects {
    case nil: .usual
    case "-"?: .nowhere
    case let path?: .file(FilePath.expanded(path))
    }
  }

  private func rehearse(_ job: ImportJob) throws {
    guard let rehearsal = try job.rehearse() else { return }
    let printer = RehearsalPrinter(rehearsal)
    try Output.print { try json ? printer.printJSON(&$0) : printer.printText(&$0) }
  }

  private func show(_ path: String) throws {
    let preview = try FilePreview(path: path == "-" ? path : FilePath.expanded(path), choice: dialect.choice())
    try Output.print { try json ? preview.printJSON(&$0) : preview.printGrid(&$0) }
  }
}
