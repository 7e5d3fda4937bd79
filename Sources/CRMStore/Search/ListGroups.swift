import CRMDomain

/// What is in one currency among some records.
package struct CurrencySum: Hashable, Sendable {
  package let currency: String
  /// Records with an amount in it.
  package let count: Int
  package let amount: Money

  /// The largest first, the same ones by their currency.
  static func isBefore(_ left: CurrencySum, _ right: CurrencySum) -> Bool {
    (right.amount, left.currency) < (left.amount, right.currency)
  }
}

/// The records with one value of a field.
package struct ListGroup: Hashable, Sendable {
  /// The first day where dates are grouped; none for records without a value.
  package let value: FieldValue
  /// What a record is called that is referred to.
  package let name: String?
  package let count: Int
  /// One per currency, the largest first; empty for kinds without an amount. The currency of leads is "", the book's.
  package let sums: [CurrencySum]
}

/// A list put into groups.
package struct ListGroups: Sendable {
  package let grouping: Grouping
  /// In the order of the field, those without a value last.
  package let groups: [ListGroup]
  /// The rows of the first group in the order of the list, then those of the second, and so on. A row with two tags is
  /// there twice.
  package let ids: [Int64]
  /// Rows of all groups together, each once.
  package let count: Int
  /// True while only the first rows of the list are known.
  package let isComplete: Bool
}

/// Puts lists into groups with the help of what is known of every row.
struct GroupSorter {
  let values: RowValues
  let amounts: RowAmounts?

  /// The rows of a list, which come in its order.
  func groups(of rows: ListRows) -> ListGroups {
    var starts = counts(rows.ids)
    let counts = starts
    let order = sorted(counts)
    var next = 0
    for group in order {
      starts[group] = next
      next += counts[group]
    }
    let ids = placed(rows.ids, starts, next)
    let groups = order.map { group in
      let own = ids[starts[group]..<starts[group] + counts[group]]
      return ListGroup(
        value: values.values[group], name: name(group), count: counts[group], sums: sums(own))
    }
    return ListGroups(
      grouping: values.grouping, groups: groups, ids: ids, count: rows.ids.count, isComplete: rows.isComplete)
  }

  private func counts(_ ids: [Int64]) -> [Int] {
    var counts = Array(repeating: 0, count: values.values.count)
    each(ids) { _, group in counts[group] += 1 }
    return counts
  }

  private func placed(_ ids: [Int64], _ starts: [Int], _ count: Int) -> [Int64] {
    var next = starts
    return [Int64](unsafeUninitializedCapacity: count) { placed, size in
      placed.initialize(repeating: 0)
      each(ids) { id, group in
        placed[next[group]] = id
        next[group] += 1
      }
      size = count
    }
  }

  private func each(_ ids: [Int64], _ body: (Int64, Int) -> Void) {
    for id in ids {
      guard let combination = values.combination(of: id) else { continue }
      let only = values.only[combination]
      if only >= 0 {
        body(id, Int(only))
      } else {
        for group in values.combinations[combination] { body(id, Int(group)) }
      }
    }
  }

  /// The groups that have rows, in their order.
  private func sorted(_ counts: [Int]) -> [Int] {
    values.ranks.lazy.map(Int.init).filter { counts[$0] > 0 }
  }

  private func name(_ group: Int) -> String? {
    if case .reference(let id) = values.values[group] { values.names[id] } else { nil }
  }

  // MARK: Sums

  private func sums(_ ids: ArraySlice<Int64>) -> [CurrencySum] {
    guard let amounts else { return [] }
    var sums: [(count: Int, sum: WideSum)] = Array(repeating: (0, WideSum()), count: amounts.currencies.count)
    for id in ids {
      guard let (amount, currency) = amounts.amount(of: id) else { continue }
      sums[currency].count += 1
      sums[currency].sum.add(amount)
    }
    return zip(amounts.currencies, sums).filter { $1.count > 0 }
      .map { CurrencySum(currency: $0, count: $1.count, amount: $1.sum.money) }
      .sorted(by: CurrencySum.isBefore)
  }
}
