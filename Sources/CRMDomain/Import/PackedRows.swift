/// The values of many rows, as bytes and numbers in two blocks of memory: a million rows go through them on their way
/// into the book without a string being made of any cell.
///
/// Each row has `width` cells. Days are ISO text; tags, objects and the values of custom fields that are no text are JSON.
package struct PackedRows: Sendable {
  package enum Form: UInt8, Sendable { case none, integer, text, json }

  package struct Cell: Sendable {
    package fileprivate(set) var form = Form.none
    /// Bytes of text.
    package fileprivate(set) var count: UInt32 = 0
    /// The integer, or where among the bytes the text begins.
    package fileprivate(set) var number: Int64 = 0

    package init() {}

    fileprivate init(_ form: Form, _ number: Int64, count: Int = 0) {
      (self.form, self.number, self.count) = (form, number, UInt32(count))
    }
  }

  package let width: Int
  package private(set) var count = 0
  private var cells: [Cell] = []
  /// Those beyond `used` are room.
  private var bytes: [UInt8] = []
  private var used = 0
  /// By slot; the cells beyond are nobody's fields.
  private let isCustom: [Bool]
  private var folding = Folding(.before)

  /// - Parameter fields: what the first cells of each row are of.
  /// - Parameter extra: how many cells there are beside.
  package init(_ fields: [FieldInfo], extra: Int = 0) {
    width = fields.count + extra
    isCustom = fields.map(\.isCustom) + Array(repeating: false, count: extra)
  }

  package mutating func reserveCapacity(rows: Int, bytes size: Int) {
    cells.reserveCapacity(rows * width)
    makeRoom(size)
  }

  /// A row with nothing in it.
  package mutating func addRow() {
    cells.append(contentsOf: repeatElement(Cell(), count: width))
    count += 1
  }

  package mutating func removeAll() {
    cells.removeAll(keepingCapacity: true)
    (count, used) = (0, 0)
  }

  // MARK: Looking

  private func cell(_ row: Int, _ slot: Int) -> Cell { cells[row * width + slot] }

  package func isEmpty(_ row: Int, _ slot: Int) -> Bool { cell(row, slot).form == .none }

  package func integer(_ row: Int, _ slot: Int) -> Int64? {
    let cell = cell(row, slot)
    return cell.form == .integer ? cell.number : nil
  }

  /// The text in the cell, or nil if it holds anything else.
  package func text(_ row: Int, _ slot: Int) -> String? { cell(row, slot).form == .text ? string(row, slot) : nil }

  /// The JSON in the cell, or nil if it holds anything else.
  package func json(_ row: Int, _ slot: Int) -> String? { cell(row, slot).form == .json ? string(row, slot) : nil }

  private func string(_ row: Int, _ slot: Int) -> String {
    let cell = cell(row, slot)
    return withBytes(cell) { String(decoding: $0, as: UTF8.self) }
  }

  private func withBytes<Value>(_ cell: Cell, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[cell.range])) }
  }

  /// Lends the cells, row by row, and the bytes.
  package func withUnsafeBlocks<Value>(
    _ body: (UnsafeBufferPointer<Cell>, UnsafeBufferPointer<UInt8>) throws -> Value,
  ) rethrows -> Value {
    try cells.withUnsafeBufferPointer { cells in
      try bytes.withUnsafeBufferPointer { try body(cells, $0) }
    }
  }

  // MARK: Putting

  /// Puts what is stored of `value` into the cell, in place of what is there.
  package mutating func put(_ value: FieldValue, _ row: Int, _ slot: Int) {
    let cell = isCustom[slot] ? customCell(value) : cell(value)
    cells[row * width + slot] = cell
  }

  /// Puts valid UTF-8 into the cell, in place of what is there.
  package mutating func put(_ text: Span<UInt8>, _ row: Int, _ slot: Int, as form: Form = .text) {
    cells[row * width + slot] = cell(text, form)
  }

  private mutating func cell(_ value: FieldValue) -> Cell {
    switch value {
    case .none: Cell()
    case .text(let text): cell(text)
    case .integer(let number), .money(let number): Cell(.integer, Int64(number))
    case .flag(let flag): Cell(.integer, flag ? 1 : 0)
    case .day(let day): cell(day.iso)
    case .instant(let instant): Cell(.integer, instant.microseconds)
    case .reference(let id): Cell(.integer, id)
    case .tags, .object: cell(value.json.text, .json)
    }
  }

  private mutating func customCell(_ value: FieldValue) -> Cell {
    switch value.json {
    case .null: Cell()
    case .string(let text): cell(text)
    case let json: cell(json.text, .json)
    }
  }

  private mutating func cell(_ text: String, _ form: Form = .text) -> Cell { cell(text.utf8Span.span, form) }

  private mutating func cell(_ text: Span<UInt8>, _ form: Form) -> Cell {
    text.withUnsafeBufferPointer { Cell(form, Int64(add($0)), count: $0.count) }
  }

  /// Adds the bytes behind the others, and answers where they begin. What stores texts may end them at a NUL, so each is a
  /// space instead.
  private mutating func add(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    let start = used
    makeRoom(text.count)
    bytes.withUnsafeMutableBufferPointer { bytes in
      let room = UnsafeMutableBufferPointer(rebasing: bytes[start..<start + text.count])
      _ = room.update(fromContentsOf: text)
      for index in room.indices where room[index] == 0 { room[index] = 0x20 }
    }
    used += text.count
    return start
  }

  private mutating func makeRoom(_ size: Int) {
    guard bytes.count < used + size else { return }
    bytes.append(contentsOf: repeatElement(0, count: max(used + size, bytes.count * 2) - bytes.count))
  }
}

