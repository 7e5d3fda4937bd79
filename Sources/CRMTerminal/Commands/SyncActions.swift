import TerminalKit

/// The keys of synchronising; a part of the action table.
enum SyncActions {
  static let all: [Action] = everywhere + panel + conflicts + rehearsal

  private static func key(_ letter: String) -> Key { .character(letter) }

  private static let everywhere: [Action] = [
    Action(.sync, .everywhere, [key("S")], "sync", "Show what is to be sent, refused or to be decided; log in."),
    Action(.syncNow, .everywhere, [], "synchronise", "Exchange changes with the server now."),
    Action(.logIn, .everywhere, [], "log in", "Log in to a server."),
  ]

  private static let panel: [Action] = [
    Action(.syncNow, .sync, [key("r")], "sync now", "Exchange changes with the server now.", footer: 95),
    Action(.open, .sync, [.enter], "open", "Open what is under the cursor.", footer: 84),
    Action(
      .rehearseSync, .sync, [key("d")], "dry run", "Show what would be sent and fetched; nothing is written.",
      footer: 78),
    Action(.logIn, .sync, [key("L")], "log in", "Log in to a server, or again.", footer: 76),
    Action(.syncSettings, .sync, [key("o")], "settings", "What, how often, how fast, which certificates.", footer: 60),
    Action(.chooseAccount, .sync, [key("a")], "accounts", "Go to another account, or log in to a further one."),
    Action(
      .retryRefused, .sync, [key("t")], "try again", "Send what was refused or given up once more.", footer: 82),
    Action(.edit, .sync, [key("e")], "edit", "Edit the record at the field the server refused.", footer: 83),
    Action(
      .dropChange, .sync, [key("x")], "never send",
      "Give the change up; the record takes the server's values, and a new one stays only here.", footer: 81),
    Action(
      .acceptVanished, .sync, [key("D")], "they are gone", "Believe that so many records are gone on the server.",
      footer: 90),
    Action(
      .readEverything, .sync, [key("F")], "read everything", "Read every list to its end and look for what is gone.",
      footer: 20),
    Action(.logOut, .sync, [key("X")], "log out", "Forget the login, or all about the server.", footer: 10),
  ]

  private static let conflicts: [Action] = [
    Action(.takeMine, .conflicts, [key("m")], "mine", "The record takes what I wrote, and sends it.", footer: 95),
    Action(.takeTheirs, .conflicts, [key("t")], "the server's", "It stays as it is shown.", footer: 94),
    Action(.edit, .conflicts, [key("e")], "edit", "Write something else.", footer: 90),
    Action(
      .decideAlways, .conflicts, [key("A")], "always …", "Make a rule for this field.", footer: 60),
    Action(.open, .conflicts, [.enter], "open", "Open the record.", footer: 70),
  ]

  private static let rehearsal: [Action] = [
    Action(.syncNow, .syncRehearsal, [key("r")], "sync now", "Do it.", footer: 95)
  ]
}
