import CRMDomain

/// The rows of a file to import, readable from any place as often as need be.
///
/// A file in UTF-8 is read where it is. What comes through a pipe, or is written in another encoding, is put into a
/// temporary file first, so that places in it mean something.
package final class ImportText: Sendable {
  package let name: String
  /// `-` for standard input.
  package let path: String
  package let guess: DialectDetector.Guess
  /// How the rows are read: as the file is written, but in UTF-8 and without its footer.
  package let dialect: Dialect
  /// Nil for a pipe, which cannot be read a second time.
  let identity: FileIdentity?
  /// Bytes of text.
  let size: Int
  private let source: ImportSource
  private let text: ImportSource

  /// - Throws: `ImportProblem` if there is no such file, or it holds no rows.
  package init(path: String, choice: ImportPlan.DialectChoice = ImportPlan.DialectChoice()) throws(ImportProblem) {
    source = try ImportSource(path: path)
    (name, self.path) = (source.name, path)
    identity = try source.identity()
    let (raw, rawSize) = try ImportText.seekable(source)
    let head = try raw.piece(at: 0, DialectDetector.headLimit)
    let tailSize = min(DialectDetector.tailLimit, rawSize - head.count)
    let tail = try raw.piece(at: rawSize - tailSize, tailSize)
    do {
      guess = try DialectDetector.detect(head: head, tail: tail, choice: choice.detectorChoice)
    } catch {
      throw ImportProblem("\(source.name): \(error.sentence)")
    }
    var dialect = guess.dialect
    (dialect.encoding, dialect.footerBytes) = (.utf8, 0)
    self.dialect = dialect
    let end = rawSize - guess.dialect.footerBytes
    (text, size) =
      guess.dialect.encoding == .utf8 ? (raw, end) : try ImportText.decoded(raw, end, guess.dialect.encoding)
  }

  /// The next bytes at `offset`; empty at the end.
  func piece(at offset: Int, _ limit: Int = ImportSource.pieceSize) throws(ImportProblem) -> [UInt8] {
    try text.piece(at: offset, min(limit, size - offset))
  }

  /// - Throws: `ImportProblem` if the file was changed since it was opened.
  func check() throws(ImportProblem) { try source.check(identity) }

  private static func seekable(_ source: ImportSource) throws(ImportProblem) -> (ImportSource, Int) {
    if let size = source.size { return (source, size) }
    return try spooled(source)
  }

  private static func spooled(_ source: ImportSource) throws(ImportProblem) -> (ImportSource, Int) {
    let file = try ImportSource(temporary: source.name)
    var size = 0
    while true {
      let piece = try source.next()
      guard !piece.isEmpty else { break }
      try file.append(piece)
      size += piece.count
    }
    guard size > 0 else { throw ImportProblem("\(source.name) is empty. Nothing came through the pipe.") }
    return (file, size)
  }

  private static func decoded(
    _ source: ImportSource, _ end: Int, _ encoding: FileEncoding,
  ) throws(ImportProblem) -> (ImportSource, Int) {
    let file = try ImportSource(temporary: source.name)
    let decoder: FileDecoder
    do { decoder = try FileDecoder(encoding) } catch { throw ImportProblem("\(source.name): \(error.sentence)") }
    var (offset, size) = (0, 0)
    while offset < end {
      let piece = try source.piece(at: offset, min(ImportSource.pieceSize, end - offset))
      guard !piece.isEmpty else { break }
      offset += piece.count
      let text = piece.withUnsafeBufferPointer { decoder.decode($0) }
      try file.append(text)
      size += text.count
    }
    let rest = decoder.finish()
    try file.append(rest)
    return (file, size + rest.count)
  }
}

extension DelimitedReader {
  /// Goes on with the row at `place`, whatever was before.
  init(row place: Place, of text: ImportText) {
    self.init(dialect: text.dialect, at: place, columns: text.guess.header.isEmpty ? nil : text.guess.header.count)
  }
}

/// Reads the rows of a text, a megabyte at a time, from a place on.
struct RowFeed {
  let text: ImportText
  private var reader: DelimitedReader
  private var offset: Int
  private(set) var isFinished = false

  /// From the beginning.
  init(_ text: ImportText) {
    self.text = text
    reader = DelimitedReader(dialect: text.dialect)
    offset = 0
  }

  /// From a row on whose header was read before.
  init(_ text: ImportText, at place: DelimitedReader.Place) {
    self.text = text
    reader = DelimitedReader(row: place, of: text)
    offset = place.offset
  }

  /// Where the first row begins that was not passed on yet.
  var place: DelimitedReader.Place { reader.place }

  /// Passes the rows of the next piece to `body`; false if there is nothing left.
  ///
  /// - Throws: `ImportProblem`, or what `body` throws.
  mutating func next(upTo limit: Int = ImportSource.pieceSize, _ body: (borrowing DelimitedRow) throws -> Void) throws
    -> Bool
  {
    guard !isFinished else { return false }
    let piece = try text.piece(at: offset, limit)
    offset += piece.count
    isFinished = piece.isEmpty
    do {
      if piece.isEmpty { try reader.finish(body) } else { try reader.read(piece, body) }
    } catch let problem as DelimitedProblem {
      throw ImportProblem("\(text.name): \(problem.sentence) Nothing was imported.")
    } catch let problem as EncodingProblem {
      throw ImportProblem("\(text.name): \(problem.sentence) Nothing was imported.")
    }
    return true
  }
}
