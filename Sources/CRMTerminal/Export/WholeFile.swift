import Foundation

/// A file that is written beside its place and takes its name when it is whole, so that nobody meets half of it and what
/// was there before is lost only to what replaces it.
final class WholeFile {
  private let path: String
  /// nil for what is no regular file, such as a pipe, and is written where it is.
  private var draft: String?
  private let descriptor: Int32

  /// - Throws: `ExportProblem` if there can be no such file.
  init(_ path: String) throws(ExportProblem) {
    // A link stays a link: what it points to is replaced.
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    self.path = place
    var status = stat()
    let exists = stat(place, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw ExportProblem("\(path) is a folder. Name a file in it.") }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      descriptor = open(place, O_WRONLY | O_CLOEXEC)
    } else {
      let (folder, name) = ((place as NSString).deletingLastPathComponent, (place as NSString).lastPathComponent)
      let draft = "\(folder)/.\(name.prefix(60)).\(getpid()).part"
      self.draft = draft
      descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, exists ? status.st_mode & 0o777 : 0o666)
    }
    guard descriptor >= 0 else {
      let reason = errno
      draft = nil
      throw Self.problem(path, reason)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let draft { unlink(draft) }
  }

  func write(_ bytes: [UInt8]) throws(ExportProblem) {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start)
      }
      if written < 0, errno == EINTR { continue }
      guard written >= 0 else { throw Self.problem(path, errno) }
      start += written
    }
  }

  /// Puts the file on the disk and in its place.
  func finish() throws(ExportProblem) {
    guard let draft else { return }
    guard fsync(descriptor) == 0, rename(draft, path) == 0 else { throw Self.problem(path, errno) }
    self.draft = nil
  }

  private static func problem(_ path: String, _ code: Int32) -> ExportProblem {
    switch code {
    case ENOENT, ENOTDIR: ExportProblem("There is no folder for \(path). Make it first, or name another.")
    case EACCES, EPERM, EROFS: ExportProblem("\(path) may not be written: choose another folder.")
    case ENOSPC, EDQUOT: ExportProblem("There is no room on the disk for \(path). Nothing was written.")
    default: ExportProblem("\(path) cannot be written: \(String(cString: strerror(code))).")
    }
  }
}
