import Testing

@testable import CRMDomain

@Suite struct ColumnMappingTests {
  private func field(_ column: ColumnMapping.Column) -> String {
    guard case .field(let info) = column.target else { return "-" }
    return column.transform == .splitName ? "split" : info.name
  }

  @Test func realHeadersFindTheirFields() {
    var (right, total) = (0, 0)
    var misses: [String] = []
    for file in RealHeaders.files {
      let mapping = ColumnMapping.suggested(for: file.kind, header: file.columns.map(\.header), sample: [])
      for (column, expected) in zip(mapping.columns, file.columns) {
        total += 1
        let found = field(column)
        if found == expected.field {
          right += 1
        } else {
          misses.append("\(file.name): \(column.header) is \(expected.field), not \(found)")
        }
        if ["email", "amount", "estimated_value"].contains(found) {
          #expect(found == expected.field, "\(column.header)")
        }
      }
    }
    #expect(RealHeaders.files.count >= 60)
    print("\(right) of \(total) columns of \(RealHeaders.files.count) files, missed:", misses)
    #expect(Double(right) >= 0.95 * Double(total), "\(right) of \(total), missed: \(misses)")
  }

  @Test func noTwoColumnsFillOneField() {
    for file in RealHeaders.files {
      let mapping = ColumnMapping.suggested(for: file.kind, header: file.columns.map(\.header), sample: [])
      let names = mapping.columns.compactMap(\.target.field?.name)
      #expect(Set(names).count == names.count, "\(file.name)")
    }
  }
}
