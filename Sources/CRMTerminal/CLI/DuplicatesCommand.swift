import ArgumentParser
import CRMDomain
import CRMStore
import CRMSync
import TerminalKit

/// `crm duplicates leads`: the same clusters as the screen, for people and for programs.
struct DuplicatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicates", abstract: "Print leads or contacts that may be one person twice, the surest first.",
    discussion: """
      The same e-mail address, the same telephone number, or almost the same name and company. What was said not to be a
      duplicate is left out. Numbers without a country are taken to be of the one most numbers are of.

        crm duplicates leads
        crm duplicates contacts --json | jq '.[] | select(.strength >= 90) | .ids'
      """.reflowed,
    aliases: ["dups"])

  @Argument(help: "leads or contacts.") var kind: KindArgument
  @Flag(help: "Print one JSON array.") var json = false
  @Option(help: "At most so many groups.") var limit: Int?
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is a number from 0 on.") }
    guard kind.kind.canHaveDuplicates else {
      throw ValidationError("Only leads and contacts are looked through for duplicates.")
    }
  }

  func run() throws {
    func run<R: Record>(_ type: R.Type) throws {
      let store = try database.open()
      guard let report = try store.duplicates(of: R.schema.kind) else { return }
      let clusters = report.clusters.prefix(limit ?? .max)
      let printer = ClusterPrinter<R>(store: store, code: try store.read { try $0.callingCode() })
      try Output.print { output in
        if json { return try printer.json(clusters, &output) }
        for cluster in clusters { try printer.text(cluster, &output) }
        let what = "\(report.clusters.count.formatted(grouping: ",")) groups"
        let all = "\(report.count.formatted(grouping: ",")) \(Counted.many(R.schema.kind))"
        try output.line(report.clusters.isEmpty ? "No duplicates among \(all)." : "\(what) among \(all).")
      }
    }
    try run(kind.kind.recordType)
  }
}

/// One cluster on paper.
private struct ClusterPrinter<R: Record> {
  let store: CRMStore
  let code: String

  /// The records, and what the first few of them have in common.
  private func read(_ cluster: DuplicateCluster) throws -> (records: [R], reasons: [DuplicateReason]) {
    try store.read { reader in
      let records: [R] = try reader.records(cluster.ids)
      let identities = records.prefix(Merge<R>.most).map { Identity($0, callingCode: code) }
      return (records, DuplicatePair.reasons(among: identities, apart: try reader.apart(R.schema.kind)))
    }
  }

  func text(_ cluster: DuplicateCluster, _ output: inout Output) throws {
    let (records, reasons) = try read(cluster)
    let why = reasons.prefix(3).map { TextWidth.sanitised($0.sentence) }.joined(separator: "; ")
    try output.line("\(cluster.strength.word) (\(cluster.strength.percent) %): \(why)")
    for record in records {
      let parts = [record.title] + IdentityFields(R.schema.kind).all.dropFirst(2).compactMap { record[$0.name].text }
      let id = TextWidth.padded("\(record.id.rawValue)", to: 8, align: .right)
      try output.line("\(id)  \(TextWidth.sanitised(parts.filter { !$0.isEmpty }.joined(separator: "  ")))")
    }
    try output.line("")
  }

  func json(_ clusters: some Sequence<DuplicateCluster>, _ output: inout Output) throws {
    var writer = JSONWriter()
    writer.beginArray()
    for cluster in clusters {
      let (records, reasons) = try read(cluster)
      writer.value(
        .object([
          "strength": .integer(cluster.strength.percent), "word": .string(cluster.strength.word),
          "reasons": .array(reasons.map { .string($0.sentence) }),
          "ids": .array(cluster.ids.map { .integer(Int($0)) }),
          "records": .array(records.map { .object(WireRecord.object($0)) }),
        ]))
      guard writer.bytes.count > 1 << 15 else { continue }
      try output.write(writer.bytes)
      writer.removeAll()
    }
    writer.endArray()
    try output.write(writer.bytes + [0x0A])
  }
}
