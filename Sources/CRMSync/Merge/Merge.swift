import CRMDomain
import CRMStore

/// The outcome of merging one field.
package struct Merged: Hashable, Sendable {
  package let value: FieldValue
  /// True if both sides changed the same thing; `value` then has the server's.
  package let isConflict: Bool
}

/// Three-way merging: what was common, what is here, what is there.
package enum Merge {
  /// The value of a field of `kind`. References of all three must be the server's ids.
  package static func field(
    base: FieldValue, mine: FieldValue, theirs: FieldValue, as kind: FieldKind,
  ) -> Merged {
    let base = canonical(base, as: kind)
    let mine = canonical(mine, as: kind)
    let theirs = canonical(theirs, as: kind)
    if isSame(mine, theirs, as: kind) || isSame(mine, base, as: kind) {
      return Merged(value: theirs, isConflict: false)
    }
    if isSame(theirs, base, as: kind) { return Merged(value: mine, isConflict: false) }
    switch kind {
    case .tags: return Merged(value: tags(base, mine, theirs).fieldValue, isConflict: false)
    case .customFields: return objects(base, mine, theirs)
    case .longText:
      let merged = LineMerge.merge(base: base.text ?? "", mine: mine.text ?? "", theirs: theirs.text ?? "")
      return merged.map { Merged(value: $0.fieldValue, isConflict: false) } ?? Merged(value: theirs, isConflict: true)
    default: return Merged(value: theirs, isConflict: true)
    }
  }

  /// The value as any v1 server would give it back: texts trimmed, tags once each.
  package static func canonical(_ value: FieldValue, as kind: FieldKind) -> FieldValue {
    switch value {
    case .text(let text): return text.filter { $0 != "\0" }.trimmed.fieldValue
    case .tags(let tags):
      var seen: Set<String> = []
      return tags.filter { seen.insert($0).inserted }.fieldValue
    case .object(let members): return members.fieldValue
    case .none, .integer, .money, .flag, .day, .instant, .reference: return value
    }
  }

  /// True if the two say the same, in whatever order.
  package static func isSame(_ left: FieldValue, _ right: FieldValue, as kind: FieldKind) -> Bool {
    let left = canonical(left, as: kind)
    let right = canonical(right, as: kind)
    if case .tags(let left) = left, case .tags(let right) = right { return Set(left) == Set(right) }
    return left == right
  }

  /// The server's tags in their order, without those taken away here, then those added here.
  private static func tags(_ base: FieldValue, _ mine: FieldValue, _ theirs: FieldValue) -> [String] {
    func list(_ value: FieldValue) -> [String] { if case .tags(let tags) = value { tags } else { [] } }
    let removed = Set(list(base)).subtracting(list(mine))
    let added = list(mine).filter { !list(base).contains($0) && !list(theirs).contains($0) }
    return list(theirs).filter { !removed.contains($0) } + added
  }

  // MARK: Objects

  private static func objects(_ base: FieldValue, _ mine: FieldValue, _ theirs: FieldValue) -> Merged {
    func members(_ value: FieldValue) -> [String: JSONValue] { if case .object(let all) = value { all } else { [:] } }
    var isConflict = false
    let merged = object(members(base), members(mine), members(theirs), &isConflict)
    return Merged(value: merged.fieldValue, isConflict: isConflict)
  }

  /// Key by key; a key that is not there counts as a value of its own.
  private static func object(
    _ base: [String: JSONValue], _ mine: [String: JSONValue], _ theirs: [String: JSONValue], _ isConflict: inout Bool,
  ) -> [String: JSONValue] {
    var merged: [String: JSONValue] = [:]
    for key in Set(mine.keys).union(theirs.keys) {
      merged[key] = value(base[key], mine[key], theirs[key], &isConflict)
    }
    return merged
  }

  private static func value(
    _ base: JSONValue?, _ mine: JSONValue?, _ theirs: JSONValue?, _ isConflict: inout Bool,
  ) -> JSONValue? {
    if mine == theirs || mine == base { return theirs }
    if theirs == base { return mine }
    guard case .object(let mine)? = mine, case .object(let theirs)? = theirs else {
      isConflict = true
      return theirs
    }
    let common: [String: JSONValue] = if case .object(let members)? = base { members } else { [:] }
    return .object(object(common, mine, theirs, &isConflict))
  }
}
