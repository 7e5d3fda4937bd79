import CRMDomain

/// What an export is written as.
package enum ExportFormat: String, CaseIterable, Sendable {
  case csv, json, vcard, ics

  /// The formats that records of `kind` can be written in.
  package static func all(of kind: EntityKind) -> [ExportFormat] { allCases.filter { $0.fits(kind) } }

  package func fits(_ kind: EntityKind) -> Bool {
    switch self {
    case .csv, .json: true
    case .vcard: CardWriter.kinds.contains(kind)
    case .ics: CalendarWriter.kinds.contains(kind)
    }
  }

  /// What files of it are called at the end.
  package var ending: String { self == .vcard ? "vcf" : rawValue }

  package var label: String {
    switch self {
    case .csv: "CSV, safe for spreadsheets"
    case .json: "JSON"
    case .vcard: "vCard, for address books"
    case .ics: "iCalendar, for calendars"
    }
  }

  /// True where fields can be chosen; cards and calendars have their own.
  package var hasColumns: Bool { self == .csv || self == .json }

  /// The format by its name or the ending of its files.
  package init?(word: String) {
    guard let format = Self.allCases.first(where: { [$0.rawValue, $0.ending].contains(word.lowercased()) }) else {
      return nil
    }
    self = format
  }

  /// Why the records of `kind` cannot be written in it.
  package func refusal(_ kind: EntityKind) -> String {
    let fitting = EntityKind.allCases.filter(fits).map { Counted.many($0) }.joined(separator: " and ")
    return
      "Only \(fitting) are written as \(self == .vcard ? "vCard" : "iCalendar"). Choose csv or json for the others."
  }
}

/// Why an export did not come about, as a sentence that says what to do.
package struct ExportProblem: Error, Hashable, CustomStringConvertible {
  package let sentence: String
  package init(_ sentence: String) { self.sentence = sentence }
  package var description: String { sentence }
}
