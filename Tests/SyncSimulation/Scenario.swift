import CRMDomain
import CRMSync
import V1Simulator

/// Something a rep does. Numbers choose among what is there when it happens, so that it means something whatever was
/// dropped before it.
package enum UserAct: Hashable, Sendable {
  case create(EntityKind)
  case edit(pick: Int, field: Int)
  case note(pick: Int)
  case tag(pick: Int)
  case custom(pick: Int, key: Int)
  case delete(pick: Int)
  case convert(pick: Int)
  case complete(pick: Int)
  /// The same plain value for every record of a kind.
  case editAll(choice: Int)
  case open(pick: Int)
}

/// Something others do to the server's rows.
package enum OthersAct: Hashable, Sendable {
  case insert(V1Resource, number: Int)
  case change(V1Resource, pick: Int, number: Int)
  case remove(V1Resource, pick: Int)
  case rescore
  case changeSilently(pick: Int, number: Int)
  /// A key of custom fields and a tag of their own.
  case annotate(V1Resource, pick: Int, number: Int)
  /// The lists leave a row out that is there all the same.
  case hide(V1Resource, pick: Int)
  case removeAll(V1Resource)
}

/// When something happens in a round.
package enum Moment: Hashable, Sendable {
  case request(Int)
  /// The n-th request that writes a record.
  case write(Int)
  /// The first request of that step.
  case step(RoundStep)
}

/// Something that happens while a round runs.
package struct Disturbance: Hashable, Sendable {
  package enum What: Hashable, Sendable {
    case fault(Fault)
    case user(UserAct)
    case others(OthersAct)
    /// The program is killed when the request is written down, or when it has reached the server.
    case kill(isSent: Bool)
    /// What the answer leads to cannot be stored.
    case diskFull
    /// A second program begins a round with the same book.
    case secondProgram
    /// The client's clock is set, by so many seconds.
    case clockJump(Int64)
  }
  package let at: Moment
  package let what: What
  /// Requests in a row that a fault lasts for.
  package var lasts = 1

  package init(at: Moment, _ what: What, lasts: Int = 1) {
    self.at = at
    self.what = what
    self.lasts = lasts
  }
}

/// One line of a script.
package enum WorldEvent: Hashable, Sendable {
  case user(client: Int, UserAct)
  case others(OthersAct)
  case sync(client: Int, isFull: Bool, [Disturbance])
  case pass(seconds: Int64)
}

