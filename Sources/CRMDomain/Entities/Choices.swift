/// The documented values of v1's choice fields (V1 contract, section 5) and of ours.
package enum Choices {
  package static let leadSource = [
    Choice("website"), Choice("referral"), Choice("social_media"), Choice("email_campaign"), Choice("cold_call"),
    Choice("trade_show"), Choice("advertisement"), Choice("other"),
  ]
  package static let leadStatus = [
    Choice("new"), Choice("contacted"), Choice("qualified"), Choice("unqualified"), Choice("converted"), Choice("lost"),
  ]
  package static let priority = [
    Choice("low"), Choice("medium"), Choice("high"), Choice("urgent"),
  ]
  package static let salutation = [
    Choice("mr", "Mr"), Choice("mrs", "Mrs"), Choice("ms", "Ms"), Choice("dr", "Dr"), Choice("prof", "Prof"),
  ]
  package static let contactType = [
    Choice("customer"), Choice("prospect"), Choice("vendor"), Choice("partner"),
  ]
  package static let stage = [
    Choice("prospecting"), Choice("qualification"), Choice("proposal"), Choice("negotiation"), Choice("closed_won"),
    Choice("closed_lost"),
  ]
  package static let taskType = [
    Choice("call"), Choice("email"), Choice("meeting"), Choice("follow_up"), Choice("proposal"), Choice("demo"),
    Choice("other"),
  ]
  package static let taskStatus = [
    Choice("pending"), Choice("in_progress"), Choice("completed"), Choice("cancelled"),
  ]
  package static let activityType = [
    Choice("call"), Choice("email"), Choice("meeting"), Choice("note"), Choice("task"), Choice("status_change"),
  ]
  package static let stageOutcome = [
    Choice("open"), Choice("won"), Choice("lost"),
  ]
}
