import Foundation
import Testing

@testable import TerminalKit

struct MailboxTests {
  private func isReadable(_ descriptor: Int32, within milliseconds: Int32 = 0) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, milliseconds) == 1
  }

  @Test func lettersComeInOrderAndWakeOnce() {
    let mailbox = Mailbox<Int>()
    #expect(!isReadable(mailbox.wakeDescriptor))
    for letter in 1...3 { mailbox.post(letter) }
    #expect(isReadable(mailbox.wakeDescriptor))
    #expect(mailbox.collect() == [1, 2, 3])
    #expect(!isReadable(mailbox.wakeDescriptor))
    #expect(mailbox.collect() == [])
  }

  @Test(.timeLimit(.minutes(1))) func noLetterIsLostBetweenThreads() {
    let mailbox = Mailbox<Int>()
    for thread in 0..<4 {
      Thread.detachNewThread { for letter in 0..<5000 { mailbox.post(thread * 5000 + letter) } }
    }
    var collected: [Int] = []
    while collected.count < 20_000, isReadable(mailbox.wakeDescriptor, within: 30_000) {
      collected += mailbox.collect()
    }
    #expect(Set(collected).count == 20_000)
    #expect(!isReadable(mailbox.wakeDescriptor))
  }
}
