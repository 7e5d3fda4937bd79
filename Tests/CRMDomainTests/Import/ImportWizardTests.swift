import Foundation
import Testing

@testable import CRMDomain

/// What the machine of the import wizard answers to events, without a screen.
@Suite struct ImportWizardTests {
  private static let leads =
    "Vorname;Nachname;E-Mail;Firma;Wert\nAda;Lovelace;ada@x.example;Analytical;1.200,50\nBo;Ek;bo@x.example;Ek AB;10,00\n"

  private static func file(_ text: String, path: String = "/expo.csv") throws -> ImportFile {
    let bytes = Array(text.utf8)
    return ImportFile(path: path, size: bytes.count, head: bytes, guess: try DialectDetector.detect(head: bytes))
  }

  private static func opened(_ text: String = leads, kind: EntityKind? = nil) throws -> ImportWizard {
    var wizard = ImportWizard(kind: kind)
    #expect(wizard.handle(.open("/expo.csv")) == [.open("/expo.csv")])
    #expect(wizard.handle(.opened(try file(text))) == [])
    return wizard
  }

  private func target(_ wizard: ImportWizard, _ index: Int) -> String? { wizard.columns[index].target.name }

  // MARK: File

  @Test func aFileIsReadAndItsColumnsAreKnown() throws {
    let wizard = try Self.opened()
    #expect(wizard.preview.header == ["Vorname", "Nachname", "E-Mail", "Firma", "Wert"])
    #expect(wizard.preview.rows.map(\.number) == [2, 3])
    #expect(wizard.kind == .lead)
    #expect(
      wizard.columns.map(\.target.name) == ["first_name", "last_name", "email", "company_name", "estimated_value"])
    #expect(wizard.missing(in: .file) == nil)
  }

  @Test func theColumnsSayWhatKindOfRecordItIs() throws {
    let tasks = "title,due_date,task_type,priority\nCall Ada,2026-12-01,call,high\n"
    #expect(try Self.opened(tasks).kind == .task)
    #expect(try Self.opened(tasks, kind: .lead).kind == .lead, "what the rep came for counts more")
    let deals = "name,amount,stage,expected_close_date,probability\nRollout,1200,proposal,2026-12-01,50\n"
    #expect(try Self.opened(deals).kind == .opportunity)
  }

  @Test func thePreviewFollowsWhatIsSaidAboutTheFile() throws {
    var wizard = try Self.opened()
    var choice = wizard.choice
    choice.delimiter = UInt8(ascii: ",")
    _ = wizard.handle(.read(choice))
    #expect(wizard.preview.header == ["Vorname;Nachname;E-Mail;Firma;Wert"])
    choice.delimiter = nil
    choice.hasHeader = false
    _ = wizard.handle(.read(choice))
    #expect(wizard.preview.rows.count == 3)
    #expect(wizard.columns[0].title == "column 1")
    _ = wizard.handle(.read(ImportPlan.DialectChoice()))
    #expect(wizard.columns.map(\.target.name)[2] == "email")
  }

  @Test func raggedRowsAndAnUnclosedQuoteAreTold() throws {
    let ragged = try Self.opened("a,b,c\n1,2,3\n4,5\n6,7,8,9\n")
    #expect(ragged.preview.raggedCount == 2)
    let open = try Self.opened("name,mail\nAda,\"ada@x.example\nBo,bo@x.example\n")
    #expect(open.preview.problem?.contains("a quote is opened and never closed") == true)
  }

  @Test func withoutAFileThereIsNoWayOn() {
    var wizard = ImportWizard()
    #expect(wizard.handle(.next) == [])
    #expect(wizard.step == .file)
    #expect(wizard.problem == "Choose a file first.")
    _ = wizard.handle(.refused(path: "/nowhere.csv", sentence: "There is no file /nowhere.csv."))
    #expect(wizard.problem == "There is no file /nowhere.csv.")
  }

  // MARK: Columns

  @Test func aFieldMovesFromOneColumnToAnother() throws {
    var wizard = try Self.opened()
    _ = wizard.handle(.fill(3, field: "email"))
    #expect(target(wizard, 3) == "email")
    #expect(wizard.columns[2].target == .ignored)
    #expect(wizard.columns[2].reason == "“Firma” fills that field now")
  }

  @Test func textsOfTwoColumnsAreJoined() throws {
    var wizard = try Self.opened()
    _ = wizard.handle(.fill(3, field: "last_name"))
    #expect(wizard.columns[1].options.joinsWith == " ")
    #expect(wizard.columns[3].options.joinsWith == " ")
    #expect(target(wizard, 1) == "last_name")
  }

  @Test func aColumnIsLeftOutOrKeptAsACustomField() throws {
    var wizard = try Self.opened()
    _ = wizard.handle(.ignore(4))
    #expect(wizard.columns[4].target == .ignored)
    _ = wizard.handle(.keepAsCustom(4))
    #expect(wizard.columns[4].target == .custom(name: "wert", kind: .text))
  }

  @Test func whatWasDecidedOutlivesAnotherLookAtTheFile() throws {
    var wizard = try Self.opened()
    _ = wizard.handle(.ignore(4))
    var choice = wizard.choice
    choice.encoding = .latin1
    _ = wizard.handle(.read(choice))
    #expect(wizard.columns[4].target == .ignored)
    _ = wizard.handle(.opened(try Self.file(Self.leads)))
    #expect(wizard.columns[4].target == .ignored, "the same file, read once more")
  }

  @Test func whatAColumnReadsIsShown() throws {
    var wizard = try Self.opened()
    let reading = wizard.reading(of: 4)
    #expect(reading.samples.map(\.value) == [.money(120_050), .money(1000)])
    var options = wizard.columns[4].options
    options.decimalMark = .point
    _ = wizard.handle(.setOptions(4, options))
    #expect(wizard.reading(of: 4).badCount > 0)
  }

  @Test func missingRequiredFieldsAreNamed() throws {
    var wizard = try Self.opened()
    #expect(wizard.unfilled == [])
    _ = wizard.handle(.ignore(1))
    #expect(wizard.unfilled.map(\.name) == ["last_name"])
  }

  @Test func aSavedMappingIsRecognisedByTheHeader() throws {
    var wizard = try Self.opened()
    _ = wizard.handle(.ignore(4))
    guard case .save("Expo", let plan)? = wizard.handle(.save(name: " Expo ")).first else {
      Issue.record("nothing was saved")
      return
    }
    var other = ImportWizard()
    _ = other.handle(.know(fields: [:], saved: [.init(name: "Expo", plan: plan)]))
    _ = other.handle(.opened(try Self.file(Self.leads)))
    #expect(other.usedMapping == "Expo")
    #expect(other.columns[4].target == .ignored)
    #expect(wizard.handle(.save(name: "  ")) == [])
    #expect(wizard.problem == "A mapping needs a name.")
  }

  // MARK: Steps

  @Test func theStepsLeadToTheDryRunAndBack() throws {
    var wizard = try Self.opened()
    #expect(wizard.handle(.next) == [])
    #expect(wizard.step == .columns)
    #expect(wizard.handle(.next) == [])
    let before = wizard.plan
    #expect(wizard.handle(.next) == [.rehearse(revision: wizard.revision)])
    #expect(wizard.step == .rehearsal)
    #expect(wizard.handle(.rehearsed(revision: wizard.revision - 1)) == [])
    #expect(wizard.rehearsal == .running, "an answer to an older question is dropped")
    _ = wizard.handle(.rehearsed(revision: wizard.revision))
    #expect(wizard.rehearsal == .done)
    for _ in 0..<6 { _ = wizard.handle(.back) }
    #expect(wizard.step == .file)
    #expect(wizard.plan == before)
    #expect(wizard.handle(.go(.rehearsal)) == [])
    #expect(wizard.rehearsal == .done, "nothing was changed, so what was found still holds")
  }

  @Test func aChangeMakesTheDryRunStale() throws {
    var wizard = try Self.opened()
    _ = wizard.handle(.go(.rehearsal))
    _ = wizard.handle(.rehearsed(revision: wizard.revision))
    #expect(wizard.handle(.correct(row: 2, column: 0, "Augusta")) == [])
    #expect(wizard.rehearsal == .stale)
    _ = wizard.handle(.next)
    #expect(wizard.step == .rehearsal && wizard.rehearsal == .running, "what is written was counted before")
    _ = wizard.handle(.rehearsed(revision: wizard.revision))
    _ = wizard.handle(.decide(row: 3, .skip))
    #expect(wizard.handle(.recount) == [.rehearse(revision: wizard.revision)])
    _ = wizard.handle(.back)
    _ = wizard.handle(.stamp(field: "tags", "expo"))
    #expect(wizard.rehearsal == .none)
  }

  @Test func updatesNeedAKey() throws {
    var wizard = try Self.opened()
    var matching = ImportPlan.Matching()
    matching.mode = .update
    _ = wizard.handle(.match(matching))
    _ = wizard.handle(.go(.rehearsal))
    #expect(wizard.step == .matching)
    #expect(wizard.problem == "To update records, choose by what rows are matched.")
  }

  @Test func anImportBeginsAfterTheDryRunAndOnlyOnce() throws {
    var wizard = try Self.opened()
    #expect(wizard.handle(.start) == [])
    #expect(wizard.problem == "The dry run comes first: it says what will be written.")
    _ = wizard.handle(.go(.rehearsal))
    _ = wizard.handle(.rehearsed(revision: wizard.revision))
    #expect(wizard.handle(.start) == [.apply(wizard.plan)])
    #expect(wizard.handle(.start) == [])
    let plan = wizard.plan
    _ = wizard.handle(.ignore(0))
    #expect(wizard.plan == plan, "what runs is not changed")
    #expect(wizard.problem?.hasPrefix("This import has begun") == true)
    _ = wizard.handle(.finished)
    #expect(wizard.isDone(.apply))
    _ = wizard.handle(.restart)
    #expect(wizard.file == nil && wizard.step == .file)
  }

  // MARK: Any order of events

  @Test func anyOrderOfEventsIsSurvived() throws {
    let wanted = ProcessInfo.processInfo.environment["CRM_TEST_SEED"].flatMap(UInt64.init)
    let seed = wanted ?? .random(in: 0...999_999)
    print("anyOrderOfEventsIsSurvived: CRM_TEST_SEED=\(seed)")
    var dice = SplitMix64(seed: seed)
    let files = try Self.texts.enumerated().map { try Self.file($1, path: "/\($0).csv") }
    for _ in 0..<10 {
      var wizard = ImportWizard(kind: dice.int(0...1) == 0 ? nil : dice.pick(ImportFile.kinds))
      for _ in 0..<60 {
        let event = dice.event(files, wizard)
        _ = wizard.handle(event)
        check(wizard, "seed \(seed), \(event)")
      }
    }
  }

  private func check(_ wizard: ImportWizard, _ place: String) {
    #expect(wizard.step <= wizard.furthest || wizard.step == .history, "\(place)")
    #expect(wizard.columns.map(\.index) == Array(wizard.columns.indices), "\(place)")
    if wizard.file != nil { #expect(wizard.columns.count == wizard.preview.columnCount, "\(place)") }
    #expect((try? ImportPlan(json: wizard.plan.json)) == wizard.plan, "\(place): the plan is one for the command line")
    var there = wizard
    _ = there.handle(.back)
    _ = there.handle(.next)
    #expect(there.plan == wizard.plan, "\(place): going back and forth changes nothing")
    if ImportWizard.Step.allCases.allSatisfy({ $0 >= wizard.step || wizard.missing(in: $0) == nil }),
      wizard.step > .file
    {
      #expect(there.step == wizard.step, "\(place): back and forth leads to the same step")
    }
    for column in wizard.columns { _ = column.samples() }
  }

  private static let texts = [
    leads, "name\nAda\n", "a,b\n1\n2,3,4\n", "x;y\n\"open;1\n", "id,created_at,name\n1,2026-01-01,Ada\n",
    "title,due_date\nCall,31/12/2026\n", "名前,会社\n山田 太郎,アクメ\n", "Ada,Lovelace,ada@x.example\nBo,Ek,bo@x.example\n",
    (1...80).map { "column \($0)" }.joined(separator: ",") + "\n" + (1...300).map(String.init).joined(separator: ","),
  ]
}

