import CRMDomain
import CRMSync

extension V1Server {
  /// Fills an empty server with a book: its people, each with `password`, and their records. The first one is the
  /// administrator. Ids of the server must count from 1, as those of a demo book do.
  package mutating func load(_ book: DemoBook, password: String) {
    users = book.users.map { user in
      V1User(
        id: Int(user.id.rawValue), username: user.username, password: password, firstName: user.firstName,
        lastName: user.lastName, isAdmin: user.id.rawValue == 1)
    }
    load(book.contacts, into: .contacts)
    load(book.leads, into: .leads)
    load(book.opportunities, into: .opportunities)
    load(book.tasks, into: .tasks)
  }

  private mutating func load<R: Record>(_ records: [R], into resource: V1Resource) {
    for record in records {
      let object = WireRecord.object(record)
      let values = object.filter { resource.field($0.key) != nil }
      let creator = values[resource.creatorField]?.integer ?? 1
      let id = insert(resource, values, by: creator).id
      for (name, stamp) in [("created_at", \V1Row.createdAt), ("updated_at", \V1Row.updatedAt)] {
        guard let instant = object[name]?.string.flatMap({ Instant(iso: $0) }) else { continue }
        tables[resource]?.rows[id]?[keyPath: stamp] = instant
      }
    }
  }
}