extension PackedRows.Cell {
  package var range: Range<Int> { Int(number)..<Int(number) + Int(count) }
}

// MARK: Custom fields and search text

extension PackedRows {
  /// A cell that is a member of the object of custom fields.
  package struct Member: Sendable {
    let slot: Int
    let name: String
    /// `"name":`
    let key: [UInt8]

    package init(_ slot: Int, name: String) {
      (self.slot, self.name) = (slot, name)
      var writer = JSONWriter()
      writer.string(name)
      key = writer.bytes + [UInt8(ascii: ":")]
    }
  }

  /// A cell whose text is looked through by searches.
  package struct SearchPart: Sendable {
    /// Nil if the rows have the same text.
    let slot: Int?
    /// What a row without a text has.
    let usual: String
    let isPhone: Bool

    package init(_ slot: Int?, usual: String, isPhone: Bool) {
      (self.slot, self.usual, self.isPhone) = (slot, usual, isPhone)
    }
  }

  /// Puts the object of those `members` that are not empty into the cell `slot` of the last row; nothing if all are.
  ///
  /// - Parameter members: by name.
  package mutating func putObject(of members: [Member], _ slot: Int) {
    if let text = json(count - 1, slot) { return putObject(of: members, addedTo: text, slot) }
    let start = used
    for member in members {
      let cell = cell(count - 1, member.slot)
      guard cell.form != .none else { continue }
      addByte(UInt8(ascii: used == start ? "{" : ","))
      member.key.withUnsafeBufferPointer { _ = add($0) }
      if cell.form == .text { addQuoted(cell) } else { addCopy(of: cell) }
    }
    guard used > start else { return }
    addByte(UInt8(ascii: "}"))
    cells[(count - 1) * width + slot] = Cell(.json, Int64(start), count: used - start)
  }

  /// A file of ours brings custom fields as one object, to which others of the file are added.
  private mutating func putObject(of members: [Member], addedTo text: String, _ slot: Int) {
    guard !members.isEmpty else { return }
    var object = JSONValue.members(of: text)
    for member in members {
      if let text = self.text(count - 1, member.slot) { object[member.name] = .string(text) }
      if let json = json(count - 1, member.slot) { object[member.name] = JSONValue.known(json) }
    }
    put(.object(object), count - 1, slot)
  }

  /// Puts the search text of the last row into the cell `slot`.
  ///
  /// - Parameter members: the custom fields, if they have cells of their own; else they are in the cell `object`.
  package mutating func putSearchText(of parts: [SearchPart], members: [Member], object: Int?, _ slot: Int) {
    // Lent to this function, since its bytes and ours are in use at once.
    var folding = Folding(.before)
    swap(&folding, &self.folding)
    defer { swap(&folding, &self.folding) }
    folding.removeAll()
    for part in parts {
      if let slot = part.slot, cell(count - 1, slot).form != .none {
        fold(cell(count - 1, slot), isPhone: part.isPhone, &folding)
      } else if !part.usual.isEmpty {
        folding.add(part.usual)
      }
    }
    if let object, let text = json(count - 1, object) {
      for (_, value) in JSONValue.members(of: text).sorted(by: { $0.key < $1.key }) {
        if case .string(let text) = value, !text.isEmpty { folding.add(text) }
      }
    } else {
      for member in members { fold(cell(count - 1, member.slot), isPhone: false, &folding) }
    }
    folding.close()
    let start = folding.bytes.withUnsafeBufferPointer { add($0) }
    cells[(count - 1) * width + slot] = Cell(.text, Int64(start), count: used - start)
  }

  private func fold(_ cell: Cell, isPhone: Bool, _ folding: inout Folding) {
    guard cell.form == .text, cell.count > 0 else { return }
    let text = bytes.span.extracting(cell.range)
    folding.add(text)
    if isPhone { folding.addDigits(of: text) }
  }

  private mutating func addByte(_ byte: UInt8) {
    makeRoom(1)
    bytes[used] = byte
    used += 1
  }

  private mutating func addCopy(of cell: Cell) {
    makeRoom(Int(cell.count))
    bytes.withUnsafeMutableBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      (base + used).update(from: base + Int(cell.number), count: Int(cell.count))
    }
    used += Int(cell.count)
  }

  private mutating func addQuoted(_ cell: Cell) {
    guard withBytes(cell, JSONWriter.needsEscapes) else {
      addByte(0x22)
      addCopy(of: cell)
      return addByte(0x22)
    }
    var writer = JSONWriter()
    writer.string(withBytes(cell) { String(decoding: $0, as: UTF8.self) })
    writer.bytes.withUnsafeBufferPointer { _ = add($0) }
  }
}

extension JSONValue {
  /// The value of a text that was written from one; null if it is not JSON after all.
  static func known(_ text: String) -> JSONValue {
    do { return try JSONValue(parsing: text) } catch { return .null }
  }

  /// The members of an object whose text is `text`.
  static func members(of text: String) -> [String: JSONValue] {
    if case .object(let members) = known(text) { members } else { [:] }
  }
}
