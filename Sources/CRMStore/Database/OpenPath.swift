import Foundation

/// What SQLite is told to open.
enum OpenPath {
  /// For a file that nobody writes: no log and no shared memory are made beside it. One that has a log is opened as
  /// usual, or what is in the log would not be seen.
  static func readOnly(_ path: String) -> String {
    var status = stat()
    if stat(path + "-wal", &status) == 0, status.st_size > 0 { return path }
    let allowed = CharacterSet.urlPathAllowed
    let full = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    return "file://\(full.addingPercentEncoding(withAllowedCharacters: allowed) ?? full)?immutable=1"
  }

  /// True if the rep may not write the file, or not make files beside it, as SQLite has to.
  static func isReadOnly(_ path: String) -> Bool {
    let folder = (path as NSString).deletingLastPathComponent
    return access(path, W_OK) != 0 || access(folder.isEmpty ? "." : folder, W_OK) != 0
  }
}
