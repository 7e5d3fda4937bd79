import CRMDomain
import Foundation

/// Why a file cannot be imported, as a sentence that says what to do.
package struct ImportProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package let sentence: String
  init(_ sentence: String) { self.sentence = sentence }
  package var description: String { sentence }
}

/// The bytes of a file to import, read a piece at a time.
package final class ImportSource: Sendable {
  /// What history and messages call it.
  package let name: String
  /// Bytes in all; nil for a pipe.
  package let size: Int?
  /// `-` for standard input.
  package let path: String
  private let descriptor: Int32

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

  /// At most `limit` bytes from `offset` on, wherever `next` is; empty at the end.
  func piece(at offset: Int, _ limit: Int = ImportSource.pieceSize) throws(ImportProblem) -> [UInt8] {
    var failure: Int32 = 0
    let piece = [UInt8](unsafeUninitializedCapacity: max(0, limit)) { buffer, count in
      while count < limit {
        let got = pread(descriptor, buffer.baseAddress.map { $0 + count }, limit - count, off_t(offset + count))
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { return }
        count += got
      }
    }
    guard failure == 0 else { throw ImportSource.problem(path, failure) }
    return piece
  }

  /// What tells the file from another, and from itself after a change; nil for a pipe.
  func identity() throws(ImportProblem) -> FileIdentity? {
    guard size != nil else { return nil }
    var status = stat()
    fstat(descriptor, &status)
    let size = Int(status.st_size)
    let length = min(size, FileIdentity.endSize)
    var hash = KeyHash()
    for byte in try piece(at: 0, length) + piece(at: size - length, length) { hash.add(byte) }
    return FileIdentity(size: size, modified: ImportSource.modified(status), hash: hash.value)
  }

  /// - Throws: `ImportProblem` if the file is not what it was when `identity` was taken.
  func check(_ identity: FileIdentity?) throws(ImportProblem) {
    guard let identity else { return }
    var status = stat()
    fstat(descriptor, &status)
    guard Int(status.st_size) == identity.size, ImportSource.modified(status) == identity.modified else {
      throw ImportProblem("\(name) was changed while it was read. Nothing was imported; import it again.")
    }
  }

  private static func modified(_ status: stat) -> Int {
    status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
  }

  // MARK: Temporary files

  /// An empty file that is gone when it is closed, called `name` in messages.
  init(temporary name: String) throws(ImportProblem) {
    var template = Array((NSTemporaryDirectory() + "/crm-import-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw ImportProblem(
        "No file can be made in \(NSTemporaryDirectory()) (\(String(cString: strerror(errno)))): \(name) needs one to be read."
      )
    }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    self.descriptor = descriptor
    (self.name, path, size) = (name, name, nil)
  }

  /// Writes behind what is there.
  func append(_ bytes: [UInt8]) throws(ImportProblem) {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw ImportProblem(
          "\(NSTemporaryDirectory()) has no room for \(name) (\(String(cString: strerror(errno)))). Nothing was imported."
        )
      }
      start += written
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
