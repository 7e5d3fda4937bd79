/// Bounds of a transport, in bytes where they are not times.
package struct TransportOptions: Hashable, Sendable {
  /// For the name, the connection and the handshake together.
  package var connecting = Duration.seconds(10)
  /// From the beginning to the last byte of an answer to what only reads.
  package var reading = Duration.seconds(300)
  /// The same for what changes something. A create in doubt is sent again after `SyncPace.quiet`, which is twice as long,
  /// so that a server that was still at it is done by then.
  package var writing = Duration.seconds(30)
  /// An answer that brings fewer bytes a second than this for `slowFor` is given up. A server that thinks brings none.
  package var slowest = 50
  package var slowFor = Duration.seconds(40)
  /// Of a body, also once it is decompressed.
  package var largestBody = 32 << 20
  /// Of all header fields together.
  package var largestHead = 64 << 10
  /// A file of certificates to trust instead of the system's.
  package var certificates: String?
  /// Bytes a second in each direction, of all requests together; nil for as many as there are.
  package var bandwidth: Int?
  /// How many requests may be under way.
  package var parallel = 6
  package var userAgent = "MyCRM"

  package init() {}
}
