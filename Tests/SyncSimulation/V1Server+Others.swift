import CRMDomain
import V1Simulator

extension V1Server {
  /// Does what others do to the rows.
  package mutating func perform(_ act: OthersAct) {
    func ids(_ resource: V1Resource) -> [Int] { tables[resource]?.all.map(\.id) ?? [] }
    switch act {
    case .insert(let resource, let number): insertSample(resource, number: number)
    case .change(let resource, let pick, let number):
      let ids = ids(resource)
      guard !ids.isEmpty else { return }
      let field = ["company_name", "company_name", "company_name", "description"][
        V1Resource.allCases.firstIndex(of: resource) ?? 0]
      change(resource, ids[pick % ids.count], [field: .string("others \(number)")])
    case .remove(let resource, let pick):
      let ids = ids(resource)
      guard !ids.isEmpty else { return }
      remove(resource, ids[pick % ids.count])
    case .rescore: rescoreLeads()
    case .changeSilently(let pick, let number):
      let ids = ids(.leads)
      guard !ids.isEmpty else { return }
      change(.leads, ids[pick % ids.count], ["company_name": .string("silent \(number)")], isTouching: false)
    }
  }
}
