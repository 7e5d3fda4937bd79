import CRMDomain
import CRMSync
import V1Simulator

/// A broken promise, by its number in `SYNC.md`.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  package let invariant: String
  package let detail: String
  package var description: String { "\(invariant): \(detail)" }
}

/// A server, its clients and the time they live in. One scenario makes one history, down to the last byte.
package struct World: Sendable {
  /// A request that a server, behind a gateway that gave up, carries out later.
  struct Late: Sendable {
    let due: Instant
    let request: HTTPRequest
  }

  var network: FaultyNetwork
  var clients: [Client]
  var time: Instant
  var serverAhead: Int64 = 0
  var late: [Late] = []
  var lastSeed: UInt64
  var random: SplitMix64
  var hadTwoDeliveries = false
  /// A refusal lost its words on the way.
  var hadGarbledRefusal = false
  /// Rows that lists ever left out: a create that made one and lost its answer cannot be told from one that never arrived.
  var wereHidden: [V1Resource: Set<Int>] = [:]
  /// True once the server's clock went back, so that new stamps are older than known ones.
  var stampsWentBack = false
  let pace: SyncPace
  private let personality: Personality
  /// A number that follows from every byte that went over the line.
  package internal(set) var trace: UInt64 = 0xcbf2_9ce4_8422_2325
  package internal(set) var requests = 0
  package internal(set) var rounds = 0
  package internal(set) var stepsTaken: Set<RoundStep> = []
  /// How many disturbances came to pass.
  package internal(set) var happened = 0
  /// What was said and done, if it is asked for.
  package internal(set) var diary: [String] = []
  let keepsDiary: Bool

  package init(_ scenario: Scenario, keepsDiary: Bool = false) {
    self.keepsDiary = keepsDiary
    personality = scenario.personality
    pace = scenario.pace
    lastSeed = scenario.seed &* 7919
    random = SplitMix64(seed: scenario.seed &+ 99)
    time = Instant(seconds: 1_795_000_000)
    network = FaultyNetwork(server: V1Server(scenario.personality, now: time, seed: scenario.seed), seed: scenario.seed)
    // Short pages, so that few rows make many.
    network.server.quirks.pageSize = scenario.pageSize
    clients = (0..<scenario.clients).map { Client(name: "\(["a", "b", "c", "d"][$0])") }
  }

  /// Runs a whole history and the calm after it.
  ///
  /// - Throws: `Violation`.
  package mutating func run(_ scenario: Scenario) throws {
    try play(scenario)
    try calmDown()
    try check()
    try checkIdle()
  }

  /// Runs a history without the calm after it.
  mutating func play(_ scenario: Scenario) throws {
    for index in clients.indices { logIn(index) }
    for event in scenario.events {
      switch event {
      case .user(let client, let act): try clients[client].perform(act, now: now(client))
      case .others(let act): perform(act)
      case .sync(let client, let isFull, let disturbances):
        try round(client, RoundOptions(readsEverything: isFull), disturbances)
      case .pass(let seconds): pass(seconds)
      }
      pass(3)
      if keepsDiary { diary.append("— \(event)") }
    }
  }

  mutating func pass(_ seconds: Int64) {
    time = time.adding(seconds: seconds)
    carryOutLate()
  }

  func now(_ index: Int) -> Instant { time.adding(seconds: clients[index].clockAhead) }

  // MARK: Others

  mutating func perform(_ act: OthersAct) {
    network.server.now = time.adding(seconds: serverAhead)
    network.server.perform(act)
    wereHidden.merge(network.server.hidden) { $0.union($1) }
    time.microseconds += 1000
  }
}
