import Testing

@testable import CRMDomain

struct PipelineMovesTests {
  private let stages = Stage.standard(board: Identifier(1))

  private func deal(_ id: Int64, _ stage: String, _ amount: Int? = 100, _ currency: String = "USD") -> DealState {
    var deal = DealState(id: id)
    (deal.stage, deal.amount, deal.currency) = (stage, amount.map(Money.init(hundredths:)), currency)
    return deal
  }

  private func state(_ deals: DealState...) -> PipelineState {
    PipelineState(Dictionary(uniqueKeysWithValues: deals.map { ($0.id, $0) }))
  }

  @Test func eachMoveHasItsReason() {
    let then = state(
      deal(1, "proposal"), deal(2, "proposal"), deal(3, "proposal"), deal(4, "proposal"), deal(5, "closed_lost"),
      deal(6, "proposal", 100), deal(7, "proposal", 100), deal(8, "proposal", 100, "EUR"), deal(9, "proposal"),
      deal(10, "proposal"))
    var slipped = deal(10, "proposal")
    slipped.name = "other"
    let now = state(
      deal(1, "closed_won"), deal(2, "closed_lost"), deal(3, "negotiation"), deal(4, "prospecting"),
      deal(5, "proposal"),
      deal(6, "proposal", 150), deal(7, "proposal", 60), deal(8, "proposal", 100, "USD"), slipped, deal(11, "proposal"))
    let found = then.differences(to: now, stages: stages)
    let reasons = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0.reasons) })
    #expect(reasons[1] == [.won] && reasons[2] == [.lost] && reasons[3] == [.forward] && reasons[4] == [.back])
    #expect(reasons[5] == [.reopened] && reasons[6] == [.amountUp(by: Money(hundredths: 50))])
    #expect(reasons[7] == [.amountDown(by: Money(hundredths: 40))] && reasons[8] == [.amountChanged])
    #expect(reasons[9] == [.gone] && reasons[10] == [.renamed] && reasons[11] == [.new])
    #expect(found.map(\.reasons[0].rank) == found.map(\.reasons[0].rank).sorted())
  }

  @Test func aDateThatSlipsIsCountedInDays() {
    var (before, after) = (deal(1, "proposal"), deal(1, "proposal"))
    before.expectedClose = Day(iso: "2026-11-01")
    after.expectedClose = Day(iso: "2026-11-15")
    #expect(state(before).differences(to: state(after), stages: stages)[0].reasons == [.slipped(days: 14)])
    #expect(state(after).differences(to: state(before), stages: stages)[0].reasons == [.pulledIn(days: 14)])
    #expect(state(after).differences(to: state(after), stages: stages).isEmpty)
  }

  @Test func totalsNeverCrossCurrencies() {
    let sum = state(deal(1, "proposal", 100), deal(2, "proposal", 50, "EUR"), deal(3, "proposal", nil)).totals[
      "proposal"]
    #expect(sum?.count == 3 && sum?.amounts == ["USD": Money(hundredths: 100), "EUR": Money(hundredths: 50)])
  }
}