extension SplitMix64 {
  fileprivate mutating func event(_ files: [ImportFile], _ wizard: ImportWizard) -> ImportWizard.Event {
    let column = int(-1...8)
    switch int(0...23) {
    case 0: return .open("/x.csv")
    case 1, 2: return .opened(pick(files))
    case 3: return .refused(path: "/x.csv", sentence: "There is no such file.")
    case 4: return .choose(pick(ImportFile.kinds))
    case 5:
      var choice = wizard.choice
      choice.delimiter = pick([nil, 0x2C, 0x3B])
      choice.hasHeader = pick([nil, true, false])
      choice.preambleRows = pick([nil, 0, 1, 9])
      choice.quote = pick([nil, ImportPlan.Quote.none, .byte(0x27)])
      choice.encoding = pick([nil, .utf8, .utf16LittleEndian, .shiftJIS])
      return .read(choice)
    case 6:
      return .know(fields: [wizard.kind: [FieldInfo("shoe_size", kind: .integer, isCustom: true)]], saved: wizard.saved)
    case 7, 8: return .fill(column, field: pick(wizard.fields.map(\.name) + ["nonsense", "id"]))
    case 9: return .keepAsCustom(column)
    case 10: return .ignore(column)
    case 11:
      var options = ColumnOptions()
      options.splitsName = int(0...1) == 0
      options.dateOrder = pick([nil, .dayMonthYear])
      options.constant = pick([nil, "x"])
      return .setOptions(column, options)
    case 12: return .save(name: pick(["", "Expo"]))
    case 13: return .use(saved: pick(["Expo", "none"]))
    case 14:
      var matching = wizard.plan.matching
      matching.mode = pick(ImportPlan.Mode.allCases)
      matching.keys = pick([[], [.email], [.phone, .email]])
      return .match(matching)
    case 15: return .stamp(field: "tags", pick([nil, "expo"]))
    case 16: return .correct(row: int(2...5), column: int(0...3), pick([nil, "x"]))
    case 17: return .decide(row: int(2...5), pick([nil, .skip, .create, .update(1)]))
    case 18: return pick([.rehearsed(revision: wizard.revision), .rehearsalFailed(revision: wizard.revision, "No.")])
    case 19: return pick([.start, .recount, .finished, .failed("The disk is full."), .restart])
    case 20: return .back
    case 21: return .go(pick(ImportWizard.Step.allCases))
    default: return .next
    }
  }
}
