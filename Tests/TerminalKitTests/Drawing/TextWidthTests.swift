import Glibc
import Testing

@testable import TerminalKit

struct TextWidthTests {
  private func texts(_ text: String) -> [String] { Clusters(text).map(\.text) }

  @Test func plainTextIsOneColumnAGrapheme() {
    #expect(texts("abc") == ["a", "b", "c"])
    #expect(TextWidth.width(of: "Grüße") == 5)
    #expect(TextWidth.width(of: "e\u{301}a") == 2)
    #expect(TextWidth.width(of: "日本 한") == 7)
  }

  @Test func controlsBecomeVisible() {
    #expect(TextWidth.sanitised("a\u{1B}[2Jb") == "a\u{FFFD}[2Jb")
    #expect(TextWidth.sanitised("\u{9B}\u{7F}\0") == "\u{FFFD}\u{FFFD}\u{FFFD}")
    #expect(TextWidth.sanitised("a\tb\nc\r\nd") == "a b c d")
    #expect(
      TextWidth.sanitised("\u{202E}x\u{200B}\u{2066}\u{E0041}\u{2028}") == "\u{FFFD}x\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")
  }

  @Test func joinedEmojiAreReducedToTheFirst() {
    #expect(texts("👨‍👩‍👧x") == ["👨", "x"])
    #expect(texts("👍🏽!") == ["👍", "!"])
    #expect(texts("👩🏽‍💻") == ["👩"])
    #expect(texts("❤️a") == ["\u{2764}", "a"])
    #expect(texts("1️⃣") == ["1\u{20E3}"])
  }

  @Test func flagsAreLetters() {
    #expect(texts("🇩🇪") == ["D", "E"])
  }

  @Test func aJoinerBesideLettersIsVisible() {
    #expect(texts("a\u{200D}b") == ["a", "\u{FFFD}", "b"])
  }

  @Test func atMostFourMarksAreKept() {
    #expect(texts("Z" + String(repeating: "\u{301}", count: 50) + "a") == ["Z\u{301}\u{301}\u{301}\u{301}", "a"])
  }

  @Test func selectorsAloneAreNothingHoweverMany() {
    #expect(texts(String(repeating: "\u{FE0F}", count: 1_000_000)) == [])
  }

  @Test func aMarkWithoutBaseGetsOne() {
    #expect(texts("\u{301}a") == ["\u{25CC}\u{301}", "a"])
    #expect(texts("\n\u{301}") == [" ", "\u{25CC}\u{301}"])
  }

  @Test(arguments: [
    ("Lovelace", 5, "Love…"), ("Love", 4, "Love"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("a", 0, ""), ("ab", 1, "…"),
  ])
  func longTextEndsInAnEllipsis(text: String, columns: Int, expected: String) {
    #expect(TextWidth.truncated(text, to: columns) == expected)
  }

  @Test func paddingFillsUpToTheColumns() {
    #expect(TextWidth.padded("日", to: 5) == "日   ")
    #expect(TextWidth.padded("12", to: 5, align: .right) == "   12")
    #expect(TextWidth.padded("ab", to: 5, align: .center) == " ab  ")
    #expect(TextWidth.padded("日本語", to: 4) == "日… ")
  }

  @Test func wordsAreWrappedAndWideTextBreaksAnywhere() {
    #expect(TextWidth.wrapped("the analytical engine", to: 10) == ["the", "analytical", "engine"])
    #expect(TextWidth.wrapped("日本語です", to: 4) == ["日本", "語で", "す"])
    #expect(TextWidth.wrapped("incomprehensible", to: 6) == ["incomp", "rehens", "ible"])
    #expect(TextWidth.wrapped("a\n\nb", to: 6) == ["a", "", "b"])
    #expect(TextWidth.wrapped("", to: 6) == [""])
    #expect(TextWidth.wrapped("abc", to: 0).isEmpty)
  }

  @Test(arguments: hostileTexts)
  func nothingReturnedIsWiderThanAskedNorUndrawable(text: String) {
    for columns in [0, 1, 2, 3, 7, 40] {
      let lines = TextWidth.wrapped(String(text.prefix(500)), to: columns)
      for line in lines { #expect(TextWidth.width(of: TextWidth.withoutTrailingBlanks(line)) <= columns) }
      #expect(TextWidth.width(of: TextWidth.truncated(text, to: columns)) <= columns)
      #expect(TextWidth.width(of: TextWidth.padded(text, to: columns)) == columns)
    }
    let safe = TextWidth.sanitised(text)
    #expect(safe.unicodeScalars.allSatisfy { ScalarClass($0) != .hidden })
    #expect(TextWidth.sanitised(safe) == safe)
    #expect(TextWidth.width(of: safe) == TextWidth.width(of: text))
  }
}

/// The C library's own answers, which Swift's Glibc module hides behind feature macros.
private enum CLibrary {
  typealias WidthFunction = @convention(c) (wchar_t) -> Int32
  private typealias VersionFunction = @convention(c) () -> UnsafePointer<CChar>

  static var version: String {
    guard let symbol = dlsym(nil, "gnu_get_libc_version") else { return "none" }
    return String(cString: unsafeBitCast(symbol, to: VersionFunction.self)())
  }

  static func widthFunction() throws -> WidthFunction {
    setlocale(LC_CTYPE, "C.UTF-8")
    return unsafeBitCast(try #require(dlsym(nil, "wcwidth")), to: WidthFunction.self)
  }
}

/// ncurses measures with libc, so a difference would shift rows on the screen.
@Suite(.enabled(if: CLibrary.version == "2.36", "the table is that of glibc 2.36"))
struct WidthTableTests {
  /// Hidden although libc gives them columns: the soft hyphen, Hangul fillers, and shorthand format controls.
  private static let hiddenOnPurpose: Set<UInt32> = [0xAD, 0x115F, 0x3164, 0xFFA0]

  @Test func everyScalarIsAsWideAsLibcSays() throws {
    let width = try CLibrary.widthFunction()
    var wrong: [String] = []
    for value in UInt32(1)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let theirs = width(wchar_t(value))
      let agrees =
        switch ScalarClass(scalar) {
        case .combining: theirs == 0
        case .narrow: theirs == 1
        case .wide: theirs == 2
        case .hidden: theirs <= 0 || Self.hiddenOnPurpose.contains(value)
        }
      if !agrees { wrong.append("\(String(value, radix: 16)): \(theirs)") }
    }
    #expect(wrong.isEmpty)
  }

  @Test func everyVisibleCombiningMarkStaysOne() throws {
    let width = try CLibrary.widthFunction()
    let hidden = (UInt32(0xA0)...0x1FFFF).compactMap(Unicode.Scalar.init).filter {
      width(wchar_t($0.value)) == 0 && ScalarClass($0) == .hidden
    }
    #expect(hidden.allSatisfy { $0.properties.generalCategory == .format || $0.value == 0x1160 })
  }
}
