/// How a delimited text file is written.
package struct Dialect: Hashable, Sendable {
  package var encoding = FileEncoding.utf8
  package var delimiter = UInt8(ascii: ",")
  /// Nil where a quote is a character like any other.
  package var quote: UInt8? = UInt8(ascii: "\"")
  /// The byte that makes the next one literal, beside the doubling of quotes.
  package var escape: UInt8?
  package var newline = Newline.lf
  /// Rows above the header: a report's title, the day it was made. A `sep=;` line is not one of them.
  package var preambleRows = 0
  /// Rows that name the columns; two are joined word by word.
  package var headerRows = 1
  /// Bytes of the file, from its end, that hold totals and remarks below the data.
  package var footerBytes = 0
  /// True if cells are quoted whether they need it or not, so that quotes say nothing about blanks inside them.
  package var quotesEverything = false
  /// True if a `sep=;` line is passed over without being obeyed.
  package var overrulesSeparatorLine = false

  package init() {}

  package init(delimiter: Character) {
    self.delimiter = delimiter.asciiValue ?? self.delimiter
  }
}

/// How a row ends. All three are understood everywhere; this is what the file uses most.
package enum Newline: String, CaseIterable, Sendable {
  case lf = "\n"
  case crlf = "\r\n"
  case cr = "\r"
}

/// The encodings a file can be read from.
package enum FileEncoding: String, CaseIterable, Sendable {
  case utf8 = "UTF-8"
  case utf16LittleEndian = "UTF-16LE"
  case utf16BigEndian = "UTF-16BE"
  case windows1252 = "Windows-1252"
  case latin1 = "ISO-8859-1"
  case latin9 = "ISO-8859-15"
  case shiftJIS = "Shift-JIS"
  case gbk = "GBK"
}
