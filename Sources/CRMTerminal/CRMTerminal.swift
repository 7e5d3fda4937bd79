import ArgumentParser

/// The command line: without a subcommand the program opens full screen.
@main struct CRM: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crm",
    abstract: "Leads, contacts, deals and tasks in the terminal.",
    discussion: """
      Without a command the program opens full screen. Every change can be undone, also after a restart.

        crm                                         open your book
        crm demo                                    look around in a made-up one
        crm import leads expo.csv                   bring in a list
        crm leads 'status:new score>70 sort:-score' print what matches
        crm leads tag:expo --json | jq -r '.[].email'

      Exit status: 0 done, 1 it could not be done, 64 the command line was not understood; `crm sync --help` has more.
      """,
    version: "1.0",
    subcommands: [
      OpenCommand.self, DemoCommand.self, ListCommand<LeadList>.self, ListCommand<ContactList>.self,
      ListCommand<DealList>.self, ListCommand<TaskList>.self, ListCommand<ActivityList>.self, ShowCommand.self,
      EditCommand.self, PipelineCommand.self, ImportCommand.self, ImportsCommand.self, MappingsCommand.self,
      ExportCommand.self, TemplateCommand.self,
      HistoryCommand.self, UndoCommand.self,
      RedoCommand.self, BackupCommand.self, BackupsCommand.self, RestoreCommand.self, DoctorCommand.self,
      DuplicatesCommand.self, LoginCommand.self, LogoutCommand.self, SyncCommand.self, DemoServerCommand.self,
      KeysCommand.self, PathsCommand.self,
    ],
    defaultSubcommand: OpenCommand.self)

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      CommandProblem.end(error)
    }
  }
}
