import CRMDomain
import CRMStore

/// Amounts on boards: short, with the currency where it is not to be guessed.
enum MoneyText {
  static func short(_ money: Money, _ currency: String) -> String { money.short(currency: currency) }
  static func plain(_ money: Money, _ currency: String) -> String { money.display(currency: currency) }

  /// "open USD 1.28m · EUR 45k · weighted USD 512k · EUR 12k", never across currencies.
  static func summary(_ sums: [StageTotals.Sum]) -> String {
    var totals: [String: (amount: Money, weighted: Money)] = [:]
    for sum in sums {
      let known = totals[sum.currency] ?? (Money(hundredths: 0), Money(hundredths: 0))
      totals[sum.currency] = (known.amount.adding(sum.amount), known.weighted.adding(sum.weighted))
    }
    let ranked = totals.sorted { ($1.value.amount, $0.key) < ($0.value.amount, $1.key) }
    guard !ranked.isEmpty else { return "nothing open" }
    let open = ranked.map { short($0.value.amount, $0.key) }.joined(separator: " · ")
    let weighted = ranked.map { short($0.value.weighted, $0.key) }.joined(separator: " · ")
    return "open \(open)  weighted \(weighted)"
  }
}
