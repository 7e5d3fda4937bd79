import CRMDomain

/// What an import did, or would do.
package struct ImportOutcome: Sendable {
  package internal(set) var report = ImportReport()
  package let mapping: CRMDomain.ColumnMapping
  /// Its number among the imports; nil if nothing was begun.
  package internal(set) var run: Int64?
  /// The entry of history that takes it back; nil if nothing was written.
  package internal(set) var operation: Int64?
  /// Everything that was written is taken back.
  package internal(set) var isCancelled = false
  /// It stopped before the end and can go on.
  package internal(set) var isPaused = false
  /// Nothing was written, since there are mistakes and the plan says all or nothing.
  package internal(set) var isRefused = false
  /// Where the rows that were left out are, if there are any.
  package internal(set) var rejectsPath: String?
  /// People the file named whom the book did not know; they were added without a login.
  package internal(set) var newUsers: [String] = []
  package internal(set) var newContacts = 0
  /// Links to records that are not in the book, left empty.
  package internal(set) var unlinked = 0
  let fileName: String

  init(mapping: CRMDomain.ColumnMapping, fileName: String) {
    self.mapping = mapping
    self.fileName = fileName
  }

  /// What a rehearsal says would happen.
  package init(_ rehearsal: ImportRehearsal) {
    self.init(mapping: rehearsal.job.mapping, fileName: rehearsal.job.text.name)
    report = rehearsal.report
    (newUsers, newContacts, unlinked) = (rehearsal.newUsers, rehearsal.newContacts, rehearsal.unlinked)
  }

  /// The whole of it in words: "expo.csv: 248 leads added, 2 rows left out".
  package var sentence: String {
    if isRefused {
      let rows = report.errors.counted("row has a mistake", "rows have mistakes")
      return "\(fileName): \(rows), so nothing was imported"
    }
    if isCancelled { return "\(fileName): cancelled, nothing was imported" }
    let whole = "\(fileName): " + report.words(mapping.kind)
    return isPaused ? whole + "; paused before the end" : whole
  }

  /// What else a rep should know, a sentence each.
  package var remarks: [String] {
    var remarks: [String] = []
    if !newUsers.isEmpty {
      let names = newUsers.prefix(5).joined(separator: ", ") + (newUsers.count > 5 ? " …" : "")
      remarks.append("New colleagues without a login: \(names).")
    }
    if newContacts > 0 {
      let one = "contact was added for a deal that names it"
      remarks.append("\(newContacts.counted(one, "contacts were added for deals that name them")).")
    }
    if unlinked > 0 {
      remarks.append("\(unlinked.grouped) links name records that are not in this book; they are left empty.")
    }
    let custom = mapping.columns.compactMap { if case .custom(let info) = $0.target { info.name } else { nil } }
    if !custom.isEmpty { remarks.append("Kept as custom fields: \(custom.joined(separator: ", ")).") }
    for column in mapping.columns {
      if let remark = column.remark { remarks.append("Column “\(column.header)”: \(remark).") }
    }
    if let rejectsPath {
      remarks.append("The rows left out are in \(rejectsPath); correct them there and import that file.")
    }
    return remarks
  }
}
