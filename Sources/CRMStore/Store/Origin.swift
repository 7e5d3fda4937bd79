/// Who or what made a change.
package enum Origin: Hashable, Sendable {
  case user
  case importing(file: String)
  case sync
  case workflow(run: Int64)
  case engine

  /// How it is stored, and what history prints.
  package var text: String {
    switch self {
    case .user: "user"
    case .importing(let file): "import \(file)"
    case .sync: "sync"
    case .workflow(let run): "workflow \(run)"
    case .engine: "engine"
    }
  }
}

/// What a committed transaction touched.
package struct ChangeSet: Hashable, Sendable {
  package var kinds: Set<String> = []
  package var operation: Int64?
  /// Nil for what another program committed.
  package var origin: Origin?
}
