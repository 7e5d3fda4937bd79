/// Writes tasks as iCalendar (RFC 5545): things to do as VTODO; meetings and demos, which take place at a time, as VEVENT.
package struct CalendarWriter {
  package static let kinds: Set<EntityKind> = [.task]

  package private(set) var lines = ContentLines()

  package init() {}

  /// Forgets what is written so far.
  package mutating func removeAll() { lines.removeAll() }

  package mutating func begin() {
    lines.line("BEGIN", raw: "VCALENDAR")
    lines.line("VERSION", raw: "2.0")
    lines.line("PRODID", raw: "-//MyCRM//crm//EN")
  }

  package mutating func end() { lines.line("END", raw: "VCALENDAR") }

  /// - Parameter about: the lead, contact or deal that the task is about, by name; empty if there is none.
  package mutating func write(_ task: CRMTask, about: String) {
    let isEvent = ["meeting", "demo"].contains(task.taskType) && task.dueDate != nil
    let component = isEvent ? "VEVENT" : "VTODO"
    lines.line("BEGIN", raw: component)
    lines.line("UID", text: task.uniqueName(task["created_at"]))
    // The time of the last change, not of the export: the same task is always written the same.
    lines.line("DTSTAMP", raw: (task.updatedAt ?? task.createdAt ?? Instant(seconds: 0)).basicISO)
    for (name, field) in [("CREATED", "created_at"), ("LAST-MODIFIED", "updated_at")] {
      if let time = task.basicTime(field) { lines.line(name, raw: time) }
    }
    lines.line("SUMMARY", text: task.title.isEmpty ? "Task \(task.id.rawValue)" : task.title)
    lines.line("DESCRIPTION", text: task.details)
    lines.line("CATEGORIES", text: Choice.words(task.taskType))
    lines.line("CONTACT", text: about)
    lines.line("PRIORITY", raw: Self.priority(task.priority))
    if let time = task.basicTime("due_date") { lines.line(isEvent ? "DTSTART" : "DUE", raw: time) }
    lines.line("STATUS", raw: isEvent ? Self.eventStatus(task.status) : Self.status(task.status))
    if !isEvent, let time = task.basicTime("completed_at") { lines.line("COMPLETED", raw: time) }
    if task.isOpen { writeReminder(task) }
    lines.line("END", raw: component)
  }

  private mutating func writeReminder(_ task: CRMTask) {
    guard let time = task.basicTime("reminder_date") else { return }
    lines.line("BEGIN", raw: "VALARM")
    lines.line("ACTION", raw: "DISPLAY")
    lines.line("DESCRIPTION", text: task.title.isEmpty ? "Task \(task.id.rawValue)" : task.title)
    lines.line("TRIGGER;VALUE=DATE-TIME", raw: time)
    lines.line("END", raw: "VALARM")
  }

  /// 1 is the highest of nine.
  private static func priority(_ priority: String) -> String {
    ["urgent": "1", "high": "3", "medium": "5", "low": "9"][priority] ?? "0"
  }

  private static func status(_ status: String) -> String {
    ["in_progress": "IN-PROCESS", "completed": "COMPLETED", "cancelled": "CANCELLED"][status] ?? "NEEDS-ACTION"
  }

  private static func eventStatus(_ status: String) -> String { status == "cancelled" ? "CANCELLED" : "CONFIRMED" }
}
