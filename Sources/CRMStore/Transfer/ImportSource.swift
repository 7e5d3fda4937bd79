import CRMDomain
import Foundation

/// Why a file cannot be imported, as a sentence that says what to do.
package struct ImportProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package let sentence: String
  init(_ sentence: String) { self.sentence = sentence }
  package var description: String { sentence }
}

/// The bytes of a file to import, read a piece at a time.
package final class ImportSource {
  /// What history and messages call it.
  package let name: String
  /// Bytes in all; nil for a pipe.
  package let size: Int?
  private let descriptor: Int32
  private let path: String

  /// About five thousand rows of contacts, which go into one transaction.
  package static let pieceSize = 1 << 20

  /// - Parameter path: `-` is standard input.
  /// - Throws: `ImportProblem` if there is no such file, or it is no file.
  package init(path: String) throws(ImportProblem) {
    self.path = path
    guard path != "-" else {
      (name, size, descriptor) = ("standard input", nil, STDIN_FILENO)
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ImportSource.problem(path, errno) }
    self.descriptor = descriptor
    name = (path as NSString).lastPathComponent
    var status = stat()
    fstat(descriptor, &status)
    size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    if status.st_mode & S_IFMT == S_IFDIR { throw ImportProblem("\(path) is a folder. Name a CSV file in it.") }
    if size == 0 { throw ImportProblem("\(path) is empty. Choose a file with column names and rows.") }
  }

  deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

  /// The next piece of at most `limit` bytes; empty at the end.
  package func next(_ limit: Int = ImportSource.pieceSize) throws(ImportProblem) -> [UInt8] {
    var failure: Int32 = 0
    let piece = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      while count < limit {
        let got = read(descriptor, buffer.baseAddress.map { $0 + count }, limit - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { return }
        count += got
      }
    }
    guard failure == 0 else { throw ImportSource.problem(path, failure) }
    return piece
  }

  /// The last bytes of the file; empty for a pipe, and for a file of at most `headSize` bytes.
  package func tail(_ limit: Int, after headSize: Int) -> [UInt8] {
    guard let size, size > headSize else { return [] }
    let length = min(limit, size - headSize)
    return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, length, off_t(size - length)))
    }
  }

  private static func problem(_ path: String, _ code: Int32) -> ImportProblem {
    switch code {
    case ENOENT, ENOTDIR: ImportProblem("There is no file \(path). Check its name and folder.")
    case EACCES, EPERM: ImportProblem("\(path) may not be read: check its permissions.")
    default: ImportProblem("\(path) cannot be read: \(String(cString: strerror(code))).")
    }
  }
}
