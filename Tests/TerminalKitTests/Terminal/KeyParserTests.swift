import Testing

@testable import TerminalKit

struct KeyParserTests {
  /// The keys in `text`, with an escape at the end taken for the Escape key.
  private func keys(_ text: String) -> [Key] { keys(Array(text.utf8)) }

  private func keys(_ bytes: [UInt8]) -> [Key] {
    var parser = KeyParser()
    let keys = parser.feed(bytes)
    return parser.patience == nil ? keys : keys + parser.timeOut()
  }

  @Test(arguments: [
    ("j", [Key.character("j")]), ("é日", [.character("é"), .character("日")]), ("\r", [.enter]), ("\t", [.tab]),
    ("\n", [.control("j")]), ("\u{8}", [.backspace]), ("\u{7F}", [.backspace]), ("\u{0}", [.control(" ")]),
    ("\u{3}", [.control("c")]), ("\u{1A}", [.control("z")]), ("\u{13}", [.control("s")]),
    ("\u{1C}", [.control("\\")]), ("\u{1F}", [.control("_")]), ("\u{1B}", [.escape]),
    ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}x", [.alt("x")]), ("\u{1B}é", [.alt("é")]),
    ("\u{1B}[", [.alt("[")]), ("\u{1B}O", [.alt("O")]), ("\u{1B}]", [.alt("]")]), ("\u{1B}P", [.alt("P")]),
    ("\u{1B}\r", [.escape, .enter]),
  ])
  func typedKeys(text: String, expected: [Key]) { #expect(keys(text) == expected) }

  /// As xterm, application cursor keys, rxvt and the Linux console send them.
  @Test(arguments: [
    (["[A", "OA", "[1;5A", "[1;3A"], Key.up), (["[B", "OB"], .down), (["[C", "OC", "Oc"], .right),
    (["[D", "OD"], .left), (["[1;2A", "[a"], .shiftUp), (["[1;2B", "[b"], .shiftDown),
    (["[1;2C", "[c", "[1;6C"], .shiftRight), (["[1;2D", "[d"], .shiftLeft), (["[H", "OH", "[1~", "[7~"], .home),
    (["[F", "OF", "[4~", "[8~", "[1;5F"], .end), (["[2~"], .insert), (["[3~", "[3;5~"], .delete),
    (["[5~"], .pageUp), (["[6~"], .pageDown), (["[Z"], .backTab), (["OM", "[13u", "[27;5;13~"], .enter),
    (["[I"], .focusIn), (["[O"], .focusOut), (["[97;5u", "[27;5;97~"], .control("a")), (["[97;3u"], .alt("a")),
    (["[9;2u"], .backTab), (["[27u"], .escape), (["Oq"], .character("1")), (["Ok"], .character("+")),
  ])
  func specialKeys(sequences: [String], expected: Key) {
    for sequence in sequences { #expect(keys("\u{1B}\(sequence)") == [expected], "\(sequence)") }
  }

  @Test func functionKeysOfEveryKindOfTerminal() {
    let xterm = ["OP", "OQ", "OR", "OS", "[15~", "[17~", "[18~", "[19~", "[20~", "[21~", "[23~", "[24~"]
    let linux = ["[[A", "[[B", "[[C", "[[D", "[[E"]
    let rxvt = ["[11~", "[12~", "[13~", "[14~"]
    for sequences in [xterm, linux, rxvt] {
      #expect(sequences.flatMap { keys("\u{1B}\($0)") } == (1...sequences.count).map { .function($0) })
    }
    #expect(keys("\u{1B}[1;2P\u{1B}[24;2~") == [.function(13), .function(24)])
  }

  @Test(arguments: [
    "[?1;2c", "[>41;370;0c", "[24;80R", "[?2026;2$y", "[8;24;80t", "[99~", "[1;2;3;4;5x", "[201~", "[G", "[[Z",
    "]11;rgb:1111/1111/1111\u{7}", "]11;rgb:1111/1111/1111\u{1B}\\", "P>|xterm(370)\u{1B}\\", "_Gi=1;OK\u{1B}\\",
    "[" + String(repeating: "1;", count: 5000) + "x",
  ])
  func whatIsNoKeyIsSwallowedWhole(sequence: String) {
    #expect(keys("a\u{1B}\(sequence)b") == [.character("a"), .character("b")])
  }

  @Test func aSequenceThatBreaksOffLetsTheNextOneIn() {
    #expect(keys("\u{1B}[1;\u{1B}[A") == [.up])
    #expect(keys("\u{1B}[1;\r") == [.enter])
    #expect(keys("\u{1B}]52;c;\u{1B}[A") == [.up])
  }

  @Test func aLetterAndItsMarksAreOneKey() {
    #expect(keys("e\u{301}x") == [.character("e\u{301}"), .character("x")])
    #expect(keys("👩‍👩‍👧") == [.character("👩‍👩‍👧")])
    #expect(keys("🇩🇪") == [.character("🇩🇪")])
  }

  @Test func aLetterMayComeInPieces() {
    var parser = KeyParser()
    let bytes = Array("日".utf8)
    #expect(parser.feed(bytes[..<1]) == [])
    #expect(parser.patience == nil)
    #expect(parser.feed(bytes[1..<2]) == [])
    #expect(parser.feed(bytes[2...]) == [.character("日")])
  }

  @Test(
    arguments: [
      ([0xFF], 1), ([0xC3, 0x28], 1), ([0xE2, 0x82, 0x28], 1), ([0xF0, 0x80, 0x80, 0x80], 4), ([0xED, 0xA0, 0x80], 3),
      ([0xC0, 0xAF], 2), ([0xF4, 0x90, 0x80, 0x80], 4), ([0x80], 1),
    ] as [([UInt8], Int)])
  func whatIsNotUTF8IsReplacedAsTheStandardSays(bytes: [UInt8], replacements: Int) {
    let replaced = keys(bytes + [0x41]).filter { $0 == .character("\u{FFFD}") }
    #expect(replaced.count == replacements)
    #expect(keys(bytes + [0x41]).last == .character("A"))
  }

  @Test func c1ControlsAreNotTyped() { #expect(keys("a\u{9B}b") == [.character("a"), .character("b")]) }

  @Test func theMouseAsXtermSendsIt() {
    let point = Point(9, 4)
    let expected: [(String, Mouse.Action)] = [
      ("0;10;5M", .press), ("0;10;5m", .release), ("32;10;5M", .drag), ("2;10;5M", .rightPress), ("64;10;5M", .wheelUp),
      ("65;10;5M", .wheelDown), ("80;10;5M", .wheelUp),
    ]
    for (code, action) in expected { #expect(keys("\u{1B}[<\(code)") == [.mouse(Mouse(action, point))], "\(code)") }
    #expect(keys("\u{1B}[<1;10;5M\u{1B}[<35;10;5M\u{1B}[<2;10;5m") == [])
    #expect(keys("\u{1B}[<0;300;200M") == [.mouse(Mouse(.press, Point(299, 199)))])
  }

  @Test func theMouseAsX10SendsIt() {
    let press: [UInt8] = [0x1B, 0x5B, 0x4D, 32, 33 + 200, 33 + 4]
    let release: [UInt8] = [0x1B, 0x5B, 0x4D, 35, 33 + 9, 33 + 4]
    #expect(
      keys(press + release)
        == [.mouse(Mouse(.press, Point(200, 4))), .mouse(Mouse(.release, Point(9, 4)))])
  }

  @Test func twoPressesAtOnePlaceInTimeAreADoubleClick() {
    let press = Array("\u{1B}[<0;3;3M".utf8)
    let elsewhere = Array("\u{1B}[<0;4;3M".utf8)
    func actions(_ presses: [([UInt8], Int)]) -> [Mouse.Action] {
      var parser = KeyParser()
      return presses.flatMap { parser.feed($0.0, at: $0.1) }.compactMap { key in
        if case .mouse(let mouse) = key { mouse.action } else { nil }
      }
    }
    #expect(actions([(press, 0), (press, 300)]) == [.press, .doubleClick])
    #expect(actions([(press, 0), (press, 300), (press, 500)]) == [.press, .doubleClick, .press])
    #expect(actions([(press, 0), (press, 401)]) == [.press, .press])
    #expect(actions([(press, 0), (elsewhere, 100)]) == [.press, .press])
  }

  @Test func aPasteIsOneKeyWhateverIsInIt() {
    let text = "q\u{1B}[A\u{1B}[200~\u{3}\rtwo\r\nthree\u{1B}[20é\u{1B}"
    #expect(
      keys("a\u{1B}[200~\(text)\u{1B}[201~b")
        == [
          .character("a"), .paste("q\u{1B}[A\u{1B}[200~\u{3}\ntwo\nthree\u{1B}[20é\u{1B}"), .character("b"),
        ])
  }

  @Test func aPasteThatNeverEndsIsNotKeys() {
    var parser = KeyParser()
    #expect(parser.feed(Array("\u{1B}[200~dd".utf8)) == [])
    #expect(parser.patience == nil)
    #expect(parser.timeOut() == [])
  }

  @Test(.timeLimit(.minutes(1))) func aPasteOfTenMegabytesArrives() {
    let line = "Ada;Lovelace;\u{1B}[31m\r"
    let text = String(repeating: line, count: 10_000_000 / line.utf8.count)
    let bytes = Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)
    var parser = KeyParser()
    var found: [Key] = []
    for start in stride(from: 0, to: bytes.count, by: 4095) {
      found += parser.feed(bytes[start..<min(start + 4095, bytes.count)])
    }
    #expect(found == [.paste(text.replacing("\r", with: "\n"))])
  }

  /// Only where a chunk ends between a letter and its mark do they come apart, so letters in a row are joined.
  @Test func theSameKeysHoweverTheBytesArrive() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = Seeded(seed)
    for _ in 0..<3000 {
      let bytes = randomInput(&random)
      var whole = KeyParser()
      var pieces = KeyParser()
      var keys: [Key] = []
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 1...6, using: &random))
        keys += pieces.feed(bytes[start..<end])
        start = end
      }
      let expected = whole.feed(bytes) + whole.timeOut()
      #expect(joined(keys + pieces.timeOut()) == joined(expected), "seed \(seed), \(bytes)")
    }
  }

  private func randomInput(_ random: inout Seeded) -> [UInt8] {
    let parts: [[UInt8]] = [
      [0x1B], [0x5B], [0x4F], Array("[<0;3;4M".utf8), Array("\u{1B}[200~".utf8), Array("\u{1B}[201~".utf8), [0x4D],
      Array("é日\u{301}".utf8), Array("1;5".utf8), Array("~".utf8), [0x0D], [0x5D], [0x07], [0x5C],
    ]
    return (0..<Int.random(in: 0...12, using: &random)).flatMap { _ in
      Bool.random(using: &random)
        ? parts.randomElement(using: &random) ?? [] : [UInt8.random(in: 0...255, using: &random)]
    }
  }

  private func joined(_ keys: [Key]) -> [Key] {
    keys.reduce(into: []) { result, key in
      if case .character(let more) = key, case .character(let before)? = result.last {
        result[result.count - 1] = .character(before + more)
      } else {
        result.append(key)
      }
    }
  }
}
