import Glibc

/// A file for its owner alone, in a folder of the same kind; links are not followed.
struct SecretFile: Sendable {
  let path: String
  private let folder: String

  init(folder: String, name: String) {
    self.folder = folder
    path = folder + "/" + name
  }

  /// What is in it, or nil if it is not there.
  func read() throws(SecretProblem) -> String? {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    if file < 0, errno == ENOENT || errno == ENOTDIR { return nil }
    guard file >= 0 else { throw problem() }
    defer { close(file) }
    try check(file)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count >= 0 else { throw problem() }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  private func check(_ file: Int32) throws(SecretProblem) {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw problem() }
    let isPrivate = status.st_mode & 0o077 == 0 && status.st_uid == geteuid() && status.st_mode & S_IFMT == S_IFREG
    guard isPrivate else { throw .readableByOthers(path) }
  }

  /// Writes it whole or not at all; on the disk when this returns.
  func write(_ text: String) throws(SecretProblem) {
    try makeFolder()
    let partial = path + ".partial-\(getpid())"
    unlink(partial)
    defer { unlink(partial) }
    let file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw problem() }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0, rename(partial, path) == 0 else {
      throw problem()
    }
    try flushFolder()
  }

  func remove() throws(SecretProblem) {
    guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else { throw problem() }
  }

  /// With what is missing above it, for the owner alone.
  private func makeFolder() throws(SecretProblem) {
    var above = ""
    for part in folder.split(separator: "/").dropLast() {
      above += "/" + part
      mkdir(above, 0o700)
    }
    guard mkdir(folder, 0o700) != 0 else { return }
    var status = stat()
    guard lstat(folder, &status) == 0 else { throw problem() }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else { throw .readableByOthers(folder) }
    if status.st_mode & 0o077 != 0 { chmod(folder, 0o700) }
  }

  private func flushFolder() throws(SecretProblem) {
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    guard file >= 0, fsync(file) == 0 else { throw problem() }
  }

  private func problem() -> SecretProblem { .file(path, errno: errno) }
}
