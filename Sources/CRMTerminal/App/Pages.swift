import CRMDomain

/// Which screen shows a place or a record.
@MainActor enum Pages {
  static func screen(_ place: Place) -> any Screen {
    switch place {
    case .today: TodayScreen()
    case .leads: RecordsScreen<Lead>()
    case .contacts: RecordsScreen<Contact>()
    case .pipeline: BoardScreen()
    case .tasks: RecordsScreen<CRMTask>()
    case .deals: RecordsScreen<Opportunity>()
    }
  }

  static func page(_ kind: EntityKind, _ id: Int64) -> any Screen {
    func page<R: Record>(_ type: R.Type) -> any Screen { RecordPage<R>(Identifier(id)) }
    return page(kind.recordType)
  }
}
