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

  /// The fields that are said to decide do so alone, whatever else is in a record.
  @Test func nothingButTheDecidingFieldsMakesADifference() throws {
    var random = SeededRandom()
    for _ in 0..<2000 {
      try compare(Lead.self, &random)
      try compare(CRMTask.self, &random)
    }
  }

  private func compare<R: Record>(_ type: R.Type, _ random: inout SeededRandom) throws {
    let change = BulkChange(R.schema.kind, try edits(R.schema.kind, &random))
    guard let deciding = change.deciding else { return }
    var (whole, part) = (R(), R())
    for info in R.schema.infos { whole[info] = Samples.value(for: info, using: &random) }
    if Bool.random(using: &random) { whole["status"] = .text("converted") }
    for info in R.schema.infos { part[info] = deciding.contains(info) ? whole[info] : .none }
    let (one, other) = (change.outcome(for: whole, in: context), change.outcome(for: part, in: context))
    guard case .changed(let new) = one else { return #expect("\(one)" == "\(other)") }
    guard case .changed(let changed) = other else { throw EntryProblem("\(change) leaves a part alone") }
    for info in R.schema.infos {
      #expect(new[info] == (changed[info] == part[info] ? whole[info] : changed[info]), "\(info.name) by \(change)")
    }
  }

  private func edits(_ kind: EntityKind, _ random: inout SeededRandom) throws -> [BulkChange.Edit] {
    let status = try #require(kind.field("status"))
    let infos = [status] + kind.fields.shuffled(using: &random).prefix(2)
    return infos.shuffled(using: &random).prefix(2).map { info in
      switch info.kind {
      case .tags: BulkChange.Edit(info, .addTags(["ada", "b"]), shown: "")
      case .instant: BulkChange.Edit(info, .shift(DateShift(months: 1)), shown: "")
      default: BulkChange.Edit(info, .set(Samples.value(for: info, using: &random)), shown: "")
      }
    }
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
