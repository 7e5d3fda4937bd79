/// Long work under way, one line each.
package struct JobStrip: Hashable, Sendable {
  package struct Job: Hashable, Sendable {
    package var title: String
    package var done: Int
    /// nil while it is not known how much there is.
    package var total: Int?
    package var perSecond: Double?
    package var secondsLeft: Int?
    package var isPaused: Bool

    package init(
      _ title: String, done: Int, total: Int? = nil, perSecond: Double? = nil, secondsLeft: Int? = nil,
      isPaused: Bool = false,
    ) {
      self.title = title
      self.done = done
      self.total = total
      self.perSecond = perSecond
      self.secondsLeft = secondsLeft
      self.isPaused = isPaused
    }

    /// 0...1, nil while the total is unknown.
    package var fraction: Double? {
      guard let total, total > 0 else { return nil }
      return min(1, max(0, Double(done) / Double(total)))
    }
  }

  package var jobs: [Job]
  package init(_ jobs: [Job]) { self.jobs = jobs }

  package func draw(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty && !jobs.isEmpty else { return }
    let hidden = jobs.count - rect.rows
    canvas.clipped(to: rect) { canvas in
      canvas.fill(rect, role: .hint)
      for (row, job) in jobs.prefix(rect.rows).enumerated() {
        var line = Rect(rect.column + 1, rect.row + row, rect.columns - 2, 1)
        if hidden > 0 && row == rect.rows - 1 { line = drawMore(hidden, on: &canvas, in: line) }
        draw(job, on: &canvas, in: line)
      }
    }
  }

  private func drawMore(_ count: Int, on canvas: inout Canvas, in line: Rect) -> Rect {
    let text = "+\(count) more"
    let width = TextWidth.width(of: text)
    canvas.put(text, at: Point(line.endColumn - width, line.row), role: .dim)
    return line.split(left: line.columns - width - 2).left
  }

  private func draw(_ job: Job, on canvas: inout Canvas, in line: Rect) {
    let facts = facts(about: job, room: line.columns * 2 / 3)
    let factColumns = TextWidth.width(of: facts)
    let left = line.split(left: line.columns - factColumns).left
    canvas.put(facts, at: Point(left.endColumn, line.row), role: .hint)
    let bar = job.fraction == nil || left.columns < 30 ? 0 : min(20, left.columns / 3)
    canvas.put(job.title, at: line.origin, role: .strong, width: max(0, left.columns - bar - 3))
    guard let fraction = job.fraction, bar > 0 else { return }
    let start = Point(left.endColumn - bar - 2, line.row)
    canvas.put(Bars.horizontal(fraction, columns: bar, ascii: canvas.ascii), at: start, role: .info, width: bar)
  }

  /// As many facts as fit, the most important first.
  private func facts(about job: Job, room: Int) -> String {
    var text = ""
    for part in job.facts where TextWidth.width(of: text) + 2 + TextWidth.width(of: part) <= room {
      text += text.isEmpty ? part : "  " + part
    }
    return text
  }

  /// 75 is "1:15", 3675 is "1:01:15".
  static func clock(_ seconds: Int) -> String {
    let seconds = max(0, seconds)
    let tail = twoDigits(seconds % 60)
    guard seconds >= 3600 else { return "\(seconds / 60):\(tail)" }
    return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(tail)"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  static func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return (number < 0 ? "-" : "") + String(digits)
  }
}

extension JobStrip.Job {
  /// What is known of it, the most important first.
  fileprivate var facts: [String] {
    var parts: [String] = isPaused ? ["paused"] : []
    if let fraction { parts.append("\(Int(fraction * 100)) %") }
    if let secondsLeft, !isPaused { parts.append("\(JobStrip.clock(secondsLeft)) left") }
    let count = JobStrip.grouped(done)
    parts.append(total.map { "\(count) of \(JobStrip.grouped($0))" } ?? "\(count) so far")
    if let perSecond, perSecond.isFinite, !isPaused {
      parts.append("\(JobStrip.grouped(Int(min(max(0, perSecond), 1e12))))/s")
    }
    return parts
  }

  /// The same as one line.
  package var words: String { facts.joined(separator: "  ") }
}
