/// A whole `CSI` sequence: the numbers between ESC [ and its final byte.
struct ControlSequence: Sendable {
  private let numbers: [Int]
  private let final: UInt8
  /// `<` for an SGR mouse report; other private marks belong to replies nobody asked for.
  private let mark: UInt8?

  init(_ parameters: [UInt8], final: UInt8) {
    let hasMark = parameters.first.map { (0x3C...0x3F).contains($0) } ?? false
    mark = hasMark ? parameters.first : nil
    numbers = Self.numbers(in: parameters.dropFirst(hasMark ? 1 : 0))
    self.final = final
  }

  /// Numbers are separated by `;`; what follows a `:` refines a number and is left out.
  private static func numbers(in bytes: ArraySlice<UInt8>) -> [Int] {
    bytes.split(separator: 0x3B, omittingEmptySubsequences: false).map { field in
      field.prefix { (0x30...0x39).contains($0) }.prefix(7).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
  }

  private func number(_ index: Int) -> Int { index < numbers.count ? numbers[index] : 0 }

  /// xterm sends 1 + shift 1 + alt 2 + control 4.
  private var modifiers: Int { max(0, number(1) - 1) }
  private var isShifted: Bool { modifiers & 1 != 0 }

  var isPasteStart: Bool { mark == nil && final == 0x7E && number(0) == 200 }

  var mouseReport: MouseReport? {
    guard mark == 0x3C, final == 0x4D || final == 0x6D, numbers.count == 3 else { return nil }
    return MouseReport(code: numbers[0], column: numbers[1] - 1, row: numbers[2] - 1, isRelease: final == 0x6D)
  }

  /// nil for sequences that are no key of ours.
  var key: Key? {
    guard mark == nil else { return nil }
    switch final {
    case 0x41...0x44, 0x46, 0x48: return Self.cursorKey(final, isShifted: isShifted)
    case 0x61...0x64: return Self.cursorKey(final - 0x20, isShifted: true)
    case 0x5A: return .backTab
    case 0x49: return .focusIn
    case 0x4F: return .focusOut
    case 0x50...0x53 where number(0) <= 1: return .function(Int(final) - 0x4F + (isShifted ? 12 : 0))
    case 0x75: return Self.key(ofScalar: number(0), modifiers: modifiers)
    case 0x7E: return tildeKey
    default: return nil
    }
  }

  private static func cursorKey(_ letter: UInt8, isShifted: Bool) -> Key? {
    switch letter {
    case 0x41: isShifted ? .shiftUp : .up
    case 0x42: isShifted ? .shiftDown : .down
    case 0x43: isShifted ? .shiftRight : .right
    case 0x44: isShifted ? .shiftLeft : .left
    case 0x46: .end
    case 0x48: .home
    default: nil
    }
  }

  private var tildeKey: Key? {
    switch number(0) {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 27: Self.key(ofScalar: number(2), modifiers: modifiers)
    default: functionKey
    }
  }

  /// The numbers have gaps where the function keys of a VT220 had them.
  private var functionKey: Key? {
    let codes = [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34]
    guard let index = codes.firstIndex(of: number(0)) else { return nil }
    return .function(index + 1 + (isShifted && index < 12 ? 12 : 0))
  }

  /// Keys that terminals send as the number of their letter with `CSI u`, or with `modifyOtherKeys`.
  private static func key(ofScalar number: Int, modifiers: Int) -> Key? {
    switch number {
    case 13: return .enter
    case 27: return .escape
    case 9: return modifiers & 1 != 0 ? .backTab : .tab
    case 8, 127: return .backspace
    case 32..<0x7F, 0xA0..<0xE000:
      guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else { return nil }
      if modifiers & 4 != 0 { return .control(scalar.properties.lowercaseMapping.first ?? " ") }
      return modifiers & 2 != 0 ? .alt(Character(scalar)) : .character(String(scalar))
    default: return nil
    }
  }

  /// After ESC O: application cursor keys, F1 to F4, and the number block.
  static func singleShiftKey(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x50...0x53: .function(Int(byte) - 0x4F)
    case 0x4D: .enter
    case 0x6A...0x79: .character(String(Unicode.Scalar(byte - 0x40)))
    case 0x61...0x64: cursorKey(byte - 0x20, isShifted: false)
    default: cursorKey(byte, isShifted: false)
    }
  }
}

/// What the mouse did, as xterm numbers it.
struct MouseReport: Sendable {
  var code: Int
  var column: Int
  var row: Int
  var isRelease: Bool

  /// nil for buttons and movements that mean nothing here. Shift, alt and control do not matter.
  var action: Mouse.Action? {
    switch (code & ~0b11100, isRelease) {
    case (0, false): .press
    case (0, true): .release
    case (2, false): .rightPress
    case (32, false): .drag
    case (64, _): .wheelUp
    case (65, _): .wheelDown
    default: nil
    }
  }
}

/// Pasted bytes up to ESC [ 201 ~, which may come in pieces; any other escape is part of what was pasted.
struct Paste: Sendable {
  private var bytes: [UInt8] = []
  private var matched = 0
  private static let end: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]

  /// Takes what belongs to the paste from the front of `input` and returns whether the paste is whole.
  mutating func take<Bytes: Collection<UInt8>>(_ input: inout Bytes) -> Bool where Bytes.SubSequence == Bytes {
    var index = input.startIndex
    while index != input.endIndex {
      let byte = input[index]
      input.formIndex(after: &index)
      if match(byte) {
        input = input[index...]
        return true
      }
    }
    input = input[index...]
    return false
  }

  private mutating func match(_ byte: UInt8) -> Bool {
    if byte == Self.end[matched] {
      matched += 1
      return matched == Self.end.count
    }
    bytes += Self.end[..<matched]
    matched = byte == Self.end[0] ? 1 : 0
    if matched == 0 { bytes.append(byte) }
    return false
  }

  /// Terminals send CR for the end of a line.
  var text: String {
    var lines: [UInt8] = []
    lines.reserveCapacity(bytes.count)
    var previous: UInt8 = 0
    for byte in bytes {
      if byte != 0x0A || previous != 0x0D { lines.append(byte == 0x0D ? 0x0A : byte) }
      previous = byte
    }
    return String(decoding: lines, as: UTF8.self)
  }
}
