/// Everything that was decided about an import: the columns, how rows meet the records that are there, and what to do
/// with mistakes. What is nil is found out from the file.
///
/// The same plan is made by the wizard and by the command line, kept under a name, and written down with a run so that
/// it goes on after a crash.
package struct ImportPlan: Hashable, Sendable {
  package var kind: EntityKind
  package var dialect = DialectChoice()
  /// In the order of the file. A column of the file that is not listed is left out.
  package var columns: [Column] = []
  package var matching = Matching()
  /// Texts for fields of every row, by the field's v1 name. Tags are added to the row's; others take its place.
  package var stamps: [String: String] = [:]
  /// Whether a contact that a deal names, and that is not there, is made.
  package var makesContacts = true
  package var policy = Policy.skipErrors
  package var runsWorkflows = false
  /// Texts that stand for cells of the file, by row (2 is the first one under a header) and column from 0.
  package var corrections: [Int: [Int: String]] = [:]
  /// What to do with rows that look like a record, by row.
  package var decisions: [Int: Decision] = [:]

  package init(_ kind: EntityKind) { self.kind = kind }
}

extension ImportPlan {
  /// What is said about how the file is written; nil where it is found out.
  package struct DialectChoice: Hashable, Sendable {
    package var encoding: FileEncoding?
    package var delimiter: UInt8?
    package var quote: Quote?
    package var escape: UInt8?
    package var hasHeader: Bool?
    package var preambleRows: Int?

    package init() {}

    /// The same, as the detector takes it.
    package init(_ choice: CRMDomain.DialectChoice) {
      (encoding, delimiter, preambleRows) = (choice.encoding, choice.delimiter, choice.preambleRows)
      quote = choice.quote.map { $0.byte.map(Quote.byte) ?? Quote.none }
      escape = choice.escape?.byte
      hasHeader = choice.headerRows.map { $0 > 0 }
    }

    /// What the detector is told.
    package var detectorChoice: CRMDomain.DialectChoice {
      var choice = CRMDomain.DialectChoice()
      (choice.encoding, choice.delimiter, choice.preambleRows) = (encoding, delimiter, preambleRows)
      switch quote {
      case .byte(let byte)?: choice.quote = .byte(byte)
      case Quote.none?: choice.quote = CRMDomain.DialectChoice.Mark.absent
      case nil: break
      }
      choice.escape = escape.map(CRMDomain.DialectChoice.Mark.byte)
      if let hasHeader { choice.headerRows = hasHeader ? 1 : 0 }
      return choice
    }
  }

  /// A file may have no quotes at all, which is not the same as not knowing.
  package enum Quote: Hashable, Sendable { case none, byte(UInt8) }

  package struct Column: Hashable, Sendable {
    /// From 0, as the file has them.
    package var index: Int
    /// Empty where the file has no header.
    package var header: String
    package var target: Target
    package var options = ColumnOptions()

    package init(_ index: Int, _ header: String, _ target: Target, options: ColumnOptions = ColumnOptions()) {
      self.index = index
      self.header = header
      self.target = target
      self.options = options
    }
  }

  package enum Target: Hashable, Sendable {
    /// A field of the kind, by its v1 name; `id` is the record's number.
    case field(String)
    /// A field inside `custom_fields`, made where it is not there yet. One that is there keeps its own kind.
    case custom(name: String, kind: FieldKind)
    case ignored

    /// The name of what is filled, or nil.
    package var name: String? {
      switch self {
      case .field(let name), .custom(let name, _): name
      case .ignored: nil
      }
    }
  }

  /// How rows meet the records that are there, and each other.
  package struct Matching: Hashable, Sendable {
    package var mode = Mode.create
    /// The first key that a row has and a record agrees with decides. Without keys every row is a new record.
    package var keys: [Key] = []
    package var duplicates = Duplicates.keepAll
    package var near = Near.create

    package init() {}
  }

  package enum Mode: String, CaseIterable, Sendable {
    /// A row whose record is there already is left out as a mistake.
    case create
    /// A row without a record is left out as a mistake.
    case update
    case both
  }

  package enum Key: String, CaseIterable, Sendable {
    case email, phone
    case nameAndCompany = "name+company"
    case id
  }

  /// What becomes of rows that have the keys of a row before them in the file.
  package enum Duplicates: String, CaseIterable, Sendable {
    case firstWins = "first"
    case lastWins = "last"
    /// The cells that a later row fills in are put over those of the earlier ones.
    case merge
    case keepAll = "all"
    /// Left out as mistakes, as v1 does.
    case reject
  }

  /// What becomes of rows that no key matches, and that look like a record all the same.
  package enum Near: String, CaseIterable, Sendable {
    /// Left out and listed, until `decisions` says what they are.
    case ask
    case create
    case skip
  }

  package enum Policy: String, CaseIterable, Sendable {
    case skipErrors = "skip_errors"
    case allOrNothing = "all_or_nothing"
  }

  package enum Decision: Hashable, Sendable {
    case create
    case skip
    case update(Int64)
  }
}

/// What is done to the texts of a column before they become values, and how they are read.
package struct ColumnOptions: Hashable, Sendable {
  /// Blanks around a text are taken off.
  package var trims = true
  package var letterCase = LetterCase.asIs
  /// A whole name into first and last name.
  package var splitsName = false
  /// What stands between the texts of several columns that fill one field; nil where a column fills it alone.
  package var joinsWith: String?
  /// Nil where the dates of the column decide.
  package var dateOrder: DateOrder?
  /// Nil where the numbers of the column decide.
  package var decimalMark: DecimalMark?
  /// The currency of a deal's amounts, such as `EUR`, where no column says it.
  package var currency: String?
  /// The country, such as `GB`, of telephone numbers without one; they are written as E.164 has them. Nil leaves
  /// numbers as they are.
  package var phoneRegion: String?
  /// Words of the file and the values they stand for, beside the words that are known anyway.
  package var choices: [String: String] = [:]
  /// Stands in every row, whatever the cell says.
  package var constant: String?
  /// Stands where the cell is empty.
  package var defaultText: String?
  /// What an empty cell does to the record that is there.
  package var empty = EmptyCell.keep

  package init() {}

  package enum LetterCase: String, CaseIterable, Sendable {
    case asIs = "as_is"
    case upper, lower, title
  }

  package enum EmptyCell: String, CaseIterable, Sendable { case keep, clear }

  /// True if texts are changed before they are read.
  var changesTexts: Bool {
    !trims || letterCase != .asIs || phoneRegion != nil || !choices.isEmpty || constant != nil || defaultText != nil
      || joinsWith != nil
  }
}
