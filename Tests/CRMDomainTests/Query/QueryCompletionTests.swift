import Testing

@testable import CRMDomain

@Suite struct QueryCompletionTests {
  private let parser = QueryParser(kind: .lead, fields: Lead.schema.infos + Sample.customFields)

  /// What the text becomes with each completion at `|`, which stays where the cursor is.
  private func complete(_ text: String, used: [(value: String, count: Int)] = []) -> [String] {
    let halves = text.split(separator: "|", omittingEmptySubsequences: false)
    let completions = parser.completions(for: halves.joined(), cursor: halves[0].utf8.count) { _, _ in used }
    return completions.map { completion in
      let (text, cursor) = completion.applied(to: halves.joined())
      return String(decoding: text.utf8.prefix(cursor), as: UTF8.self) + "|"
        + String(decoding: text.utf8.dropFirst(cursor), as: UTF8.self)
    }
  }

  @Test func aWordBecomesAFieldOrARule() {
    #expect(complete("sco|") == ["score:|"])
    #expect(complete("ada -ov|") == ["ada -overdue|"])
    #expect(complete("comp| ada") == ["company:| ada"])
    #expect(complete("own|").contains("owner:|"))
    #expect(complete("contract|") == ["contract_end:|"])
    #expect(complete("ha|") == ["has:|"])
    #expect(complete("").contains("status:|") && complete("ada |").contains("ada hot|"))
    #expect(complete("rot|").isEmpty)
  }

  @Test func aChoiceOffersItsValuesWithCounts() {
    #expect(complete("status:con|") == ["status:contacted|", "status:converted|"])
    #expect(complete("status:new,l|") == ["status:new,lost|"])
    let counted = parser.completions(for: "status:n", cursor: 8) { _, _ in [("nurturing", 3), ("new", 12)] }
    #expect(counted.map(\.text) == ["new", "nurturing"])
    #expect(counted.map(\.count) == [12, 3])
  }

  @Test func valuesInUseAreQuotedWhereNeeded() {
    #expect(
      complete("company:ac|", used: [("Acme", 4), ("Acme Corp", 2), ("Bolt", 1)])
        == ["company:Acme|", "company:\"Acme Corp\"|"])
    #expect(complete("company:\"acme c|", used: [("Acme Corp", 2)]) == ["company:\"Acme Corp\"|"])
  }

  @Test func datesPeopleAndFlags() {
    #expect(complete("created:t|").prefix(2) == ["created:today|", "created:\"this week\"|"])
    #expect(complete("owner:|", used: [("bo", 2)]) == ["owner:me|", "owner:none|", "owner:bo|"])
    #expect(complete("vip:|") == ["vip:yes|", "vip:no|"])
    #expect(complete("next<tom|") == ["next<tomorrow|"])
  }

  @Test func namesAfterHasAndSort() {
    #expect(complete("has:pho|") == ["has:phone|"])
    #expect(complete("sort:-sco|") == ["sort:-score|"])
    #expect(complete("sort:name,crea|").contains("sort:name,created|"))
    #expect(complete("is:ho|") == ["is:hot|"])
  }

  @Test func aNameBeforeItsColonIsReplacedAlone() {
    #expect(complete("statu|:new") == ["status|:new"])
  }
}
