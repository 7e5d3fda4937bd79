import CRMDomain
import CRMStore

/// What an answer means for the request it belongs to (V1 contract, sections 3 and 9).
package enum Verdict: Hashable, Sendable {
  case success
  /// 400 or 422: what is wrong with what was sent.
  case refused(Refusal)
  /// The record is not there.
  case notFound
  /// The address or the method is not there: this server cannot do that.
  case missing
  case unauthorised
  case forbidden(Refusal)
  /// Not carried out; to be asked again at that time, or after a while of our choice.
  case throttled(until: Instant?)
  /// 5xx: carried out or not. `isFinal` if the server itself said so, so that it is no longer at it.
  case failed(isFinal: Bool, until: Instant?)
  /// 409 or 412: somebody was faster.
  case outdated
  case tooLarge
  /// Not from a v1 server: a login page of a network, a redirect, a text that is no JSON.
  case foreign

  package init(_ response: HTTPResponse, now: Instant) {
    let isJSON = Verdict.isJSON(response)
    switch response.status {
    case 204: self = .success
    case 200..<300:
      self = isJSON || response.headers["Content-Type"]?.hasPrefix("text/csv") == true ? .success : .foreign
    case 400, 422: self = isJSON ? .refused(Refusal(response.body)) : .foreign
    case 401: self = .unauthorised
    case 403: self = isJSON ? .forbidden(Refusal(response.body)) : .throttled(until: RetryTime.of(response, now: now))
    // Only a server that speaks clearly is believed that a record is gone.
    case 404: self = WireJSON.parse(response.body) != nil ? .notFound : .missing
    case 405, 501: self = .missing
    case 409, 412: self = .outdated
    case 413: self = .tooLarge
    case 415: self = .refused(Refusal(response.body))
    case 429: self = .throttled(until: RetryTime.of(response, now: now))
    case 503: self = .failed(isFinal: false, until: RetryTime.of(response, now: now))
    case 502, 504: self = .failed(isFinal: false, until: nil)
    case 500...: self = .failed(isFinal: true, until: nil)
    default: self = .foreign
    }
  }

  /// Whether the body begins like JSON, whatever the header says.
  private static func isJSON(_ response: HTTPResponse) -> Bool {
    let first = response.body.first { ![0x20, 0x0A, 0x0D, 0x09, 0xEF, 0xBB, 0xBF].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}

extension Refusal {
  /// What is shown of a refusal that says nothing.
  package static let withoutWords = Refusal(general: ["The server refused it and did not say why."])

  /// Reads any of the shapes v1 words errors in: field errors, nested ones, `detail`, `error`, a bare array.
  package init(_ body: [UInt8]) {
    self.init()
    do {
      switch try JSONValue(parsing: body) {
      case .object(let members):
        for (name, value) in members { add(name, Refusal.messages(value)) }
      case let other: general = Refusal.messages(other)
      }
    } catch {
      general = []
    }
  }

  private mutating func add(_ name: String, _ messages: [String]) {
    switch name {
    case "detail", "error", "non_field_errors", "message": general += messages
    case "code", "messages", "success": break
    default: fields[name, default: []] += messages
    }
  }

  /// Every text in a value, in order.
  private static func messages(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let items): items.flatMap(messages)
    case .object(let members): members.sorted { $0.key < $1.key }.flatMap { messages($0.value) }
    case .null, .bool, .integer, .number: []
    }
  }

  /// True if a value is refused because another record has it.
  package func saysTaken(_ field: String) -> Bool {
    fields[field]?.contains { $0.contains("already exists") } ?? false
  }
}

/// When a server wants to be asked again.
package enum RetryTime {
  /// From `Retry-After` in seconds or as a date, or `reset_time` in the body, at most a day ahead; nil if it says nothing.
  package static func of(_ response: HTTPResponse, now: Instant) -> Instant? {
    let latest = now.adding(seconds: 86_400)
    guard let time = said(response, now: now) else { return nil }
    return min(max(time, now.adding(seconds: 1)), latest)
  }

  private static func said(_ response: HTTPResponse, now: Instant) -> Instant? {
    if let header = response.headers["Retry-After"] {
      if let seconds = Int64(header.trimmed), seconds >= 0 { return now.adding(seconds: min(seconds, 86_400)) }
      // A date is the server's; without its own clock beside it the difference is trusted only as far as a day.
      if let date = HTTPDate.parse(header) {
        return response.headers["Date"].flatMap(HTTPDate.parse).map {
          now.adding(seconds: date.seconds - $0.seconds)
        } ?? date
      }
    }
    guard case .object(let members)? = WireJSON.parse(response.body), let reset = members["reset_time"] else {
      return nil
    }
    switch reset {
    case .integer(let seconds):
      return seconds > 1_000_000_000 ? Instant(seconds: Int64(seconds)) : now.adding(seconds: Int64(max(0, seconds)))
    case .string(let text): return Instant(iso: text)
    case .number(let seconds): return (0..<1e11).contains(seconds) ? Instant(seconds: Int64(seconds)) : nil
    case .null, .bool, .array, .object: return nil
    }
  }
}

/// JSON where anything else counts as nothing said.
enum WireJSON {
  static func parse(_ bytes: [UInt8]) -> JSONValue? {
    do { return try JSONValue(parsing: bytes) } catch { return nil }
  }
}
