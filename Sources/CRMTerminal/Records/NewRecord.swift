import CRMDomain

extension Session {
  /// A record as the rep begins it: theirs, and with what can be guessed.
  func newRecord<R: Record>(_ type: R.Type = R.self) -> R {
    var record = R()
    if let me { record["assigned_to"] = me.id.fieldValue }
    guard var deal = record as? Opportunity else { return record }
    deal.currency = currency
    deal.stageEnteredAt = now
    deal.expectedCloseDate = today.adding(days: 30)
    return deal as? R ?? record
  }
}
