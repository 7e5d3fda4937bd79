import Foundation
import Testing

@testable import CRMDomain

/// Files made up at random, read for as many seconds as CRM_FUZZ_SECONDS says, in a process that may crash.
@Suite struct FuzzTests {
  @Test func noFileBreaksTheRulesOrTheProgram() throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = environment["CRM_FUZZ_SECONDS"] ?? "2"
    let seed = environment["CRM_FUZZ_SEED"] ?? "\(UInt64.random(in: 0...1_000_000_000))"
    let process = Process()
    let output = Pipe()
    process.executableURL = Self.folder.appending(path: "ImportProbe")
    process.arguments = ["fuzz", seconds, seed]
    process.standardOutput = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let lines = said.split(separator: "\n").suffix(2).joined(separator: "\n")
    #expect(process.terminationStatus == 0, "from seed \(seed): \(lines)")
    print(lines)
  }

  /// Where the build puts the programs, beside the tests.
  private static var folder: URL {
    let arguments = CommandLine.arguments
    let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent()
  }
}
