import CRMDomain
import CRMStore
import Foundation

/// Writes to a store without end and says after each commit what is in it now: the tests kill it at any moment.
///
/// `StoreHammer hammer PATH SEED MOST` keeps to about so many leads and prints a line per commit; `StoreHammer open PATH` gives up root's rights, opens the
/// file, prints how many leads can be read, writes one record and prints what went wrong; `StoreHammer fill PATH BYTES`
/// may make no file larger than that, and writes until it cannot; `StoreHammer import PATH FILE` imports the leads of a
/// file, or goes on with an import that was killed, in many small transactions; `StoreHammer revert PATH RUN` takes an
/// import back, or finishes what a program did that was killed while it did so; `StoreHammer look FILE` gives up root's
/// rights and prints how a file to import begins.
@main struct StoreHammer {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 2 else { exit(64) }
    do {
      if arguments[1] == "open" {
        giveUpRights()
        let store = try CRMStore(path: arguments[2])
        say("\(try store.read { try $0.count(.lead) }) leads")
        try store.transact("New") { try $0.insert(Lead()) }
        say("ok")
      } else if arguments[1] == "look" {
        giveUpRights()
        say(try ImportText(path: arguments[2]).guess.header.joined(separator: ","))
      } else if arguments[1] == "fill" {
        try fill(arguments[2], bytes: arguments.count > 3 ? UInt(arguments[3]) ?? 0 : 0)
      } else if arguments[1] == "import", arguments.count > 3 {
        try load(arguments[2], arguments[3])
      } else if arguments[1] == "revert", arguments.count > 3 {
        try revert(arguments[2], Int64(arguments[3]) ?? 1)
      } else {
        try hammer(
          arguments[2], seed: arguments.count > 3 ? UInt64(arguments[3]) ?? 0 : 0,
          most: arguments.count > 4 ? Int(arguments[4]) ?? .max : .max)
      }
    } catch let problem as StoreProblem {
      say("\(problem.cause) \(problem.sentence)")
    } catch {
      say("\(error)")
    }
  }

  /// Root may read and write anything; nobody may not.
  private static func giveUpRights() {
    if getuid() == 0 { guard setgid(65_534) == 0, setuid(65_534) == 0 else { exit(71) } }
  }

  /// Says what went wrong and how many leads can be read then, and writes once more with the limit gone.
  private static func fill(_ path: String, bytes: UInt) throws {
    let store = try CRMStore(path: path)
    signal(SIGXFSZ, SIG_IGN)
    limitFiles(to: bytes)
    var lead = Lead()
    lead.notes = String(repeating: "note ", count: 10_000)
    do {
      while true { try store.transact("New") { [lead] in try $0.insert(lead) } }
    } catch {
      limitFiles(to: UInt.max)
      say("\(error.cause)")
    }
    say("\(try store.read { try $0.count(.lead) }) leads")
    try store.transact("New") { [lead] in try $0.insert(lead) }
    say("ok")
  }

  private static func load(_ path: String, _ file: String) throws {
    let store = try CRMStore(path: path) { Instant(seconds: 1_795_000_000) }
    try store.prepareEmptyBook(userName: "ada")
    var job: ImportJob
    if let run = try store.read({ try $0.unfinishedImports() }).first {
      job = try ImportJob(store: store, resuming: run.id)
    } else {
      var options = ImportOptions(.lead)
      options.updatesExisting = true
      job = try Importer(store: store, options: options).job(file)
    }
    job.pieceSize = 2048
    let outcome = try job.apply(rejects: .usual) { progress in
      say("\(progress.done)")
      return .goOn
    }
    say("done \(outcome.sentence)")
  }

  private static func revert(_ path: String, _ run: Int64) throws {
    let store = try CRMStore(path: path) { Instant(seconds: 1_795_000_000) }
    say("open")
    let interrupted = try store.finishInterruptedReplays()
    if interrupted.isEmpty {
      _ = try store.revertImport(run) { progress in
        say("\(progress.done)")
        return true
      }
    }
    try store.finishInterruptedLoading()
    say("done")
  }

  private static func limitFiles(to bytes: UInt) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = min(bytes, limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  }

  private static func hammer(_ path: String, seed: UInt64, most: Int) throws {
    var random = SplitMix64(seed: seed)
    let store = try CRMStore(path: path)
    say(try state(store))
    while true {
      do { try step(store, &random, most) } catch let problem as StoreProblem where problem.cause == .recordGone {
        // Another hammer took the record out between the look and the change, which is no mistake of anybody's.
      }
      say(try state(store))
    }
  }

  private static func step(_ store: CRMStore, _ random: inout SplitMix64, _ most: Int) throws {
    let count = try store.read { try $0.ids(list, limit: 100) }
    switch random.int(0...9) {
    case 0: _ = try store.undo()
    case 1: _ = try store.redo()
    case 2...4 where !count.isEmpty:
      let (id, score) = (random.pick(count), random.int(0...100))
      try store.transact("Edit") {
        try $0.set(["lead_score": .integer(score), "last_name": .text("Name \(score)")], in: .lead, id)
      }
    case 5 where !count.isEmpty:
      let id = random.pick(count)
      try store.transact("Trash") { try $0.trash(.lead, id) }
    case 6 where !count.isEmpty, 7... where count.count >= most:
      let ids = count.filter { _ in random.chance(50) }
      let values = random.pick(Self.values)
      try store.transact("Edit many") {
        if values.isEmpty { try $0.trash(.lead, ids) } else { try $0.set(values, in: .lead, ids) }
      }
    default:
      var lead = Lead()
      lead.lastName = "Lovelace \(random.int(0...9))"
      lead.notes = String(repeating: "note ", count: random.int(0...200))
      try store.transact("New") { [lead] writer in for _ in 0..<3 { try writer.insert(lead) } }
    }
  }

  private static var values: [[String: FieldValue]] {
    [["lead_score": .integer(3)], ["company_name": .text("Acme"), "lead_score": .integer(50)], [:]]
  }

  private static var list: ListQuery { ListQuery(.lead, now: Instant(seconds: 0), today: Day(daysSince1970: 0)) }

  /// Leads that are not in the trash: how many, and the sum of their ids times their scores.
  private static func state(_ store: CRMStore) throws -> String {
    let ids = try store.read { try $0.ids(list) }
    let leads: [Lead] = try store.read { try $0.records(ids) }
    let sum = leads.reduce(0) { $0 &+ Int($1.id.rawValue) &* ($1.leadScore + 1) }
    return "\(leads.count) \(sum)"
  }

  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
