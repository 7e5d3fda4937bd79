import CRMDomain

extension CRMStore {
  /// Makes what every book begins with where it is missing: the rep, and the standard board with its stages. It is no
  /// change of the rep's, so undo passes over it.
  package func prepareEmptyBook(userName: String) throws(StoreProblem) {
    let (me, boards) = try read { (try $0.me(), try $0.count(.board)) }
    guard me == nil || boards == 0 else { return }
    try transact("Begin the book", origin: .engine) { writer in
      if try writer.reader.me() == nil { try writer.makeMe(userName) }
      if try writer.reader.count(.board) == 0 {
        let board = try writer.insert(Board.standard)
        for stage in Stage.standard(board: board) { try writer.insert(stage) }
      }
    }
  }

  /// Writes the whole of `book` as one operation. What the book begins with stays the rep's own.
  /// - Throws: `StoreProblem` if there are records already.
  package func loadDemo(_ book: DemoBook) throws(StoreProblem) {
    guard try read({ try $0.isEmpty() }) else { throw StoreProblem(.notEmpty, path: path) }
    try transact("Load the demo book") { writer in
      try writer.insertMissing(book.users)
      try writer.insertMissing(book.boards)
      try writer.insertMissing(book.stages)
      try writer.insertMissing(book.tags)
      for info in DemoBook.leadFields { try writer.defineCustomField(info, of: .lead) }
      for info in DemoBook.contactFields { try writer.defineCustomField(info, of: .contact) }
      for contact in book.contacts { try writer.insert(contact) }
      for lead in book.leads { try writer.insert(lead.withoutDeal) }
      for deal in book.opportunities { try writer.insert(deal) }
      for lead in book.leads where lead.convertedOpportunity != nil {
        let values = ["converted_opportunity", "updated_at"].map { ($0, lead[$0]) }
        try writer.set(Dictionary(uniqueKeysWithValues: values), in: .lead, lead.id.rawValue)
      }
      for task in book.tasks { try writer.insert(task) }
      for activity in book.activities { try writer.insert(activity) }
    }
  }
}

extension Lead {
  /// Lead and deal refer to each other. Linked in a second step, an undo finds the deal free to go.
  fileprivate var withoutDeal: Lead {
    var lead = self
    lead.convertedOpportunity = nil
    return lead
  }
}

extension StoreWriter {
  /// A colleague of that name becomes the rep, rather than having a double.
  fileprivate func makeMe(_ userName: String) throws {
    if let id = try reader.find(.user, named: userName).first {
      try set(["is_me": .flag(true), "is_active": .flag(true)], in: .user, id)
      return
    }
    var me = User()
    me.username = userName
    me.isMe = true
    try insert(me)
  }

  fileprivate func insertMissing<R: Record>(_ records: [R]) throws {
    for record in records where try reader.record(record.id) == nil { try insert(record) }
  }
}
