import Testing

@testable import CRMDomain

/// What a bulk change makes of one record, and what it leaves alone.
struct BulkChangeTests {
  private let context = BulkChange.Context(
    now: Instant(seconds: 1_795_356_120), calendar: .utc, stages: Stage.standard(board: Identifier(1)))

  private func edit(_ name: String, _ kind: EntityKind, _ action: BulkChange.Edit.Action) throws -> BulkChange.Edit {
    BulkChange.Edit(try #require(kind.field(name)), action, shown: "x")
  }

  @Test func aConvertedLeadKeepsItsStatusButTakesTheRest() throws {
    var lead = Lead()
    lead.status = "converted"
    var change = BulkChange(.lead, [try edit("status", .lead, .set(.text("lost")))])
    #expect(change.outcome(for: lead, in: context) == .stays("converted already"))
    change.edits.append(try edit("tags", .lead, .addTags(["vip"])))
    var tagged = lead
    tagged.tags = ["vip"]
    #expect(change.outcome(for: lead, in: context) == .changed(tagged))
  }

  @Test func tagsAreAddedOnceAndTakenAwayWithoutMovingTheOthers() throws {
    var lead = Lead()
    lead.tags = ["a", "b", "c"]
    let change = BulkChange(
      .lead, [try edit("tags", .lead, .addTags(["c", "d"])), try edit("tags", .lead, .removeTags(["a", "z"]))])
    guard case .changed(let changed) = change.outcome(for: lead, in: context) else { throw EntryProblem("same") }
    #expect(changed.tags == ["b", "c", "d"])
    #expect(change.outcome(for: changed, in: context) == .same)
  }

  @Test func aMoveOfDealsHasTheConsequencesOfAMove() throws {
    var deal = Opportunity()
    (deal.board, deal.stage, deal.probability) = (Identifier(1), "proposal", 50)
    let won = try #require(context.stages.first { $0.outcome == "won" })
    let change = BulkChange(.opportunity, [try edit("stage", .opportunity, .move(won, reason: ""))])
    guard case .changed(let changed) = change.outcome(for: deal, in: context) else { throw EntryProblem("same") }
    #expect(changed.probability == 100 && changed.actualCloseDate == LocalCalendar.utc.day(of: context.now))
    deal.board = Identifier(2)
    #expect(change.outcome(for: deal, in: context) == .stays("on a board without the stage Won"))
  }

  @Test func aCompletedTaskHasItsTime() throws {
    let change = BulkChange(.task, [try edit("status", .task, .set(.text("completed")))])
    guard case .changed(let task) = change.outcome(for: CRMTask(), in: context) else { throw EntryProblem("same") }
    #expect(task.completedAt == context.now)
    #expect(change.outcome(for: task, in: context) == .same)
    let reopen = BulkChange(.task, [try edit("status", .task, .set(.text("in_progress")))])
    guard case .changed(let open) = reopen.outcome(for: task, in: context) else { throw EntryProblem("same") }
    #expect(open.completedAt == nil && open.status == "in_progress")
  }

  @Test(arguments: [
    ("by +2w", DateShift(days: 14)), ("by -3 days", DateShift(days: -3)), ("by 1 month", DateShift(months: 1)),
    ("BY 2Y", DateShift(months: 24)),
  ])
  func aShiftIsReadAsItIsTyped(text: String, shift: DateShift) { #expect(DateShift(text) == shift) }

  @Test(arguments: ["+2w", "by", "by x", "by 0d", "by 2", "by 2 blue moons", "by 99999d", ""])
  func anythingElseIsNoShift(text: String) { #expect(DateShift(text) == nil) }

  @Test func aShiftKeepsTheTimeOfDayAndLeavesEmptyDatesAlone() throws {
    var lead = Lead()
    let change = BulkChange(.lead, [try edit("next_follow_up", .lead, .shift(DateShift(months: 1)))])
    #expect(change.outcome(for: lead, in: context) == .stays("no next follow-up to move"))
    lead.nextFollowUp = Instant(iso: "2026-01-31T09:30:15Z")
    guard case .changed(let moved) = change.outcome(for: lead, in: context) else { throw EntryProblem("same") }
    #expect(moved.nextFollowUp == Instant(iso: "2026-02-28T09:30:15Z"))
  }
}
