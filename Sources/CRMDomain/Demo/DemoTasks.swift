extension BookWriter {
  private static let counts = [(Due.overdue, 14), (.today, 10), (.upcoming, 24), (.done, 28), (.cancelled, 4)]

  private enum Due { case overdue, today, upcoming, done, cancelled }

  /// Eighty tasks in the order they were made. About half of the open deals get none: they lack a next step.
  mutating func writeTasks() {
    let open = dice.shuffled(book.opportunities.filter { $0.actualCloseDate == nil })
    var deals = Array(open.prefix(open.count / 2))
    var tasks: [CRMTask] = []
    for (due, count) in Self.counts {
      for _ in 0..<count { tasks.append(task(due, about: deals.isEmpty || due == .done ? nil : deals.removeLast())) }
    }
    tasks.sort { ($0.createdAt ?? clock.now, $0.title) < ($1.createdAt ?? clock.now, $1.title) }
    book.tasks = tasks.enumerated().map { index, task in
      var task = task
      task.id = Identifier(Int64(index + 1))
      return task
    }
  }

  private mutating func task(_ due: Due, about deal: Opportunity?) -> CRMTask {
    var task = CRMTask()
    task.priority = dice.pick(["low", "medium", "medium", "medium", "high", "high", "urgent"])
    name(&task, about: deal)
    task.createdBy = someUser()
    date(&task, due)
    return task
  }

  private mutating func name(_ task: inout CRMTask, about deal: Opportunity?) {
    if let deal, let contact = book.contacts.first(where: { $0.id == deal.contact }) {
      task.opportunity = deal.id
      task.contact = contact.id
      return name(&task, contact.firstName, at: deal.companyName, for: deal.assignedTo)
    }
    switch dice.int(0...9) {
    case 0...6:
      let lead = dice.pick(book.leads.filter { ["contacted", "qualified"].contains($0.status) })
      task.lead = lead.id
      name(&task, lead.firstName, at: lead.companyName, for: lead.assignedTo)
    case 7...8:
      let contact = dice.pick(book.contacts)
      task.contact = contact.id
      name(&task, contact.firstName, at: contact.companyName, for: contact.assignedTo)
    default:
      let words = dice.pick(DemoPhrases.houseTasks)
      task.taskType = words[0]
      task.title = words[1]
      task.assignedTo = Identifier(1)
    }
  }

  private mutating func name(_ task: inout CRMTask, _ first: String, at company: String, for user: Identifier<User>?) {
    let words = dice.pick(DemoPhrases.tasks)
    let shortName = DemoCompany.all.first { $0.name == company }?.shortName ?? company
    task.taskType = words[0]
    task.title = filled(words[1], first: first, company: shortName)
    task.assignedTo = user ?? Identifier(1)
  }

  private mutating func date(_ task: inout CRMTask, _ due: Due) {
    let minute = officeMinute()
    switch due {
    case .overdue: task.dueDate = clock.past(days: dice.int(1...12), minute: minute)
    case .today: task.dueDate = clock.instant(clock.today, minute: minute)
    case .upcoming: task.dueDate = clock.future(days: dice.int(1...21), minute: minute)
    case .done, .cancelled: task.dueDate = clock.past(days: dice.int(1...90), minute: minute)
    }
    task.status =
      due == .done ? "completed" : due == .cancelled ? "cancelled" : dice.chance(15) ? "in_progress" : "pending"
    let dueDate = task.dueDate ?? clock.now
    task.createdAt = min(clock.now, dueDate).adding(seconds: -Int64(dice.int(1...15)) * 86_400)
    task.completedAt = due == .done ? min(clock.now, dueDate.adding(seconds: Int64(dice.int(-20...10)) * 3_600)) : nil
    task.updatedAt = task.completedAt ?? task.createdAt
    task.reminderDate = task.isOpen && dice.chance(30) ? dueDate.adding(seconds: -1_800) : nil
  }
}