/// A history: which server, how many clients, and what happens.
package struct Scenario: Hashable, Sendable, CustomStringConvertible {
  package var seed: UInt64
  package let personality: Personality
  package let clients: Int
  /// Small bounds, so that few rows reach them.
  package var pace = SyncPace()
  /// Rows of a page, of servers that do not let a client choose.
  package var pageSize = 3
  package var events: [WorldEvent]

  package init(_ personality: Personality, clients: Int = 1, events: [WorldEvent]) {
    (seed, self.personality, self.clients, self.events) = (1, personality, clients, events)
  }

  /// The history that follows from a seed.
  package init(seed: UInt64, personality: Personality? = nil) {
    var random = SplitMix64(seed: seed)
    self.seed = seed
    let drawn = random.pick(Personality.allCases)
    self.personality = personality ?? drawn
    clients = random.pick([1, 1, 2, 2, 2, 3, 3, 4])
    pageSize = random.pick([2, 3, 3, 5])
    pace.overlap = random.pick([2, 2, 30, 300])
    pace.detailsPerRound = random.pick([2, 7, 500, 500])
    pace.bulkFrom = random.pick([2, 3, 20])
    pace.glance = random.pick([1, 2, 5])
    pace.pageSize = random.pick([2, 4, 200])
    pace.shortList = random.pick([0, 2, 2, 20])
    // Most rows are of one kind, so that its list has many pages.
    let favourite = random.pick(V1Resource.allCases)
    events = []
    for _ in 0..<random.int(3...14) {
      let resource = random.chance(60) ? favourite : random.pick(V1Resource.allCases)
      events.append(.others(.insert(resource, number: random.int(1...9999))))
    }
    for client in 0..<clients {
      events.append(.sync(client: client, isFull: false, random.chance(30) ? Self.disturbances(&random) : []))
    }
    for _ in 0..<random.int(6...30) { events.append(Self.event(clients, favourite, &random)) }
  }

  private static func event(_ clients: Int, _ favourite: V1Resource, _ random: inout SplitMix64) -> WorldEvent {
    let client = random.int(0...(clients - 1))
    switch random.int(0...99) {
    case ..<45: return .user(client: client, userAct(&random))
    case ..<60: return .others(othersAct(favourite, &random))
    case ..<92: return .sync(client: client, isFull: random.chance(25), disturbances(&random))
    default: return .pass(seconds: Int64(random.pick([1, 30, 90, 700, 4000, 90_000])))
    }
  }

  private static func userAct(_ random: inout SplitMix64) -> UserAct {
    let pick = random.int(0...9999)
    switch random.int(0...99) {
    case ..<28: return .create(random.pick([.lead, .contact, .opportunity, .task]))
    case ..<54: return .edit(pick: pick, field: random.int(0...99))
    case ..<61: return .note(pick: pick)
    case ..<68: return .tag(pick: pick)
    case ..<75: return .custom(pick: pick, key: random.int(0...2))
    case ..<83: return .delete(pick: pick)
    case ..<89: return .convert(pick: pick)
    case ..<93: return .complete(pick: pick)
    case ..<97: return .editAll(choice: pick)
    default: return .open(pick: pick)
    }
  }

  package static func othersAct(_ favourite: V1Resource, _ random: inout SplitMix64) -> OthersAct {
    let resource = random.chance(50) ? favourite : random.pick(V1Resource.allCases)
    let pick = random.int(0...9999)
    switch random.int(0...99) {
    case ..<28: return .insert(resource, number: random.int(1...999_999))
    case ..<56: return .change(resource, pick: pick, number: random.int(1...999_999))
    case ..<70: return .remove(resource, pick: pick)
    case ..<84: return .annotate(resource, pick: pick, number: random.int(1...999_999))
    case ..<89: return .hide(resource, pick: pick)
    case ..<91: return .removeAll(resource)
    case ..<94: return .rescore
    default: return .changeSilently(pick: pick, number: random.int(1...999_999))
    }
  }

  private static func disturbances(_ random: inout SplitMix64) -> [Disturbance] {
    guard random.chance(70) else { return [] }
    return (0..<random.int(1...4)).map { _ in
      switch random.int(0...99) {
      case ..<52:
        let fault = random.pick(random.chance(35) ? worst : ordinary)
        return Disturbance(at: moment(&random), .fault(fault), lasts: random.pick([1, 1, 1, 3, 6]))
      case ..<66: return Disturbance(at: moment(&random), .user(userAct(&random)))
      case ..<78:
        return Disturbance(at: moment(&random), .others(othersAct(random.pick(V1Resource.allCases), &random)))
      case ..<92: return Disturbance(at: moment(&random), .kill(isSent: random.chance(60)))
      case ..<95: return Disturbance(at: moment(&random), .diskFull)
      case ..<97: return Disturbance(at: moment(&random), .secondProgram)
      default: return Disturbance(at: moment(&random), .clockJump(random.pick([-7200, -40, 40, 4000, 260_000])))
      }
    }
  }

  private static let ordinary = Fault.allCases.filter { $0.scope != .local && $0 != .otherDatabase }
  /// Those that clients most often get wrong.
  private static let worst: [Fault] = [
    .deletedWhilePaging, .deletedWhilePaging, .badGateway, .slowAnswer, .resetAfterExecution, .serverErrorExecuted,
    .writeDropped,
  ]

  private static func moment(_ random: inout SplitMix64) -> Moment {
    switch random.int(0...99) {
    case ..<30: .request(random.int(4...14))
    case ..<45: .request(random.int(1...40))
    case ..<80: .write(random.int(1...4))
    default: .step(random.pick(RoundStep.allCases))
    }
  }

  package var description: String {
    let head =
      "seed \(seed), \(personality) server, \(clients) clients, \(pageSize) rows a page, overlap \(pace.overlap) s"
    return ([head] + events.enumerated().map { "  \($0.offset + 1). \(Self.line($0.element))" }).joined(separator: "\n")
  }

  private static func line(_ event: WorldEvent) -> String {
    switch event {
    case .user(let client, let act): "client \(client): \(act)"
    case .others(let act): "others: \(act)"
    case .sync(let client, let isFull, let list):
      "client \(client) synchronises\(isFull ? " everything" : "")"
        + list.map { ", at \($0.at) \($0.what)\($0.lasts > 1 ? " for \($0.lasts) requests" : "")" }.joined()
    case .pass(let seconds): "\(seconds) s pass"
    }
  }
}
