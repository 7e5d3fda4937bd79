import CRMDomain
import CRMStore
import TerminalKit

/// One form for many records: every field is kept unless something is put into it, and says where the records differ.
@MainActor final class BulkFormScreen<R: Record>: Screen {
  let title: String
  let isTyping = true
  let isOverlay = true
  var status: String { form.focusedError ?? "Tab next  ^S preview  Esc cancel" }
  private let ids: [Int64]
  private let subject: String
  private var form = Form(sections: [])
  private var rows: [BulkFormRow] = []
  private var entry: EntryContext?
  private var stages: [Stage] = []
  /// Records that are looked at for what they have in common.
  private static var looked: Int { 2000 }

  init(_ ids: [Int64]) {
    self.ids = ids
    subject = Counted.text(ids.count, R.schema.kind)
    title = "Change \(subject)"
  }

  // MARK: Building

  func load(_ session: Session, isChanged: Bool) {
    guard entry == nil else { return }
    let entry = session.entry
    self.entry = entry
    let records: [R] = session.read { try $0.records(ids.prefix(Self.looked)) } ?? []
    let board = (records.first as? Opportunity)?.board ?? session.boards.first?.id
    stages = session.stages(of: board)
    let fields = session.fields(of: R.schema.kind).filter { info in
      !info.isReadOnly && info.kind != .customFields && info.name != "board"
    }
    rows = fields.flatMap { info -> [BulkFormRow] in
      let common = BulkFormRow.summary(records.map { $0[info] }, info, entry, isPart: ids.count > records.count)
      return info.kind == .tags
        ? [BulkFormRow(info, .addTags, common), BulkFormRow(info, .removeTags, common)]
        : [BulkFormRow(info, .set, common)]
    }
    let (own, custom) = (rows.filter { !$0.info.isCustom }, rows.filter(\.info.isCustom))
    var sections = [FormSection(rows: own.map { $0.formRow(session, stages) })]
    if !custom.isEmpty {
      sections.append(FormSection("Custom fields", rows: custom.map { $0.formRow(session, stages) }))
    }
    form = Form(title: title, sections: sections, focus: R.schema.kind == .opportunity ? "stage" : "status")
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch form.handle(key) {
    case .ignored: return nil
    case .moved, .editExternally: return .handled
    case .changed(let key):
      form.setError(nil, for: key)
      return .handled
    case .cancel: return .pop
    case .submit: return submit()
    }
  }

  private func submit() -> Effect {
    guard let entry else { return .handled }
    let values = form.values
    var edits: [BulkChange.Edit] = []
    var errors: [String: String] = [:]
    for row in rows {
      guard let text = values[row.key], !text.trimmed.isEmpty else { continue }
      do throws(FieldProblem) {
        edits.append(try row.edit(text, entry, stages, lostReason: values["lost_reason"] ?? ""))
      } catch {
        errors[row.key] = error.message
      }
    }
    form.setErrors(errors)
    guard errors.isEmpty else {
      _ = form.focusFirstError()
      return .toast(
        errors.count == 1 ? "One field needs another look" : "\(errors.count) fields need another look", .bad)
    }
    guard !edits.isEmpty else { return .toast("Everything is kept: put something into a field first") }
    return .push(BulkPreviewScreen(BulkChange(R.schema.kind, edits), ids, subject, then: .pop))
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let columns = min(rect.columns, 130)
    let box = Rect(rect.column + (rect.columns - columns) / 2, rect.row, columns, rect.rows)
    canvas.fill(box, role: .text)
    canvas.box(box, role: .borderFocused, title: title)
    form.draw(on: &canvas, in: box.inset(by: 2, 1))
    return form.cursorPoint
  }
}
