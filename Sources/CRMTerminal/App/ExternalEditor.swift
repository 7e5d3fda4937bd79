import Foundation
import TerminalKit

/// The rep's own editor for long text: $VISUAL, $EDITOR, or vi.
enum ExternalEditor {
  struct EditorProblem: Error, CustomStringConvertible {
    let description: String
  }

  /// What came back, or nil if nothing was changed. The text is in a file only the rep can read, and gone afterwards.
  @MainActor static func edit(_ text: String, in terminal: any Terminal) throws -> String? {
    try edit(text) { run in try terminal.whileSuspended(run) }
  }

  /// The same, with what has to be done around the editor.
  static func edit(_ text: String, running around: (() throws -> Int32) throws -> Int32) throws -> String? {
    let environment = ProcessInfo.processInfo.environment
    let command = environment["VISUAL"] ?? environment["EDITOR"] ?? "vi"
    let path = NSTemporaryDirectory() + "mycrm-\(UUID().uuidString).md"
    let isMade = FileManager.default.createFile(
      atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    guard isMade else { throw EditorProblem(description: "Cannot write \(path): check TMPDIR.") }
    defer { unlink(path) }
    let status = try around { try run(command, path) }
    guard status == 0 else {
      throw EditorProblem(
        description: "\(command) ended with \(status): the text is as it was. Set EDITOR to your editor.")
    }
    let edited = try String(contentsOfFile: path, encoding: .utf8)
    let tidy = edited.hasSuffix("\n") && !text.hasSuffix("\n") ? String(edited.dropLast()) : edited
    return tidy.utf8.elementsEqual(text.utf8) ? nil : tidy
  }

  /// Through the shell, because EDITOR may hold options; the path is an argument of its own.
  private static func run(_ command: String, _ path: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command + " \"$1\"", "sh", path]
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
