/// What happened to one deal between two looks at a pipeline.
package struct DealDifference: Hashable, Sendable, Identifiable {
  package enum Reason: Hashable, Sendable {
    case new, won, lost
    /// Open again after it was won or lost.
    case reopened
    case forward, back
    case amountUp(by: Money), amountDown(by: Money)
    /// The amount is in another currency, or was none, or is none.
    case amountChanged
    /// The day it is expected to close is so many days later.
    case slipped(days: Int)
    case pulledIn(days: Int)
    case ownerChanged
    case renamed
    /// Deleted, or on another board.
    case gone

    /// The most important first.
    package var rank: Int {
      switch self {
      case .won: 0
      case .lost: 1
      case .new: 2
      case .gone: 3
      case .reopened: 4
      case .forward: 5
      case .back: 6
      case .amountUp: 7
      case .amountDown: 8
      case .amountChanged: 9
      case .slipped: 10
      case .pulledIn: 11
      case .ownerChanged: 12
      case .renamed: 13
      }
    }
  }

  package let id: Int64
  package let then: DealState?
  package let now: DealState?
  /// Never empty.
  package let reasons: [Reason]

  /// The deal as it is, or as it last was.
  package var deal: DealState { now ?? then ?? DealState(id: id) }
}

extension PipelineState {
  /// What is different in `later`, the most important first. `stages` are the board's, from left to right.
  package func differences(to later: PipelineState, stages: [Stage]) -> [DealDifference] {
    let order = Dictionary(stages.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    let outcomes = Dictionary(stages.map { ($0.key, $0.outcome) }, uniquingKeysWith: { first, _ in first })
    let ids = Set(deals.keys).union(later.deals.keys)
    let differences = ids.compactMap { id -> DealDifference? in
      let (then, now) = (deals[id], later.deals[id])
      let reasons = Self.reasons(then, now, order, outcomes)
      return reasons.isEmpty ? nil : DealDifference(id: id, then: then, now: now, reasons: reasons)
    }
    return differences.sorted { left, right in
      (left.reasons[0].rank, -(left.deal.amount?.hundredths ?? 0), left.id)
        < (right.reasons[0].rank, -(right.deal.amount?.hundredths ?? 0), right.id)
    }
  }

  private static func reasons(
    _ then: DealState?, _ now: DealState?, _ order: [String: Int], _ outcomes: [String: String],
  ) -> [DealDifference.Reason] {
    guard let now else { return then == nil ? [] : [.gone] }
    let outcome = outcomes[now.stage] ?? "open"
    let closed: [DealDifference.Reason] = outcome == "won" ? [.won] : outcome == "lost" ? [.lost] : []
    guard let then else { return closed + [.new] }
    var reasons: [DealDifference.Reason] = []
    if then.stage != now.stage {
      let wasOpen = (outcomes[then.stage] ?? "open") == "open"
      if !closed.isEmpty {
        reasons += closed
      } else if !wasOpen {
        reasons.append(.reopened)
      } else {
        reasons.append((order[now.stage] ?? .max) >= (order[then.stage] ?? .max) ? .forward : .back)
      }
    }
    reasons += amountReasons(then, now)
    if let old = then.expectedClose, let new = now.expectedClose, old != new {
      let days = new.daysSince1970 - old.daysSince1970
      reasons.append(days > 0 ? .slipped(days: days) : .pulledIn(days: -days))
    }
    if then.owner != now.owner { reasons.append(.ownerChanged) }
    if then.name != now.name { reasons.append(.renamed) }
    return reasons
  }

  private static func amountReasons(_ then: DealState, _ now: DealState) -> [DealDifference.Reason] {
    guard then.amount != now.amount || then.currency != now.currency else { return [] }
    guard let old = then.amount, let new = now.amount, then.currency == now.currency else { return [.amountChanged] }
    let difference = new.hundredths - old.hundredths
    return difference > 0
      ? [.amountUp(by: Money(hundredths: difference))] : [.amountDown(by: Money(hundredths: -difference))]
  }
}
