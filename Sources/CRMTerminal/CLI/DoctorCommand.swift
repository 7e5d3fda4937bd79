import ArgumentParser
import CRMDomain
import CRMStore
import CRMSync
import Foundation
import TerminalKit

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look the book over, and repair it.",
    discussion: """
      Every page, reference and journal entry is looked at, and every row is compared with the text index; besides that
      the modes of the file, the room on the disk and the backups. With --repair the index is made anew; of a damaged
      book what can be read is copied into a new file, rows that are missing come from the newest whole backup, and the
      damaged file is kept. Exit status 1 if something is wrong in the end.

      With --server the server of the book's account is asked instead, read only, what it can do and which habits it has.

        crm doctor
        crm doctor --repair
        crm doctor --server
      """.reflowed)

  @Flag(help: "Put right what can be put right.") var repair = false
  @Flag(help: "Ask the server what it can do.") var server = false
  @OptionGroup var account: ProfileOption
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let path = try database.existing()
    if server { return try examineServer(try database.open()) }
    var report = try CRMStore.examine(path)
    try Self.print(report)
    if repair, !report.isFine || report.findings.contains(where: { $0.remedy.hasSuffix("--repair") }) {
      try Self.repair(path, report)
      report = try CRMStore.examine(path)
      try Output.print { try $0.line("") }
      try Self.print(report)
    }
    guard report.isFine else { throw ExitCode.failure }
  }

  private func examineServer(_ store: CRMStore) throws {
    let (round, login) = try SyncLine.system.round(try account.profile(in: store), store)
    let checkup: ServerCheckup
    do { checkup = try round.examineServer(login: login) } catch { throw CommandProblem(SyncFailure(error)) }
    var table = TextTable(columns: ["Asked", "Found", "So"].map { TextTable.Column($0) }, width: nil)
    try Output.print { output in
      for finding in checkup.findings {
        for line in table.add([finding.subject, finding.found, finding.meaning]) { try output.line(line) }
      }
      for line in table.finish() { try output.line(line) }
    }
    guard let problem = checkup.problem else { return }
    let result = RoundResult(startedAt: store.now, endedAt: store.now, end: problem)
    throw CommandProblem(
      "crm: \(SyncWords.sentence(result, LocalCalendar(.current), for: .commandLine))",
      exitCode: SyncNowCommand.exitCode(result, SyncCounts()) ?? .failure)
  }

  private static func repair(_ path: String, _ report: CheckupReport) throws {
    if report.isDamaged {
      try print(try CRMStore.salvage(path, now: CRMStore.systemClock()))
    } else {
      try CRMStore.tidy(path)
      if report.isIndexStale { try CRMStore(path: path).rebuildTextIndex() }
    }
  }

  private static func print(_ report: CheckupReport) throws {
    var table = TextTable(columns: ["Check", "Result", "Found", "To do"].map { TextTable.Column($0) }, width: nil)
    try Output.print { output in
      for finding in report.findings {
        for line in table.add([finding.subject, finding.verdict.word, finding.detail, finding.remedy]) {
          try output.line(line)
        }
      }
      for line in table.finish() { try output.line(line) }
    }
  }

  static func print(_ report: SalvageReport) throws {
    let titles = ["Table", "Read", "Incomplete", "From the backup", "Lost"]
    var table = TextTable(columns: titles.map { TextTable.Column($0, isNumber: $0 != "Table") }, width: nil)
    try Output.print { output in
      try output.line("\nA new book was made of what could be read.")
      for part in report.parts {
        let numbers = [part.read, part.incomplete, part.fromBackup, part.lost].map { "\($0)" }
        for line in table.add([part.table] + numbers) { try output.line(line) }
      }
      for line in table.finish() { try output.line(line) }
      if let backup = report.backup { try output.line("The backup is \(TextWidth.sanitised(backup.path))") }
      try output.line("The damaged file is kept: \(TextWidth.sanitised(report.kept))")
    }
  }
}

extension Finding.Verdict {
  fileprivate var word: String {
    switch self {
    case .fine: "ok"
    case .advice: "note"
    case .wrong: "WRONG"
    }
  }
}
