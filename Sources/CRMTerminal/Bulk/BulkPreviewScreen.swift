import CRMDomain
import CRMStore
import TerminalKit

/// What a change of several records would do, counted before it is done: how many change, from what, and which stay.
@MainActor final class BulkPreviewScreen: Screen {
  let title: String
  let isOverlay = true
  let isTyping = true
  private let change: BulkChange
  private let ids: [Int64]
  private let then: Effect
  private var tally: BulkTally?
  private var isCounted = false
  private var entry: EntryContext?
  private var dialog: Dialog
  private let stop = CancelFlag()
  /// Fewer are counted before the question is shown.
  private static let atOnce = 1000

  /// `then` is carried out before the change, as leaving the form it comes from.
  init(_ change: BulkChange, _ ids: [Int64], _ subject: String, then: Effect = .handled) {
    self.change = change
    self.ids = ids
    self.then = then
    title = change.title(subject)
    dialog = Dialog(title: title, lines: [], buttons: [])
  }

  // MARK: Counting

  func load(_ session: Session, isChanged: Bool) {
    guard entry == nil else { return }
    entry = session.entry
    let work = BulkWork(change, context: session.bulkContext, store: session.store)
    guard ids.count > Self.atOnce else {
      do throws(StoreProblem) { receive(try work.tally(ids)) } catch { session.problem = error.sentence }
      return
    }
    rebuild()
    count(work, session)
  }

  private func count(_ work: BulkWork, _ session: Session) {
    let (ids, stop, worker) = (ids, stop, session.worker)
    worker.perform(.looking) { [weak self] in
      do throws(StoreProblem) {
        let tally = try work.tally(ids) { tally in
          worker.post { self?.note(tally) }
          return stop.isRaised
        }
        worker.post { self?.receive(tally) }
      } catch {
        worker.post { session.problem = error.sentence }
      }
    }
  }

  private func note(_ tally: BulkTally) {
    guard !isCounted else { return }
    self.tally = tally
    rebuild()
  }

  private func receive(_ tally: BulkTally?) {
    guard let tally else { return }
    self.tally = tally
    isCounted = true
    rebuild()
  }

  // MARK: The question

  private func rebuild() {
    let nothing = isCounted && tally?.changed == 0
    dialog = Dialog(
      title: title, lines: lines,
      buttons: nothing ? [.init("Close", key: "c")] : [.init(button, key: "d"), .init("Cancel", key: "c")],
      focus: dialog.focus)
  }

  private var button: String {
    if change.isTrashing { return "Delete" }
    guard isCounted, let tally else { return "Do it" }
    return "Do it for \(tally.changed.formatted(grouping: ","))"
  }

  private var lines: [Dialog.Line] {
    guard let tally else { return [.init("Counting …", role: .dim)] }
    var lines: [Dialog.Line] = []
    if !isCounted {
      let seen = tally.seen.formatted(grouping: ",")
      lines.append(.init("Counting … \(seen) of \(ids.count.formatted(grouping: ","))", role: .dim))
    }
    lines += counts(tally)
    lines += tally.before.filter { !$0.counts.isEmpty }.map { Dialog.Line(sentence($0)) }
    if ids.count > BulkWork.piece {
      lines.append(.init("It runs while you work on; J shows how far it is, and stops it.", role: .dim))
    }
    let note = change.isTrashing ? "They go to the trash; u takes them out again." : "u takes all of it back."
    if tally.changed > 0 || !isCounted { lines.append(.init(note, role: .dim)) }
    return lines
  }

  /// "1,100 change", "104 have it already", "3 stay: converted already".
  private func counts(_ tally: BulkTally) -> [Dialog.Line] {
    var rows = [(tally.changed, change.isTrashing ? "are deleted" : tally.changed == 1 ? "changes" : "change")]
    if tally.same > 0 { rows.append((tally.same, tally.same == 1 ? "has it already" : "have it already")) }
    for (reason, count) in tally.stays.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      rows.append((count, "\(count == 1 ? "stays" : "stay"): \(reason)"))
    }
    let gone = isCounted ? ids.count - tally.seen : 0
    if gone > 0 { rows.append((gone, gone == 1 ? "is gone" : "are gone")) }
    let texts = rows.map { ($0.0.formatted(grouping: ","), $0.1) }
    let width = texts.map { $0.0.count }.max() ?? 0
    return texts.enumerated().map { index, text in
      Dialog.Line(
        "\(TextWidth.padded(text.0, to: width, align: .right)) \(text.1)", role: index == 0 ? .strong : .dialog)
    }
  }

  /// "Status → contacted, from: 800 new, 300 qualified".
  private func sentence(_ before: BulkTally.Before) -> String {
    let ranked = before.counts.sorted {
      ($1.value, shown($0.key, before.info)) < ($0.value, shown($1.key, before.info))
    }
    var parts = ranked.prefix(5).map { "\($0.value.formatted(grouping: ",")) \(shown($0.key, before.info))" }
    let rest = ranked.dropFirst(5).reduce(before.others) { $0 + $1.value }
    if rest > 0 { parts.append("\(rest.formatted(grouping: ",")) others") }
    let new = before.shown.isEmpty ? "empty" : before.shown
    return "\(before.info.label) → \(new), from: \(parts.joined(separator: ", "))"
  }

  private func shown(_ value: FieldValue, _ info: FieldInfo) -> String {
    guard let entry, !value.isEmpty else { return "empty" }
    let text = FieldText.show(value, as: info, in: entry)
    return TextWidth.truncated(TextWidth.sanitised(text), to: 24)
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch dialog.handle(key) {
    case .ignored: return nil
    case .moved: return .handled
    case .pressed(0) where !(isCounted && tally?.changed == 0):
      stop.raise()
      return .several([.pop, then, .apply(change, ids, title: title)])
    case .cancelled, .pressed:
      stop.raise()
      return .pop
    }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    dialog.draw(on: &canvas, in: rect)
    return nil
  }
}

extension Session {
  /// What the rules of a bulk change go by.
  var bulkContext: BulkChange.Context { BulkChange.Context(now: now, calendar: calendar, stages: stages) }
}
