import Foundation

/// The themes in some folders, of which the first that has a name wins.
package struct ThemeLibrary: Sendable {
  private let folders: [String]

  /// - Parameter folders: the user's own before the built-in one; they need not exist.
  package init(folders: [String]) { self.folders = folders }

  /// "default" first, the others in order.
  package var names: [String] {
    let names = Set(folders.flatMap(files).filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) })
    return ["default"] + names.subtracting(["default"]).sorted()
  }

  /// A folder that cannot be listed offers no themes; opening one of its themes by name still says why.
  private func files(in folder: String) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder) } catch { return [] }
  }

  /// - Throws: `ThemeProblem` naming the file that is missing or wrong.
  package func theme(named name: String) throws(ThemeProblem) -> Theme {
    var source = try source(named: name, from: 0, wantedBy: ThemePlace(path: name))
    var file = source.file
    for _ in 0..<Self.longestLine {
      guard let parent = source.file.inherits else { return try file.theme(named: name) }
      // A theme of the same name is the one that this one hides.
      let next = parent == source.name ? source.folder + 1 : 0
      source = try self.source(named: parent, from: next, wantedBy: ThemePlace(path: source.path))
      file = file.over(source.file)
    }
    throw ThemeProblem(ThemePlace(path: source.path), "This theme inherits from itself, directly or through others.")
  }

  private static let longestLine = 16
  private static let mostBytes = 1 << 20

  private struct Source {
    var name: String
    var path: String
    var folder: Int
    var file: ThemeFile
  }

  private func source(named name: String, from first: Int, wantedBy: ThemePlace) throws(ThemeProblem) -> Source {
    guard !name.contains("/") else { throw ThemeProblem(wantedBy, "A theme's name has no \"/\" in it.") }
    for (index, folder) in folders.enumerated().dropFirst(first) {
      let path = "\(folder)/\(name).toml"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      return Source(name: name, path: path, folder: index, file: try ThemeFile(toml: read(path), path: path))
    }
    guard name == "default" else { throw ThemeProblem(wantedBy, "There is no theme \"\(name)\".") }
    let path = "built-in default.toml"
    return Source(
      name: name, path: path, folder: folders.count, file: try ThemeFile(toml: Theme.defaultTOML, path: path))
  }

  private func read(_ path: String) throws(ThemeProblem) -> String {
    do {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
      guard bytes.count <= Self.mostBytes, let text = String(validating: bytes, as: UTF8.self) else {
        throw ThemeProblem(ThemePlace(path: path), "This is not a text of at most 1 MB in UTF-8.")
      }
      return text
    } catch let problem as ThemeProblem {
      throw problem
    } catch {
      throw ThemeProblem(ThemePlace(path: path), "This file cannot be read: \(error.localizedDescription)")
    }
  }
}
