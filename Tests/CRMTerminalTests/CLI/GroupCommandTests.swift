import Foundation
import Testing

@testable import CRMDomain

/// `crm leads … --group field`: counts and sums.
@Suite struct GroupCommandTests {
  private let program: Program

  init() throws {
    program = try Program()
    let text = """
      name,amount,currency,stage,expected_close_date
      One,1000,USD,proposal,2026-11-03
      Two,250.50,USD,proposal,2026-11-20
      Three,10,EUR,proposal,2026-12-24
      Four,7,EUR,negotiation,2026-12-25
      """
    try program.run("import", "deals", try program.file("deals.csv", text))
  }

  @Test func aTableOfCountsAndSums() throws {
    let answer = try program.run("deals", "--group", "stage")
    #expect(
      answer.lines == [
        "Stage        Count  Sum", "proposal         3  USD 1,250.50, EUR 10", "negotiation      1  EUR 7",
      ])
    #expect(try program.run("deals", "value>5", "group:stage").output == answer.output, "the query may say it too")
  }

  @Test func datesByMonthAndWeek() throws {
    #expect(
      try program.run("deals", "--group", "close", "--csv").lines
        == ["expected_close_date,count,currency,sum", "2026-11,2,USD,1250.50", "2026-12,2,EUR,17.00"])
    #expect(
      try program.run("deals", "--group", "-close/week", "--csv").lines.dropFirst().map { String($0.prefix(12)) }
        == ["2026-12-21,2", "2026-11-16,1", "2026-11-02,1"])
  }

  @Test func jsonAndPlain() throws {
    guard case .array(let rows) = try JSONValue(parsing: program.run("deals", "--group", "stage", "--json").output),
      case .object(let first)? = rows.first
    else {
      Issue.record("no array")
      return
    }
    #expect(rows.count == 2 && first["value"] == .string("proposal") && first["count"] == .integer(3))
    #expect(
      first["sums"]
        == .array([
          .object(["currency": .string("USD"), "count": .integer(2), "amount": .string("1250.50")]),
          .object(["currency": .string("EUR"), "count": .integer(1), "amount": .string("10.00")]),
        ]))
    let plain = try program.run("deals", "--group", "stage", "--plain").lines
    #expect(plain.prefix(4) == ["Stage: proposal", "Count: 3", "Sum: USD 1,250.50", "Sum: EUR 10"])
  }

  @Test func whatCannotBeGroupedIsSaid() throws {
    let unknown = try program.run("deals", "--group", "colour")
    #expect(unknown.status != 0 && unknown.complaint.contains("no field “colour” to group by. They have: "))
    let period = try program.run("deals", "--group", "close/fortnight")
    #expect(period.status != 0 && period.complaint.contains("day, week, month, quarter, year"))
    #expect(try program.run("deals", "--group", "stage", "--ids").complaint.contains("Groups have no ids"))
    #expect(try program.run("deals", "group:stage", "--ids").lines.count == 4, "ids are of records")
  }
}
