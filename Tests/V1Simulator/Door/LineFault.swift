/// What can happen to a request or its answer on a real connection.
package enum LineFault: Hashable, Sendable {
  /// The connection is reset once the request has come, after carrying it out or instead.
  case reset(executed: Bool)
  /// Carried out; the connection is reset after half of the answer's body.
  case resetInBody
  /// Carried out; the answer comes at a byte a second.
  case oneByteASecond
  /// Carried out; an answer never comes.
  case silence
  /// These bytes come instead of an answer, and the connection ends. Nothing is carried out.
  case bytes([UInt8])
  /// A small body that decompresses to so many bytes. Nothing is carried out.
  case bomb(Int)
  /// One that needs no socket.
  case simulated(Fault)
}
