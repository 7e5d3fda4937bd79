import Foundation
import GRDB
import Testing

@testable import CRMDomain
@testable import CRMStore

@Suite struct SalvageTests {
  private let folder = TestFolder()

  /// A book with everything in the file and nothing in the log.
  private func book(
    _ random: TestRandom, leads: Int, others: Int, pageSize: Int = DatabaseFile.pageSize,
  ) throws -> (path: String, rows: [String: Int]) {
    let path = folder.file("whole.db")
    let store = try SampleBook(path, random, leads: leads, others: others).store
    for id in 1...Int64(leads / 20) {
      try store.transact("Edit") { try $0.set(["lead_score": .integer(7)], in: .lead, id) }
    }
    let rows = try rows(store)
    try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try store.pool.close()
    if pageSize != DatabaseFile.pageSize {
      var bare = CRMStore.bareConfiguration
      bare.prepareDatabase { try $0.execute(sql: "PRAGMA page_size = \(pageSize)") }
      let file = try DatabaseQueue(path: path, configuration: bare)
      try file.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE; VACUUM") }
      try file.close()
    }
    return (path, rows)
  }

  private func rows(_ store: CRMStore) throws -> [String: Int] {
    try store.pool.read { db in
      var rows: [String: Int] = [:]
      for table in EntityKind.allCases.map(\.rawValue) + ["operation", "change", "custom_field"] {
        rows[table] = try Int.fetchOne(db, sql: "SELECT count(*) FROM \"\(table)\"")
      }
      return rows
    }
  }

  private func overwrite(
    _ path: String, page: Int, _ random: inout TestRandom, size: Int = DatabaseFile.pageSize,
  ) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(page * size))
    try file.write(contentsOf: Data((0..<size).map { _ in UInt8(random.int(0...255)) }))
    try file.close()
  }

  /// Any one page of the file, with no backup to help. `CRM_TEST_ROUNDS` tries more pages than the usual few.
  @Test(.timeLimit(.minutes(10)), arguments: [DatabaseFile.pageSize, DatabaseFile.firstPageSize])
  func nearlyEveryRowIsBackAfterAnyDamagedPage(pageSize: Int) throws {
    var random = TestRandom()
    let (whole, before) = try book(random, leads: 5_000, others: 400, pageSize: pageSize)
    let size = try #require(FileManager.default.attributesOfItem(atPath: whole)[.size] as? Int)
    let total = before.values.reduce(0, +)
    let rounds = ProcessInfo.processInfo.environment["CRM_TEST_ROUNDS"].flatMap { Int($0) } ?? 6
    for round in 0..<rounds {
      let page = round < 3 ? round : random.int(0...size / pageSize - 1)
      let path = folder.file("\(round).db")
      try FileManager.default.copyItem(atPath: whole, toPath: path)
      try overwrite(path, page: page, &random, size: pageSize)
      let report = try CRMStore.salvage(path, now: testNow)
      let store = try CRMStore(path: path) { testNow }
      #expect(try store.problems() == [], "page \(page + 1)")
      let after = try rows(store)
      let back = after.values.reduce(0, +)
      let fewer = after.filter { $0.value != before[$0.key] }
      #expect(back * 100 >= total * 99, "page \(page + 1): \(back) of \(total), \(fewer)")
      for (table, count) in after { #expect(count <= before[table] ?? 0, "page \(page + 1): \(table)") }
      let lost = report.parts.reduce(0) { $0 + $1.lost }
      #expect(lost <= total - back, "page \(page + 1): \(lost) said to be lost")
      #expect(FileManager.default.fileExists(atPath: report.kept))
      try store.pool.close()
      for file in [path, report.kept] { try FileManager.default.removeItem(atPath: file) }
    }
  }

  @Test func whatThePagesHaveLostComesFromTheBackup() throws {
    var random = TestRandom()
    let (path, before) = try book(random, leads: 500, others: 50)
    try CRMStore(path: path) { testNow }.backup()
    for page in stride(from: 20, to: 60, by: 4) { try overwrite(path, page: page, &random) }
    let report = try CRMStore.salvage(path, now: testNow)
    let store = try CRMStore(path: path)
    #expect(try rows(store) == before)
    #expect(try store.problems() == [])
    #expect(report.backup != nil && report.parts.allSatisfy { $0.lost == 0 })
  }

  @Test func whatIsOnlyInTheLogIsRead() throws {
    let path = folder.file()
    let store = try CRMStore.hasty(path)
    try store.transact("New") { writer in for _ in 0..<50 { try writer.insert(Lead()) } }
    for name in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: path + name, toPath: folder.file("copy.db" + name))
    }
    var random = TestRandom()
    try overwrite(folder.file("copy.db"), page: 0, &random)
    _ = try CRMStore.salvage(folder.file("copy.db"), now: testNow)
    #expect(try CRMStore(path: folder.file("copy.db")).read { try $0.count(.lead) } == 50)
  }

  @Test func whatIsNoBookIsLeftAlone() throws {
    let path = folder.file("leads.csv")
    try String(repeating: "name,email\n", count: 5_000).write(toFile: path, atomically: true, encoding: .utf8)
    #expect { try CRMStore.salvage(path, now: testNow) } throws: { ($0 as? StoreProblem)?.cause == .notOurs }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["leads.csv"])
  }
}
