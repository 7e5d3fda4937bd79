import ArgumentParser
import CRMDomain
import CRMStore
import TerminalKit

/// What was imported, and what can still be done about it.
struct ImportsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imports", abstract: "List the imports; go on with one that stopped, or take one back.",
    discussion: """
        crm imports
        crm imports resume 3
        crm imports revert 3
      """.reflowed,
    subcommands: [List.self, Resume.self, Revert.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the imports, the latest first.")
    @Option(help: "At most so many.") var limit = 20
    @Flag(help: "Print one JSON array.") var json = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
      let runs = try database.open().read { try $0.imports(limit: limit) }
      try Output.print { output in
        if json { return try output.line(JSONValue.array(runs.map(\.json)).pretty()) }
        if runs.isEmpty { return try output.line("Nothing was imported yet.") }
        let calendar = LocalCalendar(.current)
        for run in runs {
          let time = DateText.full(run.at, calendar: calendar)
          try output.line(TextWidth.sanitised("\(run.id)  \(time)  \(run.sentence)\(run.stateWords)"))
        }
      }
    }
  }

  struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Go on with an import that stopped before its end.")
    @Argument(help: "Its number.") var number: Int64
    @Flag(help: "Print the report as v1's JSON.") var json = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
      try ImportWatch.run(ImportJob(store: database.open(), resuming: number), rejects: .usual, json: json)
    }
  }

  struct Revert: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a whole import back: what it added goes, what it changed is as before.")
    @Argument(help: "Its number.") var number: Int64
    @OptionGroup var database: DatabaseOption

    func run() throws { try database.open().revertImport(number).print("Took back") }
  }
}

extension ImportRun {
  fileprivate var stateWords: String {
    switch state {
    case .done: ""
    case .running: "  (running)"
    case .paused, .interrupted:
      canResume ? "  (stopped before the end: crm imports resume \(id))" : "  (stopped before the end)"
    case .cancelled: "  (cancelled, taken back)"
    case .reverted: "  (taken back)"
    case .failed: "  (failed: \(problem ?? "taken back"))"
    }
  }

  fileprivate var json: JSONValue {
    .object([
      "id": .integer(Int(id)), "at": .string(at.iso), "kind": .string(kind.plural), "file": .string(path),
      "state": .string(state.rawValue), "created": .integer(report.created), "updated": .integer(report.updated),
      "identical": .integer(report.identical), "duplicates": .integer(report.duplicates),
      "near": .integer(report.near), "errors": .integer(report.errors), "can_resume": .bool(canResume),
      "can_revert": .bool(canRevert), "operation": operation.map { .integer(Int($0)) } ?? .null,
      "rejects": rejectsPath.map(JSONValue.string) ?? .null, "problem": problem.map(JSONValue.string) ?? .null,
    ])
  }
}

/// The mappings that were saved.
struct MappingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mappings", abstract: "List what is kept about the columns of files, or forget it.",
    discussion: """
      A mapping is kept with `crm import --save-map NAME`. It is used by itself for files with the same columns, and for
      others with --map NAME.

        crm mappings
        crm mappings show expo > plan.json
        crm mappings remove expo
      """.reflowed,
    subcommands: [List.self, Show.self, Remove.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the saved mappings, the one used last first.")
    @Flag(help: "Print one JSON array.") var json = false
    @OptionGroup var database: DatabaseOption

    func run() throws {
      let mappings = try database.open().read { try $0.savedMappings() }
      try Output.print { output in
        if json { return try output.line(JSONValue.array(mappings.map(\.json)).pretty()) }
        if mappings.isEmpty { return try output.line("No mapping is saved. `crm import … --save-map NAME` keeps one.") }
        for mapping in mappings {
          let columns = mapping.plan.columns.map { $0.header.isEmpty ? "column \($0.index + 1)" : $0.header }
          try output.line(
            TextWidth.sanitised("\(mapping.name)  \(mapping.kind.plural)  \(columns.joined(separator: ", "))"))
        }
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a mapping as a plan that --map reads.")
    @Argument(help: "Its name.") var name: String
    @OptionGroup var database: DatabaseOption

    func run() throws {
      guard let mapping = try database.open().read({ try $0.savedMapping(named: name) }) else {
        throw MappingsCommand.unknown(name)
      }
      try Output.print { try $0.line(mapping.plan.json.pretty()) }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forget a mapping.")
    @Argument(help: "Its name.") var name: String
    @OptionGroup var database: DatabaseOption

    func run() throws {
      let isThere = try database.open().transact("Forget a mapping") { try $0.removeMapping(name) }
      guard isThere else { throw MappingsCommand.unknown(name) }
    }
  }

  private static func unknown(_ name: String) -> CommandProblem {
    CommandProblem(
      "crm: there is no saved mapping “\(TextWidth.sanitised(name))”. `crm mappings` lists those there are.")
  }
}

extension SavedMapping {
  fileprivate var json: JSONValue {
    .object(["name": .string(name), "kind": .string(kind.plural), "used_at": .string(usedAt.iso), "plan": plan.json])
  }
}
