import CRMDomain

/// A record here: its kind and its local row id.
package struct RecordKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let kind: EntityKind
  package let id: Int64

  package init(_ kind: EntityKind, _ id: Int64) {
    self.kind = kind
    self.id = id
  }

  package var description: String { "\(kind.rawValue) \(id)" }
  package static func < (left: RecordKey, right: RecordKey) -> Bool {
    (left.kind.rawValue, left.id) < (right.kind.rawValue, right.id)
  }
}

/// A record's values here. References are local row ids.
package struct LocalRecord: Hashable, Sendable {
  package var fields: [String: FieldValue]
  package var isTrashed = false

  package init(fields: [String: FieldValue]) { self.fields = fields }
}

/// Which server row a record is, and what was last known of that row.
package struct Mapping: Hashable, Sendable {
  package let key: RecordKey
  package let serverID: Int64
  /// The values last seen there, references as server ids. A field that was never sent is not in it.
  package var base: [String: FieldValue] = [:]
  /// What the server sends that we have no field for. Kept for reading; never sent back.
  package var extras: [String: JSONValue] = [:]
  /// The identity of the create that made the row, which its custom fields must keep.
  package var intent: String?
  /// As the server wrote it.
  package var updatedAt = ""
  /// Of the row's bytes in the last list; 0 if it was in none since it changed.
  package var listHash: UInt64 = 0
  /// True until the whole record was read since it was last seen to change.
  package var needsDetail = true

  package init(key: RecordKey, serverID: Int64) {
    self.key = key
    self.serverID = serverID
  }

  package var created: Instant? { if case .instant(let created)? = base["created_at"] { created } else { nil } }
}

/// What a user did to a field: the value before and the value wanted. References are local row ids.
package struct Edit: Hashable, Sendable {
  package var from: FieldValue
  package var to: FieldValue

  package init(from: FieldValue, to: FieldValue) {
    self.from = from
    self.to = to
  }
}

/// A change that is to reach the server.
package struct OutboxOperation: Hashable, Sendable {
  package enum Action: Hashable, Sendable {
    case create
    case update
    case delete
    /// Of a lead into records that are here already.
    case convert(contact: Int64, deal: Int64?)
    case complete
  }

  package enum State: String, Hashable, Sendable {
    case pending
    /// Written down before the request goes out, so that a crash leaves it here.
    case inFlight
    /// The request went out and nobody knows what became of it.
    case inDoubt
    /// Refused; waits for the user. What depends on it waits too.
    case quarantined
  }

  /// Rises; operations on one record reach the server in this order.
  package let seq: Int64
  package let key: RecordKey
  package var action: Action
  /// Of an update, and of a conversion or completion what it changes in the record here.
  package var edits: [String: Edit] = [:]
  package var state = State.pending
  /// A name no other create has, on any machine.
  package let intent: String
  package var attempts = 0
  package var lastSentAt: Instant?
  /// Not to be tried before.
  package var nextAt: Instant?
  /// Of a create: what was sent, references as server ids. A row is ours only if it has all of it.
  package var sent: [String: FieldValue] = [:]
  /// Of a create: the highest server id known when it was first sent. Ours is higher.
  package var idFloor: Int64 = 0
  /// Server rows that may be the ones this create made.
  package var suspects: [Int64] = []
  /// Records that must be on the server first.
  package var waitsFor: [RecordKey] = []
  /// Of a create that stands for a piece of a conversion: what the found row lacks becomes an update.
  package var isPiece = false
  /// True if the server itself said that it is done with what was sent last.
  package var isOver = false
  /// True if the server said that it made the row, in an answer that could not be read to its end.
  package var wasAccepted = false
  /// Of a refused create, or one that never was sent: true if the rep said that it is never to be. Such a one is quarantined.
  package var isGivenUp = false
  package var refusal: Refusal?
  package var origin = "user"

  package init(seq: Int64, key: RecordKey, action: Action, intent: String) {
    self.seq = seq
    self.key = key
    self.action = action
    self.intent = intent
  }

  /// True if it waits for the rep with what the server said.
  package var isRefused: Bool { state == .quarantined && !isGivenUp }
  package var mayHaveHappened: Bool { state == .inFlight || state == .inDoubt }
}

/// How far a resource was read.
package struct Cursor: Hashable, Sendable {
  /// The highest stamp of the first page of the last whole pass. Never falls.
  package var highWater: Instant?
  /// Of a pass that was not finished: where it goes on.
  package var page = 1
  package var lastCount: Int?
  package var top: Instant?
  package var passStartedAt: Instant?
  /// True if something was seen that only reading everything can settle.
  package var needsFullPass = true
  package var lastFullPassAt: Instant?
  /// Times in a row the server's count was not ours.
  package var mismatches = 0

  package init() {}
}

/// Something a person should look at. Nothing in it is lost by not looking.
package struct Conflict: Hashable, Sendable {
  package enum Reason: String, Hashable, Sendable {
    /// Both sides changed the field; the server's value is shown.
    case bothChanged
    /// The server took another value than the one sent.
    case notTaken
    /// Deleted there, with changes of ours.
    case deletedThere
    /// Deleted here and changed there; it was kept.
    case deletedHere
    /// Deleted here, while deals that are still its own would go with it there; it was kept.
    case hasDeals
    /// Two rows there may be one.
    case possibleDuplicate
  }

  package let key: RecordKey
  package let field: String?
  package let reason: Reason
  package let base: FieldValue
  package let mine: FieldValue
  package let theirs: FieldValue

  package init(
    _ key: RecordKey, _ field: String?, _ reason: Reason, base: FieldValue = .none, mine: FieldValue = .none,
    theirs: FieldValue = .none,
  ) {
    self.key = key
    self.field = field
    self.reason = reason
    self.base = base
    self.mine = mine
    self.theirs = theirs
  }
}

/// Who synchronises this profile now.
package struct Lease: Hashable, Sendable {
  package var holder: String
  package var seenAt: Instant

  package init(holder: String, seenAt: Instant) {
    self.holder = holder
    self.seenAt = seenAt
  }
}
