import CRMSync
import Testing

/// What people type for a server.
@Suite struct ServerAddressTests {
  @Test(arguments: [
    ("crm.example.org", "https://crm.example.org"),
    (" https://crm.example.org/ ", "https://crm.example.org"),
    ("HTTPS://CRM.Example.org", "https://crm.example.org"),
    ("crm.example.org:8443", "https://crm.example.org:8443"),
    ("http://localhost:8000", "http://localhost:8000"),
    ("localhost:8000", "http://localhost:8000"),
    ("127.0.0.1", "http://127.0.0.1"),
    ("https://localhost", "https://localhost"),
    ("[::1]:8000/", "http://[::1]:8000"),
    ("example.org/team/crm/", "https://example.org/team/crm"),
    ("example.org//team", "https://example.org/team"),
    ("https://example.org/team/api/v1/leads/", "https://example.org/team"),
    ("https://example.org/api", "https://example.org"),
    ("https://bücher.example", "https://bücher.example"),
    ("192.168.1.20:8000", "https://192.168.1.20:8000"),
  ])
  func isReadAsItIsMeant(_ typed: String, _ text: String) throws {
    #expect(try ServerAddress(typed: typed).text == text)
  }

  @Test(arguments: [
    ("", AddressProblem.empty), ("  ", .empty), ("my server", .blank), ("ftp://example.org", .scheme("ftp")),
    ("https://", .host("")), ("-a.example", .host("-a.example")), ("a..example", .host("a..example")),
    ("exa$mple.org", .host("exa$mple.org")), ("[::1", .host("[::1")), ("[zz]", .host("[zz]")),
    ("example.org:", .port(":")), ("example.org:0", .port(":0")), ("example.org:70000", .port(":70000")),
    ("example.org:+80", .port(":+80")), ("example.org:80:90", .port(":80:90")), ("example.org/../x", .path("/../x")),
    ("example.org/a\"b", .path("/a\"b")), ("example.org/?next=1", .query), ("example.org#top", .query),
    ("ann:secret@example.org", .password), ("http://crm.example.org", .unencrypted("crm.example.org")),
    ("http://127.example.org", .unencrypted("127.example.org")), ("http://127.1", .unencrypted("127.1")),
    ("http://localhost.example.org", .unencrypted("localhost.example.org")),
  ])
  func orIsRefusedWithASentence(_ typed: String, _ problem: AddressProblem) {
    #expect(throws: problem) { try ServerAddress(typed: typed) }
    #expect(problem.sentence.last == "." && !problem.sentence.contains("secret"))
  }

  @Test func isUnencryptedElsewhereOnlyIfTheProfileSaysSo() throws {
    let address = try ServerAddress(typed: "http://crm.example.org", allowsUnencrypted: true)
    #expect(address.text == "http://crm.example.org" && !address.isEncrypted && !address.isThisMachine)
  }

  @Test func readsItsOwnTextBack() throws {
    for typed in ["crm.example.org/team", "localhost:8000", "[::1]", "https://127.0.0.1:1/a%20b"] {
      let address = try ServerAddress(typed: typed)
      #expect(try ServerAddress(typed: address.text) == address)
    }
  }
}
