import CRMDomain

/// What an import did.
package struct ImportOutcome: Sendable {
  package internal(set) var report = ImportReport()
  package let mapping: CRMDomain.ColumnMapping
  /// The entry of history that takes it back; nil if nothing was written.
  package internal(set) var operation: Int64?
  package internal(set) var isCancelled = false
  /// People the file named whom the book did not know; they were added without a login.
  package internal(set) var newUsers: [String] = []
  package internal(set) var newContacts = 0
  /// Links to records that are not in the book, left empty.
  package internal(set) var unlinked = 0
  let fileName: String

  init(mapping: ColumnMapping, fileName: String) {
    self.mapping = mapping
    self.fileName = fileName
  }

  /// The whole of it in words: "expo.csv: 248 leads added, 2 rows left out".
  package var sentence: String {
    let kind = mapping.kind
    var parts = ["\(report.created) \(report.created == 1 ? kind.rawValue : kind.plural) added"]
    if report.updated > 0 { parts.append("\(report.updated) changed") }
    if report.identical > 0 { parts.append("\(report.identical) the same already") }
    if report.errors > 0 { parts.append("\(rows(report.errors)) left out") }
    let whole = "\(fileName): " + parts.joined(separator: ", ")
    return isCancelled ? whole + "; cancelled before the end" : whole
  }

  /// What else a rep should know, a sentence each.
  package var remarks: [String] {
    var remarks: [String] = []
    if !newUsers.isEmpty {
      let names = newUsers.prefix(5).joined(separator: ", ") + (newUsers.count > 5 ? " …" : "")
      remarks.append("New colleagues without a login: \(names).")
    }
    if newContacts > 0 { remarks.append("\(newContacts) contacts were added for deals that name them.") }
    if unlinked > 0 { remarks.append("\(unlinked) links name records that are not in this book; they are left empty.") }
    let custom = mapping.columns.compactMap { if case .custom(let info) = $0.target { info.name } else { nil } }
    if !custom.isEmpty { remarks.append("Kept as custom fields: \(custom.joined(separator: ", ")).") }
    for column in mapping.columns {
      if let remark = column.remark { remarks.append("Column “\(column.header)”: \(remark).") }
    }
    return remarks
  }

  private func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }
}
