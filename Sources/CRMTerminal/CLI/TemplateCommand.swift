import ArgumentParser
import CRMDomain

struct TemplateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template", abstract: "Print the column names of an empty file to fill in.",
    discussion: """
        crm template leads > leads.csv
        crm template tasks
      """.reflowed)

  @Argument(help: "leads, contacts, deals, tasks or activities.") var kind: KindArgument

  func run() throws {
    try Output.print { try $0.write(Array(ImportTemplate.text(for: kind.kind).utf8)) }
  }
}
