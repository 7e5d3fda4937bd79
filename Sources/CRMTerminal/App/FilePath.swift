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
}
