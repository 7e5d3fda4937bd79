import Glibc

/// Other programs that are asked something and must not be waited for forever.
enum Subprocess {
  /// How a program ended, 128 and more if by a signal, and what it printed. Its complaints go where ours do.
  struct Output {
    let status: Int32
    let text: String
  }

  /// The program of that name on the `PATH`, or nil.
  static func find(_ name: String, _ environment: [String: String]) -> String? {
    (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map { $0 + "/" + name }
      .first { access($0, X_OK) == 0 }
  }

  /// nil if it cannot be started, or has not ended within `limit`; then it is killed. Short `input` is all it may be
  /// given: nobody waits for it to be read.
  static func run(
    _ arguments: [String], environment: [String: String], input: String = "", within limit: Duration,
  ) -> Output? {
    // A socket, unlike a pipe, can be written to without a signal when nobody reads.
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { return nil }
    defer { close(ends[0]) }
    let child = spawn(arguments, environment, ends[1])
    close(ends[1])
    guard child > 0 else { return nil }
    let bytes = Array(input.utf8)
    send(ends[0], bytes, bytes.count, Int32(MSG_NOSIGNAL))
    shutdown(ends[0], Int32(SHUT_WR))
    let text = readAll(ends[0], until: ContinuousClock.now + limit)
    if text == nil { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return text.map { Output(status: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, text: $0) }
  }

  private static func spawn(_ arguments: [String], _ environment: [String: String], _ end: Int32) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for file: Int32 in [0, 1] { posix_spawn_file_actions_adddup2(&actions, end, file) }
    var words = arguments.map { strdup($0) } + [nil]
    var settings = environment.map { strdup($0.key + "=" + $0.value) } + [nil]
    defer { for text in words + settings { free(text) } }
    var child: pid_t = 0
    return posix_spawn(&child, arguments[0], &actions, nil, &words, &settings) == 0 ? child : -1
  }

  /// Everything up to the end, or nil if it does not come in time.
  private static func readAll(_ file: Int32, until end: ContinuousClock.Instant) -> String? {
    var bytes: [UInt8] = []
    while true {
      let left = max(0, Int32((end - ContinuousClock.now) / .milliseconds(1)))
      var polled = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&polled, 1, left) != 0 else { return nil }
      var piece = [UInt8](repeating: 0, count: 1 << 12)
      let count = read(file, &piece, piece.count)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      if count > 0 { bytes += piece.prefix(count) } else if errno != EINTR { return nil }
    }
  }
}
