/// A customer's company in the demo book.
struct DemoCompany: Sendable {
  let name: String
  /// As colleagues say it, for the names of deals.
  let shortName: String
  let domain: String
  let city: String
  let state: String
  let postalCode: String
  let industry: String
  let land: DemoLand

  static let all: [DemoCompany] = DemoLand.all.flatMap { land in
    land.companies.map { row in
      DemoCompany(
        name: row[0], shortName: row[1], domain: row[2] + ".example", city: row[3], state: row[4], postalCode: row[5],
        industry: row[6], land: land)
    }
  }
}

/// Somebody who works at a company of the demo book.
struct DemoPerson: Sendable {
  let firstName: String
  let lastName: String
  let isWoman: Bool
  let email: String
  let phone: String
  let jobTitle: String
  let department: String
  let company: DemoCompany
}

/// A name and the letters it has in an e-mail address: `Łukasz=lukasz`, or the name in small letters.
struct DemoName: Sendable {
  let written: String
  let latin: String

  init(_ text: Substring) {
    let halves = DemoRow.trimmed(text).split(separator: "=")
    written = halves.first.map(String.init) ?? ""
    latin = halves.last.map { $0.lowercased().filter { ("a"..."z").contains($0) || $0 == "-" } } ?? ""
  }

  static func list(_ names: String) -> [DemoName] {
    names.split { $0 == "," || $0 == "\n" }.map(DemoName.init).filter { !$0.written.isEmpty }
  }

  /// A family name with its form for women, where the language has one: `Novák=novak/Nováková=novakova`.
  static func families(_ names: String) -> [(men: DemoName, women: DemoName)] {
    names.split { $0 == "," || $0 == "\n" }.compactMap { text in
      let forms = text.split(separator: "/").map(DemoName.init)
      guard let men = forms.first, let women = forms.last, !men.written.isEmpty else { return nil }
      return (men, women)
    }
  }
}

extension BookWriter {
  /// Somebody new, with an address nobody else in the book has. Every company has its turn before one comes again.
  mutating func newPerson() -> DemoPerson {
    if companiesToCome.isEmpty { companiesToCome = dice.shuffled(DemoCompany.all) }
    let company = companiesToCome.removeLast()
    while true {
      let person = somebody(at: company)
      if takenEmails.insert(person.email).inserted { return person }
    }
  }

  private mutating func somebody(at company: DemoCompany) -> DemoPerson {
    let land = company.land
    let isWoman = dice.chance(50)
    let first = dice.pick(isWoman ? land.women : land.men)
    let family = dice.pick(land.families)
    let last = isWoman ? family.women : family.men
    let position = dice.pick(DemoPhrases.positions)
    return DemoPerson(
      firstName: first.written, lastName: last.written, isWoman: isWoman,
      email: "\(first.latin).\(last.latin)@\(company.domain)", phone: number(like: land.phone),
      jobTitle: position[0], department: position[1], company: company)
  }

  /// `pattern` with a digit for every `#`.
  mutating func number(like pattern: String) -> String {
    String(pattern.map { $0 == "#" ? Character(String(dice.int(0...9))) : $0 })
  }
}
