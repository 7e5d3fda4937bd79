import CRMDomain

/// "1 lead", "12 leads", "3 deals".
package enum Counted {
  package static func text(_ count: Int, _ kind: EntityKind) -> String {
    count.counted(one(kind), many(kind))
  }

  package static func one(_ kind: EntityKind) -> String { kind == .opportunity ? "deal" : kind.rawValue }
  package static func many(_ kind: EntityKind) -> String { kind == .opportunity ? "deals" : kind.plural }
}
