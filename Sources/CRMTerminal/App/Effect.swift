import CRMDomain
import CRMStore
import TerminalKit

/// What handling a key asks the program to do. Only `App.carryOut` does it.
@MainActor package indirect enum Effect {
  /// The key was used; draw again.
  case handled
  case push(any Screen)
  /// Leaves the topmost screen.
  case pop
  case place(Place)
  /// Goes to a place and filters what it shows.
  case filter(Place, String)
  case open(EntityKind, Int64)
  case toast(String, Role = .toast)
  /// One operation of history; `then` follows when it is on the disk.
  case save(title: String, @Sendable (StoreWriter) throws -> Void, then: Effect = .handled)
  /// Sets the same fields in all of these records, as one operation that `.` can repeat elsewhere.
  case set([String: FieldValue], in: EntityKind, [Int64], title: String)
  /// What `.set` did last, now to these.
  case repeatLast(EntityKind, [Int64])
  /// What has to be looked up first.
  case with(@MainActor (Session) -> Effect)
  /// The same for many records: on the worker, with progress, as one operation.
  case bulk(title: String, total: Int, @Sendable (StoreWriter, _ isCancelled: (Int) -> Bool) throws -> Void)
  case undo, redo
  case revert(operation: Int64)
  case importFile(EntityKind, path: String)
  case export(ExportOrder)
  case cancelJob(Int)
  /// The text goes to the rep's editor; `then` gets what came back, unless nothing changed.
  case editExternally(String, then: (String) -> Effect)
  case copy(String)
  case perform(Command)
  case setTheme(String)
  /// Shows a theme without choosing it.
  case previewTheme(String)
  case setSetting(String, String?)
  case defineField(FieldInfo, of: EntityKind)
  /// Forgets or keeps what was typed into a form.
  case setDraft(String, [String: String]?)
  case loadDemo
  case several([Effect])
  case quit
}

/// The places on the number keys.
package enum Place: Int, CaseIterable, Hashable, Sendable {
  case today = 1, leads, contacts, pipeline, tasks, deals

  package var title: String {
    switch self {
    case .today: "Today"
    case .leads: "Leads"
    case .contacts: "Contacts"
    case .pipeline: "Pipeline"
    case .tasks: "Tasks"
    case .deals: "Deals"
    }
  }

  package init?(_ command: Command) {
    switch command {
    case .today: self = .today
    case .leads: self = .leads
    case .contacts: self = .contacts
    case .pipeline: self = .pipeline
    case .tasks: self = .tasks
    case .deals: self = .deals
    default: return nil
    }
  }
}
