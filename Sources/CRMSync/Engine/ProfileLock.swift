import Glibc

/// Says which program synchronises a profile of a book: the one that holds this. The system lets go of it when the program
/// ends, however it ends, so that there is nothing to be left over and nothing to write.
package final class ProfileLock: Sendable {
  /// Why it cannot be had.
  package enum Problem: Error, Hashable, Sendable {
    /// Another program, or another round of this one, has it.
    case busy
    /// There cannot be such a file.
    case file(String, errno: Int32)

    package var sentence: String {
      switch self {
      case .busy: "Another program synchronises this book at the moment."
      case .file(let path, let code):
        "\(path): \(String(cString: strerror(code))). Without that file two programs could synchronise the book at once."
      }
    }
  }

  private let file: Int32

  package init(book: String, profile: Int64) throws(Problem) {
    let path = "\(book)-sync\(profile).lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .file(path, errno: errno) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(file)
      throw code == EWOULDBLOCK ? .busy : .file(path, errno: code)
    }
    self.file = file
  }

  deinit { close(file) }
}
