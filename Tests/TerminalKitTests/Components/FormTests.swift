import Testing

@testable import TerminalKit

struct FormTests {
  private let statuses: [FormRow.Choice] = [
    .init("new", "New"), .init("contacted", "Contacted"), .init("qualified", "Qualified"), .init("lost", "Lost"),
  ]

  private func makeForm(focus: String? = nil) -> Form {
    Form(
      title: "New lead",
      sections: [
        FormSection(
          "Person",
          rows: [
            FormRow("first_name", label: "First name", value: "Ada", hint: "as on the card"),
            FormRow("last_name", label: "Last name", error: "is required"),
          ]),
        FormSection(
          "Deal",
          rows: [
            FormRow("status", label: "Status", kind: .choice(statuses), value: "new"),
            FormRow("is_hot", label: "Hot", kind: .toggle, value: "false"),
            FormRow("notes", label: "Notes", kind: .long(rows: 2), value: "Met at the expo"),
            FormRow("id", label: "Number", kind: .readOnly, value: "4711"),
          ]),
      ], focus: focus)
  }

  private func press(_ form: inout Form, _ keys: Key...) -> Form.Outcome {
    var outcome = Form.Outcome.ignored
    for key in keys { outcome = form.handle(key) }
    return outcome
  }

  @Test func labelsAndFieldsAreAligned() {
    var form = makeForm()
    let expected = """
       Person ───────────────────────────────
      ▸ First name  Ada
        Last name
                    ✗ is required

       Deal ─────────────────────────────────
        Status      New        ▾
        Hot         [ ] no
        Notes       Met at the expo

        Number      4711
        as on the card
      """
    #expect(frame(40, 12) { form.draw(on: &$0, in: $0.bounds) } == expected)
    #expect(form.cursorPoint == Point(17, 1))
  }

  @Test func wideScreensHaveTwoColumnsAndErrorsAtTheSide() {
    var form = makeForm()
    let wide = frame(160, 8) { form.draw(on: &$0, in: $0.bounds) }.split(separator: "\n")
    #expect(wide[1].contains("First name") && wide[1].contains("Last name"))
    let medium = frame(80, 12) { form.draw(on: &$0, in: $0.bounds) }.split(separator: "\n")
    #expect(medium[1].hasSuffix("as on the card"))
    #expect(medium[2].hasSuffix("✗ is required"))
  }

  @Test func tabsAndArrowsMoveOverWhatCanBeEdited() {
    var form = makeForm()
    _ = press(&form, .tab, .down, .down, .down)
    #expect(form.focusedKey == "notes")
    #expect(press(&form, .tab) == .moved)
    #expect(form.focusedKey == "first_name")
    _ = press(&form, .backTab)
    #expect(form.focusedKey == "notes")
    #expect(press(&form, .up) == .moved)
    #expect(form.focusedKey == "is_hot")
  }

  @Test func typingChangesTheValue() {
    var form = makeForm(focus: "last_name")
    #expect(press(&form, .character("L")) == .changed(key: "last_name"))
    #expect(form.values["last_name"] == "L")
    #expect(form.changedKeys == ["last_name"])
    #expect(press(&form, .escape) == .cancel(hasChanges: true))
    #expect(press(&form, .backspace, .escape) == .cancel(hasChanges: false))
  }

  @Test func choicesCycleAndAreFoundByTyping() {
    var form = makeForm(focus: "status")
    #expect(press(&form, .right) == .changed(key: "status"))
    #expect(form.values["status"] == "contacted")
    _ = press(&form, .left, .left)
    #expect(form.values["status"] == "lost")
    _ = press(&form, .character("q"), .character("u"))
    #expect(form.values["status"] == "qualified")
    _ = press(&form, .character("l"))
    #expect(form.values["status"] == "lost")
  }

  @Test func enterOpensTheChoicesBelowTheField() {
    var form = makeForm(focus: "status")
    #expect(press(&form, .enter) == .moved)
    let open = frame(60, 20) { form.draw(on: &$0, in: $0.bounds) }
    #expect(open.contains("┌─ Status"))
    #expect(open.contains("▸ New"))
    #expect(press(&form, .down, .enter) == .changed(key: "status"))
    #expect(form.values["status"] == "contacted")
    _ = press(&form, .enter, .escape)
    #expect(form.focusedKey == "status")
    #expect(press(&form, .escape) == .cancel(hasChanges: true))
  }

