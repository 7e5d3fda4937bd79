/// The beginning of a file to be imported, and what was found out about it.
package struct ImportFile: Hashable, Sendable {
  package let path: String
  /// Bytes in all.
  package let size: Int
  /// Its first bytes; all of them if there are no more than `DialectDetector.headLimit`.
  package let head: [UInt8]
  /// Its last bytes; empty if `head` is all of it.
  package let tail: [UInt8]
  package let guess: DialectDetector.Guess

  package init(path: String, size: Int, head: [UInt8], tail: [UInt8] = [], guess: DialectDetector.Guess) {
    self.path = path
    self.size = size
    self.head = Array(head.prefix(DialectDetector.headLimit))
    self.tail = tail
    self.guess = guess
  }

  package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// True if `head` is the whole file.
  package var isWhole: Bool { size <= head.count }

  /// The lines of the last `count` bytes, which are left out.
  package func footer(_ count: Int) -> [String] {
    let end = isWhole ? head : tail
    return String(decoding: end.suffix(count), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
  }

  /// The kind of record that most of the columns belong to, and the share of the columns that do.
  package var likelyKind: (kind: EntityKind, share: Double) {
    let sample = Array(guess.sample.prefix(30))
    var best = (kind: EntityKind.lead, share: 0.0)
    for kind in Self.kinds {
      let mapping = ColumnMapping.suggested(
        for: kind, header: guess.header, sample: sample, delimiter: guess.dialect.delimiter, unmapped: .ignored)
      let sure = mapping.columns.reduce(0) { $0 + ($1.target == .ignored ? 0 : $1.confidence) }
      let share = sure / Double(max(1, mapping.columns.count)) * (mapping.missing.isEmpty ? 1 : 0.9)
      // Of kinds that fit alike, the earlier one.
      if share > best.share + 0.001 { best = (kind, share) }
    }
    return best
  }

  /// What a file may hold.
  package static let kinds: [EntityKind] = [.lead, .contact, .opportunity, .task, .activity]
}

/// The first rows of a file, read one way.
package struct ImportPreview: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    /// As a spreadsheet counts.
    package let number: Int
    package let cells: [String]
    /// True if it has more or fewer cells than the header.
    package let isRagged: Bool
  }

  package static let limit = 200

  /// Empty if the file has no row of names.
  package private(set) var header: [String] = []
  package private(set) var rows: [Row] = []
  /// Why it could not be read further.
  package private(set) var problem: String?

  package init() {}

  /// The first rows of `file` as `dialect` says they are written.
  package init(of file: ImportFile, dialect: Dialect) {
    var reader = DelimitedReader(dialect: dialect)
    let bytes = file.isWhole ? file.head.dropLast(dialect.footerBytes) : file.head[...]
    do {
      try reader.read(Array(bytes)) { row in try take(row) }
      if file.isWhole { try reader.finish { row in try take(row) } }
    } catch let found as DelimitedProblem {
      problem = found.sentence
    } catch let found as EncodingProblem {
      problem = found.sentence
    } catch {}
  }

  private struct Enough: Error {}

  private mutating func take(_ row: borrowing DelimitedRow) throws {
    if row.isHeader {
      header = DialectDetector.join(header, row.strings)
      return
    }
    guard rows.count < Self.limit else { throw Enough() }
    rows.append(Row(number: row.number, cells: row.strings, isRagged: row.isRagged))
  }

  /// Columns of the file: those of the header, or of the longest row where there is none.
  package var columnCount: Int { header.isEmpty ? rows.map(\.cells.count).max() ?? 0 : header.count }

  /// What column `index` is called: its header, or "column 3".
  package func title(_ index: Int) -> String {
    index < header.count && !header[index].trimmed.isEmpty ? header[index] : "column \(index + 1)"
  }

  package var sample: [[String]] { rows.map(\.cells) }
  package var raggedCount: Int { rows.count { $0.isRagged } }
}
