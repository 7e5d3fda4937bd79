/// One part of a query as typed, between spaces.
struct QueryItem: Hashable {
  /// A stretch of the text with its quotes and backslashes taken away. `range` counts UTF-8 bytes and includes them.
  struct Piece: Hashable {
    var text: String
    var range: Range<Int>
    /// True if nothing was quoted or escaped, so that it may be syntax.
    var isPlain: Bool
  }

  enum Body: Hashable {
    case word(Piece)
    case phrase(Piece)
    case values(name: Piece, [Piece])
    case compare(name: Piece, Query.Comparison, Piece?)
    case between(name: Piece, Piece?, Piece?)
  }

  var range: Range<Int>
  /// How many `-` stand before it.
  var negations: Int
  var body: Body
  /// True if a quote is not closed yet or nothing follows the operator: the rep is still typing.
  var isUnfinished: Bool
}

/// Cuts a query into items. Knows the signs of the language and nothing of fields, but for `isField`.
struct QuerySyntax {
  /// More dashes than this belong to the word.
  static let mostNegations = 4

  private let scalars: [Unicode.Scalar]
  private let isField: (String) -> Bool
  private var index = 0
  private var offset = 0
  private var quoteIsOpen = false

  private init(_ text: String, isField: @escaping (String) -> Bool) {
    scalars = Array(text.unicodeScalars)
    self.isField = isField
  }

  /// `isField` tells which words before a colon are names; others may be part of an address.
  static func items(of text: String, isField: @escaping (String) -> Bool) -> [QueryItem] {
    var syntax = QuerySyntax(text, isField: isField)
    var items: [QueryItem] = []
    while let item = syntax.item() { items.append(item) }
    return items
  }

  // MARK: Scalars

  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    index + ahead < scalars.count ? scalars[index + ahead] : nil
  }

  private mutating func advance() {
    offset += UTF8.width(scalars[index])
    index += 1
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    advance()
    return true
  }

  private var isAtEndOfItem: Bool { peek().map(Self.isSpace) ?? true }
  private var isAtDots: Bool { peek() == "." && peek(1) == "." }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  // MARK: Items

  private mutating func item() -> QueryItem? {
    while let scalar = peek(), Self.isSpace(scalar) { advance() }
    guard peek() != nil else { return nil }
    let start = offset
    quoteIsOpen = false
    var negations = 0
    while negations < Self.mostNegations, peek() == "-", let next = peek(1), !Self.isSpace(next) {
      advance()
      negations += 1
    }
    let body = body()
    let isUnfinished = quoteIsOpen || body.lacksValue
    return QueryItem(range: start..<offset, negations: negations, body: body, isUnfinished: isUnfinished)
  }

  private mutating func body() -> QueryItem.Body {
    if peek() == "\"" { return .phrase(quoted()) }
    guard let name = name() else { return .word(bare(until: { _ in false })) }
    if let comparison = comparison() { return .compare(name: name, comparison, value(inList: false)) }
    _ = take(":")
    if let comparison = comparison() { return .compare(name: name, comparison, value(inList: false)) }
    return list(of: name)
  }

  /// The name before an operator, up to which it moves; nil, and no move, if a free word comes.
  private mutating func name() -> QueryItem.Piece? {
    var length = 0
    while let scalar = peek(length), !Self.isSpace(scalar), !Self.isOperator(scalar) {
      if scalar == "\\" { return nil }
      length += 1
    }
    guard length > 0, let sign = peek(length), Self.isOperator(sign) else { return nil }
    let name = String(scalars[index..<index + length])
    guard !Self.isAddress(name, sign: sign, next: peek(length + 1)) else { return nil }
    guard isField(name) || !looksLikeAddress(after: length) else { return nil }
    let start = offset
    for _ in 0..<length { advance() }
    return QueryItem.Piece(text: name, range: start..<offset, isPlain: true)
  }

  static func isOperator(_ scalar: Unicode.Scalar) -> Bool {
    scalar == ":" || scalar == "<" || scalar == ">"
  }

  /// A time such as `9:30`, or an address that begins with its scheme, whatever fields there are.
  static func isAddress(_ name: some StringProtocol, sign: Unicode.Scalar, next: Unicode.Scalar?) -> Bool {
    guard sign == ":", let next else { return false }
    let isDigit = { (scalar: Unicode.Scalar) in ("0"..."9").contains(scalar) }
    if name.unicodeScalars.allSatisfy(isDigit), isDigit(next) { return true }
    return ["http", "https", "mailto", "tel"].contains(name.lowercased()) && !isSpace(next)
  }

  private func looksLikeAddress(after length: Int) -> Bool {
    let rest = scalars[(index + length)...].prefix { !Self.isSpace($0) }
    return rest.contains("@") || rest.starts(with: "://".unicodeScalars)
  }

  private mutating func comparison() -> Query.Comparison? {
    if take("<") { return take("=") ? .lessOrEqual : .less }
    if take(">") { return take("=") ? .greaterOrEqual : .greater }
    return nil
  }

  private mutating func list(of name: QueryItem.Piece) -> QueryItem.Body {
    var values: [QueryItem.Piece] = []
    repeat {
      let value = value(inList: true, dots: values.isEmpty)
      if values.isEmpty, isAtDots {
        advance()
        advance()
        return .between(name: name, value, self.value(inList: false))
      }
      if let value { values.append(value) }
    } while take(",")
    return .values(name: name, values)
  }

  // MARK: Pieces

  /// The next value, nil if there is none. In a list a comma ends it, and with `dots` also two dots.
  private mutating func value(inList: Bool, dots: Bool = false) -> QueryItem.Piece? {
    let start = offset
    let isQuoted = peek() == "\""
    var text = isQuoted ? quoted().text : ""
    let rest = bare { syntax in inList && syntax.peek() == "," || dots && syntax.isAtDots }
    text += rest.text
    guard offset > start else { return nil }
    return QueryItem.Piece(text: text, range: start..<offset, isPlain: !isQuoted && rest.isPlain)
  }

  /// Everything up to a space or where `isEnd`; a backslash takes the meaning from the sign after it.
  private mutating func bare(until isEnd: (QuerySyntax) -> Bool) -> QueryItem.Piece {
    var text = String.UnicodeScalarView()
    let start = offset
    var isPlain = true
    while !isAtEndOfItem, !isEnd(self) {
      if peek() == "\\", peek(1) != nil {
        isPlain = false
        advance()
      }
      text.append(scalars[index])
      advance()
    }
    return QueryItem.Piece(text: String(text), range: start..<offset, isPlain: isPlain)
  }

  private mutating func quoted() -> QueryItem.Piece {
    var text = String.UnicodeScalarView()
    let start = offset
    advance()
    quoteIsOpen = true
    while quoteIsOpen, let scalar = peek() {
      if scalar == "\"" {
        quoteIsOpen = false
      } else {
        if scalar == "\\", peek(1) != nil { advance() }
        text.append(scalars[index])
      }
      advance()
    }
    return QueryItem.Piece(text: String(text), range: start..<offset, isPlain: false)
  }
}

extension String {
  fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
    self = String(String.UnicodeScalarView(scalars))
  }
}

extension QueryItem.Body {
  fileprivate var lacksValue: Bool {
    switch self {
    case .word, .phrase: false
    case .values(_, let values): values.isEmpty
    case .compare(_, _, let value): value == nil
    case .between(_, let lower, let upper): lower == nil && upper == nil
    }
  }
}
