import CRMDomain

/// A rule that a file broke.
struct BrokenRule: Error { let rule: String }

/// One file made up from a seed, and the rules that hold for any file.
struct ImportFuzzer {
  let bytes: [UInt8]
  private let choice: DialectChoice
  private let kind: EntityKind
  private let seed: UInt64
  private static let kinds: [EntityKind] = [.lead, .contact, .opportunity, .task, .activity]

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    self.seed = seed
    kind = random.pick(Self.kinds)
    var text = random.int(0...2) == 0 ? StrangeFile.noise(&random) : StrangeFile.table(kind, &random)
    if random.int(0...2) > 0 { StrangeFile.spoil(&text, &random) }
    bytes = StrangeFile.encoded(text, &random)
    choice = StrangeFile.choice(&random)
  }

  /// Reads the file in every way there is. A refusal is an answer; a trap is not.
  ///
  /// - Throws: `BrokenRule`.
  func run() throws {
    var random = SplitMix64(seed: seed ^ 0x9E37_79B9_7F4A_7C15)
    try checkDecoders(&random)
    for choice in [DialectChoice(), choice] {
      let tail = random.int(0...1) == 0 ? [] : Array(bytes.suffix(random.int(0...200)))
      let guess: DialectDetector.Guess
      do { guess = try DialectDetector.detect(head: bytes, tail: tail, choice: choice) } catch { continue }
      try check(guess.dialect.footerBytes <= bytes.count, "the footer is no longer than the file")
      try check(!guess.sample.contains { $0.isEmpty }, "no row is without a cell")
      try checkReader(guess.dialect, &random)
      try checkPlan(guess)
    }
  }

  private func check(_ holds: Bool, _ rule: String) throws {
    if !holds { throw BrokenRule(rule: rule) }
  }

  // MARK: Reader and decoder

  /// However the file comes in pieces, the same characters are read.
  private func checkDecoders(_ random: inout SplitMix64) throws {
    let encoding = random.pick(FileEncoding.allCases)
    let whole = try FileDecoder(encoding)
    let expected = bytes.withUnsafeBufferPointer { whole.decode($0) } + whole.finish()
    let decoder = try FileDecoder(encoding)
    var read: [UInt8] = []
    for piece in pieces(&random) { read += piece.withUnsafeBufferPointer { decoder.decode($0) } }
    try check(read + decoder.finish() == expected, "\(encoding.rawValue) is the same in pieces")
  }

  /// However the file comes in pieces, the same rows are read; and what is written of them is read back.
  private func checkReader(_ dialect: Dialect, _ random: inout SplitMix64) throws {
    let whole = rows([bytes[...]], dialect)
    try check(rows(pieces(&random), dialect) == whole, "the rows are the same in pieces")
    guard whole.problem == nil, dialect.encoding == .utf8 else { return }
    var writer = DelimitedWriter(safety: random.int(0...1) == 0 ? .lossless : .spreadsheet)
    let isSafe = !whole.rows.joined().contains {
      $0.utf8.first.map { "'=+-@\t\r\n".utf8.contains($0) || $0 > 0x7F } ?? false
    }
    for row in whole.rows { writer.write(row: row) }
    var plain = Dialect()
    plain.headerRows = 0
    guard isSafe else { return }
    try check(rows([writer.bytes[...]], plain).rows == whole.rows, "what is written is read back")
  }

  private struct Answer: Equatable {
    var rows: [[String]] = []
    var problem: DelimitedProblem?
  }

  private func rows(_ pieces: [ArraySlice<UInt8>], _ dialect: Dialect) -> Answer {
    var reader = DelimitedReader(dialect: dialect)
    var answer = Answer()
    do {
      for piece in pieces {
        try piece.withUnsafeBufferPointer { try reader.read($0) { answer.rows.append($0.strings) } }
      }
      try reader.finish { answer.rows.append($0.strings) }
    } catch {
      answer.problem = error as? DelimitedProblem
    }
    return answer
  }

  private func pieces(_ random: inout SplitMix64) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(random.int(1...(random.int(0...3) == 0 ? 3 : 80)))
      pieces.append(piece)
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }

  // MARK: Mapping and plan

  private func checkPlan(_ guess: DialectDetector.Guess) throws {
    let mapping = ColumnMapping.suggested(for: kind, header: guess.header, sample: guess.sample)
    let filled = mapping.columns.compactMap(\.target.field?.name)
    try check(Set(filled).count == filled.count, "no two columns fill one field")
    var plan = RowPlan(mapping, dialect: guess.dialect)
    var reader = DelimitedReader(dialect: guess.dialect)
    var broken: String?
    func look(_ row: borrowing DelimitedRow) {
      switch plan.result(of: row) {
      case .record(let fields, let values):
        if fields.count != values.count || values.contains(where: \.isEmpty) {
          broken = "a row has a value for each field"
        }
      case .rejected(let problems):
        if problems.isEmpty || problems.contains(where: { $0.sentence.isEmpty }) { broken = "a refusal says why" }
      }
    }
    do {
      try reader.read(bytes, look)
      try reader.finish(look)
    } catch {
      try check(error is DelimitedProblem || error is EncodingProblem, "a problem has a sentence")
    }
    if let broken { throw BrokenRule(rule: broken) }
  }
}
