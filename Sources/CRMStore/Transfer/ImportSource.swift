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
  /// About five thousand rows of contacts.
  private static let pieceSize = 1 << 20

  /// - Parameter path: `-` is standard input.
  /// - Throws: `ImportProblem` if there is no such file, or it is no file.
  package init(path: String) throws(ImportProblem) {
    self.path = path
    guard path != "-" else {
      (name, size, descriptor) = ("standard input", nil, STDIN_FILENO)
      return
    }
    name = (path as NSString).lastPathComponent
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ImportSource.problem(path, errno) }
    var status = stat()
    fstat(descriptor, &status)
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw ImportProblem("\(path) is a folder. Name a CSV file in it.")
    }
    size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    if size == 0 { throw ImportProblem("\(name) is empty. Nothing was imported.") }
  }

  deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

  /// The next piece; empty at the end.
  func next() throws(ImportProblem) -> [UInt8] {
    var failure: Int32 = 0
    let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
      while count < Self.pieceSize {
        let got = read(descriptor, buffer.baseAddress.map { $0 + count }, Self.pieceSize - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { return }
        count += got
      }
    }
    guard failure == 0 else { throw ImportSource.problem(path, failure) }
    return piece
  }

  private static func problem(_ path: String, _ code: Int32) -> ImportProblem {
    switch code {
    case ENOENT, ENOTDIR: ImportProblem("There is no file \(path). Check the name and the folder.")
    case EACCES, EPERM: ImportProblem("\(path) may not be read: check its permissions.")
    default: ImportProblem("\(path) cannot be read: \(String(cString: strerror(code))).")
    }
  }
}
