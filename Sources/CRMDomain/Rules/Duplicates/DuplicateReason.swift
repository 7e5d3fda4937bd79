/// Why two records may be one person.
package enum DuplicateReason: Hashable, Sendable {
  case email(String)
  case phone(String)
  /// The same words in name and company.
  case nameAndCompany(String, String)
  /// One of them the same, the other almost.
  case almost(String, String)
  /// The names alone, which only count beside an address or a number.
  case name(String)

  /// For a dialog and the command line: "same e-mail ada@x.example".
  package var sentence: String {
    switch self {
    case .email(let address): "same e-mail \(address)"
    case .phone(let number): "phone \(number) in both"
    case .nameAndCompany(let left, let right):
      left == right ? "same name and company: “\(left)”" : "same name and company: “\(left)” and “\(right)”"
    case .almost(let left, let right): "names and companies almost the same: “\(left)” and “\(right)”"
    case .name(let name): "same name “\(name)”"
    }
  }

  /// For a column: "e-mail".
  package var label: String {
    switch self {
    case .email: "same e-mail"
    case .phone: "same phone"
    case .nameAndCompany: "same name and company"
    case .almost: "almost the same name and company"
    case .name: "same name"
    }
  }

  /// True where `other` makes it needless.
  fileprivate func saysNoMore(than other: DuplicateReason) -> Bool {
    switch self {
    case .email, .phone: self == other
    case .nameAndCompany, .almost, .name: sign == other.sign
    }
  }

  var sign: DuplicateSigns {
    switch self {
    case .email: .email
    case .phone: .phone
    case .nameAndCompany: .nameAndCompany
    case .almost: .almost
    case .name: .name
    }
  }
}

/// Which reasons there are, without their words.
struct DuplicateSigns: OptionSet, Hashable, Sendable {
  let rawValue: UInt8
  static let email = DuplicateSigns(rawValue: 1)
  static let phone = DuplicateSigns(rawValue: 2)
  static let nameAndCompany = DuplicateSigns(rawValue: 4)
  static let almost = DuplicateSigns(rawValue: 8)
  static let name = DuplicateSigns(rawValue: 16)

  /// How much doubt each leaves, in percent. Doubts multiply.
  private static let doubts: [(DuplicateSigns, Int)] = [
    (.email, 15), (.phone, 50), (.nameAndCompany, 20), (.almost, 40), (.name, 60),
  ]

  var strength: DuplicateStrength {
    let doubt = DuplicateSigns.doubts.reduce(10_000) { contains($1.0) ? $0 * $1.1 / 100 : $0 }
    return DuplicateStrength(percent: isEmpty ? 0 : 100 - (doubt + 99) / 100)
  }
}

/// How sure it is that records are one person, in percent, never quite a hundred.
package struct DuplicateStrength: Hashable, Comparable, Sendable {
  package let percent: Int
  package init(percent: Int) { self.percent = percent }

  /// Two kinds of evidence are sure; one good kind is likely; a number or a likeness alone is possible.
  package var word: String { percent >= 90 ? "sure" : percent >= 70 ? "likely" : "possible" }

  /// Only what is likely connects records through others.
  package var isStrong: Bool { percent >= 70 }

  package static func < (left: DuplicateStrength, right: DuplicateStrength) -> Bool { left.percent < right.percent }
}

/// Two records and what they have in common.
package struct DuplicatePair: Hashable, Sendable {
  /// The best first; empty if they are no duplicates.
  package let reasons: [DuplicateReason]
  package let strength: DuplicateStrength

  package init(_ left: Identity, _ right: Identity) {
    // Whichever comes first, the sentences are the same.
    let (left, right) = (left.id, left.caption) <= (right.id, right.caption) ? (left, right) : (right, left)
    var reasons = left.emails.filter(right.emails.contains).prefix(1).map(DuplicateReason.email)
    reasons += left.phones.filter(right.phones.contains).prefix(1).map(DuplicateReason.phone)
    switch (left.name.likeness(to: right.name), left.company.likeness(to: right.company)) {
    case (.same, .same): reasons.append(.nameAndCompany(left.caption, right.caption))
    case (.same, .close), (.close, .same): reasons.append(.almost(left.caption, right.caption))
    case (.same, .other), (.close, .other), (.close, .close):
      if !reasons.isEmpty { reasons.append(.name(left.writtenName)) }
    case (.other, _): break
    }
    self.reasons = reasons
    strength = reasons.reduce(into: DuplicateSigns()) { $0.insert($1.sign) }.strength
  }

  /// What any two of these have in common, the best first, but for those put apart: every address and number, and of
  /// likenesses of names one of each sort.
  package static func reasons(among identities: [Identity], apart: ApartRecords) -> [DuplicateReason] {
    var reasons: [DuplicateReason] = []
    for (index, left) in identities.enumerated() {
      for right in identities[(index + 1)...] where !apart.contains(left.id, right.id) {
        for reason in DuplicatePair(left, right).reasons where !reasons.contains(where: { reason.saysNoMore(than: $0) })
        {
          reasons.append(reason)
        }
      }
    }
    return reasons.sorted { $1.sign.strength < $0.sign.strength }
  }

  package var isDuplicate: Bool { !reasons.isEmpty }
}
