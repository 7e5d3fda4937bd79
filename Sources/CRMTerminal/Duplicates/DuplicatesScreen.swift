import CRMDomain
import CRMStore
import TerminalKit

/// Records that may be there twice: the clusters, why, and the records of one of them side by side.
@MainActor final class DuplicatesScreen<R: Record>: Screen {
  let contexts: [Context] = [.duplicates]
  let watches: Set<EntityKind> = [R.schema.kind]
  private let kind = R.schema.kind
  private var search = DuplicateSearch(R.schema.kind)
  private var table = Table(columns: [
    Table.Column("Who", minimum: 16, ideal: 30, weight: 2), Table.Column("How sure", minimum: 8, ideal: 12),
    Table.Column("Why", minimum: 16, ideal: 40, weight: 3),
  ])
  private var seen: [Int: ClusterView<R>] = [:]
  private(set) var missesRows = false

  var title: String { "Duplicates" }
  var status: String { search.isStale ? "changed since" : "" }

  private var clusters: [DuplicateCluster] { search.report?.clusters ?? [] }

  // MARK: Loading

  func load(_ session: Session, isChanged: Bool) {
    search.begin(session, isChanged: isChanged) { [weak self] in
      self?.seen = [:]
      self?.table.cursor.setCount(self?.clusters.count ?? 0)
    }
    if isChanged || seen.count > 2000 { seen = [:] }
    let wanted = Set(table.cursor.visible).union([table.cursor.selected]).filter(clusters.indices.contains)
    let missing = wanted.subtracting(seen.keys)
    guard !missing.isEmpty else { return }
    session.read { reader in
      let code = try reader.callingCode()
      for index in missing { seen[index] = try ClusterView(clusters[index], reader, code) }
    }
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    switch table.handle(key) {
    case .moved: .handled
    case .opened: perform(.merge)
    case .ignored, .titleClicked: nil
    }
  }

  func perform(_ command: Command) -> Effect? {
    switch command {
    case .back, .quit:
      search.cancel()
      return .pop
    case .merge: return withSelected { .push(MergeScreen<R>(Array($0.aliveIDs.prefix(Merge<R>.most)))) }
    case .keepApart: return withSelected(keepApart)
    case .open: return withSelected(open)
    case .nextSection:
      search.cancel()
      return .several([.pop, .push(kind == .lead ? DuplicatesScreen<Contact>() : DuplicatesScreen<Lead>())])
    case .lookAgain:
      search.lookAgain()
      return .handled
    default: return nil
    }
  }

  func disabledReason(_ command: Command) -> String? {
    switch command {
    case .merge, .keepApart, .open: clusters.isEmpty ? "There are no duplicates here" : nil
    default: nil
    }
  }

  private func withSelected(_ effect: (ClusterView<R>) -> Effect) -> Effect {
    guard let view = seen[table.cursor.selected] else { return .toast("There are no duplicates here") }
    return view.aliveIDs.count > 1 ? effect(view) : .toast("Done already: only one of them is left")
  }

  private func keepApart(_ view: ClusterView<R>) -> Effect {
    let (kind, ids) = (kind, view.aliveIDs)
    return .save(title: "\(view.caption) are not duplicates") { try $0.keepApart(kind, ids) }
  }

  private func open(_ view: ClusterView<R>) -> Effect {
    let (kind, records) = (kind, view.records)
    return .push(
      PickerScreen("Open", records.map { Picker.Item($0.title, detail: $0["company_name"].text ?? "") }) {
        .open(kind, records[$0].id.rawValue)
      })
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let (bar, rest) = rect.split(top: 1)
    canvas.fill(rest)
    drawBar(on: &canvas, in: bar)
    guard !clusters.isEmpty else {
      drawNone(on: &canvas, in: rest)
      return nil
    }
    let (list, detail) = rest.split(top: max(4, min(clusters.count + 1, rest.rows * 9 / 20)))
    drawList(on: &canvas, in: list)
    guard let view = seen[table.cursor.selected] else { return nil }
    drawDetail(view, on: &canvas, in: detail, session)
    return nil
  }

  private func drawBar(on canvas: inout Canvas, in rect: Rect) {
    canvas.hline(at: rect.origin, columns: rect.columns)
    let many = FieldInfo.label(for: Counted.many(kind))
    canvas.put(" Duplicates \(canvas.glyph(.dash)) \(many) ", at: Point(rect.column + 1, rect.row), role: .title)
    let text = " \(search.isBusy ? search.progressText : countText) "
    let width = TextWidth.width(of: text)
    guard width < rect.columns - 24 else { return }
    canvas.put(text, at: Point(rect.endColumn - width - 1, rect.row), role: search.isBusy ? .info : .title)
  }

