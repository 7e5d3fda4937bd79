extension Opportunity {
  /// True while it is pipeline: neither won nor lost.
  package var isOpen: Bool { stage != "closed_won" && stage != "closed_lost" }

  /// The deal in another stage of its board. The stage's probability replaces the old stage's, never one the rep set;
  /// won is certain and lost is over, so those two always do. Closing dates the deal, reopening takes the date away.
  package func moved(from old: Stage?, to stage: Stage, reason: String = "", now: Instant, today: Day) -> Opportunity {
    guard stage.key != self.stage || stage.board != board else { return self }
    var deal = self
    deal.stage = stage.key
    deal.board = stage.board
    deal.stageEnteredAt = now
    if stage.outcome != "open" || old?.outcome != "open" || probability == old?.probability {
      deal.probability = stage.probability
    }
    deal.actualCloseDate = stage.outcome == "open" ? nil : today
    deal.lostReason = stage.outcome == "lost" ? reason : ""
    return deal
  }
}

extension CRMTask {
  package func completed(at now: Instant) -> CRMTask {
    var task = self
    task.status = "completed"
    task.completedAt = now
    return task
  }

  package func reopened() -> CRMTask {
    var task = self
    task.status = "pending"
    task.completedAt = nil
    return task
  }

  package func isOverdue(now: Instant) -> Bool { isOpen && dueDate.map { $0 < now } ?? false }
}
