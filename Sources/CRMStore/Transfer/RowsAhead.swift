import CRMDomain
import Foundation
import Synchronization

/// A row that was read, and made into values, before its turn to be written.
struct ReadRow: Sendable {
  /// As a spreadsheet counts.
  let number: Int
  var values: [FieldValue]
  let problems: [RowProblem]
  /// The fields that its empty cells clear.
  let cleared: [Int]
  /// What is in the file; empty unless the row may be left out.
  let cells: [String]
  var newRow: NewRow
}

/// The rows of one piece of the file.
struct ReadPiece: Sendable {
  var rows: [ReadRow]
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
    var rows: [ReadRow] = []
    rows.reserveCapacity(size / 160)
    var values: [FieldValue] = []
    _ = try feed.next(upTo: size) { row in
      guard !row.isHeader else { return }
      let problems = reading.read(row, into: &values)
      let isSafe = problems.isEmpty && !judge.mayReject(values, row: row.number)
      rows.append(
        ReadRow(
          number: row.number, values: values, problems: problems, cleared: reading.plan.cleared,
          cells: isSafe ? [] : row.strings,
          newRow: layout.row(of: values)))
      values = []
    }
    return ReadPiece(rows: rows, place: feed.place, isLast: feed.isFinished)
  }
}
