import CRMDomain
import CRMStore
import CRMSync
import TerminalKit

/// Address, name and password. What was typed stays until the server has said yes; the password is never kept.
@MainActor final class LoginScreen: Screen {
  let title = "Log in"
  let isOverlay = true
  let isTyping = true
  private let before: SyncProfile?
  private var form: Form
  private var needsCode = false
  private var challenge: String?
  private var isAsking = false
  private var isClosed = false
  private var note = ""

  init(_ profile: SyncProfile?) {
    before = profile
    form = Self.form(
      server: profile?.settings.server ?? "", user: profile?.settings.user ?? "", password: "", needsCode: false)
  }

  var status: String { isAsking ? "asking the server …" : "Tab next  ^S log in  Esc cancel" }

  private static func form(server: String, user: String, password: String, needsCode: Bool) -> Form {
    var rows = [
      FormRow("server", label: "Server", value: server, hint: "such as crm.example.org"),
      FormRow("user", label: "User", value: user),
      FormRow("password", label: "Password", kind: .secret, value: password, hint: "not kept"),
    ]
    if needsCode { rows.append(FormRow("code", label: "Code", hint: "of your second factor")) }
    let focus = needsCode ? "code" : server.isEmpty ? "server" : user.isEmpty ? "user" : "password"
    return Form(title: "Log in", sections: [FormSection(rows: rows)], focus: focus)
  }

  // MARK: Keys

  func handle(_ key: Key) -> Effect? {
    guard !isAsking else { return key == .escape ? close() : .handled }
    switch form.handle(key) {
    case .ignored: return nil
    case .changed(let key): form.setError(nil, for: key)
    case .submit: return submit()
    case .cancel: return close()
    case .moved, .editExternally: break
    }
    return .handled
  }

  private func close() -> Effect {
    isClosed = true
    return .pop
  }

  private func submit() -> Effect {
    var missing: [String: String] = [:]
    for key in ["server", "user", "password"] where (form.values[key] ?? "").isEmpty { missing[key] = "is missing" }
    guard missing.isEmpty else {
      form.setErrors(missing)
      return .handled
    }
    isAsking = true
    note = ""
    return .with { [weak self] session in
      self?.ask(session)
      return .handled
    }
  }

  private func ask(_ session: Session) {
    guard let line = session.sync.line else { return }
    var settings = before?.settings ?? SyncProfile.Settings()
    (settings.server, settings.user) = (form.values["server"] ?? "", form.values["user"] ?? "")
    // That everybody on the way may read it was allowed for one server.
    settings.isInsecure = settings.isInsecure && isAtServerOfBefore
    let (password, code) = (form.values["password"] ?? "", form.values["code"] ?? "")
    let (worker, challenge, now) = (session.worker, challenge, session.now)
    worker.perform(.sync) { [weak self, settings] in
      let outcome = Result { () throws(SyncFailure) in
        try line.logIn(
          settings, password: password, code: code.isEmpty ? nil : code, challenge: challenge, now: now)
      }
      worker.post { self?.receive(outcome, session) }
    }
  }

  private var isAtServerOfBefore: Bool {
    do {
      let typed = try ServerAddress(typed: form.values["server"] ?? "", allowsUnencrypted: true)
      return typed.text == before?.settings.server
    } catch { return false }
  }

  private func receive(_ outcome: Result<LoggedIn, SyncFailure>, _ session: Session) {
    isAsking = false
    switch outcome {
    case .failure(let failure): note = failure.sentence
    case .success(.needsCode(let challenge)):
      (needsCode, self.challenge) = (true, challenge)
      form = Self.form(
        server: form.values["server"] ?? "", user: form.values["user"] ?? "", password: form.values["password"] ?? "",
        needsCode: true)
    case .success(.done(let login)):
      isAsking = true
      session.sync.enter(login, before: before, session) { self.entered($0) }
    }
  }

  /// What was typed stays until the login is kept.
  private func entered(_ failure: SyncFailure?) -> Effect {
    isAsking = false
    guard !isClosed else { return failure.map { .toast($0.sentence, .bad) } ?? .handled }
    guard let failure else { return close() }
    note = failure.sentence
    return .handled
  }

  // MARK: Drawing

  func draw(on canvas: inout Canvas, in rect: Rect, _ session: Session) -> Point? {
    let box = Rect.centred(columns: 64, rows: needsCode ? 10 : 9, in: rect)
    canvas.fill(box, role: .dialog)
    canvas.box(box, role: .borderFocused, title: title)
    let inside = Rect(box.column + 2, box.row + 1, box.columns - 4, box.rows - 2)
    let (foot, fields) = inside.split(bottom: 2)
    form.draw(on: &canvas, in: fields)
    let text = isAsking ? "Asking the server …" : note
    for (row, line) in TextWidth.wrapped(text, to: foot.columns).prefix(2).enumerated() {
      canvas.put(line, at: Point(foot.column, foot.row + row), role: isAsking ? .dim : .bad, width: foot.columns)
    }
    return isAsking ? nil : form.cursorPoint
  }
}
