import CCurl

/// Settings of one handle; the first that libcurl refuses is kept, and none is made after it.
struct CurlSettings {
  private let handle: CurlHandle
  private(set) var code = CURLE_OK

  init(_ handle: CurlHandle) { self.handle = handle }

  mutating func set(_ option: CURLoption, _ value: Int) { note { crm_curl_set_long($0, option, value) } }
  /// In milliseconds.
  mutating func set(_ option: CURLoption, _ duration: Duration) { set(option, Int(duration / .milliseconds(1))) }
  mutating func set(_ option: CURLoption, _ text: String) { note { crm_curl_set_text($0, option, text) } }
  mutating func set(_ option: CURLoption, large value: Int) { note { crm_curl_set_large($0, option, Int64(value)) } }
  mutating func set(_ option: CURLoption, pointer: UnsafeMutablePointer<curl_slist>?) {
    note { crm_curl_set_pointer($0, option, pointer) }
  }
  /// Hands over bytes that libcurl copies; how many it has been told before.
  mutating func copy(_ option: CURLoption, _ bytes: [UInt8]) {
    var bytes = bytes
    note { handle in bytes.withUnsafeMutableBytes { crm_curl_set_pointer(handle, option, $0.baseAddress) } }
  }
  mutating func listen(_ listener: UnsafePointer<crm_curl_listener>) { note { crm_curl_set_listener($0, listener) } }

  private mutating func note(_ setting: (CurlHandle) -> CURLcode) {
    if code == CURLE_OK { code = setting(handle) }
  }

  mutating func apply(_ options: TransportOptions) {
    set(CURLOPT_NOSIGNAL, 1)
    // Ending a transfer must not wait for a name server.
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    if let file = options.certificates { set(CURLOPT_CAINFO, file) }
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_USERAGENT, options.userAgent)
    set(CURLOPT_ACCEPT_ENCODING, "gzip")
    set(CURLOPT_CONNECTTIMEOUT_MS, options.connecting)
    set(CURLOPT_LOW_SPEED_LIMIT, options.slowest)
    set(CURLOPT_LOW_SPEED_TIME, Int(options.slowFor.components.seconds))
    set(CURLOPT_MAXFILESIZE_LARGE, large: options.largestBody)
    // A connection that was idle for longer is likely to be gone at the other end.
    set(CURLOPT_MAXAGE_CONN, 30)
    guard let bandwidth = options.bandwidth else { return }
    set(CURLOPT_MAX_RECV_SPEED_LARGE, large: bandwidth)
    set(CURLOPT_MAX_SEND_SPEED_LARGE, large: bandwidth)
  }
}
