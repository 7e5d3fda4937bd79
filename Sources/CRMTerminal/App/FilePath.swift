import Foundation

/// Paths as people type them.
enum FilePath {
  /// With `~` for the home folder, and quotes around the whole taken off.
  static func expanded(_ path: String) -> String {
    var path = path
    if path.count > 1, let quote = path.first, quote == path.last, quote == "'" || quote == "\"" {
      path = String(path.dropFirst().dropLast())
    }
    return NSString(string: path).expandingTildeInPath
  }

  /// With `~` for the home folder, as people write it.
  static func short(_ path: String) -> String {
    let home = NSHomeDirectory()
    return path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
  }

  /// From the root, so that it means the same wherever the program is started.
  static func absolute(_ path: String) -> String { URL(fileURLWithPath: expanded(path)).standardizedFileURL.path }

  /// As it is seen from the folder one is in, else with `~`.
  static func near(_ path: String) -> String {
    let folder = FileManager.default.currentDirectoryPath
    return folder.count > 1 && path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : short(path)
  }
}
