/// What a pipeline looks at of one deal.
package struct DealState: Hashable, Sendable {
  package var id: Int64
  package var name = ""
  /// The key of its stage.
  package var stage = ""
  package var amount: Money?
  package var currency = ""
  package var owner: Int64?
  package var expectedClose: Day?
  /// Who last changed it after the instant looked at, and when; nil where nobody did.
  package var lastChange: Touch?

  package struct Touch: Hashable, Sendable {
    package let at: Instant
    /// As history stores it: `user`, `sync`, `import expo.csv`.
    package let origin: String
    package init(at: Instant, origin: String) {
      self.at = at
      self.origin = origin
    }
  }

  package init(id: Int64) { self.id = id }

  /// True if both are the same but for who changed them.
  package func isSame(as other: DealState) -> Bool {
    var (left, right) = (self, other)
    left.lastChange = nil
    right.lastChange = nil
    return left == right
  }
}

/// The deals of one board at one time.
package struct PipelineState: Hashable, Sendable {
  package var deals: [Int64: DealState]
  package init(_ deals: [Int64: DealState] = [:]) { self.deals = deals }

  /// Deals and amounts of each stage, by its key; amounts per currency, never across.
  package var totals: [String: StageSum] {
    deals.values.reduce(into: [:]) { $0[$1.stage, default: StageSum()].add($1) }
  }
}

/// Deals and their amounts per currency.
package struct StageSum: Hashable, Sendable {
  package private(set) var count = 0
  package private(set) var amounts: [String: Money] = [:]
  package init() {}

  package mutating func add(_ deal: DealState) {
    count += 1
    guard let amount = deal.amount else { return }
    amounts[deal.currency, default: Money(hundredths: 0)].hundredths += amount.hundredths
  }

  package static func + (left: StageSum, right: StageSum) -> StageSum {
    var sum = left
    sum.count += right.count
    for (currency, amount) in right.amounts {
      sum.amounts[currency, default: Money(hundredths: 0)].hundredths += amount.hundredths
    }
    return sum
  }
}
