import CRMDomain
import CRMStore
import Foundation
import TerminalKit

/// What a list or a board offers to export.
@MainActor struct ExportOffer {
  let kind: EntityKind
  /// What the records are called, for the dialog and the file: "leads", "Sales".
  let name: String
  let marked: [Int64]
  let shown: ListQuery
  /// nil while they are still being counted.
  let shownCount: Int?
  let everything: ListQuery
  let total: Int?
  /// The fields the list shows, the name's first; empty where nothing is shown in columns.
  let columns: [String]

  /// The fields that make a record's name.
  static func nameFields(_ kind: EntityKind) -> [String] {
    ["first_name", "last_name", "name", "title", "subject"].filter { kind.field($0) != nil }
  }
}

/// Asks which records are exported, as what, with which fields, and to which file.
@MainActor final class ExportScreen: Screen {
  let title = "Export"
  let isOverlay = true
  let isTyping = true
  let status = "enter on the file writes it"
  private let offer: ExportOffer
  private var form: Form

  private enum Row { static let (records, format, columns, file) = ("records", "format", "columns", "file") }

  init(_ offer: ExportOffer, today: Day) {
    self.offer = offer
    let scopes = Self.scopes(offer)
    let formats = ExportFormat.all(of: offer.kind).map { FormRow.Choice($0.rawValue, $0.label) }
    let columns =
      [FormRow.Choice("all", "every field")] + (offer.columns.isEmpty ? [] : [.init("shown", "those shown")])
    let rows = [
      FormRow(Row.records, label: "Records", kind: .choice(scopes), value: scopes.first?.value ?? ""),
      FormRow(Row.format, label: "As", kind: .choice(formats), value: formats.first?.value ?? ""),
      FormRow(
        Row.columns, label: "Fields", kind: .choice(columns), value: "all",
        hint: "Every field can be imported again without loss."),
      FormRow(
        Row.file, label: "File", value: Self.fileName(offer.name, today),
        hint: "In this shell's folder; ~ is home."),
    ]
    form = Form(title: "Export \(Counted.many(offer.kind))", sections: [FormSection(rows: rows)], focus: Row.file)
  }

  private static func scopes(_ offer: ExportOffer) -> [FormRow.Choice] {
    func counted(_ words: String, _ count: Int?) -> String {
      count.map { "\(words) (\($0.formatted(grouping: ",")))" } ?? words
    }
    let marked = offer.marked.isEmpty ? [] : [FormRow.Choice("marked", counted("the marked", offer.marked.count))]
    return marked + [
      FormRow.Choice("shown", counted("what is shown", offer.shownCount)),
      FormRow.Choice("everything", counted("everything", offer.total)),
    ]
  }

  /// `leads-2026-11-22.csv`.
  private static func fileName(_ name: String, _ today: Day) -> String {
    let words = SearchText.fold(name).split { !$0.isLetter && !$0.isNumber }
    return "\(words.joined(separator: "-"))-\(today.iso).csv"
  }

  func handle(_ key: Key) -> Effect? {
    switch form.handle(key) {
    case .ignored: return nil
    case .moved, .editExternally: return .handled
    case .changed(let key):
      form.setError(nil, for: key)
      if key == Row.format { renameFile() }
      return .handled
    case .cancel: return .pop
    case .submit: return write()
    }
  }

  /// The file's ending follows the format.
  private func renameFile() {
    let (path, format) = (form.values[Row.file] ?? "", format)
    let ending = (path as NSString).pathExtension
    guard ExportFormat.allCases.contains(where: { $0.ending == ending }) else { return }
    form.set("\((path as NSString).deletingPathExtension).\(format.ending)", for: Row.file)
  }

  private var format: ExportFormat { form.values[Row.format].flatMap(ExportFormat.init(rawValue:)) ?? .csv }

  private func write() -> Effect {
    let path = (form.values[Row.file] ?? "").trimmed
    guard !path.isEmpty else {
      form.setError("Name a file", for: Row.file)
      form.focusFirstError()
      return .handled
    }
    let place = URL(fileURLWithPath: FilePath.expanded(path)).standardizedFileURL.path
    let order = ExportOrder(kind: offer.kind, scope: scope, format: format, columns: columns, path: place)
    return .with { _ in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), !isFolder.boolValue else {
        return .several([.pop, .export(order)])
      }
      return .push(
        ConfirmScreen(
          "Replace the file?", [FilePath.short(place), "It is replaced once the new one is whole."], "Replace", key: "r"
        ) {
          .several([.pop, .export(order)])
        })
    }
  }

  private var scope: ExportOrder.Scope {
    switch form.values[Row.records] {
    case "marked": .records(offer.marked)
    case "everything": .matches(offer.everything)
    default: .matches(offer.shown)
    }
  }

  private var columns: [String]? { form.values[Row.columns] == "shown" && format.hasColumns ? offer.columns : nil }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    form.drawBox(on: &canvas, in: rect)
    return form.cursorPoint
  }
}
