import CRMDomain
import CRMStore
import CRMSync
import TerminalKit

/// How the book is kept the same as the server's.
@MainActor final class SyncSettingsScreen: Screen {
  let title = "Sync settings"
  let isOverlay = true
  let isTyping = true
  private let profile: SyncProfile
  private var form: Form

  init(_ profile: SyncProfile) {
    self.profile = profile
    let settings = profile.settings
    form = Form(
      title: title,
      sections: [
        FormSection(rows: [
          FormRow(
            "interval", label: "Every (minutes)", value: "\(settings.interval / 60)", hint: "0: only when you ask"),
          FormRow(
            "sends_at_once", label: "Send at once", kind: .toggle, value: "\(settings.sendsAtOnce)",
            hint: "some seconds after a change"),
          FormRow(
            "bandwidth", label: "Most kB a second", value: "\(settings.bandwidth / 1000)", hint: "0: as fast as it goes"
          ),
          FormRow(
            "ca_file", label: "Certificates", value: settings.caFile ?? "",
            hint: "a file, if the server's are not public"),
          FormRow(
            "password_command", label: "Login command", value: settings.passwordCommand ?? "",
            hint: "prints the refresh token"),
          FormRow(
            "is_insecure", label: "Allow plain http", kind: .toggle, value: "\(settings.isInsecure)",
            hint: "everybody on the way can read it"),
        ]),
        FormSection(
          "Synchronise",
          rows: Self.kinds.map { kind in
            FormRow(
              kind.rawValue, label: FieldInfo.label(for: Counted.many(kind)), kind: .toggle,
              value: "\(!settings.leavesOut.contains(kind))")
          }),
      ])
  }

  private static let kinds = JournalIntake.kinds

  var status: String { "Tab next  ^S save  Esc cancel" }

  func handle(_ key: Key) -> Effect? {
    switch form.handle(key) {
    case .ignored: return nil
    case .changed(let key): form.setError(nil, for: key)
    case .submit: return save()
    case .cancel: return .pop
    case .moved, .editExternally: break
    }
    return .handled
  }

  private func save() -> Effect {
    let values = form.values
    var errors: [String: String] = [:]
    func number(_ key: String, _ most: Int) -> Int {
      guard let number = Int((values[key] ?? "").trimmed), (0...most).contains(number) else {
        errors[key] = "a number from 0 to \(most)"
        return 0
      }
      return number
    }
    let (minutes, bandwidth) = (number("interval", 1440), number("bandwidth", 1_000_000))
    guard errors.isEmpty else {
      form.setErrors(errors)
      return .handled
    }
    func text(_ key: String) -> String? {
      let text = (values[key] ?? "").trimmed
      return text.isEmpty ? nil : text
    }
    let change: (inout SyncProfile.Settings) -> Void = { settings in
      settings.interval = minutes * 60
      settings.bandwidth = bandwidth * 1000
      settings.sendsAtOnce = values["sends_at_once"] == "true"
      settings.isInsecure = values["is_insecure"] == "true"
      settings.caFile = text("ca_file")
      settings.passwordCommand = text("password_command")
      settings.leavesOut = Set(Self.kinds.filter { values[$0.rawValue] == "false" })
    }
    var settings = profile.settings
    change(&settings)
    let saved = Effect.several([.pop, .changeSync(change), .toast("Sync settings saved", .good)])
    let wasTyped = settings.passwordCommand != profile.settings.passwordCommand
    return .with { Self.confirmCommand(settings, wasTyped: wasTyped, then: saved, $0) }
  }

  /// A command runs only where it was set: what was typed here was, what the book brought along is asked about.
  private static func confirmCommand(
    _ settings: SyncProfile.Settings, wasTyped: Bool, then saved: Effect, _ session: Session,
  ) -> Effect {
    guard let secrets = session.sync.line?.secrets(settings) else { return saved }
    do throws(SecretProblem) {
      let mayRun = wasTyped ? true : try secrets.isCommandConfirmed
      guard !mayRun else {
        try secrets.confirmCommand()
        return saved
      }
      return .push(
        ConfirmScreen(
          "Run this command here?", ["It came with the book, not from you:", settings.passwordCommand ?? ""], "Run it",
          key: "r"
        ) {
          do throws(SecretProblem) { try secrets.confirmCommand() } catch { return .toast(error.sentence, .bad) }
          return saved
        } cancelled: {
          saved
        })
    } catch { return .toast(error.sentence, .bad) }
  }

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let box = Rect.centred(columns: 72, rows: 15, in: rect)
    canvas.fill(box, role: .dialog)
    canvas.box(box, role: .borderFocused, title: "\(title): \(profile.settings.server)")
    form.draw(on: &canvas, in: Rect(box.column + 2, box.row + 1, box.columns - 4, box.rows - 2))
    return form.cursorPoint
  }
}
