import CCurl
import Synchronization

/// HTTP/1.1 over libcurl, with connections that are kept from one `exchange` to the next.
///
/// Certificates are always verified. Proxies are those of the environment, except for this machine. A redirect is an
/// answer like any other, so that nothing goes to an origin nobody typed.
// Unchecked: libcurl's handles belong to the thread that is in `exchange`, of which `isBusy` lets in one at a time;
// `cancel` touches the flag and the one function of libcurl that is for any thread.
package final class CurlTransport: Transport, @unchecked Sendable {
  private let server: ServerAddress
  private let options: TransportOptions
  private let multi: CurlHandle
  /// Handles between two requests: what they know of TLS sessions saves handshakes.
  private var idle: [CurlHandle] = []
  private var underWay: [CurlHandle: CurlTransfer] = [:]
  /// Until then what went over the line is as much as may go over it: nothing new begins.
  private var isFreeAt = ContinuousClock.now
  private let isBusy = Atomic(false)
  private let isCancelled = Atomic(false)

  /// - Throws: `CurlProblem` if there is no libcurl.
  package init(server: ServerAddress, options: TransportOptions = TransportOptions()) throws(CurlProblem) {
    if let failure = crm_curl_open() { throw CurlProblem(sentence: String(cString: failure)) }
    guard let multi = crm_curl_multi_new() else { throw CurlProblem(sentence: "There is no memory for libcurl.") }
    crm_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.parallel)
    self.server = server
    self.options = options
    self.multi = multi
  }

  deinit {
    for handle in idle { crm_curl_free(handle) }
    crm_curl_multi_free(multi)
  }

  package func cancel() {
    isCancelled.store(true, ordering: .sequentiallyConsistent)
    crm_curl_multi_wake(multi)
  }

  package func resume() { isCancelled.store(false, ordering: .sequentiallyConsistent) }

  package func exchange<Failure: Error>(
    _ requests: [(Int, HTTPRequest)],
    _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws(Failure) -> Void,
  ) throws(Failure) {
    precondition(!isBusy.exchange(true, ordering: .acquiring), "two threads exchange over one transport")
    defer {
      for transfer in underWay.values { end(transfer) }
      isBusy.store(false, ordering: .releasing)
    }
    var options = options
    // libcurl slows down each request by itself.
    options.bandwidth = options.bandwidth.map { max(1, $0 / min(options.parallel, max(1, requests.count))) }
    var waiting = requests[...]
    while !waiting.isEmpty || !underWay.isEmpty {
      if isCancelled.load(ordering: .sequentiallyConsistent) { return try giveUp(waiting, answered) }
      let pause = isFreeAt - ContinuousClock.now
      while underWay.count < options.parallel, pause <= .zero, let (number, request) = waiting.popFirst() {
        if let problem = begin(number, request, options) { try answered(number, .failure(problem)) }
      }
      crm_curl_multi_perform(multi)
      var hasEnded = false
      while let (number, answer) = nextAnswer() {
        hasEnded = true
        try answered(number, answer)
      }
      if hasEnded { continue }
      if !waiting.isEmpty, pause > .zero {
        crm_curl_multi_wait(multi, Int32(min(1000, pause / .milliseconds(1) + 1)))
      } else if !underWay.isEmpty {
        crm_curl_multi_wait(multi, 1000)
      }
    }
  }

  private func giveUp<Failure: Error>(
    _ waiting: ArraySlice<(Int, HTTPRequest)>,
    _ answered: (Int, Result<HTTPResponse, TransportProblem>) throws(Failure) -> Void,
  ) throws(Failure) {
    let transfers = underWay.values.sorted { $0.number < $1.number }
    for transfer in transfers { end(transfer) }
    for transfer in transfers { try answered(transfer.number, .failure(transfer.wasSent ? .cancelled : .offline)) }
    for (number, _) in waiting { try answered(number, .failure(.offline)) }
  }

  private func begin(_ number: Int, _ request: HTTPRequest, _ options: TransportOptions) -> TransportProblem? {
    guard let handle = idle.popLast() ?? crm_curl_new() else { return .offline }
    let transfer = CurlTransfer(number, request, on: handle, limits: options)
    let code = transfer.prepare(server, options)
    guard code == CURLE_OK, crm_curl_multi_add(multi, handle) == CURLM_OK else {
      put(handle)
      return transfer.problem(code)
    }
    underWay[handle] = transfer
    return nil
  }

  private func nextAnswer() -> (Int, Result<HTTPResponse, TransportProblem>)? {
    var code = CURLE_OK
    guard let handle = crm_curl_multi_next(multi, &code), let transfer = underWay[handle] else { return nil }
    let answer = transfer.answer(code)
    if let bandwidth = options.bandwidth {
      // Answers that come whole at once, as small ones do, are never slowed down.
      isFreeAt = max(isFreeAt, transfer.begunAt) + .seconds(Double(transfer.bytes) / Double(bandwidth))
    }
    end(transfer)
    return (transfer.number, answer)
  }

  private func end(_ transfer: CurlTransfer) {
    underWay[transfer.handle] = nil
    crm_curl_multi_remove(multi, transfer.handle)
    put(transfer.handle)
  }

  private func put(_ handle: CurlHandle) {
    crm_curl_reset(handle)
    idle.append(handle)
  }
}

/// There is no libcurl to send anything with.
package struct CurlProblem: Error, Hashable, Sendable {
  package let sentence: String
}
