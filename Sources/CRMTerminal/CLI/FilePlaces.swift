import Foundation

/// Where the program keeps its files (XDG Base Directory Specification).
struct FilePlaces {
  let environment: [String: String]

  init(_ environment: [String: String] = ProcessInfo.processInfo.environment) { self.environment = environment }

  var database: String {
    environment["CRM_DB"].flatMap { $0.isEmpty ? nil : $0 } ?? folder("DATA", ".local/share") + "/crm.sqlite"
  }
  var config: String { folder("CONFIG", ".config") }
  var themes: String { config + "/themes" }
  var secrets: String { folder("STATE", ".local/state") + "/login" }
  var logs: String { folder("STATE", ".local/state") + "/log" }
  var cache: String { folder("CACHE", ".cache") }

  /// The rep's own themes, those that were installed with the program, and those it was built beside.
  var themeFolders: [String] {
    let program = Self.program
    var folders = [themes]
    if let bin = program.range(of: "/bin/crm", options: [.backwards, .anchored]) {
      folders.append(program[..<bin.lowerBound] + "/share/mycrm/themes")
    }
    if let build = program.range(of: "/.build/") { folders.append(program[..<build.lowerBound] + "/themes") }
    return folders
  }

  /// A path in the variable that is not absolute counts as unset, as the specification says.
  private func folder(_ kind: String, _ usual: String) -> String {
    if let path = environment["XDG_\(kind)_HOME"], path.hasPrefix("/") { return path + "/mycrm" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/" + usual + "/mycrm"
  }

  /// The running program's own file.
  private static var program: String {
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      count = buffer.withMemoryRebound(to: CChar.self) { buffer in
        buffer.baseAddress.map { max(0, readlink("/proc/self/exe", $0, buffer.count)) } ?? 0
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
