/// What a rep asks of a list: which records, in what order, in which groups. Text becomes a query and a query becomes text again.
package struct Query: Hashable, Sendable {
  /// All of them must hold.
  package var terms: [Term]
  /// First key first; empty leaves the order to the list.
  package var sort: [SortKey]
  /// Nil for a list without groups.
  package var group: GroupKey?

  package init(terms: [Term] = [], sort: [SortKey] = [], group: GroupKey? = nil) {
    self.terms = terms
    self.sort = sort
    self.group = group
  }

  package static let all = Query()

  package indirect enum Term: Hashable, Sendable {
    /// A free word: some searchable field has it (see `SearchText`).
    case word(String)
    /// Words in a row, written in quotes.
    case phrase(String)
    /// `key` is the `FieldInfo.key` of a field.
    case field(key: String, Test)
    /// A word for a rule of the entity, such as `overdue`.
    case flag(QueryFlag)
    case not(Term)
  }

  package enum Test: Hashable, Sendable {
    /// One of these, as typed: `status:new,contacted`. `me` is the rep, an empty text asks for no value; text fields
    /// compare without case and accents, and match from the start of a word.
    case anyOf([String])
    /// `score>70`, `value>=10k`, `created<2026-11-01`. An age such as `created<30d` means less than 30 days ago.
    case compare(Comparison, String)
    /// `value:10k..50k`, both ends included; an end may be left out.
    case between(String?, String?)
    /// `has:email` is `field(email, .isSet)`.
    case isSet
  }

  package enum Comparison: String, CaseIterable, Hashable, Sendable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The same comparison seen from the other side: `<` for `>`.
    package var reversed: Comparison {
      switch self {
      case .less: .greater
      case .lessOrEqual: .greaterOrEqual
      case .greater: .less
      case .greaterOrEqual: .lessOrEqual
      }
    }
  }

  package struct SortKey: Hashable, Sendable {
    /// The `FieldInfo.key` of a field.
    package var key: String
    package var descending: Bool
    package init(_ key: String, descending: Bool = false) {
      self.key = key
      self.descending = descending
    }
  }
}
