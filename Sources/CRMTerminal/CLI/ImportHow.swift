import ArgumentParser
import CRMDomain
import CRMStore
import Foundation

/// What the command line says of how an import is done.
struct ImportHow: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which column goes to which field: the name of a saved mapping, JSON, or a file with a plan.",
      valueName: "name or json"), completion: .file(extensions: ["json"]))
  var map: String?
  @Flag(help: "Change the records that are there: leads and contacts with the same e-mail, others with the same id.")
  var updateExisting = false
  @Option(
    help: ArgumentHelp(
      "What rows and records are matched by, in this order: email, phone, name+company, id.", valueName: "keys"))
  var match: String?
  @Option(help: ArgumentHelp("Of rows with the same key: first, last, merge, all or reject.", valueName: "which"))
  var duplicates: String?
  @Option(
    help: ArgumentHelp(
      "Rows that look like a record: create, ask (leave them out and list them) or skip.", valueName: "what"))
  var near: String?
  @Option(help: ArgumentHelp("A value for every row, such as tags=expo; may be repeated.", valueName: "field=value"))
  var set: [String] = []
  @Flag(help: "Import nothing if any row has a mistake.") var allOrNothing = false

  func check() throws {
    _ = try keys()
    _ = try word(duplicates, "--duplicates", ImportPlan.Duplicates.self)
    _ = try word(near, "--near", ImportPlan.Near.self)
    _ = try stamps()
  }

  func options(_ kind: EntityKind, _ store: CRMStore) throws -> ImportOptions {
    var options = ImportOptions(kind)
    options.updatesExisting = updateExisting
    options.keys = try keys()
    options.duplicates = try word(duplicates, "--duplicates", ImportPlan.Duplicates.self)
    options.near = try word(near, "--near", ImportPlan.Near.self)
    options.stamps = try stamps()
    if allOrNothing { options.policy = .allOrNothing }
    guard let map else { return options }
    if map.drop(while: \.isWhitespace).hasPrefix("{") {
      try read(map, into: &options)
    } else if try store.read({ try $0.savedMapping(named: map) }) == nil, let text = try Self.text(of: map) {
      try read(text, into: &options)
    } else {
      options.savedMapping = map
    }
    return options
  }

  private func keys() throws -> [ImportPlan.Key]? {
    guard let match else { return nil }
    return try match.split(separator: ",").map { word in
      let word = word.trimmingCharacters(in: .whitespaces).lowercased()
      guard let key = ImportPlan.Key(rawValue: word == "name" ? "name+company" : word) else {
        throw ValidationError(
          "--match takes email, phone, name+company and id, with commas between them, not “\(word)”.")
      }
      return key
    }
  }

  private func word<Word: RawRepresentable & CaseIterable>(
    _ text: String?, _ option: String, _ words: Word.Type,
  ) throws -> Word? where Word.RawValue == String {
    guard let text else { return nil }
    guard let word = Word(rawValue: text) else {
      throw ValidationError("\(option) is one of \(words.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return word
  }

  private func stamps() throws -> [String: String] {
    var stamps: [String: String] = [:]
    for text in set {
      guard let mark = text.firstIndex(of: "="), mark > text.startIndex else {
        throw ValidationError("--set takes a field and its value, such as --set tags=expo, not “\(text)”.")
      }
      stamps[String(text[..<mark])] = String(text[text.index(after: mark)...])
    }
    return stamps
  }

  // MARK: The mapping

  private static let example = "such as --map '{\"Name\": \"last_name\"}'"

  /// A plan, the output of --plan --json with one in it, or v1's object of columns and fields.
  private func read(_ text: String, into options: inout ImportOptions) throws {
    guard case .object(let object) = try Self.parsed(text) else {
      throw CommandProblem(
        "crm: --map takes a JSON object of columns and fields, \(Self.example).", exitCode: .validationFailure)
    }
    // v1's object names columns, which could be called anything; a plan has the list of them.
    var plan: JSONValue?
    if case .object? = object["plan"] { plan = object["plan"] }
    if case .array? = object["columns"], plan == nil { plan = .object(object) }
    if let plan {
      do { options.plan = try ImportPlan(json: plan) } catch {
        throw CommandProblem("crm: \(error.sentence).", exitCode: .validationFailure)
      }
      return
    }
    options.mapping = try object.mapValues { value in
      if case .string(let field) = value { return field }
      throw CommandProblem(
        "crm: in --map every column has the name of a field, \(Self.example).", exitCode: .validationFailure)
    }
  }

  private static func parsed(_ text: String) throws -> JSONValue {
    do { return try JSONValue(parsing: text) } catch {
      throw CommandProblem("crm: --map is no JSON (\(error)); write it \(example).", exitCode: .validationFailure)
    }
  }

  /// What is in the file at `path`, or nil if there is none.
  private static func text(of path: String) throws -> String? {
    let path = FilePath.expanded(path)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandProblem("crm: \(path) cannot be read: check its permissions.")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
