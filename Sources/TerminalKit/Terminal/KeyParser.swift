/// Turns the bytes a terminal sends into keys, one byte after the other, so that it does not matter how they arrive.
///
/// Understood: xterm, application cursor keys, rxvt and the Linux console; SGR and X10 mouse; bracketed paste; focus;
/// `CSI u`. Any other control sequence is swallowed whole. Source: ECMA-48 and xterm's "Control Sequences".
package struct KeyParser: Sendable {
  private var state = State.ground
  private var text = String.UnicodeScalarView()
  private var decoder = UTF8Decoder()
  private var keys: [Key] = []
  private var lastPress: (point: Point, milliseconds: Int)?
  private var now = 0

  private static let doubleClickMilliseconds = 400
  /// Longer control sequences are nobody's; their rest is swallowed without being kept.
  private static let longestSequence = 64

  private enum State: Sendable {
    case ground
    case escape
    /// After ESC and a byte above 0x7F.
    case altText
    case control([UInt8])
    case singleShift
    case linuxFunction
    case oldMouse([UInt8])
    /// A reply such as OSC or DCS; `introducer` is what Alt and a key would have sent.
    case reply(introducer: UInt8, isEmpty: Bool, afterEscape: Bool)
    case paste(Paste)
  }

  package init() {}

  /// The keys that `bytes` complete. `milliseconds` is any clock's time; it tells a double click from two.
  /// Combining marks join the letter before them only if both come in one call.
  package mutating func feed(_ bytes: some Collection<UInt8>, at milliseconds: Int = 0) -> [Key] {
    now = milliseconds
    var rest = bytes[...]
    while let byte = rest.first {
      if case .paste = state {
        takePaste(&rest)
      } else {
        rest.removeFirst()
        take(byte)
      }
    }
    flushText()
    return taken()
  }

  /// How long to wait for the rest of what has begun, in milliseconds, before `timeOut()`; nil: for ever.
  package var patience: Int? {
    switch state {
    case .escape, .reply(_, isEmpty: true, _): 25
    case .control, .singleShift, .linuxFunction, .oldMouse, .reply: 250
    case .ground, .altText, .paste: nil
    }
  }

  /// Nothing more has come: an escape was the Escape key, ESC [ was Alt-[.
  package mutating func timeOut() -> [Key] {
    switch state {
    case .escape: keys.append(.escape)
    case .control(let parameters) where parameters.isEmpty: keys.append(.alt("["))
    case .singleShift: keys.append(.alt("O"))
    case .reply(let introducer, isEmpty: true, _): keys.append(.alt(Character(Unicode.Scalar(introducer))))
    case .control, .reply, .linuxFunction, .oldMouse: break
    case .ground, .altText, .paste: return []
    }
    state = .ground
    return taken()
  }

  private mutating func taken() -> [Key] {
    defer { keys.removeAll() }
    return keys
  }

  private mutating func emit(_ key: Key?) {
    state = .ground
    guard let key else { return }
    flushText()
    keys.append(key)
  }
}

// MARK: - Text

extension KeyParser {
  private mutating func flushText() {
    guard !text.isEmpty else { return }
    keys += String(text).map { .character(String($0)) }
    text.removeAll(keepingCapacity: true)
  }

  private mutating func takeGround(_ byte: UInt8) {
    if byte >= 0x80 || decoder.isPending {
      if decoder.feed(byte, into: &text) { takeGround(byte) }
    } else if byte == 0x1B {
      flushText()
      state = .escape
    } else if byte < 0x20 || byte == 0x7F {
      emit(Self.controlKey(byte))
    } else {
      text.append(Unicode.Scalar(byte))
    }
  }

  /// Some terminals send ^H for the backspace key, so it is that.
  private static func controlKey(_ byte: UInt8) -> Key {
    switch byte {
    case 0x0D: .enter
    case 0x09: .tab
    case 0x08, 0x7F: .backspace
    case 0x00: .control(" ")
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    default: .control(Character(Unicode.Scalar(byte + 0x40)))
    }
  }

  private mutating func takeAltText(_ byte: UInt8) {
    var letters = String.UnicodeScalarView()
    let isUnused = decoder.feed(byte, into: &letters)
    guard !decoder.isPending else { return }
    emit(letters.first.map { .alt(Character($0)) })
    if isUnused { take(byte) }
  }
}

