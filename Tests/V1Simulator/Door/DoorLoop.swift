import CRMSync
import Glibc

/// The thread of a door: waits for sockets and hands whole requests over the desk.
final class DoorLoop {
  private let listening: Int32
  /// The end of a pipe that is readable once the door is to be shut.
  private let stopper: Int32
  private let desk: DoorDesk
  private var connections: [Int32: DoorConnection] = [:]

  init(listening: Int32, stopper: Int32, _ desk: DoorDesk) {
    self.listening = listening
    self.stopper = stopper
    self.desk = desk
  }

  /// What `pthread_create` calls, with a retained loop.
  static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { loop in
    if let loop { Unmanaged<DoorLoop>.fromOpaque(loop).takeRetainedValue().run() }
    return nil
  }

  private func run() {
    while true {
      var sockets = [pollfd(fd: stopper, events: Int16(POLLIN), revents: 0)]
      sockets.append(pollfd(fd: listening, events: Int16(POLLIN), revents: 0))
      for connection in connections.values { sockets.append(connection.watched) }
      let isSlow = connections.values.contains { $0.isSlow && $0.hasOutput }
      poll(&sockets, nfds_t(sockets.count), isSlow ? 1000 : -1)
      if sockets[0].revents != 0 { break }
      if sockets[1].revents != 0 { accept() }
      for socket in sockets.dropFirst(2) where socket.revents != 0 { serve(socket) }
      if isSlow { drip() }
    }
    for connection in connections.values { connection.end() }
    close(listening)
    close(stopper)
  }

  private func accept() {
    let socket = Glibc.accept(listening, nil, nil)
    guard socket >= 0 else { return }
    connections[socket] = DoorConnection(socket: socket)
    desk.noteConnection()
  }

  private func serve(_ polled: pollfd) {
    guard var connection = connections[polled.fd] else { return }
    var goesOn = true
    if Int32(polled.revents) & (POLLIN | POLLHUP | POLLERR) != 0 { goesOn = connection.fill() }
    if goesOn, connection.hasOutput, !connection.isSlow { goesOn = connection.flush() }
    do {
      while goesOn, !connection.hasOutput, let request = try HTTPWire.takeRequest(&connection.input) {
        let answer = desk.answer(request)
        connection.write(answer.bytes, then: answer.ending, slowly: answer.isSlow)
        goesOn = connection.flush()
      }
    } catch {
      goesOn = false
    }
    keep(connection, goesOn)
  }

  private func drip() {
    for var connection in connections.values where connection.isSlow {
      let goesOn = connection.flush()
      keep(connection, goesOn)
    }
  }

  private func keep(_ connection: DoorConnection, _ goesOn: Bool) {
    connections[connection.socket] = goesOn ? connection : nil
    if !goesOn { connection.end() }
  }
}

extension DoorConnection {
  fileprivate var watched: pollfd {
    let events = hasOutput && !isSlow ? POLLIN | POLLOUT : POLLIN
    return pollfd(fd: socket, events: Int16(events), revents: 0)
  }
}
