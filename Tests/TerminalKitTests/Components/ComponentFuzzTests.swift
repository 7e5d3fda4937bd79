import Testing

@testable import TerminalKit

/// Every component, whatever is typed at it and however little room it has.
struct ComponentFuzzTests {
  private struct Subject {
    let name: String
    let handle: (Key) -> Void
    let draw: (inout Canvas, Rect) -> Void
  }

  /// Keeps a value alive between keys and frames.
  private final class Box<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
  }

  private func subjects(_ texts: [String]) -> [Subject] {
    let text = texts.first ?? ""
    return [
      table(texts), field(text), area(texts), form(texts), picker(texts), dialog(texts), help(texts), bars(texts),
    ]
  }

  private func table(_ texts: [String]) -> Subject {
    let columns = texts.map { Table.Column($0, ideal: 9, weight: 1, align: .right, sortMark: .up) }
    let box = Box(Table(columns: columns, count: 40))
    return Subject(name: "table", handle: { _ = box.value.handle($0) }) { canvas, rect in
      box.value.draw(on: &canvas, in: rect) { row in
        row % 7 == 3 ? nil : Table.Row(texts.map { Table.CellText($0) }, isMarked: row % 3 == 0)
      }
    }
  }

  private func field(_ text: String) -> Subject {
    let box = Box(TextField(text, placeholder: text))
    box.value.errorRange = 1..<3
    return Subject(name: "field", handle: { _ = box.value.handle($0) }) { canvas, rect in
      box.value.draw(on: &canvas, in: rect)
      expectInside(box.value.cursorPoint, rect)
    }
  }

  private func area(_ texts: [String]) -> Subject {
    let box = Box(TextArea(texts.joined(separator: "\n")))
    return Subject(name: "area", handle: { _ = box.value.handle($0) }) { canvas, rect in
      box.value.draw(on: &canvas, in: rect)
      expectInside(box.value.cursorPoint, rect)
    }
  }

  private func form(_ texts: [String]) -> Subject {
    let kinds: [FormRow.Kind] = [
      .text, .long(rows: 3), .choice(texts.map { .init($0, $0) }), .toggle, .readOnly, .choice([]),
    ]
    let rows = kinds.enumerated().map { index, kind in
      let text = texts[index % texts.count]
      return FormRow("k\(index)", label: text, kind: kind, value: text, hint: text, error: index % 2 == 0 ? text : nil)
    }
    let box = Box(Form(title: texts[0], sections: texts.prefix(2).map { FormSection($0, rows: rows) }))
    return Subject(name: "form", handle: { _ = box.value.handle($0) }) { canvas, rect in
      if texts.count > 3 { box.value.drawBox(on: &canvas, in: rect) } else { box.value.draw(on: &canvas, in: rect) }
      if box.value.dropDown == nil, let point = box.value.cursorPoint { expectInside(point, rect) }
    }
  }

  private func picker(_ texts: [String]) -> Subject {
    let items = (texts + texts).map { Picker.Item($0, detail: $0, keyHint: $0, disabledReason: $0.isEmpty ? $0 : nil) }
    let box = Box(Picker(title: texts[0], items: items, selected: 3, placeholder: texts[0]))
    return Subject(name: "picker", handle: { _ = box.value.handle($0) }) { box.value.draw(on: &$0, in: $1) }
  }

  private func dialog(_ texts: [String]) -> Subject {
    let buttons = texts.prefix(3).map { Dialog.Button($0, key: $0.first ?? "x") }
    let box = Box(Dialog(title: texts[0], lines: texts.map { Dialog.Line($0, role: .bad) }, buttons: buttons, focus: 2))
    return Subject(name: "dialog", handle: { _ = box.value.handle($0) }) { box.value.draw(on: &$0, in: $1) }
  }

  private func help(_ texts: [String]) -> Subject {
    let rows = texts.map { HelpView.Row(key: $0, title: $0, description: $0) }
    let box = Box(HelpView(title: texts[0], sections: texts.prefix(3).map { HelpView.Section($0, rows: rows) }))
    return Subject(name: "help", handle: { _ = box.value.handle($0) }) { box.value.draw(on: &$0, in: $1) }
  }

  private func view(_ texts: [String]) -> Subject {
    let view = Box(TextView(texts.map { .init([Span($0), Span($0, role: .bad)], hangingIndent: $0.count) }))
    let completions = Box(Completions(texts.map { .init($0, detail: $0) }))
    let handle: (Key) -> Void = {
      _ = view.value.handle($0)
      _ = completions.value.handle($0)
    }
    return Subject(name: "view", handle: handle) { canvas, rect in
      view.value.draw(on: &canvas, in: rect)
      completions.value.draw(on: &canvas, below: Point(texts.count, texts[0].count), in: rect)
      NextKeys(title: texts[0], hints: texts.map { .init($0, $0) }).draw(on: &canvas, in: rect)
    }
  }

  private func bars(_ texts: [String]) -> Subject {
    let tabs = Tabs(
      programName: texts[0], places: texts.map { Tabs.Place($0) }, active: 1,
      status: texts.map { Tabs.Status($0, priority: $0.count) })
    let footer = Footer(text: texts[0], hints: texts.map { Footer.Hint($0, $0, priority: $0.count) })
    let jobs = JobStrip(texts.map { JobStrip.Job($0, done: .max, total: 3, perSecond: .infinity, secondsLeft: .min) })
    let chart = BarChart(texts.enumerated().map { BarChart.Bar($1, value: Double($0), text: $1) })
    return Subject(name: "bars", handle: { _ in }) { canvas, rect in
      jobs.draw(on: &canvas, in: rect)
      chart.draw(on: &canvas, in: rect)
      tabs.draw(on: &canvas, in: rect)
      footer.draw(on: &canvas, in: rect.split(bottom: 1).bottom)
      Toast(texts[0], role: .bad).draw(on: &canvas, in: rect)
    }
  }

  private func expectInside(_ point: Point?, _ rect: Rect) {
    #expect(point.map { rect.contains($0) } ?? rect.isEmpty, "cursor \(String(describing: point)) in \(rect)")
  }

  @Test func randomKeysInRandomRoomNeverTrapNorMisdraw() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = Seeded(seed)
    for _ in 0..<60 {
      let texts = (0..<Int.random(in: 1...7, using: &random)).map { _ in Self.text(using: &random) }
      for subject in subjects(texts) { play(subject, seed: seed, using: &random) }
    }
  }

  private func play(_ subject: Subject, seed: UInt64, using random: inout Seeded) {
    for _ in 0..<12 {
      var canvas = Canvas(size: Size(.random(in: 0...90, using: &random), .random(in: 0...16, using: &random)))
      canvas.ascii = Bool.random(using: &random)
      let whole = Bool.random(using: &random)
      let rect =
        whole
        ? canvas.bounds
        : Rect(
          .random(in: -5...50, using: &random), .random(in: -3...10, using: &random),
          .random(in: 0...70, using: &random), .random(in: 0...14, using: &random))
      subject.draw(&canvas, rect)
      #expect(violations(of: canvas).isEmpty, "\(subject.name) seed \(seed)")
      #expect(isUntouched(canvas, outside: rect), "\(subject.name) seed \(seed)")
      for _ in 0..<4 { subject.handle(Self.key(using: &random)) }
    }
  }

  private func isUntouched(_ canvas: Canvas, outside rect: Rect) -> Bool {
    (0..<canvas.size.rows).allSatisfy { row in
      (0..<canvas.size.columns).allSatisfy { rect.contains(Point($0, row)) || canvas[$0, row] == Cell() }
    }
  }

  private static func text(using random: inout Seeded) -> String {
    String(hostileTexts.randomElement(using: &random)?.prefix(300) ?? "")
  }

  private static func key(using random: inout Seeded) -> Key {
    let plain: [Key] = [
      .enter, .escape, .tab, .backTab, .backspace, .delete, .insert, .up, .down, .left, .right, .home, .end, .pageUp,
      .pageDown, .shiftLeft, .function(3), .focusIn,
    ]
    let point = Point(.random(in: -3...90, using: &random), .random(in: -3...18, using: &random))
    let actions: [Mouse.Action] = [.press, .release, .drag, .doubleClick, .wheelUp, .wheelDown, .rightPress]
    let letter = "abefkuwdghns/ ?y\u{7F}".randomElement(using: &random) ?? "a"
    switch Int.random(in: 0...6, using: &random) {
    case 0: return .control(letter)
    case 1: return .alt(letter)
    case 2: return .mouse(Mouse(actions.randomElement(using: &random) ?? .press, point))
    case 3: return .character(String(letter))
    case 4: return .paste(text(using: &random))
    default: return plain.randomElement(using: &random) ?? .enter
    }
  }
}
