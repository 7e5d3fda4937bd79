import CRMDomain
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
}

/// Something others do to the server's rows.
package enum OthersAct: Hashable, Sendable {
  case insert(V1Resource, number: Int)
  case change(V1Resource, pick: Int, number: Int)
  case remove(V1Resource, pick: Int)
  case rescore
  case changeSilently(pick: Int, number: Int)
}

/// Something that happens while a round runs, at its `at`-th request.
package struct Disturbance: Hashable, Sendable {
  package enum What: Hashable, Sendable {
    case fault(Fault)
    case user(UserAct)
    case others(OthersAct)
    /// The program is killed: before the commit, after it, or before the answer is handled.
    case kill(Int)
  }
  package let at: Int
  package let what: What
}

/// One line of a script.
package enum WorldEvent: Hashable, Sendable {
  case user(client: Int, UserAct)
  case others(OthersAct)
  case sync(client: Int, [Disturbance])
  case pass(seconds: Int64)
}

/// A history: which server, how many clients, and what happens.
package struct Scenario: Hashable, Sendable, CustomStringConvertible {
  package let seed: UInt64
  package let personality: Personality
  package let clients: Int
  package var events: [WorldEvent]

  /// The history that follows from a seed.
  package init(seed: UInt64, personality: Personality? = nil) {
    var random = SplitMix64(seed: seed)
    self.seed = seed
    let drawn = random.pick(Personality.allCases)
    self.personality = personality ?? drawn
    clients = random.int(1...4) / 2 + 1
    events = []
    for _ in 0..<random.int(3...6) {
      events.append(.others(.insert(random.pick(V1Resource.allCases), number: random.int(1...9999))))
    }
    for client in 0..<clients { events.append(.sync(client: client, [])) }
    for _ in 0..<random.int(6...30) { events.append(Self.event(clients, &random)) }
  }

  private static func event(_ clients: Int, _ random: inout SplitMix64) -> WorldEvent {
    let client = random.int(0...(clients - 1))
    switch random.int(0...99) {
    case ..<45: return .user(client: client, userAct(&random))
    case ..<58: return .others(othersAct(&random))
    case ..<92: return .sync(client: client, disturbances(&random))
    default: return .pass(seconds: Int64(random.pick([1, 30, 90, 700, 4000, 90_000])))
    }
  }

  private static func userAct(_ random: inout SplitMix64) -> UserAct {
    let pick = random.int(0...9999)
    switch random.int(0...99) {
    case ..<30: return .create(random.pick([.lead, .contact, .opportunity, .task]))
    case ..<60: return .edit(pick: pick, field: random.int(0...99))
    case ..<68: return .note(pick: pick)
    case ..<75: return .tag(pick: pick)
    case ..<82: return .custom(pick: pick, key: random.int(0...2))
    case ..<89: return .delete(pick: pick)
    case ..<95: return .convert(pick: pick)
    default: return .complete(pick: pick)
    }
  }

  package static func othersAct(_ random: inout SplitMix64) -> OthersAct {
    let resource = random.pick(V1Resource.allCases)
    let pick = random.int(0...9999)
    switch random.int(0...99) {
    case ..<35: return .insert(resource, number: random.int(1...999_999))
    case ..<75: return .change(resource, pick: pick, number: random.int(1...999_999))
    case ..<90: return .remove(resource, pick: pick)
    case ..<93: return .rescore
    default: return .changeSilently(pick: pick, number: random.int(1...999_999))
    }
  }

  private static func disturbances(_ random: inout SplitMix64) -> [Disturbance] {
    guard random.chance(70) else { return [] }
    return (0..<random.int(1...4)).map { _ in
      let what: Disturbance.What
      switch random.int(0...99) {
      case ..<50: what = .fault(random.pick(Fault.allCases.filter { $0.scope != .local && $0 != .otherDatabase }))
      case ..<68: what = .user(userAct(&random))
      case ..<80: what = .others(othersAct(&random))
      default: what = .kill(random.int(0...2))
      }
      return Disturbance(at: random.int(1...40), what: what)
    }
  }

  package var description: String {
    let head = "seed \(seed), \(personality) server, \(clients) clients"
    return ([head] + events.enumerated().map { "  \($0.offset + 1). \(Self.line($0.element))" }).joined(separator: "\n")
  }

  private static func line(_ event: WorldEvent) -> String {
    switch event {
    case .user(let client, let act): "client \(client): \(act)"
    case .others(let act): "others: \(act)"
    case .sync(let client, let list):
      "client \(client) synchronises" + list.map { ", at request \($0.at) \($0.what)" }.joined()
    case .pass(let seconds): "\(seconds) s pass"
    }
  }
}
