import CRMDomain
import TerminalKit

/// Makes a custom field: a name, then what it holds. From then on it is shown, filtered and imported like any other.
@MainActor enum NewFieldPrompt {
  private static let kinds: [(kind: FieldKind, words: String)] = [
    (.text, "text"), (.longText, "several lines of text"), (.integer, "a whole number"), (.money, "an amount"),
    (.flag, "yes or no"), (.day, "a day"), (.instant, "a day and a time"), (.email, "an e-mail address"),
    (.phone, "a telephone number"), (.url, "a web address"), (.choice([]), "one of a list"), (.tags, "several words"),
  ]

  static func screen(_ kind: EntityKind) -> any Screen {
    PromptScreen("Name of the new field of \(Counted.many(kind))") { name in
      let label = name.trimmed
      let key = SearchText.fold(label).split(separator: " ").joined(separator: "_")
      guard !key.isEmpty else { return .handled }
      guard kind.field("custom_fields") != nil else { return .toast("\(Counted.many(kind)) have no custom fields") }
      guard kind.field(key) == nil else { return .toast("There is a field called \(label) already") }
      return .push(choice(of: kind, key, label))
    }
  }

  private static func choice(of kind: EntityKind, _ key: String, _ label: String) -> any Screen {
    PickerScreen("\(label) holds", kinds.map { Picker.Item($0.words) }) { index in
      guard case .choice = kinds[index].kind else { return define(kind, key, label, kinds[index].kind) }
      return .push(
        PromptScreen("Choices for \(label), separated by commas") { text in
          let choices = text.split(separator: ",").map { Choice(String($0).trimmed) }.filter { !$0.value.isEmpty }
          return choices.isEmpty ? .handled : define(kind, key, label, .choice(choices))
        })
    }
  }

  private static func define(_ kind: EntityKind, _ key: String, _ label: String, _ holds: FieldKind) -> Effect {
    let info = FieldInfo(key, label: label, kind: holds, isCustom: true)
    return .several([.defineField(info, of: kind), .toast("\(label) is a field of \(Counted.many(kind)) now", .good)])
  }
}
