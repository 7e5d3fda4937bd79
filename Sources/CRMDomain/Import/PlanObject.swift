/// A JSON object of a plan, asked for its members by name and shape.
struct PlanObject {
  private let members: [String: JSONValue]
  /// What a sentence calls it.
  private let place: String

  init(_ json: JSONValue, _ place: String) throws(MappingProblem) {
    guard case .object(let members) = json else { throw MappingProblem("In a plan, \(place) is a JSON object") }
    self.members = members
    self.place = place
  }

  func text(_ name: String) throws(MappingProblem) -> String? {
    switch members[name] {
    case nil, .null: return nil
    case .string(let text)?: return text
    case let other?: return other.text
    }
  }

  func flag(_ name: String) throws(MappingProblem) -> Bool? {
    switch members[name] {
    case nil, .null: return nil
    case .bool(let flag)?: return flag
    default: throw wrong(name, "true or false")
    }
  }

  func number(_ name: String) throws(MappingProblem) -> Int? {
    switch members[name] {
    case nil, .null: return nil
    case .integer(let number)? where number >= 0: return number
    default: throw wrong(name, "a whole number from 0 on")
    }
  }

  func array(_ name: String) throws(MappingProblem) -> [JSONValue] {
    switch members[name] {
    case nil, .null: return []
    case .array(let items)?: return items
    default: throw wrong(name, "a list")
    }
  }

  func object(_ name: String) throws(MappingProblem) -> PlanObject? {
    guard let value = members[name], value != .null else { return nil }
    return try PlanObject(value, "“\(name)”")
  }

  /// One of the words of a closed list.
  func word<Word: RawRepresentable & CaseIterable>(
    _ name: String,
  ) throws(MappingProblem) -> Word? where Word.RawValue == String {
    guard let text = try text(name) else { return nil }
    guard let word = Word(rawValue: text) else { throw PlanObject.unknown(text, Word.self, name) }
    return word
  }

  /// A character that parts or quotes cells.
  func byte(_ name: String) throws(MappingProblem) -> UInt8? {
    guard let text = try text(name), !text.isEmpty else { return nil }
    guard text.utf8.count == 1, let byte = text.utf8.first else { throw wrong(name, "one ASCII character") }
    return byte
  }

  func kind(_ name: String) throws(MappingProblem) -> EntityKind {
    guard let word = try text(name), let kind = EntityKind(word: word) else {
      throw wrong(name, "leads, contacts, deals, tasks or activities")
    }
    return kind
  }

  /// Every member as text.
  func texts() throws(MappingProblem) -> [String: String] { members.mapValues(\.plainText) }

  /// Every member by the number that is its name.
  func byNumber() throws(MappingProblem) -> [Int: JSONValue] {
    var values: [Int: JSONValue] = [:]
    for (name, value) in members {
      guard let number = Int(name), number >= 0 else { throw wrong(name, "called by a number") }
      values[number] = value
    }
    return values
  }

  static func unknown<Word: RawRepresentable & CaseIterable>(
    _ text: String, _ words: Word.Type, _ name: String,
  ) -> MappingProblem where Word.RawValue == String {
    let known = words.allCases.map { "“\($0.rawValue)”" }.joined(separator: ", ")
    return MappingProblem("In a plan, “\(name)” is one of \(known), not “\(text)”")
  }

  private func wrong(_ name: String, _ shape: String) -> MappingProblem {
    MappingProblem("In a plan, “\(name)” of \(place) is \(shape)")
  }
}
