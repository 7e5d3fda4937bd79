import CRMDomain
import TerminalKit

/// What happened to a deal since, in words.
enum MoveText {
  /// "won", "moved on to Proposal, up by USD 10k". `stages` are the board's.
  static func text(_ move: DealDifference, _ stages: [Stage], today: Day) -> String {
    move.reasons.map { text($0, move, stages) }.joined(separator: ", ")
  }

  private static func text(_ reason: DealDifference.Reason, _ move: DealDifference, _ stages: [Stage]) -> String {
    let currency = move.deal.currency
    func stage(_ deal: DealState?) -> String {
      deal.map { deal in stages.first { $0.key == deal.stage }?.name ?? Choice.words(deal.stage) } ?? ""
    }
    switch reason {
    case .new: return move.reasons.count > 1 ? "new" : "new in \(stage(move.now))"
    case .won: return "won"
    case .lost: return "lost"
    case .reopened: return "open again, from \(stage(move.then))"
    case .forward: return "\(stage(move.then)) → \(stage(move.now))"
    case .back: return "back: \(stage(move.then)) → \(stage(move.now))"
    case .amountUp(let money): return "up by \(MoneyText.short(money, currency))"
    case .amountDown(let money): return "down by \(MoneyText.short(money, currency))"
    case .amountChanged: return "was \(amount(move.then))"
    case .slipped(let days): return "slipped \(days) d"
    case .pulledIn(let days): return "\(days) d earlier"
    case .ownerChanged: return "other owner"
    case .renamed: return "was called \(move.then?.name ?? "")"
    case .gone: return "gone from \(stage(move.then))"
    }
  }

  static func amount(_ deal: DealState?) -> String {
    deal?.amount.map { MoneyText.short($0, deal?.currency ?? "") } ?? "without an amount"
  }

  static func role(_ reason: DealDifference.Reason) -> Role {
    switch reason {
    case .won, .forward, .amountUp, .new: .good
    case .lost, .gone: .bad
    case .back, .amountDown, .slipped: .warning
    case .reopened, .amountChanged, .pulledIn, .ownerChanged, .renamed: .info
    }
  }
}

/// One stage of a pipeline in one currency, then and now.
struct StageComparison: Hashable, Sendable {
  let name: String
  /// False for the further currencies of a stage.
  let isFirst: Bool
  let currency: String
  let count: (then: Int, now: Int)
  let amount: (then: Money, now: Money)

  static func == (left: StageComparison, right: StageComparison) -> Bool {
    left.name == right.name && left.currency == right.currency && left.count == right.count
      && left.amount == right.amount
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(currency)
  }

  /// The lines of each stage, and at the end of all open ones together.
  static func lines(_ then: PipelineState, _ now: PipelineState, _ stages: [Stage]) -> [StageComparison] {
    let (old, new) = (then.totals, now.totals)
    let none = StageSum()
    let open = stages.filter { $0.outcome == "open" }.map(\.key)
    let strays = Set(old.keys).union(new.keys).subtracting(stages.map(\.key)).sorted()
    let own = stages.map { ($0.name, old[$0.key] ?? none, new[$0.key] ?? none) }
    let others = strays.map { (Choice.words($0), old[$0] ?? none, new[$0] ?? none) }
    let sum = ("All open", open.reduce(none) { $0 + (old[$1] ?? none) }, open.reduce(none) { $0 + (new[$1] ?? none) })
    return (own + others + [sum]).flatMap(lines)
  }

  private static func lines(_ name: String, _ then: StageSum, _ now: StageSum) -> [StageComparison] {
    let zero = Money(hundredths: 0)
    let currencies = Set(then.amounts.keys).union(now.amounts.keys).sorted { left, right in
      (-(now.amounts[left] ?? zero).hundredths, left) < (-(now.amounts[right] ?? zero).hundredths, right)
    }
    return (currencies.isEmpty ? [""] : currencies).enumerated().map { index, currency in
      StageComparison(
        name: name, isFirst: index == 0, currency: currency, count: (then.count, now.count),
        amount: (then.amounts[currency] ?? zero, now.amounts[currency] ?? zero))
    }
  }

  var change: Money { Money(hundredths: amount.now.hundredths - amount.then.hundredths) }
}
