import CRMDomain
import CRMStore
import TerminalKit

/// Which account the screens are about, where the book is kept the same as several servers.
@MainActor enum AccountChoice {
  static func effect(_ session: Session) -> Effect {
    let profiles = session.read { try $0.syncProfiles() } ?? []
    guard !profiles.isEmpty else { return .push(LoginScreen(nil)) }
    let current = session.sync.profile?.id
    let items = profiles.map { profile in
      Picker.Item(
        "\(profile.settings.user) at \(profile.settings.server)",
        detail: profile.id == current ? "shown and kept up to date" : "`crm sync --profile \(profile.name)`")
    }
    let another = Picker.Item("Another one …", detail: "log in to a further server, or as somebody else")
    return .push(
      PickerScreen("Accounts", items + [another], selected: profiles.firstIndex { $0.id == current } ?? 0) { choice in
        guard profiles.indices.contains(choice) else { return .push(LoginScreen(nil)) }
        return choose(profiles[choice])
      })
  }

  private static func choose(_ profile: SyncProfile) -> Effect {
    .with { session in
      guard !session.sync.isRunning else { return .toast("A round is under way: J or esc stops it") }
      return .several([
        .settle { try $0.chooseSyncProfile(profile.id) },
        .toast("This is \(profile.settings.user) at \(profile.settings.server)"),
      ])
    }
  }
}
