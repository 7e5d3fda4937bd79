import Foundation
import SyncSimulation
import Testing
import V1Simulator

/// Every fault at every step.
@Suite struct FaultMatrixTests {
  @Test(arguments: Fault.allCases) func everyStepSurvives(_ fault: Fault) {
    for step in RoundStep.allCases {
      if case .breaks(let how) = FaultMatrix.outcome(fault, at: step) {
        Issue.record("\(fault.name) at \(step.rawValue): \(how)")
      }
    }
  }

  @Test func theDocumentShowsTheTable() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    let document = try String(contentsOf: root.appending(path: "Docs/SYNC-FAULTS.md"), encoding: .utf8)
    #expect(document == FaultMatrix.markdown(), "made by: swift run -c release SyncStorm matrix")
  }
}
