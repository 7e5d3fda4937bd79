import CRMDomain

/// What a command says about an import; the rest is found out or as usual.
package struct ImportOptions: Sendable {
  package var kind: EntityKind
  /// Change the leads and contacts that have a row's e-mail address, the other kinds by number.
  package var updatesExisting = false
  /// The keys to match by, in their order; nil for the usual ones.
  package var keys: [ImportPlan.Key]?
  package var duplicates: ImportPlan.Duplicates?
  package var near: ImportPlan.Near?
  /// Column of the file to field, as a v1 client gives it; nil to have it found out.
  package var mapping: [String: String]?
  /// The name of a mapping that was saved.
  package var savedMapping: String?
  /// A whole plan, which everything else here is put over.
  package var plan: ImportPlan?
  /// What of the file's dialect is not to be found out.
  package var dialect = DialectChoice()
  package var stamps: [String: String] = [:]
  package var policy: ImportPlan.Policy?
  /// Do everything, keep nothing.
  package var isDryRun = false

  package init(_ kind: EntityKind) { self.kind = kind }
}

extension ImportPlan.Matching {
  /// v1's rules: a contact whose address is taken is a mistake, everything else is new; with `updatesExisting` people are
  /// known by their address and other records by their number.
  package static func usual(for kind: EntityKind, updatesExisting: Bool) -> Self {
    var matching = Self()
    let isPerson = kind == .lead || kind == .contact
    if updatesExisting {
      (matching.mode, matching.keys, matching.duplicates) = (.both, isPerson ? [.email] : [.id], .merge)
    } else if kind == .contact {
      (matching.keys, matching.duplicates) = ([.email], .reject)
    }
    return matching
  }
}

extension ImportOptions {
  /// The plan for the file at `path`: the one that was named, the one that was saved for files with this header, or
  /// what the program guesses.
  ///
  /// - Throws: `ImportProblem` or `StoreProblem`.
  package func plan(for path: String, in store: CRMStore) throws -> (plan: ImportPlan, text: ImportText, saved: String?)
  {
    var choice = ImportPlan.DialectChoice(dialect)
    let isSaid = choice != ImportPlan.DialectChoice()
    if let own = plan?.dialect, !isSaid { choice = own }
    var text = try ImportText(path: path, choice: choice)
    let saved = try savedPlan(for: text, store)
    if let own = saved?.plan.dialect, !isSaid, own != choice, path != "-" {
      choice = own
      text = try ImportText(path: path, choice: own)
    }
    var plan = try saved?.plan ?? plan ?? given(text, store) ?? ImportPlan(kind)
    plan.dialect = choice
    guard plan.kind == kind else {
      throw ImportProblem("The plan is for \(plan.kind.plural), not for \(kind.plural).")
    }
    adjust(&plan, isWhole: self.plan != nil || saved != nil)
    return (plan, text, saved?.name)
  }

  /// Puts what was said over `plan`. A whole plan has said how rows are matched; a guess has not.
  private func adjust(_ plan: inout ImportPlan, isWhole: Bool) {
    if !isWhole || updatesExisting { plan.matching = .usual(for: kind, updatesExisting: updatesExisting) }
    if let keys {
      plan.matching.keys = keys
      if plan.matching.duplicates == .keepAll, !keys.isEmpty { plan.matching.duplicates = .reject }
    }
    if let duplicates { plan.matching.duplicates = duplicates }
    if let near { plan.matching.near = near }
    plan.stamps.merge(stamps) { $1 }
    if let policy { plan.policy = policy }
  }

  private func savedPlan(for text: ImportText, _ store: CRMStore) throws -> SavedMapping? {
    if let savedMapping {
      guard let saved = try store.read({ try $0.savedMapping(named: savedMapping) }) else {
        throw ImportProblem("There is no saved mapping “\(savedMapping)”. `crm mappings` lists those there are.")
      }
      return saved
    }
    guard plan == nil, mapping == nil else { return nil }
    return try store.read { try $0.savedMapping(of: kind, header: text.guess.header) }
  }

  /// The plan a v1 client's mapping makes, or nil if it gave none.
  private func given(_ text: ImportText, _ store: CRMStore) throws -> ImportPlan? {
    guard let mapping else { return nil }
    let known = try store.read { try $0.customFields(of: kind) }
    do {
      let mapping = try ColumnMapping.given(
        mapping, for: kind, header: text.guess.header, sample: text.guess.sample, delimiter: text.dialect.delimiter,
        customFields: known)
      return ImportPlan(mapping)
    } catch {
      throw ImportProblem("\(text.name): \(error.sentence).")
    }
  }
}