  @Test func togglesTurn() {
    var form = makeForm(focus: "is_hot")
    #expect(press(&form, .character(" ")) == .changed(key: "is_hot"))
    #expect(form.values["is_hot"] == "true")
    _ = press(&form, .character("n"))
    #expect(form.values["is_hot"] == "false")
  }

  @Test func notesTakeLinesAndGoToTheEditor() {
    var form = makeForm(focus: "notes")
    #expect(press(&form, .enter, .character("x")) == .changed(key: "notes"))
    #expect(form.values["notes"] == "Met at the expo\nx")
    #expect(press(&form, .control("e")) == .editExternally(key: "notes"))
    form.set("from the editor", for: "notes")
    #expect(form.changedKeys == ["notes"])
  }

  @Test func enterGoesOnAndSubmitsAtTheEnd() {
    var form = Form(sections: [FormSection(rows: [FormRow("a", label: "A"), FormRow("b", label: "B")])])
    #expect(press(&form, .enter) == .moved)
    #expect(press(&form, .enter) == .submit)
    #expect(press(&form, .control("s")) == .submit)
  }

  @Test func aTallFormScrollsToTheFocus() {
    let rows = (1...30).map { FormRow("k\($0)", label: "Field \($0)", value: "\($0)") }
    var form = Form(sections: [FormSection(rows: rows)], focus: "k20")
    let lines = frame(50, 6) { form.draw(on: &$0, in: $0.bounds) }.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("▸ Field 20") })
    #expect(form.cursorPoint != nil)
  }

  @Test func aClickFocuses() {
    var form = makeForm()
    _ = frame(40, 14) { form.draw(on: &$0, in: $0.bounds) }
    #expect(form.handle(.mouse(Mouse(.press, Point(14, 6)))) == .moved)
    #expect(form.focusedKey == "status")
    #expect(form.handle(.mouse(Mouse(.press, Point(14, 10)))) == .ignored)
    _ = form.handle(.mouse(Mouse(.press, Point(14, 1))))
    #expect(form.focusedKey == "first_name")
    #expect(form.cursorPoint == Point(14, 1))
  }

  @Test func errorsAreReplacedAndFocused() {
    var form = makeForm()
    form.setErrors(["notes": "too long"])
    #expect(form.focusFirstError() == true)
    #expect(form.focusedKey == "notes")
    form.setErrors([:])
    #expect(form.focusFirstError() == false)
  }

  @Test func aQuestionWithFieldsStandsInABox() {
    let reasons: [FormRow.Choice] = [.init("price", "Price"), .init("timing", "Timing")]
    let row = FormRow("reason", label: "Reason", kind: .choice(reasons), value: "price", hint: "why it was lost")
    var form = Form(title: "Mark lost", sections: [FormSection(rows: [row])])
    let expected = """
      ┌─ Mark lost ──────────────────────────┐
      │▸ Reason  Price      ▾                │
      │  why it was lost                     │
      └──────────────── ^S save  esc cancel ─┘

      """
    #expect(frame(40, 5) { form.drawBox(on: &$0, in: $0.bounds) } == expected)
  }

  @Test func choicesCanBeReplacedAndKeepTheValue() {
    var form = makeForm(focus: "status")
    form.setChoices([.init("won", "Won")], for: "status")
    #expect(form.values["status"] == "new")
    #expect(press(&form, .right) == .changed(key: "status"))
    #expect(form.values["status"] == "won")
  }

  @Test func aFormOfReadOnlyRowsStillCloses() {
    var form = Form(sections: [FormSection(rows: [FormRow("a", label: "A", kind: .readOnly, value: "x")])])
    #expect(form.focusedKey == nil)
    #expect(press(&form, .tab) == .ignored)
    #expect(press(&form, .character("x")) == .ignored)
    #expect(press(&form, .escape) == .cancel(hasChanges: false))
    var empty = Form(sections: [])
    #expect(press(&empty, .tab, .up, .enter) == .ignored)
  }
}
