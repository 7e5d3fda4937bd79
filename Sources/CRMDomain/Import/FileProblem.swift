/// A file that cannot be imported at all, and why.
package enum FileProblem: Error, Hashable, Sendable {
  case empty
  case binary
  case format(FileFormat)
  case unreadable(EncodingProblem)

  package var sentence: String {
    switch self {
    case .empty: "The file is empty. Choose a file with a header and at least one row."
    case .format(let format): format.sentence
    case .unreadable(let problem): problem.sentence
    case .binary: "This is not a text file. Save the table as CSV (UTF-8) and import that."
    }
  }
}

/// Kinds of file that hold a table, or are taken for one, but are no delimited text; told by their first bytes.
package enum FileFormat: CaseIterable, Hashable, Sendable {
  case excel, oldExcel, openDocument, numbers, zip, pdf, compressed, sqlite, webPage, xml, vCard, iCalendar, picture

  /// What the file is and how a CSV file is made of it.
  package var sentence: String {
    switch self {
    case .excel: "This is an Excel workbook (.xlsx). In Excel choose Save As, CSV UTF-8\(Self.office("xlsx"))"
    case .oldExcel: "This is an old Excel workbook (.xls). In Excel choose Save As, CSV UTF-8\(Self.office("xls"))"
    case .openDocument: "This is a LibreOffice spreadsheet (.ods). Choose Save As, Text CSV\(Self.office("ods"))"
    case .numbers: "This is a Numbers spreadsheet. In Numbers choose File, Export To, CSV, and import that file."
    case .zip: "This is a ZIP archive. Unpack it, and import the CSV file in it."
    case .pdf: "This is a PDF document, which holds no table to import. Export CSV from the program that made it."
    case .compressed: "This file is compressed. Unpack it first, such as: gzip -dc FILE | crm import leads -"
    case .sqlite: "This is an SQLite database. Export the table first: sqlite3 -csv -header FILE 'SELECT …' > FILE.csv"
    case .webPage:
      "This is a web page, though it may be named .xls. Open it in a spreadsheet, save it as CSV UTF-8, and import that."
    case .xml: "This is an XML file. Open it in a spreadsheet, save it as CSV UTF-8, and import that."
    case .vCard: "This is a vCard file, which is exported but not imported. Save the contacts as CSV, and import that."
    case .iCalendar:
      "This is a calendar file, which is exported but not imported. Save the tasks as CSV, and import that."
    case .picture: "This is a picture, which holds no table to import."
    }
  }

  private static func office(_ ending: String) -> String {
    ", or run `soffice --headless --convert-to csv FILE.\(ending)`, and import the CSV file."
  }

  /// The format of a file that begins with `head`, or nil for what may be text.
  static func of(_ head: [UInt8]) -> FileFormat? {
    if let known = signatures.first(where: { head.starts(with: $0.bytes) }) { return known.format }
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      return archive(head)
    }
    return markup(head)
  }

  private static let signatures: [(bytes: [UInt8], format: FileFormat)] = [
    ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .oldExcel), (Array("%PDF-".utf8), .pdf),
    ([0x1F, 0x8B], .compressed),
    (Array("BZh".utf8), .compressed), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .compressed),
    ([0x28, 0xB5, 0x2F, 0xFD], .compressed), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .compressed),
    (Array("SQLite format 3\0".utf8), .sqlite), ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], .picture),
    ([0xFF, 0xD8, 0xFF, 0xE0], .picture), ([0xFF, 0xD8, 0xFF, 0xE1], .picture), (Array("GIF89a".utf8), .picture),
  ]

  /// What a ZIP archive is, by the names of the files in it.
  private static func archive(_ head: [UInt8]) -> FileFormat {
    let text = String(decoding: head.prefix(8192), as: UTF8.self)
    if text.contains("application/vnd.oasis.opendocument") { return .openDocument }
    if text.contains("xl/") || text.contains("[Content_Types].xml") { return .excel }
    return text.contains(".iwa") ? .numbers : .zip
  }

  /// Text that is no table: pages, cards and calendars begin with a word of their own.
  private static func markup(_ head: [UInt8]) -> FileFormat? {
    let bytes = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
    let start = String(decoding: bytes.drop { $0 <= 0x20 }.prefix(16), as: UTF8.self).lowercased()
    let words: [(String, FileFormat)] = [
      ("<!doctype html", .webPage), ("<html", .webPage), ("<table", .webPage), ("<?xml", .xml), ("begin:vcard", .vCard),
      ("begin:vcalendar", .iCalendar),
    ]
    return words.first { start.hasPrefix($0.0) }?.1
  }
}
