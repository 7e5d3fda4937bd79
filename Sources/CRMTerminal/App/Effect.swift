import CRMDomain
import CRMStore
import CRMSync
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
  /// Goes to a place and opens one of its views.
  case view(Place, String)
  case open(EntityKind, Int64)
  case toast(String, Role = .toast)
  /// One operation of history; `then` follows when it is on the disk.
  case save(title: String, @Sendable (StoreWriter) throws -> Void, then: Effect = .handled)
  /// The same change of all of these records, which `.` can repeat elsewhere. Where they are several it is counted and
  /// shown first. `subject` is what they are called.
  case change(BulkChange, [Int64], subject: String)
  /// A change that was looked at: one operation, at once where the records are few, as a job where they are many.
  case apply(BulkChange, [Int64], title: String)
  /// What was changed last, now in these.
  case repeatLast(EntityKind, [Int64], subject: String)
  /// What has to be looked up first.
  case with(@MainActor (Session) -> Effect)
  /// The same for record after record, as one operation; on the worker, with progress, where they are many.
  case each(title: String, [Int64], @Sendable (StoreWriter, Int64) throws -> Void)
  case undo, redo
  /// Asks, with what it would do, and takes an operation of history back, or does it again if it is undone.
  case revert(Operation)
  /// The same without asking.
  case replay(Operation)
  /// Opens the import of records of a kind; nil for the kind the place shows.
  case importRecords(EntityKind?)
  /// Begins the import that is prepared there.
  case startImport(ImportDesk)
  /// Goes on with an import that stopped before its end.
  case resumeImport(Int64, title: String)
  /// Takes a whole import back.
  case revertImport(Int64, title: String)
  /// Keeps a plan for files with the same columns.
  case saveMapping(String, ImportPlan, header: [String])
  case pauseJob(Int)
  case resumeJob(Int)
  case export(ExportOrder)
  /// Asks what becomes of what is done already, where that can be chosen.
  case cancelJob(Int)
  case stopJob(Int, BulkVerdict)
  /// Ends an import; what it wrote stays or goes.
  case stopImport(Int, keeps: Bool)
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
  /// What is neither journaled nor told.
  case settle(@Sendable (StoreWriter) throws -> Void)
  /// A round with the server, on a thread of its own.
  case synchronise(RoundOptions)
  case changeSync((inout SyncProfile.Settings) -> Void)
  /// `forgets` also what is known of the server.
  case logOut(forgets: Bool)
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

  /// What is listed there; nil where it is not one kind.
  package var kind: EntityKind? {
    switch self {
    case .today: nil
    case .leads: .lead
    case .contacts: .contact
    case .pipeline, .deals: .opportunity
    case .tasks: .task
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
