import CRMDomain

extension ImportFile {
  /// Reads the beginning and the end of the file at `path`, and finds out how it is written.
  ///
  /// - Throws: `ImportProblem`, a sentence that says why the file cannot be imported.
  package init(opening path: String) throws(ImportProblem) {
    let source = try ImportSource(path: path)
    guard let size = source.size else {
      throw ImportProblem("\(path) is no ordinary file. Save it as a CSV file, or give it to `crm import` as -.")
    }
    let head = try source.next(DialectDetector.headLimit)
    let tail = source.tail(DialectDetector.tailLimit, after: DialectDetector.headLimit)
    do {
      self.init(
        path: path, size: size, head: head, tail: tail, guess: try DialectDetector.detect(head: head, tail: tail))
    } catch {
      throw ImportProblem("\(source.name): \(error.sentence)")
    }
  }
}
