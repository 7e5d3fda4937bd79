import CRMDomain
import CRMStore
import TerminalKit

/// Who a new record may be already: look at them, merge into one, or make the new one anyway.
@MainActor final class DuplicateOfferScreen: Screen {
  struct Offer {
    let kind: EntityKind
    let id: Int64
    let caption: String
    let reasons: [String]
    /// Nil where the kinds differ.
    let merge: Effect?
  }

  let title = "Already here?"
  let isOverlay = true
  let isTyping = true
  let status = "↑↓ choose  o open  m merge  c create anyway  esc back"
  private let offers: [Offer]
  private let create: Effect
  private var selected = 0
  private var rows: [Rect] = []

  init(_ offers: [Offer], create: Effect) {
    self.offers = offers
    self.create = create
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch key {
    case .up, .character("k"), .backTab: move(-1)
    case .down, .character("j"), .tab: move(1)
    case .enter, .character("o"): .open(offers[selected].kind, offers[selected].id)
    case .character("m"): merge()
    case .character("c"): .several([.pop, create])
    case .escape: .pop
    case .mouse(let mouse): click(mouse)
    default: nil
    }
  }

  private func move(_ step: Int) -> Effect {
    selected = min(max(0, selected + step), offers.count - 1)
    return .handled
  }

  private func merge() -> Effect {
    let offer = offers[selected]
    return offer.merge ?? .toast("A \(Counted.one(offer.kind)) is another kind of record: open it, or convert the lead")
  }

  private func click(_ mouse: Mouse) -> Effect? {
    guard mouse.action == .press || mouse.action == .doubleClick,
      let row = rows.firstIndex(where: { $0.contains(mouse.point) })
    else { return nil }
    selected = row
    return mouse.action == .doubleClick ? handle(.enter) : .handled
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let columns = min(76, rect.columns)
    let wanted = 4 + offers.count * 2
    let box = Rect(
      rect.column + (rect.columns - columns) / 2, rect.row + max(0, (rect.rows - wanted) / 3), columns,
      min(wanted, rect.rows))
    canvas.fill(box, role: .dialog)
    canvas.box(
      box, role: .borderFocused, title: offers.count == 1 ? "This may be here already" : "These may be the same")
    let inside = box.inset(by: 2, 1)
    let (foot, body) = inside.split(bottom: min(2, inside.rows))
    rows = []
    let room = max(1, body.rows / 2)
    let first = max(0, min(selected - room + 1, offers.count - room))
    for (line, index) in offers.indices.dropFirst(max(0, first)).prefix(room).enumerated() {
      draw(index, on: &canvas, in: Rect(body.column, body.row + line * 2, body.columns, 2))
    }
    drawKeys(on: &canvas, in: foot)
    return nil
  }

  private func draw(_ index: Int, on canvas: inout Canvas, in rect: Rect) {
    rows.append(rect)
    let offer = offers[index]
    let isSelected = index == selected
    if isSelected { canvas.put(canvas.glyph(.cursor), at: rect.origin, role: .strong) }
    let text = "\(offer.caption)  (\(Counted.one(offer.kind)))"
    canvas.put(
      text, at: Point(rect.column + 2, rect.row), role: isSelected ? .selected : .dialog,
      width: max(0, rect.columns - 2))
    canvas.put(
      offer.reasons.joined(separator: ", "), at: Point(rect.column + 4, rect.row + 1), role: .dim,
      width: max(0, rect.columns - 4))
  }

  private func drawKeys(on canvas: inout Canvas, in rect: Rect) {
    let row = rect.endRow - 1
    var column = rect.column
    for (key, word) in [("o", "open"), ("m", "merge"), ("c", "create anyway"), ("esc", "back")] {
      guard column + TextWidth.width(of: key + word) + 1 <= rect.endColumn else { break }
      column += canvas.put(key, at: Point(column, row), role: .key) + 1
      column += canvas.put(word, at: Point(column, row), role: .dialog) + 3
    }
  }
}

/// What is found when a new record is about to be made.
@MainActor enum DuplicateOffers {
  /// Those `record` may be, of its own kind and the other, as offers; empty if it is new.
  static func offers<R: Record>(for record: R, _ session: Session, merged: Effect) -> [DuplicateOfferScreen.Offer] {
    let own = session.read { try $0.near(record, limit: 4) } ?? []
    let offers = own.map { match in
      offer(match, merge: .push(MergeScreen<R>([match.record.id.rawValue], typed: record, then: merged)))
    }
    return offers
      + (R.schema.kind == .lead ? others(record, Contact.self, session) : others(record, Lead.self, session))
  }

  private static func others<R: Record, Other: Record>(
    _ record: R, _ type: Other.Type, _ session: Session,
  ) -> [DuplicateOfferScreen.Offer] {
    let matches = session.read { reader in
      let identity = Identity(record, callingCode: try reader.callingCode(), isOfAnotherKind: true)
      return try reader.near(identity, among: Other.self, limit: 2)
    }
    return (matches ?? []).map { offer($0, merge: nil) }
  }

  /// The names stand above it already.
  private static func reason(_ reason: DuplicateReason) -> String {
    switch reason {
    case .email, .phone: reason.sentence
    case .nameAndCompany, .almost, .name: reason.label
    }
  }

  private static func offer<R: Record>(_ match: DuplicateMatch<R>, merge: Effect?) -> DuplicateOfferScreen.Offer {
    let company = match.record["company_name"].text
    return DuplicateOfferScreen.Offer(
      kind: R.schema.kind, id: match.record.id.rawValue,
      caption: [match.record.title, company ?? ""].filter { !$0.isEmpty }.joined(separator: ", "),
      reasons: match.pair.reasons.map(reason), merge: merge)
  }
}
