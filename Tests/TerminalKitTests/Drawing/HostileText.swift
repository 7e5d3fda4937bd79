/// Text that tries to steer the terminal, to hide, or to break the alignment of a row.
let hostileTexts: [String] =
  escapes + invisibles + emoji + floods
  + [
    "\u{E9}\u{301}\u{301}", "e\u{301}", "\u{301}leading", "日\u{3099}本", "ﷺ", "क्षि", "ครับ", "กำ", "각",
    "\u{1100}\u{1161}\u{11A8}", "",
  ]

private let escapes = [
  "\u{1B}[2J", "\u{1B}[31mred", "\u{1B}]0;title\u{7}", "\u{1B}]52;c;aGk=\u{7}", "\u{1B}]8;;http://x\u{1B}\\link",
  "\u{1B}P$q\"p\u{1B}\\", "\u{1B}_apc\u{1B}\\", "\u{1B}^pm\u{1B}\\", "\u{1B}Xsos\u{1B}\\", "\u{1B}c", "\u{1B}[?1049h",
  "\u{9B}2J", "\u{9D}0;x\u{9C}", "\u{90}q\u{9C}", "a\0b", "a\u{7}b", "a\u{8}\u{8}b", "a\rb", "a\r\nb", "a\nb", "a\tb",
  "\u{B}\u{C}", "\u{E}shift\u{F}", "\u{7F}", "\u{85}next", "\u{84}",
]

private let invisibles = [
  "\u{202E}gpj.exe", "\u{2066}a\u{2069}", "\u{200E}\u{200F}\u{61C}", "a\u{200B}b", "a\u{200C}b", "a\u{200D}b",
  "a\u{2060}b", "\u{FEFF}bom", "a\u{2028}b\u{2029}c", "\u{E0041}\u{E0042}\u{E007F}", "a\u{AD}b", "\u{3164}", "\u{115F}",
  "\u{180E}", "\u{FFF9}a\u{FFFA}b\u{FFFB}", "\u{E000}private", "\u{10FFFF}", "\u{FFFE}", "\u{378}unassigned",
]

private let emoji = [
  "👨‍👩‍👧‍👦 family", "👍🏽", "❤️", "❤️‍🔥", "🇩🇪🇫🇷", "🇩", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☎︎", "🏳️‍🌈", "👩🏽‍💻", "😀😀😀", "🫨", "日本語", "ｆｕｌｌ", "한국어",
]

private let floods = [
  "Z" + String(repeating: "\u{334}\u{489}", count: 200), String(repeating: "\u{301}", count: 500),
  String(repeating: "x", count: 10_000), String(repeating: "日", count: 10_000), String(repeating: " ", count: 10_000),
  String(repeating: "👩‍", count: 1_000), String(repeating: "\n", count: 1_000),
  String(repeating: "\u{FE0F}", count: 100),
]
