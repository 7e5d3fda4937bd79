import Testing

@testable import CRMDomain

@Suite struct JSONTests {
  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("-0", .integer(0)), ("12", .integer(12)),
    ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
    ("1.5e3", .number(1500)), ("1e-400", .number(0)), (#""a\u00e9\/\n""#, .string("aé/\n")),
    (#""\ud83d\ude00""#, .string("😀")), (#""\ud83d!""#, .string("\u{FFFD}!")),
    (#""\ud83d\ud83d\ude00""#, .string("\u{FFFD}😀")), (#""\ude00\u0041""#, .string("\u{FFFD}A")),
    (#""a\u0000b""#, .string("a\0b")), ("[]", .array([])), ("[1,[2]]", .array([.integer(1), .array([.integer(2)])])),
    (#"{"a":1,"a":{"b":null}}"#, .object(["a": .object(["b": .null])])),
    ("\u{FEFF}[ 1 , 2 ]\n", .array([.integer(1), .integer(2)])),
  ])
  func readsWhatTheStandardAllows(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(arguments: [
    ("", 0), (" ", 1), ("nul", 0), ("01", 1), ("1.", 2), ("-", 1), ("1e", 2), ("1e400", 0), ("+1", 0), ("[1,]", 3),
    ("[1 2]", 3), ("[1", 2), ("{a:1}", 1), (#"{"a" 1}"#, 5), (#"{"a":1,}"#, 7), (#""abc"#, 4), (#""\x""#, 2),
    (#""\u12g4""#, 5), ("\"\n\"", 1), ("\"\0\"", 1), ("1 2", 2), ("[] x", 3), ("NaN", 0), ("'a'", 0),
  ])
  func refusesTheRestAndSaysWhere(text: String, offset: Int) {
    let problem = #expect(throws: JSONProblem.self) { try JSONValue(parsing: text) }
    #expect(problem?.offset == offset)
    #expect(problem?.message.hasSuffix(".") == true)
  }

  @Test func nestsSixtyFourLevelsAndNoMore() throws {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    _ = try JSONValue(parsing: nested(64))
    #expect(throws: JSONProblem.self) { try JSONValue(parsing: nested(65)) }
    #expect(throws: JSONProblem.self) { try JSONValue(parsing: nested(100_000)) }
  }

  @Test func limitsStringsAndTheWhole() throws {
    let megabyte = String(repeating: "a", count: 1 << 20)
    _ = try JSONValue(parsing: "\"\(megabyte)\"")
    #expect(throws: JSONProblem.self) { try JSONValue(parsing: "\"\(megabyte)a\"") }
    #expect(throws: JSONProblem.self) { try JSONValue(parsing: "\"\\n\(megabyte)\"") }
    #expect(throws: JSONProblem.self) { try JSONValue(parsing: [UInt8](repeating: 0x20, count: 32 << 20 + 1)) }
  }

  @Test func bytesThatAreNotUTF8AreRepaired() throws {
    #expect(try JSONValue(parsing: [0x22, 0xFF, 0x22]) == .string("\u{FFFD}"))
  }

  @Test func equalValuesHaveEqualTexts() {
    let value = JSONValue.object([
      "b": .array([.integer(1), .number(2), .number(.nan)]), "a": .string("\"\\\u{1}\u{7F}é"),
    ])
    #expect(value.text == #"{"a":"\"\\\u0001\u007fé","b":[1,2.0,null]}"#)
  }

  @Test func controlsThatATerminalObeysAreEscaped() throws {
    #expect(JSONValue.string("a\u{9B}2J\u{A0}").text == "\"a\\u009b2J\u{A0}\"")
    #expect(try JSONValue(parsing: "\"\\u009b\"") == .string("\u{9B}"))
  }

  /// Texts are looked at eight bytes at a time.
  @Test func escapesAreFoundWhereverTheyStand() throws {
    for special in ["\u{0}", "\u{1F}", "\"", "\\", "\u{7F}", "\u{9B}", "é", "\u{FFFD}"] {
      for before in 0..<20 {
        let text = String(repeating: "~", count: before) + special + String(repeating: " ", count: 20 - before)
        let written = JSONValue.string(text).text
        #expect(try JSONValue(parsing: written) == .string(text))
        #expect(!written.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
      }
    }
  }

  @Test func prettyGivesEveryMemberALine() {
    let value = JSONValue.object(["a": .array([.integer(1), .object([:])]), "b": .array([])])
    #expect(value.pretty() == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")
  }

  @Test func theWriterPutsTopLevelValuesOnLines() {
    var writer = JSONWriter()
    for number in [Int64.min, 0, .max] {
      writer.beginObject()
      writer.key("n")
      writer.integer(number)
      writer.endObject()
    }
    let lines = #"{"n":-9223372036854775808}"# + "\n" + #"{"n":0}"# + "\n" + #"{"n":9223372036854775807}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == lines)
  }

  @Test func whatIsWrittenReadsBackTheSame() throws {
    var dice = SeededRandom()
    let seed = dice.seed
    for _ in 0..<2_000 {
      let value = JSONValue.random(using: &dice, depth: 4)
      #expect(try JSONValue(parsing: value.text) == value, "seed \(seed)")
      #expect(try JSONValue(parsing: value.pretty(indent: 3)) == value, "seed \(seed)")
    }
  }

  @Test func nonsenseNeverCrashes() {
    var dice = SeededRandom()
    let seed = dice.seed
    let pieces = ["{", "}", "[", "]", "\"", "\\", "\\u", "d83d", ",", ":", "1", "-", "e", ".", "true", " ", "é", "\0"]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...12, using: &dice)).map { _ in pieces.randomElement(using: &dice) ?? "" }
        .joined()
      guard let value = try? JSONValue(parsing: text) else { continue }
      #expect((try? JSONValue(parsing: value.text)) == value, "seed \(seed): \(text)")
    }
  }
}

extension JSONValue {
  static func random(using dice: inout SeededRandom, depth: Int) -> JSONValue {
    switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &dice) {
    case 0: return .null
    case 1: return .bool(.random(using: &dice))
    case 2: return .integer(Int(truncatingIfNeeded: dice.next() >> UInt64.random(in: 0...63, using: &dice)))
    case 3: return .number(Double.random(in: -1e9...1e9, using: &dice) * (Bool.random(using: &dice) ? 1e200 : 1))
    case 4: return .string(.random(using: &dice))
    case 5: return .array((0..<Int.random(in: 0...4, using: &dice)).map { _ in random(using: &dice, depth: depth - 1) })
    default:
      var members: [String: JSONValue] = [:]
      for _ in 0..<Int.random(in: 0...4, using: &dice) {
        members[.random(using: &dice)] = random(using: &dice, depth: depth - 1)
      }
      return .object(members)
    }
  }
}

extension String {
  /// Up to ten characters, often those with a meaning somewhere.
  static func random(using dice: inout SeededRandom) -> String {
    let special = Array("\"\\/{}[]:,-<>=. \n\t\u{0}\u{1B}\u{7F}\u{9B}éß漢😀ab1")
    return String((0..<Int.random(in: 0...10, using: &dice)).map { _ in special.randomElement(using: &dice) ?? "x" })
  }
}
