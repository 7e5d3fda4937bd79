import CRMDomain
import GRDB

extension TextTest {
  var sqlName: String { "crm_\(rawValue)" }
}

/// The domain's tests of text as SQL functions of a value and a pattern. NULL in, NULL out.
enum QueryFunctions {
  static func install(in db: Database) {
    for test in TextTest.allCases {
      db.add(function: function(test.sqlName) { test.holds($0, $1) })
    }
    db.add(function: function("crm_tag", hasTag))
  }

  private static func function(
    _ name: String, _ body: @escaping @Sendable (String, String) throws -> Bool,
  ) -> DatabaseFunction {
    DatabaseFunction(name, argumentCount: 2, pure: true) { values in
      guard let text = String.fromDatabaseValue(values[0]), let pattern = String.fromDatabaseValue(values[1]) else {
        return nil
      }
      return try body(text, pattern)
    }
  }

  /// `tags` and `wanted` are JSON arrays; the wanted ones are folded already.
  private static func hasTag(_ tags: String, _ wanted: String) throws -> Bool {
    guard case .tags(let own) = StoredValue.decode(tags.databaseValue, as: .tags) else { return false }
    guard case .array(let wanted) = try JSONValue(parsing: wanted) else { return false }
    return own.contains { wanted.contains(.string(SearchText.fold($0))) }
  }
}
