import Foundation

/// The file as it is before SQLite opens it.
struct DatabaseFile {
  /// "MCRM" in the file's header.
  static let applicationID = 0x4D43_524D

  /// Bytes of a page of a new file: half as many pages as with SQLite's own choice, each of which is written twice, take a
  /// tenth off a large import. A file keeps the size it was made with.
  static let pageSize = 8192
  /// Of files from before `pageSize` was chosen.
  static let firstPageSize = 4096

  let path: String

  /// Makes the file if there is none and sees to it that nobody but its owner can read it; the files SQLite puts beside
  /// it take its mode over.
  /// - Throws: `StoreProblem` if it is not ours. Opening another program's file would turn it into WAL mode.
  func prepare(keepsMode: Bool = false) throws(StoreProblem) {
    let file = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw StoreProblem(.cannotOpen, path: path, detail: String(cString: strerror(errno))) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw StoreProblem(.cannotOpen, path: path, detail: "it is not a file")
    }
    if !keepsMode, status.st_mode & 0o077 != 0 { fchmod(file, status.st_mode & 0o700) }
    try check(header(of: file), size: Int(status.st_size))
  }

  /// The first hundred bytes; fewer if there are not so many.
  private func header(of file: Int32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(file, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }

  /// SQLite's file format, section 1.3. A file of one page has no tables; one with a log may have its header in there, so
  /// that SQLite must be asked.
  private func check(_ header: [UInt8], size: Int) throws(StoreProblem) {
    guard !header.isEmpty else { return }
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      let isDamaged = size > DatabaseFile.firstPageSize && CRMStore.hasOurRows(path)
      throw StoreProblem(isDamaged ? .damaged : .notOurs, path: path, detail: "its beginning was overwritten")
    }
    let id = header[68..<72].reduce(0) { $0 << 8 | Int($1) }
    let pageSize = Int(header[16]) << 8 | Int(header[17])
    let isEmpty = size <= (pageSize == 1 ? 65_536 : pageSize)
    guard id == DatabaseFile.applicationID || isEmpty || hasLog else { throw StoreProblem(.notOurs, path: path) }
  }

  private var hasLog: Bool {
    var status = stat()
    return stat(path + "-wal", &status) == 0 && status.st_size > 0
  }
}
