import CRMDomain
import CRMStore
import CRMSync
import Testing

@Suite struct VerdictTests {
  private static let now = Instant(seconds: 1_795_000_000)

  private func verdict(_ status: Int, _ body: String, _ headers: HTTPHeaders = HTTPHeaders()) -> Verdict {
    Verdict(HTTPResponse(status, headers: headers, body: Array(body.utf8)), now: Self.now)
  }

  @Test func statusAndBodyTogetherSayWhatHappened() {
    #expect(verdict(201, "{}") == .success && verdict(204, "") == .success)
    #expect(verdict(200, "<html>") == .foreign && verdict(302, "") == .foreign)
    #expect(verdict(404, "<html>") == .missing && verdict(404, #"{"detail":"No"}"#) == .notFound)
    #expect(verdict(405, #"{"detail":"No"}"#) == .missing && verdict(401, "{}") == .unauthorised)
    #expect(verdict(500, "<html>") == .failed(isFinal: true, until: nil))
    #expect(verdict(502, "<html>") == .failed(isFinal: false, until: nil))
    #expect(verdict(412, "{}") == .outdated && verdict(413, "") == .tooLarge)
    #expect(verdict(403, #"{"detail":"No"}"#) == .forbidden(Refusal(general: ["No"])))
    #expect(verdict(403, "Rate limit exceeded. Please try again later.") == .throttled(until: nil))
  }

  @Test func aServerSaysWhenToComeBack() {
    let later = Self.now.adding(seconds: 90)
    #expect(verdict(429, "{}", ["Retry-After": "90"]) == .throttled(until: later))
    #expect(verdict(503, "", ["retry-after": HTTPDate.text(later)]) == .failed(isFinal: false, until: later))
    #expect(verdict(429, #"{"reset_time":\#(later.seconds)}"#) == .throttled(until: later))
    #expect(verdict(429, "{}", ["Retry-After": "soon"]) == .throttled(until: nil))
    #expect(verdict(429, "{}", ["Retry-After": "99999999999"]) == .throttled(until: Self.now.adding(seconds: 86_400)))
    let skewed: HTTPHeaders = [
      "Retry-After": HTTPDate.text(later.adding(seconds: 7200)), "Date": HTTPDate.text(Self.now.adding(seconds: 7200)),
    ]
    #expect(verdict(429, "{}", skewed) == .throttled(until: later), "by the server's own clock")
  }

  @Test func errorsAreReadInEveryShape() {
    #expect(Refusal(Array(#"{"email":["Bad.","Worse."]}"#.utf8)) == Refusal(fields: ["email": ["Bad.", "Worse."]]))
    #expect(Refusal(Array(#"{"non_field_errors":["No."]}"#.utf8)) == Refusal(general: ["No."]))
    #expect(Refusal(Array(#"{"ids":{"0":["Whole numbers."]}}"#.utf8)) == Refusal(fields: ["ids": ["Whole numbers."]]))
    #expect(Refusal(Array(#"["No NUL."]"#.utf8)) == Refusal(general: ["No NUL."]))
    #expect(Refusal(Array(#"{"error":"Invalid action"}"#.utf8)) == Refusal(general: ["Invalid action"]))
    #expect(Refusal(Array("<html>".utf8)) == Refusal())
    #expect(Refusal(Array(#"{"email":["Contact with this email already exists."]}"#.utf8)).saysTaken("email"))
  }

  @Test func datesOfHeadersAreReadBack() {
    for seconds in stride(from: Int64(0), to: 4_000_000_000, by: 86_399_999) {
      #expect(HTTPDate.parse(HTTPDate.text(Instant(seconds: seconds))) == Instant(seconds: seconds))
    }
    #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT") == Instant(iso: "1994-11-06T08:49:37Z"))
    #expect(HTTPDate.parse("yesterday") == nil)
  }

  @Test func base64IsReadBack() {
    for length in 0..<40 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
    #expect(Base64URL.decode("a b") == nil)
  }
}
