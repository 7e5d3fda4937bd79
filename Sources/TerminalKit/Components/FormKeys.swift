extension Form {
  package mutating func handle(_ key: Key) -> Outcome {
    if dropDown != nil { return handleInDropDown(key) }
    switch key {
    case .control("s"): return .submit
    case .escape: return .cancel(hasChanges: hasChanges)
    case .tab: return moveFocus(by: 1, wrapping: true)
    case .backTab: return moveFocus(by: -1, wrapping: true)
    case .mouse(let mouse): return handle(mouse)
    default: return focusedKey == nil ? .ignored : handleInField(key)
    }
  }

  private mutating func handleInField(_ key: Key) -> Outcome {
    let outcome =
      switch entries[focus].field {
      case .text(let field): edit(field, key)
      case .long(let area): edit(area, key)
      case .choice(let value): choose(value, key)
      case .toggle(let isOn): toggle(isOn, key)
      case .readOnly: Outcome.ignored
      }
    return outcome == .ignored ? move(key) : outcome
  }

  private mutating func move(_ key: Key) -> Outcome {
    switch key {
    case .up: moveFocus(by: -1, wrapping: false)
    case .down: moveFocus(by: 1, wrapping: false)
    case .enter: moveFocus(by: 1, wrapping: false) == .ignored ? .submit : .moved
    case .pageUp: scrollFocus(by: -1)
    case .pageDown: scrollFocus(by: 1)
    default: .ignored
    }
  }

  private mutating func moveFocus(by step: Int, wrapping: Bool) -> Outcome {
    let count = entries.count
    let far = wrapping ? count - 1 : step > 0 ? count - 1 - focus : focus
    guard far > 0 else { return .ignored }
    for distance in 1...far {
      let index = ((focus + step * distance) % count + count) % count
      guard Self.isFocusable(entries[index]) else { continue }
      setFocus(index)
      return .moved
    }
    return .ignored
  }

  private mutating func scrollFocus(by pages: Int) -> Outcome {
    let rows = max(1, rect.rows - 1)
    let target = (layout.place(of: focus)?.field.row ?? 0) + pages * rows
    let reachable = layout.places.filter { Self.isFocusable(entries[$0.entry]) }
    let nearest = reachable.min { abs($0.field.row - target) < abs($1.field.row - target) }
    guard let nearest, nearest.entry != focus else { return .ignored }
    setFocus(nearest.entry)
    return .moved
  }

  private func changed() -> Outcome { .changed(key: entries[focus].row.key) }

  // MARK: Text

  private mutating func edit(_ field: TextField, _ key: Key) -> Outcome {
    var field = field
    let outcome = field.handle(key)
    entries[focus].field = .text(field)
    switch outcome {
    case .ignored: return .ignored
    case .moved: return .moved
    case .changed: return changed()
    }
  }

  private mutating func edit(_ area: TextArea, _ key: Key) -> Outcome {
    if key == .control("e") { return .editExternally(key: entries[focus].row.key) }
    var area = area
    let outcome = area.handle(key)
    entries[focus].field = .long(area)
    switch outcome {
    case .ignored: return .ignored
    case .moved: return .moved
    case .changed: return changed()
    }
  }

  // MARK: Choices

  var choices: [FormRow.Choice] {
    if case .choice(let choices) = entries[focus].row.kind { choices } else { [] }
  }

  private mutating func choose(_ value: String, _ key: Key) -> Outcome {
    switch key {
    case .left: return cycle(from: value, by: -1)
    case .right: return cycle(from: value, by: 1)
    case .enter: return openDropDown(value)
    case .character(" ") where typedAhead.isEmpty: return openDropDown(value)
    case .character(let letter): return typeAhead(letter)
    case .backspace:
      typedAhead = String(typedAhead.dropLast())
      return .moved
    default: return .ignored
    }
  }

  private mutating func pick(_ choice: FormRow.Choice) -> Outcome {
    guard entries[focus].field.value != choice.value else { return .moved }
    entries[focus].field = .choice(choice.value)
    return changed()
  }

  private mutating func cycle(from value: String, by step: Int) -> Outcome {
    let choices = self.choices
    guard !choices.isEmpty else { return .ignored }
    typedAhead = ""
    guard let index = choices.firstIndex(where: { $0.value == value }) else {
      return pick(choices[step > 0 ? 0 : choices.count - 1])
    }
    return pick(choices[(index + step + choices.count) % choices.count])
  }

  /// Takes the first choice that begins with what was typed, or else holds it; a letter that finds nothing starts anew.
  private mutating func typeAhead(_ letter: String) -> Outcome {
    for typed in [typedAhead + letter, letter] {
      let wanted = typed.lowercased()
      let labels = choices.map { $0.label.lowercased() }
      guard
        let index = labels.firstIndex(where: { $0.hasPrefix(wanted) })
          ?? labels.firstIndex(where: { $0.contains(wanted) })
      else { continue }
      typedAhead = typed
      return pick(choices[index])
    }
    typedAhead = ""
    return .moved
  }

  private mutating func openDropDown(_ value: String) -> Outcome {
    let choices = self.choices
    guard !choices.isEmpty else { return .ignored }
    let selected = choices.firstIndex { $0.value == value } ?? 0
    dropDown = Picker(title: entries[focus].row.label, items: choices.map { Picker.Item($0.label) }, selected: selected)
    return .moved
  }

  private mutating func handleInDropDown(_ key: Key) -> Outcome {
    guard let outcome = dropDown?.handle(key) else { return .ignored }
    switch outcome {
    case .picked(let index):
      dropDown = nil
      return pick(choices[index])
    case .cancelled: dropDown = nil
    case .ignored, .moved, .filterChanged, .refused: break
    }
    return .moved
  }

  // MARK: Toggles

  private mutating func toggle(_ isOn: Bool, _ key: Key) -> Outcome {
    let wanted: Bool
    switch key {
    case .character(" "), .left, .right: wanted = !isOn
    case .character("y"), .character("Y"): wanted = true
    case .character("n"), .character("N"): wanted = false
    default: return .ignored
    }
    entries[focus].field = .toggle(wanted)
    return wanted == isOn ? .moved : changed()
  }

  // MARK: Mouse

  private mutating func handle(_ mouse: Mouse) -> Outcome {
    switch mouse.action {
    case .wheelUp: return moveFocus(by: -1, wrapping: false)
    case .wheelDown: return moveFocus(by: 1, wrapping: false)
    case .press, .doubleClick: break
    case .release, .drag, .rightPress: return .ignored
    }
    let point = Point(mouse.point.column - rect.column, mouse.point.row - rect.row + top)
    guard rect.contains(mouse.point), let place = layout.places.first(where: { $0.contains(point) }),
      Self.isFocusable(entries[place.entry])
    else { return .ignored }
    let hadFocus = focus == place.entry
    setFocus(place.entry)
    return press(Mouse(.press, mouse.point), hadFocus: hadFocus)
  }

  /// A click focuses; a second one opens a choice or turns a toggle.
  private mutating func press(_ mouse: Mouse, hadFocus: Bool) -> Outcome {
    switch entries[focus].field {
    case .text(let field): _ = edit(field, .mouse(mouse))
    case .long(let area): _ = edit(area, .mouse(mouse))
    case .choice(let value): return hadFocus ? openDropDown(value) : .moved
    case .toggle(let isOn): return hadFocus ? toggle(isOn, .character(" ")) : .moved
    case .readOnly: break
    }
    return .moved
  }
}
