import CRMDomain
import TerminalKit

/// How rows meet the records that are there, as rows that can be turned.
enum MatchingSettings: Hashable {
  case mode
  case key(ImportPlan.Key)
  case duplicates, near
  case stamp(String)
  case makesContacts

  /// The rows that make sense for what is imported.
  static func all(_ wizard: ImportWizard) -> [MatchingSettings] {
    let filled = Set(wizard.columns.flatMap(\.filledNames))
    let keys = ImportPlan.Key.allCases.filter { $0.isPossible(filled) }
    let stamps = ["assigned_to", "tags", "lead_source"].filter { wizard.field($0) != nil }
    let isPerson = wizard.kind == .lead || wizard.kind == .contact
    return [.mode] + keys.map(MatchingSettings.key) + [.duplicates] + (isPerson ? [.near] : [])
      + stamps.map(MatchingSettings.stamp) + (wizard.kind == .opportunity ? [.makesContacts] : [])
  }

  @MainActor func row(_ wizard: ImportWizard) -> SettingsList.Row {
    let matching = wizard.plan.matching
    switch self {
    case .mode: return .init(label: "Rows become", value: matching.mode.words, remark: matching.mode.remark)
    case .key(let key):
      let place = matching.keys.firstIndex(of: key)
      let text = place.map { matching.keys.count > 1 ? "yes, \(Self.ordinal($0))" : "yes" } ?? "no"
      return .init(label: "Match \(key.label)", value: text, remark: key.remark, role: place == nil ? .dim : .good)
    case .duplicates:
      return .init(label: "Twice in the file", value: matching.duplicates.words, remark: matching.duplicates.remark)
    case .near: return .init(label: "Looks alike", value: matching.near.words, remark: matching.near.remark)
    case .stamp(let name):
      let label = wizard.field(name)?.label ?? name
      let remark = name == "tags" ? "added to every row" : "takes the place of what the file says"
      let text = wizard.plan.stamps[name]
      return .init(
        label: "Stamp \(label.lowercased())", value: text ?? "none", remark: remark, role: text == nil ? .dim : .info)
    case .makesContacts:
      return .init(
        label: "Missing contacts", value: wizard.plan.makesContacts ? "are made" : "stay empty",
        remark: "contacts that deals name and the book has not")
    }
  }

  private static func ordinal(_ index: Int) -> String { ["first", "second", "third", "fourth"][min(index, 3)] }

  /// What the row can be turned to, and the event that does it; empty where something is to be typed.
  func options(_ wizard: ImportWizard) -> [(label: String, detail: String, event: ImportWizard.Event)] {
    var matching = wizard.plan.matching
    func options<Value: CaseIterable>(
      _ path: WritableKeyPath<ImportPlan.Matching, Value>, _ words: (Value) -> (String, String),
    ) -> [(label: String, detail: String, event: ImportWizard.Event)] {
      var all: [(label: String, detail: String, event: ImportWizard.Event)] = []
      for value in Value.allCases {
        var changed = matching
        changed[keyPath: path] = value
        all.append((words(value).0, words(value).1, .match(changed)))
      }
      return all
    }
    switch self {
    case .mode: return options(\.mode) { ($0.words, $0.remark) }
    case .duplicates: return options(\.duplicates) { ($0.words, $0.remark) }
    case .near: return options(\.near) { ($0.words, $0.remark) }
    case .key(let key):
      let isOn = matching.keys.contains(key)
      matching.keys.removeAll { $0 == key }
      var with = matching
      with.keys.append(key)
      let changed: [(String, String, ImportWizard.Event)] = [
        ("yes", key.remark, .match(isOn ? wizard.plan.matching : with)), ("no", "", .match(matching)),
      ]
      return changed
    case .makesContacts: return [("are made", "", .makeContacts(true)), ("stay empty", "", .makeContacts(false))]
    case .stamp: return []
    }
  }

  /// Which of `options` is set now.
  func current(_ wizard: ImportWizard) -> Int {
    switch self {
    case .makesContacts: wizard.plan.makesContacts ? 0 : 1
    default: options(wizard).firstIndex { $0.event == .match(wizard.plan.matching) } ?? 0
    }
  }
}

extension ImportPlan.Mode {
  var words: String {
    switch self {
    case .create: "new records only"
    case .update: "updates only"
    case .both: "new or updates"
    }
  }
  var remark: String {
    switch self {
    case .create: "a row whose record is there is left out"
    case .update: "a row without a record is left out"
    case .both: "a row whose record is there changes it"
    }
  }
}

extension ImportPlan.Key {
  var label: String {
    switch self {
    case .email: "e-mail"
    case .phone: "phone"
    case .nameAndCompany: "name, company"
    case .id: "number"
    }
  }
  var remark: String {
    switch self {
    case .email: "the same address, in any case"
    case .phone: "the same digits"
    case .nameAndCompany: "the same name at the same company"
    case .id: "the record's own number"
    }
  }

  /// True if the file has what the key looks at.
  func isPossible(_ filled: Set<String>) -> Bool {
    switch self {
    case .email: filled.contains("email")
    case .phone: !filled.isDisjoint(with: ["phone", "mobile", "mobile_phone"])
    case .nameAndCompany: !filled.isDisjoint(with: ["last_name", "name", "title"])
    case .id: filled.contains("id")
    }
  }
}

extension ImportPlan.Duplicates {
  var words: String {
    switch self {
    case .firstWins: "the first counts"
    case .lastWins: "the last counts"
    case .merge: "become one"
    case .keepAll: "all count"
    case .reject: "are left out"
    }
  }
  var remark: String {
    switch self {
    case .firstWins: "later rows with the same keys are passed over"
    case .lastWins: "earlier rows with the same keys are passed over"
    case .merge: "later cells are put over earlier ones"
    case .keepAll: "each row is a record of its own"
    case .reject: "later rows are listed as mistakes"
    }
  }
}

extension ImportPlan.Near {
  var words: String {
    switch self {
    case .ask: "ask me"
    case .create: "are new"
    case .skip: "are left out"
    }
  }
  var remark: String {
    switch self {
    case .ask: "rows that look like a record wait for you"
    case .create: "rows that look like a record are new all the same"
    case .skip: "rows that look like a record are passed over"
    }
  }
}
