import Foundation
import Testing

/// The built program, run in a folder and a home of its own.
final class Program {
  struct Answer {
    let output: String
    let complaint: String
    let status: Int32
    var lines: [String] { output.split(whereSeparator: \.isNewline).map(String.init) }
  }

  let folder = NSTemporaryDirectory() + "crm-cli-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit {
    do { try FileManager.default.removeItem(atPath: folder) } catch { print("left behind: \(folder)") }
  }

  /// A file of that text in the folder.
  func file(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    return folder + "/" + name
  }

  @discardableResult
  func run(_ arguments: [String]) throws -> Answer { try start(Program.path, arguments, "", [:]) }

  @discardableResult
  func run(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws -> Answer {
    try start(Program.path, arguments, input, environment)
  }

  func shell(_ command: String) throws -> Answer { try start("/bin/sh", ["-c", command], "", [:]) }

  private func start(
    _ path: String, _ arguments: [String], _ input: String, _ environment: [String: String],
  ) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let own = ["HOME": folder, "XDG_DATA_HOME": folder + "/data", "TZ": "UTC", "PATH": "/usr/bin:/bin"]
    process.environment = own.merging(environment) { $1 }
    let (inward, output, complaint) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (inward, output, complaint)
    try process.run()
    inward.fileHandleForWriting.write(Data(input.utf8))
    inward.fileHandleForWriting.closeFile()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complained = complaint.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Answer(
      output: String(decoding: said, as: UTF8.self), complaint: String(decoding: complained, as: UTF8.self),
      status: process.terminationStatus)
  }

  /// Beside the tests, where the build puts both.
  static var path: String {
    let arguments = CommandLine.arguments
    let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/crm"
  }
}