// MARK: - Escape sequences

extension KeyParser {
  private mutating func take(_ byte: UInt8) {
    switch state {
    case .ground: takeGround(byte)
    case .escape: takeEscape(byte)
    case .altText: takeAltText(byte)
    case .control(let parameters): takeControl(byte, after: parameters)
    case .singleShift: takeSingleShift(byte)
    case .linuxFunction: emit((0x41...0x45).contains(byte) ? .function(Int(byte) - 0x40) : nil)
    case .oldMouse(let bytes): takeOldMouse(bytes + [byte])
    case .reply(let introducer, _, let afterEscape): takeReply(byte, introducer, afterEscape)
    case .paste: break
    }
  }

  private mutating func takeEscape(_ byte: UInt8) {
    switch byte {
    case 0x5B: state = .control([])
    case 0x4F: state = .singleShift
    case 0x50, 0x58, 0x5D, 0x5E, 0x5F: state = .reply(introducer: byte, isEmpty: true, afterEscape: false)
    case 0x20...0x7E: emit(.alt(Character(Unicode.Scalar(byte))))
    case 0x80...:
      state = .altText
      takeAltText(byte)
    default:
      emit(.escape)
      take(byte)
    }
  }

  private mutating func takeControl(_ byte: UInt8, after parameters: [UInt8]) {
    switch byte {
    case 0x5B where parameters.isEmpty: state = .linuxFunction
    case 0x4D where parameters.isEmpty: state = .oldMouse([])
    case 0x20...0x3F:
      if parameters.count <= Self.longestSequence { state = .control(parameters + [byte]) }
    case 0x40...0x7E: finish(ControlSequence(parameters, final: byte))
    default:
      state = .ground
      take(byte)
    }
  }

  private mutating func finish(_ sequence: ControlSequence) {
    if sequence.isPasteStart {
      state = .paste(Paste())
    } else if let report = sequence.mouseReport {
      emit(mouse(report))
    } else {
      emit(sequence.key)
    }
  }

  private mutating func takeSingleShift(_ byte: UInt8) {
    switch byte {
    case 0x30...0x3B: break
    case 0x40...0x7E, 0x20...0x2F: emit(ControlSequence.singleShiftKey(byte))
    default:
      emit(.alt("O"))
      take(byte)
    }
  }

  private mutating func takeReply(_ byte: UInt8, _ introducer: UInt8, _ afterEscape: Bool) {
    switch byte {
    case 0x07, 0x18, 0x1A: emit(nil)
    case 0x5C where afterEscape: emit(nil)
    case _ where afterEscape:
      state = .escape
      take(byte)
    default: state = .reply(introducer: introducer, isEmpty: false, afterEscape: byte == 0x1B)
    }
  }
}

// MARK: - Mouse and paste

extension KeyParser {
  private mutating func takeOldMouse(_ bytes: [UInt8]) {
    state = .oldMouse(bytes)
    guard bytes.count == 3 else { return }
    let code = Int(bytes[0]) - 32
    let isRelease = code & 0b1000011 == 3
    emit(
      mouse(
        MouseReport(
          code: isRelease ? code & ~3 : code, column: Int(bytes[1]) - 33, row: Int(bytes[2]) - 33,
          isRelease: isRelease)))
  }

  private mutating func mouse(_ report: MouseReport) -> Key? {
    guard let action = report.action else { return nil }
    let point = Point(max(0, report.column), max(0, report.row))
    guard action == .press else { return .mouse(Mouse(action, point)) }
    if let last = lastPress, last.point == point, now - last.milliseconds <= Self.doubleClickMilliseconds {
      lastPress = nil
      return .mouse(Mouse(.doubleClick, point))
    }
    lastPress = (point, now)
    return .mouse(Mouse(.press, point))
  }

  private mutating func takePaste<Bytes: Collection<UInt8>>(_ bytes: inout Bytes) where Bytes.SubSequence == Bytes {
    guard case .paste(var paste) = state else { return }
    state = .ground  // so that `paste` is the only owner, and appending copies nothing
    if paste.take(&bytes) { emit(.paste(paste.text)) } else { state = .paste(paste) }
  }
}