  private var countText: String {
    guard let report = search.report else { return "" }
    let count = report.clusters.count
    return "\(count.formatted(grouping: ",")) \(count == 1 ? "group" : "groups") in \(Counted.text(report.count, kind))"
  }

  private func drawNone(on canvas: inout Canvas, in rect: Rect) {
    let point = Point(rect.column + 3, rect.row + 2)
    guard let report = search.report else {
      canvas.put(search.progressText, at: point, role: .dim)
      return
    }
    canvas.put("No duplicates among \(Counted.text(report.count, kind)).", at: point)
    let other = kind == .lead ? "contacts" : "leads"
    canvas.put("tab looks among the \(other).", at: Point(point.column, point.row + 1), role: .dim)
  }

  private func drawList(on canvas: inout Canvas, in rect: Rect) {
    let ascii = canvas.ascii
    missesRows = false
    table.draw(on: &canvas, in: rect) { [clusters, seen] index in
      guard let view = seen[index] else {
        missesRows = missesRows || clusters.indices.contains(index)
        return nil
      }
      let strength = clusters[index].strength
      let bar = TextWidth.padded(Bars.horizontal(Double(strength.percent) / 100, columns: 3, ascii: ascii), to: 3)
      let role: Role = !strength.isStrong ? .dim : strength.percent >= 90 ? .hot : .text
      let why = view.isSettled ? "done" : view.why
      return Table.Row([
        .init(view.caption, role: view.isSettled ? .dim : .text), .init("\(bar) \(strength.word)", role: role),
        .init(why, role: view.isSettled ? .good : .text),
      ])
    }
  }

  private func drawDetail(_ view: ClusterView<R>, on canvas: inout Canvas, in rect: Rect, _ session: Session) {
    let (line, rest) = rect.split(top: 1)
    canvas.hline(at: line.origin, columns: line.columns)
    let first = view.reasons.first?.sentence ?? "only one of them is left"
    canvas.put(
      TextWidth.truncated(" \(first) ", to: max(0, line.columns - 4)), at: Point(line.column + 2, line.row),
      role: .title)
    let more = view.reasons.dropFirst().map(\.sentence)
    let room = rest.rows > 6 ? min(more.count, 3) : 0
    let (top, below) = rest.split(top: room)
    for (index, sentence) in more.prefix(room).enumerated() {
      canvas.put(sentence, at: Point(top.column + 3, top.row + index), role: .dim, width: max(0, top.columns - 4))
    }
    RecordGrid(view.merge, session, showsPicks: false).draw(on: &canvas, in: below, first: 0, selected: nil, column: 0)
  }
}

/// One cluster as it is by now.
@MainActor struct ClusterView<R: Record> {
  let records: [R]
  let reasons: [DuplicateReason]
  let merge: Merge<R>
  private let count: Int

  /// Of a crowd the first few are shown.
  init(_ cluster: DuplicateCluster, _ reader: StoreReader, _ callingCode: String) throws {
    let alive = try cluster.ids.prefix(200).filter { try reader.isAlive(R.schema.kind, $0) }
    let records: [R] = try reader.records(alive)
    let apart = try reader.apart(R.schema.kind)
    reasons = DuplicatePair.reasons(
      among: records.prefix(Merge<R>.most).map { Identity($0, callingCode: callingCode) }, apart: apart)
    self.records = records
    count = alive.count + max(0, cluster.ids.count - 200)
    merge = Merge(Array(records.prefix(Merge<R>.most)), customFields: try reader.customFields(of: R.schema.kind))
  }

  var aliveIDs: [Int64] { records.map(\.id.rawValue) }
  var isSettled: Bool { records.count < 2 || reasons.isEmpty }

  /// "same e-mail, same phone".
  var why: String {
    var labels: [String] = []
    for reason in reasons where !labels.contains(reason.label) { labels.append(reason.label) }
    return labels.joined(separator: ", ")
  }

  /// "Ada Lovelace, A. Lovelace", or "Ada Lovelace and 11 others".
  var caption: String {
    let names = records.prefix(2).map { $0.title.isEmpty ? "(no name)" : $0.title }
    guard count > 2, let first = names.first else {
      return names.joined(separator: ", ")
    }
    return "\(first) and \(count - 1) others"
  }
}
