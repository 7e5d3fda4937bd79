import CRMDomain
import CRMStore

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

  /// The form of a record that is there.
  static func form(_ kind: EntityKind, _ id: Int64, focus: String? = nil, _ session: Session) -> Effect {
    func form<R: Record>(_ type: R.Type) -> Effect {
      let record: R? = session.read { try $0.record(Identifier(id)) } ?? nil
      return record.map { .push(RecordFormScreen($0, focus: focus)) } ?? .toast("It is gone")
    }
    return form(kind.recordType)
  }

  static func page(_ kind: EntityKind, _ id: Int64) -> any Screen {
    func page<R: Record>(_ type: R.Type) -> any Screen { RecordPage<R>(Identifier(id)) }
    return page(kind.recordType)
  }
}
