import CRMDomain
import Foundation
import Synchronization

/// A row that was read before its turn to be written.
struct ReadRow: Sendable {
  let place: DelimitedReader.Place
  let problems: [RowProblem]
  /// Its bytes among those of the piece; none if it is surely not needed again.
  let bytes: Range<Int>
}

/// The rows of one piece of the file as they stand there, without its header.
struct ReadRows: Sendable {
  private var rows: [ReadRow] = []
  private var bytes: [UInt8] = []

  var indices: Range<Int> { rows.indices }
  subscript(index: Int) -> ReadRow { rows[index] }

  fileprivate mutating func reserveCapacity(_ count: Int) { rows.reserveCapacity(count) }

  fileprivate mutating func add(_ row: borrowing DelimitedRow, _ problems: [RowProblem], isWantedAgain: Bool) {
    let start = bytes.count
    if isWantedAgain { bytes.append(contentsOf: row.bytes) }
    rows.append(ReadRow(place: DelimitedReader.Place(row), problems: problems, bytes: start..<bytes.count))
  }

  /// Reads a row again.
  func withRow(_ index: Int, of text: ImportText, _ body: (borrowing DelimitedRow) throws -> Void) throws {
    var reader = DelimitedReader(row: rows[index].place, of: text)
    try reader.read(Array(bytes[rows[index].bytes]), body)
    try reader.finish(body)
  }

  /// What is in the file.
  func cells(_ index: Int, of text: ImportText) throws -> [String] {
    var cells: [String] = []
    try withRow(index, of: text) { cells = $0.strings }
    return cells
  }
}

/// What was read of a file at once.
struct ReadPiece: Sendable {
  let rows: ReadRows
  /// Their values, in the slots of a `NewRowLayout`.
  var values: PackedRows
  /// Where the next piece begins.
  let place: DelimitedReader.Place
  let isLast: Bool
}

/// Reads the rows of a file on a thread of its own, two pieces ahead of whoever writes them.
final class RowsAhead: Sendable {
  private struct State {
    var pieces: [Result<ReadPiece, any Error>] = []
    var isStopped = false
  }

  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)
  private let ready = DispatchSemaphore(value: 0)

  init(_ job: ImportJob, from place: DelimitedReader.Place, _ judge: RowJudge, _ layout: NewRowLayout) {
    for _ in 0..<2 { room.signal() }
    let pieceSize = job.pieceSize
    let thread = Thread {
      var reader = PieceReader(
        reading: RowReading(job), feed: place.offset > 0 ? RowFeed(job.text, at: place) : RowFeed(job.text),
        judge: judge, layout: layout)
      while self.waitForRoom() {
        let piece = Result { try reader.next(pieceSize) }
        self.add(piece)
        guard case .success(let piece) = piece, !piece.isLast else { return }
      }
    }
    thread.stackSize = 4 << 20
    thread.name = "crm.rows"
    thread.start()
  }

  /// The next piece of the file. Not to be called again after the last, nor after an error.
  func next() throws -> ReadPiece {
    ready.wait()
    room.signal()
    return try state.withLock { $0.pieces.removeFirst() }.get()
  }

  /// Ends the thread, wherever it is.
  func stop() {
    state.withLock { $0.isStopped = true }
    room.signal()
  }

  private func waitForRoom() -> Bool {
    room.wait()
    return state.withLock { !$0.isStopped }
  }

  private func add(_ piece: Result<ReadPiece, any Error>) {
    state.withLock { $0.pieces.append(piece) }
    ready.signal()
  }
}

/// Makes the rows of a file into values, piece by piece.
private struct PieceReader {
  var reading: RowReading
  var feed: RowFeed
  /// As it is before the first row.
  let judge: RowJudge
  let layout: NewRowLayout

  mutating func next(_ size: Int) throws -> ReadPiece {
    var (rows, values) = (ReadRows(), layout.emptyRows)
    rows.reserveCapacity(size / 160)
    values.reserveCapacity(rows: size / 160, bytes: size * 3 / 2)
    _ = try feed.next(upTo: size) { row in
      guard !row.isHeader else { return }
      let problems = reading.read(row, into: &values)
      if problems.isEmpty { layout.complete(&values) }
      let mayBeLeftOut = judge.mayReject(PackedRow(rows: values, row: values.count - 1), row: row.number)
      rows.add(row, problems, isWantedAgain: !problems.isEmpty || mayBeLeftOut)
    }
    return ReadPiece(rows: rows, values: values, place: feed.place, isLast: feed.isFinished)
  }
}
