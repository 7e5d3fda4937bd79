import CRMDomain
import Foundation

/// A file or folder one may choose.
package struct FolderEntry: Hashable, Sendable {
  package let name: String
  package let isFolder: Bool
  package let size: Int
  package let modified: Instant
}

/// What is in folders.
package enum Folder {
  /// Entries of the folder at `path`, folders first, then tables, then the rest; at most `limit`.
  ///
  /// - Throws: `ImportProblem` if it cannot be read.
  package static func entries(_ path: String, limit: Int = 2000) throws(ImportProblem) -> [FolderEntry] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw ImportProblem("The folder \(path) cannot be read. Check its name and permissions.")
    }
    return names.sorted().prefix(limit).compactMap { entry($0, in: path) }
      .sorted { (rank($0), $0.name.lowercased()) < (rank($1), $1.name.lowercased()) }
  }

  /// The file at `path`, or nil if there is none.
  package static func file(_ path: String) -> FolderEntry? {
    let parts = path as NSString
    return entry(parts.lastPathComponent, in: parts.deletingLastPathComponent)
  }

  private static func entry(_ name: String, in folder: String) -> FolderEntry? {
    var status = stat()
    guard stat(folder + "/" + name, &status) == 0 else { return nil }
    return FolderEntry(
      name: name, isFolder: status.st_mode & S_IFMT == S_IFDIR, size: Int(status.st_size),
      modified: Instant(seconds: Int64(status.st_mtim.tv_sec)))
  }

  private static let tables = [".csv", ".tsv", ".tab", ".psv", ".txt"]

  private static func rank(_ entry: FolderEntry) -> Int {
    if entry.isFolder { return 0 }
    let name = entry.name.lowercased()
    return tables.contains { name.hasSuffix($0) } ? 1 : 2
  }
}
