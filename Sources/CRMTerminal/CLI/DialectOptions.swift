import ArgumentParser
import CRMDomain

/// What is said of a file's dialect instead of being found out.
struct DialectOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What parts the cells: , ; | tab or any other character.", valueName: "character"))
  var delimiter: String?
  @Option(help: ArgumentHelp("What stands around cells: \" or ' or none.", valueName: "character"))
  var quote: String?
  @Option(help: ArgumentHelp("What makes the next character literal: \\ or none.", valueName: "character"))
  var escape: String?
  @Option(help: ArgumentHelp("\(FileEncoding.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
  var encoding: String?
  @Flag(help: "The first row is data, not the names of the columns.") var noHeader = false

  /// - Throws: `ValidationError` for what names no character or encoding.
  func choice() throws -> DialectChoice {
    var choice = DialectChoice()
    choice.delimiter = try delimiter.map { word in
      guard let byte = DialectChoice.byte(word), byte != 0x0A, byte != 0x0D else {
        throw ValidationError("--delimiter is one character of ASCII, or tab, comma, semicolon, pipe, colon, space.")
      }
      return byte
    }
    choice.quote = try quote.map { try Self.mark($0, "--quote") }
    choice.escape = try escape.map { try Self.mark($0, "--escape") }
    choice.encoding = try encoding.map { name in
      guard let encoding = FileEncoding(name: name) else {
        let names = FileEncoding.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--encoding is one of \(names).")
      }
      return encoding
    }
    if noHeader { choice.headerRows = 0 }
    return choice
  }

  private static func mark(_ word: String, _ option: String) throws -> DialectChoice.Mark {
    guard let mark = DialectChoice.mark(word) else {
      throw ValidationError("\(option) is one character of ASCII, or none.")
    }
    return mark
  }
}
