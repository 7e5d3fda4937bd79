import CRMDomain
import Foundation

/// The rows that were left out, as the file has them, with `_row` and `_error` behind: corrected, it can be imported.
///
/// It is made with the first row. What it has when a part of the import is on the disk is known by its size, so that an
/// import that goes on cuts off what came after.
final class RejectsFile {
  let path: String
  /// Bytes that are written.
  private(set) var size: Int
  private let dialect: Dialect
  private let header: [String]
  private var pending: [UInt8] = []
  private var descriptor: Int32 = -1

  /// - Parameter header: the names of the columns, for a file without them those of the fields.
  /// - Parameter size: what an import before has written; 0 begins anew.
  init(path: String, dialect: Dialect, header: [String], size: Int = 0) {
    (self.path, self.dialect, self.header, self.size) = (path, dialect, header, size)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// `expo.rejected.csv` beside `expo.csv`, or `expo.rejected-2.csv` where there is one already; nil for a pipe.
  static func usualPath(for path: String) -> String? {
    guard path != "-", access((path as NSString).deletingLastPathComponent.orHere, W_OK) == 0 else { return nil }
    let file = URL(fileURLWithPath: path)
    var stem = file.deletingPathExtension().path
    if let mark = stem.range(of: ".rejected", options: .backwards),
      stem[mark.upperBound...].allSatisfy({ $0 == "-" || $0.isNumber })
    {
      stem = String(stem[..<mark.lowerBound])
    }
    let ending = file.pathExtension.isEmpty ? ".csv" : "." + file.pathExtension
    let names = ["\(stem).rejected\(ending)"] + (2...999).map { "\(stem).rejected-\($0)\(ending)" }
    return names.first { !FileManager.default.fileExists(atPath: $0) }
  }

  /// - Throws: `ImportProblem` if the file a rep named cannot be made, before anything is imported.
  static func check(_ path: String, source: String) throws(ImportProblem) {
    guard URL(fileURLWithPath: path).resolvingSymlinksInPath() != URL(fileURLWithPath: source).resolvingSymlinksInPath()
    else { throw ImportProblem("The rejected rows would be written over \(source). Name another file with --rejects.") }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      guard !isFolder.boolValue else { throw ImportProblem("\(path) is a folder. Name a file in it with --rejects.") }
      guard access(path, W_OK) == 0 else {
        throw ImportProblem("\(path) cannot be written. Name another file with --rejects.")
      }
    } else if access((path as NSString).deletingLastPathComponent.orHere, W_OK) != 0 {
      throw ImportProblem("No file can be made at \(path). Name another one with --rejects.")
    }
  }

  /// Where it is, if there was anything to write.
  var writtenPath: String? { size > 0 ? path : nil }

  /// Takes the file away, since nothing of the import stays.
  func remove() {
    pending.removeAll()
    guard descriptor >= 0 else { return }
    unlink(path)
    size = 0
  }

  func add(_ cells: [String], row: Int, error: String) {
    if size == 0, pending.isEmpty {
      pending += dialect.encoding.mark
      write(padded(header) + ImportReport.ownColumns)
    }
    write(padded(cells) + ["\(row)", error.split(whereSeparator: \.isNewline).joined(separator: " ")])
  }

  /// Puts what was added on the disk.
  ///
  /// - Throws: `ImportProblem` if the file cannot be written.
  func flush() throws(ImportProblem) {
    guard !pending.isEmpty else { return }
    if descriptor < 0 { try openFile() }
    var start = 0
    while start < pending.count {
      let written = pending.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start, off_t(size + start))
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw problem() }
      start += written
    }
    size += pending.count
    pending.removeAll()
  }

  private func openFile() throws(ImportProblem) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0 else { throw problem() }
  }

  private func problem() -> ImportProblem {
    ImportProblem(
      "The rejected rows cannot be written to \(path) (\(String(cString: strerror(errno)))). Name another file with --rejects."
    )
  }

  /// As many cells as there are columns, so that the two behind them stand under their names.
  private func padded(_ cells: [String]) -> [String] {
    cells.count >= header.count ? cells : cells + Array(repeating: "", count: header.count - cells.count)
  }

  private func write(_ cells: [String]) {
    var line: [UInt8] = []
    for (index, cell) in cells.enumerated() {
      if index > 0 { line.append(dialect.delimiter) }
      write(cell, &line)
    }
    line += dialect.newline.rawValue.utf8
    do { pending += try dialect.encoding.bytes(of: line) } catch { pending += line }
  }

  private func write(_ cell: String, _ line: inout [UInt8]) {
    let special = [dialect.delimiter, 0x0A, 0x0D] + [dialect.quote, dialect.escape].compactMap(\.self)
    let hasEdges = cell.utf8.first.map { $0 <= 0x20 } == true || cell.utf8.last.map { $0 <= 0x20 } == true
    guard let quote = dialect.quote, hasEdges || cell.utf8.contains(where: { special.contains($0) }) else {
      // Without quotes nothing can hold a delimiter; only our own sentence may have one.
      line += dialect.quote == nil ? cell.utf8.map { $0 == dialect.delimiter ? 0x20 : $0 } : Array(cell.utf8)
      return
    }
    line.append(quote)
    for byte in cell.utf8 {
      if byte == dialect.escape { line.append(byte) } else if byte == quote { line.append(dialect.escape ?? quote) }
      line.append(byte)
    }
    line.append(quote)
  }
}

extension String {
  fileprivate var orHere: String { isEmpty ? "." : self }
}
