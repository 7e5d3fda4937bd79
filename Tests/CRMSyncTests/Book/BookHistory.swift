import CRMDomain
import SyncSimulation
import V1Simulator

/// Something a rep does in the program. Numbers choose among what is there when it happens, so that it means something
/// whatever was left out before it.
enum RepAct: Hashable {
  case insert(EntityKind)
  case edit(pick: Int, field: Int)
  case note(pick: Int)
  case tag(pick: Int)
  case custom(pick: Int, key: Int)
  /// A field that no server knows.
  case keepPrivately(pick: Int)
  case bulk(pick: Int, count: Int)
  case trash(pick: Int, count: Int)
  case restore(pick: Int)
  case convert(pick: Int, isIntoKnown: Bool)
  case complete(pick: Int)
  case merge(pick: Int)
  case load(rows: Int)
  case undo
  case redo
  case revert(pick: Int)
  case takeMine(pick: Int)
}

enum BookEvent: Hashable {
  case rep(book: Int, RepAct)
  case others(OthersAct)
  case round(book: Int, [Trouble])
  case pass(seconds: Int64)

  /// What happens at the `at`-th request of a round.
  struct Trouble: Hashable {
    enum What: Hashable {
      case fault(Fault)
      case rep(book: Int, RepAct)
      case others(OthersAct)
      case drop(isExecuted: Bool)
    }
    let at: Int
    let what: What
  }
}

/// A server, the books that meet it, and what happens; all of it follows from the seed.
struct BookHistory: Hashable, CustomStringConvertible {
  let seed: UInt64
  let personality: Personality
  let books: Int
  var events: [BookEvent] = []

  init(seed: UInt64, personality: Personality? = nil) {
    var random = SplitMix64(seed: seed)
    self.seed = seed
    let drawn = random.pick(Personality.allCases)
    self.personality = personality ?? drawn
    books = random.int(1...4) / 2 + 1
    for _ in 0..<random.int(3...6) {
      events.append(.others(.insert(random.pick(V1Resource.allCases), number: random.int(1...9999))))
    }
    for book in 0..<books { events.append(.round(book: book, [])) }
    for _ in 0..<random.int(8...26) { events.append(Self.event(books, &random)) }
  }

  private static func event(_ books: Int, _ random: inout SplitMix64) -> BookEvent {
    let book = random.int(0...(books - 1))
    switch random.int(0...99) {
    case ..<58: return .rep(book: book, act(&random))
    case ..<66: return .others(Scenario.othersAct(random.pick(V1Resource.allCases), &random))
    case ..<93: return .round(book: book, troubles(books, &random))
    default: return .pass(seconds: Int64(random.pick([1, 30, 90, 700, 4000, 90_000])))
    }
  }

  static func act(_ random: inout SplitMix64) -> RepAct {
    let pick = random.int(0...9999)
    switch random.int(0...99) {
    case ..<17: return .insert(random.pick([.lead, .contact, .opportunity, .task]))
    case ..<31: return .edit(pick: pick, field: random.int(0...99))
    case ..<35: return .note(pick: pick)
    case ..<39: return .tag(pick: pick)
    case ..<43: return .custom(pick: pick, key: random.int(0...2))
    case ..<46: return .keepPrivately(pick: pick)
    case ..<50: return .bulk(pick: pick, count: random.int(2...8))
    case ..<57: return .trash(pick: pick, count: random.int(1...6) / 5 * 2 + 1)
    case ..<60: return .restore(pick: pick)
    case ..<66: return .convert(pick: pick, isIntoKnown: random.chance(35))
    case ..<69: return .complete(pick: pick)
    case ..<74: return .merge(pick: pick)
    case ..<76: return .load(rows: random.int(1...12))
    case ..<87: return .undo
    case ..<92: return .redo
    case ..<97: return .revert(pick: pick)
    default: return .takeMine(pick: pick)
    }
  }

  private static func troubles(_ books: Int, _ random: inout SplitMix64) -> [BookEvent.Trouble] {
    guard random.chance(70) else { return [] }
    return (0..<random.int(1...4)).map { _ in
      let what: BookEvent.Trouble.What
      switch random.int(0...99) {
      case ..<45: what = .fault(random.pick(Fault.allCases.filter { $0.scope != .local && $0 != .otherDatabase }))
      case ..<65: what = .rep(book: random.int(0...(books - 1)), act(&random))
      case ..<77: what = .others(Scenario.othersAct(random.pick(V1Resource.allCases), &random))
      default: what = .drop(isExecuted: random.chance(60))
      }
      return BookEvent.Trouble(at: random.int(1...40), what: what)
    }
  }

  var description: String {
    (["seed \(seed), \(personality) server, \(books) books"]
      + events.enumerated().map { "  \($0.offset + 1). \($0.element)" }).joined(separator: "\n")
  }
}
