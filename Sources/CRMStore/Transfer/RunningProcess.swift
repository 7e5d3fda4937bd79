import Foundation

/// A process by its number and the moment it began, since numbers are given again.
struct RunningProcess: Hashable, Sendable {
  private let number: Int32
  private let began: String

  static var this: RunningProcess { RunningProcess(number: getpid()) }

  private init(number: Int32) {
    self.number = number
    began = RunningProcess.beginning(of: number) ?? ""
  }

  /// Nil if `text` is none of ours.
  init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int32(parts[0]) else { return nil }
    (self.number, began) = (number, String(parts[1]))
  }

  var text: String { "\(number):\(began)" }
  var isAlive: Bool { RunningProcess.beginning(of: number) == began }
  var isThis: Bool { number == getpid() }

  /// Clock ticks after the computer's start (proc(5), field 22); nil if there is no such process, or nothing of it but
  /// what its parent has not asked for yet.
  private static func beginning(of number: Int32) -> String? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(number)/stat") else { return nil }
    // The name in brackets may hold blanks.
    let text = String(decoding: data, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[end...].split(separator: " ")
    return fields.count > 20 && !["Z", "X"].contains(fields[1]) ? String(fields[20]) : nil
  }
}
