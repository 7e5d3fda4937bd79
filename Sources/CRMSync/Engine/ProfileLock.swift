import Glibc

/// Says which program synchronises a profile of a book: the one that holds this. The system lets go of it when the program
/// ends, however it ends, so that there is nothing to be left over and nothing to write.
package final class ProfileLock: Sendable {
  private let file: Int32

  /// Nil if another program, or another round of this one, has it, or if there cannot be such a file beside the book.
  package init?(book path: String, profile: Int64) {
    file = open("\(path)-sync\(profile).lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return nil }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      return nil
    }
  }

  deinit { close(file) }
}
