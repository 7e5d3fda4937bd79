import CRMSync
import V1Simulator

/// A step of a round at which something can go wrong: a column of the fault matrix.
package enum RoundStep: String, CaseIterable, Hashable, Sendable {
  case pull
  case create = "push-create"
  case update = "push-update"
  case delete = "push-delete"
  case convert, bulk, refresh, sweep

  /// Whether `request` is of this step; `isMissing` says whether a row is left out of the lists.
  func isTaken(by request: HTTPRequest, of target: RowTarget?, isMissing: (V1Resource, Int) -> Bool) -> Bool {
    guard self != .refresh else { return request.path == "/api/auth/refresh/" }
    guard let target else { return false }
    switch self {
    // Not the first page, which most often is the only one.
    case .pull: return request.method == .get && target.isList && request.parameter("page") != nil
    case .create: return request.method == .post && target.isList
    case .update: return request.method == .patch
    case .delete: return request.method == .delete
    case .convert: return target.action == "convert"
    case .bulk: return target.action == "bulk_update"
    case .sweep: return request.method == .get && target.id.map { isMissing(target.resource, $0) } ?? false
    case .refresh: return false
    }
  }
}

/// What a request is about.
struct RowTarget {
  let resource: V1Resource
  let id: Int?
  let action: String?

  /// Nil if it is about no record.
  init?(_ request: HTTPRequest) {
    let parts = request.path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    guard parts.count >= 3, parts[1] == "v1", let resource = V1Resource(rawValue: parts[2]) else { return nil }
    self.resource = resource
    id = parts.dropFirst(3).first.flatMap { Int($0) }
    action = parts.count > 3 ? parts.last.flatMap { Int($0) == nil ? $0 : nil } : nil
  }

  var isList: Bool { id == nil && action == nil }
}
