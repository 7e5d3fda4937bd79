import Glibc
import Synchronization

/// Letters from any thread to the one that waits at the terminal.
package final class Mailbox<Letter: Sendable>: Sendable {
  private let letters = Mutex<[Letter]>([])
  /// Readable while there are letters.
  package let wakeDescriptor: Int32
  private let bell: Int32

  package init() {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no descriptors left")
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (wakeDescriptor, bell) = (ends[0], ends[1])
  }

  deinit {
    close(wakeDescriptor)
    close(bell)
  }

  package func post(_ letter: Letter) {
    letters.withLock { letters in
      letters.append(letter)
      // Under the lock, or a letter collected meanwhile would leave a wake-up for nothing.
      if letters.count == 1 { write(bell, [0], 1) }
    }
  }

  /// All letters so far, oldest first.
  package func collect() -> [Letter] {
    letters.withLock { letters in
      var byte: UInt8 = 0
      read(wakeDescriptor, &byte, 1)
      defer { letters.removeAll() }
      return letters
    }
  }
}
