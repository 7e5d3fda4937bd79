import Foundation
import Testing

@testable import CRMDomain

/// The twelve files of csv-spectrum, where they are present beside the package.
@Suite struct CSVSpectrumTests {
  static let names = [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
  ]

  @Test(.enabled(if: SharedData.isPresent, SharedData.absence), arguments: names)
  func readsAsItsJSONSays(name: String) throws {
    let folder = try #require(SharedData.folder).appending(path: "data/csv-spectrum")
    let csv = try Data(contentsOf: folder.appending(path: "csvs/\(name).csv"))
    let json = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "json/\(name).json"))))
    var rows = try DelimitedReader.rows(of: Array(csv), dialect: Dialect())
    let header = rows.removeFirst()
    let read = rows.map { row in
      JSONValue.object(Dictionary(uniqueKeysWithValues: zip(header, row.map(JSONValue.string))))
    }
    #expect(read == expected(json, name))
  }

  /// The meaning of the file that lists one row as a bare object, and has another telephone number than its CSV.
  private func expected(_ json: JSONValue, _ name: String) -> [JSONValue] {
    switch json {
    case .array(let rows): return rows
    case .object(var row):
      if name == "location_coordinates" { row["Contact Phone Number"] = .string("2095257564") }
      return [.object(row)]
    default: return []
    }
  }
}

/// The folder with files too large or too foreign to keep with the package.
enum SharedData {
  static let absence: Comment = "the folder `shared` is not beside the package"
  static var isPresent: Bool { folder != nil }

  /// The nearest folder `shared` beside a folder that this file is in.
  static var folder: URL? {
    var place = URL(filePath: #filePath)
    while place.path() != "/" {
      place = place.deletingLastPathComponent()
      let candidate = place.appending(path: "shared", directoryHint: .isDirectory)
      if FileManager.default.fileExists(atPath: candidate.appending(path: "data").path()) { return candidate }
    }
    return nil
  }

  /// What `genleads.py` writes, and how many of its rows are bad.
  static func leads(_ rows: Int, _ options: [String]) throws -> (text: String, bad: Int) {
    let script = try #require(folder).appending(path: "tools/genleads.py")
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script.path(), "\(rows)", "-", "--bad", "3"] + options
    process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"]
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let counts = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let bad = counts.split(separator: " ").first { $0.hasPrefix("bad_rows=") }?.dropFirst(9)
    return (text, try #require(bad.flatMap { Int($0) }))
  }
}
