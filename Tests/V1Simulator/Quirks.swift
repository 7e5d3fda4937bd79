import CRMDomain

/// How a server behaves where servers differ, one switch for each difference (`SYNC.md`, Q1–Q20, and the V1 contract).
package struct Quirks: Hashable, Sendable {
  /// What becomes of a write.
  package enum Outcome: String, Hashable, Sendable {
    case works
    /// 500, and nothing is written.
    case failsUnwritten
    /// 500 after the row was committed.
    case failsCommitted
  }

  // Q1–Q5: writes that fail
  package var createLead = Outcome.works
  package var updateLead = Outcome.works
  package var deleteLead = Outcome.works
  package var createContact = Outcome.works
  package var updateContact = Outcome.works
  package var createOpportunity = Outcome.works
  package var updateOpportunity = Outcome.works
  /// A PATCH of the stage alone.
  package var moveOpportunity = Outcome.works
  package var createTask = Outcome.works
  package var updateTask = Outcome.works
  package var convert = Outcome.works
  package var complete = Outcome.works
  package var bulk = Outcome.works
  /// 500 unless `actual_close_date` and `last_activity_date` are sent.
  package var opportunityNeedsBothDates = false
  /// Of the three writes of a conversion, how many are made before it fails; nil for all.
  package var conversionStopsAfter: Int?
  package var hasConvert = true
  package var hasComplete = true

  // Q6, Q7: lists
  package var pageSize = 20
  package var honoursPageSize = false
  package var honoursOrdering = true
  package var honoursSecondOrderingKey = true
  package var honoursSearch = true
  package var honoursFilters = true
  package var refusesUnknownParameters = false
  /// Rows alike in the order come in a different one each time.
  package var shufflesTies = false
  package var pageBeyondEndIsEmpty = false
  /// Added to every `count`.
  package var countError = 0

  // Q8: shapes
  package var listsAreWhole = false
  package var omitsNamesOfNobody = true

  // Q9–Q11: values
  package var trimsText = true
  package var acceptsNullText = false
  package var unsetTextIsNull = false
  package var mergesCustomFields = false
  /// Custom fields are taken and dropped.
  package var dropsCustomFields = false
  /// Notes are cut at so many characters without a word.
  package var cutsNotesAt: Int?
  package var bulkValidates = false
  package var bulkOnTasks = false
  package var hasBulk = true

  // Q13: limits
  package var pathLimit: Int?
  package var authLimit: Int?
  package var loginLimit: Int? = 10
  /// Requests an hour a user may make before 429.
  package var userLimit: Int?
  /// Says in every answer how many requests of `userLimit` are left, as `X-RateLimit-*`.
  package var tellsUserLimit = false
  package var retryAfterIsDate = false
  package var resetTimeInsteadOfRetryAfter = false

  // Q14: tokens
  package var accessSeconds: Int64 = 900
  package var refreshSeconds: Int64 = 604_800
  package var rotatesRefresh = true
  package var blacklistsRefresh = false
  package var wrongPasswordStatus = 400
  /// What a login must say under `code` besides the password.
  package var secondFactor: String?

  // Q15, Q16: transfer and schema
  package var hasExport = true
  package var importReportsErrorButInserts = false
  package var hasScoringModel = false
  package var schemaFailsWithToken = true

  // Q17, Q20: stamps
  package var bulkTouches = true
  package var stampOffsetMinutes = 0
  package var sendsEntityTags = false
  /// 412 for an `If-Match` that does not match.
  package var honoursIfMatch = false
  package var followsSlashlessWrites = false
  /// Ids come from a sequence per server that restarts here.
  package var firstID = 1

  package init() {}
}

/// The servers a client must work with.
package enum Personality: String, CaseIterable, Hashable, Sendable {
  case documented, firstPublished, newestPublished, repaired, honoursPageSize, strictLimits, hostile

  package var quirks: Quirks {
    var quirks = Quirks()
    switch self {
    case .documented: break
    case .firstPublished:
      quirks.createLead = .failsCommitted
      quirks.updateLead = .failsCommitted
      quirks.deleteLead = .failsUnwritten
      quirks.convert = .failsCommitted
      quirks.updateOpportunity = .failsUnwritten
      quirks.acceptsNullText = true
      quirks.unsetTextIsNull = true
      quirks.importReportsErrorButInserts = true
    case .newestPublished:
      quirks.createLead = .failsUnwritten
      quirks.createTask = .failsUnwritten
      quirks.opportunityNeedsBothDates = true
      quirks.updateOpportunity = .failsUnwritten
      quirks.convert = .failsUnwritten
      quirks.complete = .failsUnwritten
      quirks.pathLimit = 100
      quirks.authLimit = 20
      quirks.wrongPasswordStatus = 500
    case .repaired:
      quirks.moveOpportunity = .failsCommitted
      quirks.blacklistsRefresh = true
    case .honoursPageSize:
      quirks.honoursPageSize = true
      quirks.sendsEntityTags = true
      quirks.stampOffsetMinutes = -360
      quirks.listsAreWhole = true
      quirks.omitsNamesOfNobody = false
      quirks.pageBeyondEndIsEmpty = true
      quirks.bulkValidates = true
    case .strictLimits:
      quirks.pathLimit = 30
      quirks.authLimit = 20
      quirks.userLimit = 400
      quirks.accessSeconds = 120
      quirks.blacklistsRefresh = true
    case .hostile:
      quirks.honoursOrdering = false
      quirks.honoursSearch = false
      quirks.honoursFilters = false
      quirks.shufflesTies = true
      quirks.hasExport = false
      quirks.hasBulk = false
      quirks.hasConvert = false
      quirks.hasComplete = false
      quirks.cutsNotesAt = 40
      quirks.stampOffsetMinutes = 330
    }
    return quirks
  }
}
