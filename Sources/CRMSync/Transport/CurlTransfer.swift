import CCurl
import Glibc

/// `CURL *` and `CURLM *`, which C does not tell apart either.
typealias CurlHandle = UnsafeMutableRawPointer

/// One request on its way over libcurl, and what has come of its answer.
final class CurlTransfer {
  let number: Int
  let handle: CurlHandle
  /// True once a byte of the request may have reached the server.
  private(set) var wasSent = false
  let begunAt = ContinuousClock.now
  private let request: HTTPRequest
  private let largestBody: Int
  private let largestHead: Int
  private var response = HTTPResponse(0)
  private var hasAnswer = false
  private var headSize = 0
  private var fields: UnsafeMutablePointer<curl_slist>?
  private let listener = UnsafeMutablePointer<crm_curl_listener>.allocate(capacity: 1)

  init(_ number: Int, _ request: HTTPRequest, on handle: CurlHandle, limits: TransportOptions) {
    self.number = number
    self.handle = handle
    self.request = request
    largestBody = limits.largestBody
    largestHead = limits.largestHead
    listener.initialize(
      to: crm_curl_listener(
        head: { CurlTransfer.at($3).takeHead(UnsafeRawBufferPointer(start: $0, count: $1 * $2)) },
        body: { CurlTransfer.at($3).takeBody(UnsafeRawBufferPointer(start: $0, count: $1 * $2)) },
        begins: { CurlTransfer.at($0).begins() }, context: Unmanaged.passUnretained(self).toOpaque()))
  }

  deinit {
    crm_curl_free_list(fields)
    listener.deallocate()
  }

  /// The transfer behind the context libcurl hands back; it lives as long as its handle is in use.
  private static func at(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
    guard let context else { preconditionFailure("libcurl lost its context") }
    return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  }

  // MARK: Out

  /// Tells the handle everything about the request.
  func prepare(_ server: ServerAddress, _ options: TransportOptions) -> CURLcode {
    var settings = CurlSettings(handle)
    settings.set(CURLOPT_URL, server.text + request.target)
    settings.set(CURLOPT_PROTOCOLS_STR, server.isEncrypted ? "https" : "http")
    // A token that is not encrypted must not leave the machine by way of a proxy either.
    if server.isThisMachine { settings.set(CURLOPT_NOPROXY, "*") }
    settings.apply(options)
    settings.set(CURLOPT_TIMEOUT_MS, request.method.onlyReads ? options.reading : options.writing)
    setMethod(&settings)
    setFields(&settings)
    settings.listen(listener)
    return settings.code
  }

  private func setMethod(_ settings: inout CurlSettings) {
    switch request.method {
    case .get: break
    case .head: settings.set(CURLOPT_NOBODY, 1)
    case .post, .put, .patch, .delete, .options: settings.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
    guard !request.body.isEmpty || request.method == .post else { return }
    settings.set(CURLOPT_POSTFIELDSIZE_LARGE, large: request.body.count)
    settings.copy(CURLOPT_COPYPOSTFIELDS, request.body)
  }

  private func setFields(_ settings: inout CurlSettings) {
    // Without these two libcurl names a type of its own, and asks before it sends a large body.
    for line in ["Expect:"] + (request.headers["Content-Type"] == nil ? ["Content-Type:"] : []) { add(line) }
    for field in request.headers.all { add(field.name + ": " + field.value) }
    settings.set(CURLOPT_HTTPHEADER, pointer: fields)
  }

  /// Values come from servers too, as tokens do: no line break of theirs begins another field.
  private func add(_ field: String) {
    fields = crm_curl_append(fields, String(decoding: field.utf8.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self))
  }

  // MARK: In

  /// Called when a connection is there and the request is about to go out. libcurl sends again by itself what a kept
  /// connection lost without an answer; what changes something would then be done twice.
  private func begins() -> Bool {
    guard !wasSent || request.method.onlyReads else { return false }
    wasSent = true
    return true
  }

  private func takeHead(_ bytes: UnsafeRawBufferPointer) -> Int {
    headSize += bytes.count
    guard headSize <= largestHead else { return 0 }
    if bytes.starts(with: "HTTP/".utf8) {
      // Another head may have come before, as with 103; its fields do not belong to the answer.
      response = HTTPResponse(0)
      hasAnswer = true
    } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
      response.headers.add(Self.text(bytes[..<colon]), Self.text(bytes[(colon + 1)...]))
    }
    return bytes.count
  }

  /// Without the blanks and the end of the line around it (RFC 9110, section 5.5).
  private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(decoding: bytes[...last].drop(while: isBlank), as: UTF8.self)
  }

  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard response.body.count + bytes.count <= largestBody else { return 0 }
    response.body.append(contentsOf: bytes)
    return bytes.count
  }

  /// What went over the line, in the direction that had more of it.
  var bytes: Int {
    let received =
      crm_curl_get_large(handle, CURLINFO_SIZE_DOWNLOAD_T)
      + Int64(crm_curl_get_long(handle, CURLINFO_HEADER_SIZE))
    let sent =
      crm_curl_get_large(handle, CURLINFO_SIZE_UPLOAD_T)
      + Int64(crm_curl_get_long(handle, CURLINFO_REQUEST_SIZE))
    return Int(max(received, sent))
  }

  /// What became of it, once libcurl has said how it ended.
  func answer(_ code: CURLcode) -> Result<HTTPResponse, TransportProblem> {
    guard code == CURLE_OK else { return .failure(problem(code)) }
    response.status = Int(crm_curl_get_long(handle, CURLINFO_RESPONSE_CODE))
    return .success(response)
  }

  func problem(_ code: CURLcode) -> TransportProblem {
    TransportProblem(
      code, systemError: Int32(truncatingIfNeeded: crm_curl_get_long(handle, CURLINFO_OS_ERRNO)), wasSent: wasSent,
      hasAnswer: hasAnswer)
  }
}

extension TransportProblem {
  /// What libcurl's code means. Only what happened before the request was out can prove that nothing was done.
  package init(_ code: CURLcode, systemError: Int32, wasSent: Bool, hasAnswer: Bool) {
    switch code {
    case CURLE_OPERATION_TIMEDOUT: self = wasSent ? .timedOut : .connectTimedOut
    case CURLE_WRITE_ERROR, CURLE_FILESIZE_EXCEEDED, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL,
      CURLE_BAD_CONTENT_ENCODING, CURLE_OUT_OF_MEMORY:
      self = .unreadable
    case _ where wasSent: self = hasAnswer ? .truncated : .reset
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_URL_MALFORMAT: self = .unknownHost
    case CURLE_COULDNT_CONNECT: self = TransportProblem(connecting: systemError)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_INVALIDCERTSTATUS:
      self = .certificate
    default: self = .resetBeforeSending
    }
  }

  private init(connecting systemError: Int32) {
    switch systemError {
    case ENETUNREACH, EHOSTUNREACH, ENETDOWN: self = .offline
    case ETIMEDOUT: self = .connectTimedOut
    default: self = .refused
    }
  }
}
