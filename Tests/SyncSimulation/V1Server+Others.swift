import CRMDomain
import V1Simulator

extension V1Server {
  /// Does what others do to the rows.
  package mutating func perform(_ act: OthersAct) {
    switch act {
    case .insert(let resource, let number): insertSample(resource, number: number)
    case .change(let resource, let pick, let number): change(resource, pick, number)
    case .annotate(let resource, let pick, let number): annotate(resource, pick, number)
    case .remove(let resource, let pick):
      if let id = id(resource, pick) { remove(resource, id) }
    case .removeAll(let resource):
      for id in ids(resource) { remove(resource, id) }
    case .hide(let resource, let pick):
      if let id = id(resource, pick) { hidden[resource, default: []].insert(id) }
    case .rescore: rescoreLeads()
    case .changeSilently(let pick, let number):
      guard let id = id(.leads, pick) else { return }
      change(.leads, id, ["company_name": .string("silent \(number)")], isTouching: false)
    }
  }

  private func id(_ resource: V1Resource, _ pick: Int) -> Int? {
    let ids = ids(resource)
    return ids.isEmpty ? nil : ids[pick % ids.count]
  }

  private mutating func change(_ resource: V1Resource, _ pick: Int, _ number: Int) {
    guard let id = id(resource, pick) else { return }
    let fields = resource == .tasks ? ["description", "title"] : ["company_name", "notes"]
    change(resource, id, [fields[number % fields.count]: .string("others \(number)")])
  }

  private mutating func annotate(_ resource: V1Resource, _ pick: Int, _ number: Int) {
    guard resource != .tasks, let id = id(resource, pick), let row = tables[resource]?.rows[id],
      case .object(var members) = row["custom_fields"], case .array(let tags) = row["tags"]
    else { return }
    members["o\(number % 3)"] = .integer(number)
    change(
      resource, id,
      number % 2 == 0
        ? ["custom_fields": .object(members)] : ["tags": .array(tags + [.string("other\(number % 50)")])])
  }
}
