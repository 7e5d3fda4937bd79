import CRMDomain
import CRMStore
import CRMSync
import Synchronization
import TerminalKit

/// The program: a stack of screens, the loop that feeds them keys and paints them, and the one place where what they ask
/// for is done.
@MainActor package final class App {
  package let session: Session
  package let terminal: any Terminal
  package private(set) var screens: [any Screen] = []
  private var place: Place?
  private var places: [Place: any Screen] = [:]
  private var toast: Toast?
  private var jobs = Jobs()
  private var importDesk: ImportDesk?
  package private(set) var isRunning = true
  private var isDirty = true
  /// The signal that ended the program, if one did.
  package private(set) var endedBy: Int32?
  private var changedKinds: Set<EntityKind> = []
  private var lastChange: BulkChange?
  /// Kinds that a job under way writes: lists are not asked anew after each of its transactions.
  private var jobKinds: Set<EntityKind> = []
  private var jobKindsShown = Instant(seconds: 0)
  private let pulledKinds = PulledKinds()
  /// False while this program writes so often that it looks for other programs' changes by the clock.
  private var isHearing = true
  private var heardAt = Instant(seconds: 0)
  /// The rep's editor; tests put another in its place.
  package var editor: (String, any Terminal) throws -> String? = { try ExternalEditor.edit($0, in: $1) }
  private var isMouseOn = true
  private let themes: ThemeChoice
  private var tabs = Tabs(programName: "MyCRM", places: Place.allCases.map { Tabs.Place($0.title) })
  private var footer = Footer(hints: [])
  private var size: Size { terminal.size }

  package init(session: Session, terminal: any Terminal, themes: ThemeChoice) {
    self.session = session
    self.terminal = terminal
    self.themes = themes
    let worker = session.worker
    session.store.observe { [weak self, pulledKinds] changes in
      // A round commits page after page, and says itself a few times a second how far it is.
      if changes.origin == .sync { return pulledKinds.note(changes.kinds) }
      worker.post { self?.noteChanges(changes) }
    }
  }

  /// The places where a rep starts: the list of leads, or the choices an empty book offers.
  package func start() {
    let isEmpty =
      session.read { reader in
        try ![EntityKind.lead, .contact, .opportunity].contains { try reader.hasAny($0) }
      } == true
    go(to: isEmpty ? .leads : .today)
    let isNew = isEmpty && session.read { try !$0.hasAny(.task) && $0.syncProfiles().isEmpty } == true
    if isNew { push(WelcomeScreen()) }
    if let key = (session.read { try $0.drafts() } ?? []).first { push(DraftScreen.offer(key, session)) }
    if let run = (session.read { try $0.unfinishedImports() } ?? []).first { push(InterruptedImport.offer(run)) }
    if let title = (session.read { try $0.interruptedReplays() } ?? []).first { jobs.finishReplay(title, session) }
  }

  // MARK: The loop

  /// Runs until the rep leaves or the terminal goes away. Input is drained, then everything is painted once.
  package func run() {
    while isRunning {
      paintIfNeeded()
      turn(waitingAtMost: patience)
      session.sync.beginIfDue(session)
    }
    session.worker.stop()
    terminal.close()
  }

  private var patience: Int? {
    guard jobs.isEmpty else { return 200 }
    return session.sync.isRunning ? 1000 : session.sync.wait(session.now)
  }

  /// Takes in what there is, waiting for it at most so long. Keys may ask the worker for rows: an answer that comes
  /// within a few milliseconds is painted with the key instead of after it.
  package func turn(waitingAtMost milliseconds: Int?) {
    hear()
    handle(terminal.events(waitingAtMost: milliseconds))
    collectLetters()
    guard isRunning, isDirty else { return }
    loadScreens()
    if session.worker.isBusy {
      handle(terminal.events(waitingAtMost: 6))
      collectLetters()
    }
  }

  package func collectLetters() {
    for letter in session.worker.mailbox.collect() {
      letter.deliver()
      isDirty = true
    }
    if let effect = session.sync.takeEffect() { carryOut(effect) }
  }

  private func handle(_ events: [TerminalEvent]) {
    for event in events where isRunning {
      switch event {
      case .key(let key): press(key)
      case .resize, .resumed: isDirty = true
      case .wake: if session.store.hearsChanges() { lookElsewhere() }
      case .terminate(let signal): leaveNow(signal)
      }
    }
  }

  /// One key: the topmost screen first, then the action table.
  package func press(_ key: Key) {
    if key == .focusIn || key == .focusOut { return }
    isDirty = true
    toast = nil
    guard let top = screens.last else { return }
    if case .mouse(let mouse) = key, clickBars(mouse) { return }
    if let effect = top.handle(key) { return carryOut(effect) }
    if top.isTyping, !isAlways(key) { return }
    guard let action = Actions.action(for: key, in: top.contexts) else { return }
    perform(action.command)
  }

  /// Keys that mean the same even while something is typed.
  private func isAlways(_ key: Key) -> Bool { key == .control("z") || key == .control("l") || key == .function(9) }

  private func clickBars(_ mouse: Mouse) -> Bool {
    guard mouse.action == .press, screens.last?.isOverlay != true else { return false }
    if let index = tabs.hit(mouse.point, in: Rect(0, 0, size.columns, 1)) {
      go(to: Place.allCases[index])
      return true
    }
    let hints = footer.hints
    guard let index = footer.hit(mouse.point, in: Rect(0, size.rows - 1, size.columns, 1)),
      hints.indices.contains(index),
      let top = screens.last,
      let action = Actions.available(in: top.contexts).first(where: { $0.keys.first?.name == hints[index].key })
    else { return false }
    perform(action.command)
    return true
  }

  package func perform(_ command: Command) {
    if let effect = screens.last?.perform(command) { return carryOut(effect) }
    if let place = Place(command) { return go(to: place) }
    switch command {
    case .quit, .back: leavePage(quits: command == .quit)
    case .undo: carryOut(.undo)
    case .redo: carryOut(.redo)
    case .help: push(HelpScreen(contexts: screens.last?.contexts ?? []))
    case .palette: push(PaletteScreen(contexts: screens.last?.contexts ?? [], below: screens.last))
    case .history: push(HistoryScreen())
    case .duplicates:
      push(place == .contacts ? DuplicatesScreen<Contact>() : DuplicatesScreen<Lead>())
    case .jobs: carryOut(jobs.picker(besides: session.sync))
    case .sync: push(SyncScreen())
    case .syncNow: carryOut(.synchronise(RoundOptions()))
    case .logIn: push(LoginScreen(session.sync.profile))
    case .importFile: carryOut(.importRecords(nil))
    case .toggleMouse: toggleMouse()
    case .chooseTheme: push(themes.picker(current: (session.read { try $0.setting("theme") } ?? nil) ?? "default"))
    case .suspend: terminal.stop()
    case .redraw: terminal.whileSuspended {}
    default: toast = Toast("\(Actions.all.first { $0.command == command }?.title ?? "That") means nothing here")
    }
  }

  /// The import that was begun, if it is still to be done, or a new one.
  private func openImport(_ kind: EntityKind?) {
    if let open = screens.last as? ImportScreen {
      if let kind { open.desk.send(.choose(kind)) }
      return
    }
    let begun = importDesk.flatMap { $0.isOver || (kind != nil && $0.canChange(to: kind)) ? nil : $0 }
    let desk = begun ?? ImportDesk(kind: kind ?? place?.kind)
    importDesk = desk
    push(ImportScreen(desk))
  }

  private func leavePage(quits: Bool) {
    if screens.count > 1 { return pop() }
    if quits { carryOut(.quit) }
  }

  private func toggleMouse() {
    isMouseOn.toggle()
    terminal.setMouse(enabled: isMouseOn)
    toast = Toast(isMouseOn ? "Mouse on" : "Mouse off: text can be selected. F9 turns it on")
  }

  // MARK: Doing what was asked

  package func carryOut(_ effect: Effect) {
    switch effect {
    case .handled: break
    case .push(let screen): push(screen)
    case .pop: pop()
    case .place(let place): go(to: place)
    case .filter(let place, let text): go(to: place, filter: text)
    case .view(let place, let name): go(to: place, view: name)
    case .open(let kind, let id): push(Pages.page(kind, id))
    case .toast(let text, let role): toast = Toast(text, role: role)
    case .save(let title, let body, let then): save(title, body, then)
    case .change(let change, let ids, let subject): self.change(change, ids, subject)
    case .apply(let change, let ids, let title): apply(change, ids, title)
    case .repeatLast(let kind, let ids, let subject): repeatLast(kind, ids, subject)
    case .with(let make): carryOut(make(session))
    case .each(let title, let ids, let body): each(title, ids, body)
    case .undo: undo()
    case .redo: redo()
    case .revert(let operation): push(RevertScreen(operation))
    case .replay(let operation): replay(operation)
    case .importRecords(let kind): openImport(kind)
    case .startImport(let desk): jobs.startImport(desk, session)
    case .resumeImport(let run, let title): jobs.resumeImport(run, title, session)
    case .revertImport(let run, let title): jobs.revertImport(run, title, session)
    case .saveMapping(let name, let plan, let header): settle { try $0.saveMapping(name, plan, header: header) }
    case .pauseJob(let number): jobs.pause(number)
    case .resumeJob(let number): jobs.resume(number, session)
    case .stopImport(let number, let keeps): jobs.stopImport(number, keeps: keeps, session)
    case .export(let order): jobs.export(order, session)
    case .cancelJob(let number): carryOut(jobs.cancel(number))
    case .stopJob(let number, let verdict): jobs.stop(number, verdict)
    case .editExternally(let text, let then): edit(text, then)
    case .copy(let text): copy(text)
    case .perform(let command): perform(command)
    case .setTheme(let name): setTheme(name)
    case .previewTheme(let name): show(theme: name)
    case .setSetting(let key, let value): settle { try $0.setSetting(key, value) }
    case .defineField(let info, let kind): define(info, kind)
    case .setDraft(let key, let fields): settle { try $0.setDraft(key, fields) }
    case .loadDemo: jobs.loadDemo(session)
    case .settle(let body): settleSync(body)
    case .synchronise(let options): synchronise(options)
    case .changeSync(let change): changeSync(change)
    case .logOut(let forgets): session.sync.logOut(forgets: forgets, session)
    case .several(let effects): for effect in effects { carryOut(effect) }
    case .quit: isRunning = false
    }
  }

  private func go(to place: Place, filter text: String) {
    go(to: place)
    (screens.last as? any FilteredScreen)?.show(filter: text)
  }

  private func go(to place: Place, view name: String) {
    go(to: place)
    guard let screen = screens.last as? any ViewedScreen else { return }
    screen.load(session, isChanged: false)
    carryOut(screen.show(view: name))
  }

  private func define(_ info: FieldInfo, _ kind: EntityKind) {
    settle { try $0.defineCustomField(info, of: kind) }
    session.reloadSmallTables()
  }

  /// Bookkeeping of synchronising, which lists and pages show.
  private func settleSync(_ body: (StoreWriter) throws -> Void) {
    settle(body)
    session.sync.noteStale()
    changedKinds.formUnion(EntityKind.allCases.filter(\.isOnServers))
  }

  private func synchronise(_ options: RoundOptions) {
    if let question = session.sync.question { return carryOut(question) }
    session.sync.begin(options, isAsked: true, session)
  }

  private func save(_ title: String, _ body: @Sendable (StoreWriter) throws -> Void, _ then: Effect) {
    do throws(StoreProblem) {
      let isUndoable = try session.store.transact(title) { writer in
        try body(writer)
        return writer.isUndoable
      }
      toast = Toast(isUndoable ? "\(title)  ·  u undoes it" : title, role: .good)
      session.sync.noteStale()
      carryOut(then)
    } catch {
      toast = Toast(error.sentence, role: .bad)
    }
  }

  /// Bookkeeping that is neither journaled nor told.
  private func settle(_ body: (StoreWriter) throws -> Void) {
    do { try session.store.transact("", body) } catch { toast = Toast(error.sentence, role: .bad) }
  }

  // MARK: Changes of many records

  /// More are written by a job.
  private static let atOnce = 500

  private func change(_ change: BulkChange, _ ids: [Int64], _ subject: String) {
    guard ids.count == 1 else { return push(BulkPreviewScreen(change, ids, subject)) }
    do throws(StoreProblem) {
      let tally = try BulkWork(change, context: session.bulkContext, store: session.store).tally(ids)
      if let reason = tally?.stays.keys.first {
        toast = Toast("It stays as it is: \(reason)")
      } else if tally?.changed == 0 {
        lastChange = change
        toast = Toast("It is so already")
      } else {
        apply(change, ids, change.title(subject))
      }
    } catch {
      toast = Toast(error.sentence, role: .bad)
    }
  }

  private func apply(_ change: BulkChange, _ ids: [Int64], _ title: String) {
    if !change.isTrashing { lastChange = change }
    let context = session.bulkContext
    guard ids.count > Self.atOnce else {
      return save(title, { writer in _ = try change.apply(to: ids, writer, context) }, .handled)
    }
    jobs.bulk(title, ids.count, session) { store, watch throws(StoreProblem) in
      try BulkWork(change, context: context, store: store).run(ids, title: title, watch: watch)
    }
  }

  private func each(_ title: String, _ ids: [Int64], _ body: @escaping @Sendable (StoreWriter, Int64) throws -> Void) {
    guard ids.count > Self.atOnce else {
      return save(title, { writer in for id in ids { try body(writer, id) } }, .handled)
    }
    jobs.bulk(title, ids.count, session) { store, watch throws(StoreProblem) in
      try store.each(ids, title: title, watch: watch, body)
    }
  }

  private func repeatLast(_ kind: EntityKind, _ ids: [Int64], _ subject: String) {
    guard let change = lastChange, change.kind == kind else {
      toast = Toast("There is no change of a \(Counted.one(kind)) to repeat yet")
      return
    }
    self.change(change, ids, subject)
  }

  // MARK: Undo

  private func undo() {
    let next = session.read { try $0.nextUndo() } ?? nil
    guard !refuses(next), !isLong(next) else { return }
    replay("Nothing to undo", "Undone") { try session.store.undo() }
  }

  private func redo() {
    let next = session.read { try $0.nextRedo() } ?? nil
    guard !refuses(next), !isLong(next) else { return }
    replay("Nothing to redo", "Done again") { try session.store.redo() }
  }

  /// Begins a job where that is more than a moment's work.
  private func isLong(_ operation: Operation?) -> Bool {
    guard let operation, session.read({ try $0.isLong(operation) }) == true else { return false }
    jobs.replay(operation, session)
    return true
  }

  /// What a job is still writing cannot be taken back from under it.
  private func refuses(_ operation: Operation?) -> Bool {
    guard let operation, jobs.isWriting(operation.id) else { return false }
    toast = Toast("\(operation.title) is still under way: J stops it, and takes it back")
    return true
  }

  private func replay(_ operation: Operation) {
    guard !refuses(operation), !isLong(operation) else { return }
    if operation.isUndone {
      replay("It is done again already", "Done again") { try session.store.redo(operation: operation.id) }
    } else {
      replay("It is undone already", "Undone") { try session.store.revert(operation: operation.id) }
    }
  }

  private func replay(_ none: String, _ done: String, _ body: () throws -> UndoResult?) {
    do {
      guard let result = try body() else {
        toast = Toast(none)
        return
      }
      let kept =
        result.kept.isEmpty ? "" : "  ·  changed since, so kept: \(result.kept.prefix(3).joined(separator: ", "))"
      toast = Toast("\(done): \(result.title)\(kept)", role: result.kept.isEmpty ? .good : .warning)
    } catch {
      toast = Toast((error as? StoreProblem)?.sentence ?? "\(error)", role: .bad)
    }
  }

  private func changeSync(_ change: (inout SyncProfile.Settings) -> Void) {
    guard let profile = session.sync.profile else { return }
    var settings = profile.settings
    change(&settings)
    settleSync { [settings] in try $0.saveSyncProfile(profile.name, settings) }
  }

  private func edit(_ text: String, _ then: (String) -> Effect) {
    do {
      guard let edited = try editor(text, terminal) else { return }
      carryOut(then(edited))
    } catch {
      toast = Toast("\(error)", role: .bad)
    }
    isDirty = true
  }

  private func copy(_ text: String) {
    terminal.copy(text)
    toast = Toast("Copied \(text)")
  }

  private func setTheme(_ name: String) {
    show(theme: name)
    settle { try $0.setSetting("theme", name) }
  }

  private func show(theme name: String) {
    do { terminal.setTheme(try themes.theme(name)) } catch { toast = Toast("\(error)", role: .bad) }
  }

  // MARK: Screens

  package func push(_ screen: any Screen) { screens.append(screen) }

  private func pop() {
    if screens.count > 1 { screens.removeLast() }
  }

  package func go(to place: Place) {
    self.place = place
    let screen = places[place] ?? Pages.screen(place)
    places[place] = screen
    screens = [screen]
  }

  /// TERM, HUP, or the terminal is gone: what was typed is kept for the next start.
  private func leaveNow(_ signal: Int32) {
    endedBy = signal
    for screen in screens {
      guard let draft = screen.draft else { continue }
      settle { try $0.setDraft(draft.key, draft.fields) }
    }
    isRunning = false
  }

  /// While this program itself writes many times a second, it is not woken by that and looks each second instead.
  private func hear() {
    let isWriting = session.sync.isRunning || !jobs.isEmpty
    guard isWriting || !isHearing else { return }
    if isWriting == isHearing {
      isHearing.toggle()
      if isHearing { session.store.resumeHearing() } else { session.store.pauseHearing() }
    } else if session.now < heardAt.adding(seconds: 1), session.now >= heardAt {
      return
    }
    heardAt = session.now
    lookElsewhere()
  }

  /// What another program wrote is read again. Looked up by the worker, for a long list may keep the readers busy.
  private func lookElsewhere() {
    let (store, worker) = (session.store, session.worker)
    worker.perform(.lists) { [weak self] in
      do {
        guard let changes = try store.changedElsewhere() else { return }
        worker.post { self?.noteChanges(changes) }
      } catch {
        worker.post { self?.session.problem = (error as? StoreProblem)?.sentence ?? "\(error)" }
      }
    }
  }

  private func noteChanges(_ changes: ChangeSet) {
    let kinds = changes.kinds.compactMap(EntityKind.init(rawValue:))
    session.sync.noteChange(now: session.now)
    if changes.operation.map(jobs.isWriting) == true {
      jobKinds.formUnion(kinds)
    } else {
      changedKinds.formUnion(kinds)
    }
  }

  /// What a job writes shows every two seconds, and when it is done.
  private func noteJobs() {
    jobKinds.formUnion(pulledKinds.take().compactMap(EntityKind.init(rawValue:)))
    guard !jobKinds.isEmpty, (jobs.isEmpty && !session.sync.isRunning) || session.now > jobKindsShown.adding(seconds: 2)
    else { return }
    jobKindsShown = session.now
    changedKinds.formUnion(jobKinds)
    jobKinds = []
  }

  // MARK: Painting

  package var wantsPaint: Bool { isDirty }

  private func loadScreens() {
    noteJobs()
    if !changedKinds.isDisjoint(with: [.user, .board, .stage, .tag]) { session.reloadSmallTables() }
    let changed = changedKinds
    changedKinds = []
    if !changed.isEmpty {
      session.noteChanged(changed)
      for screen in places.values
      where !screens.contains(where: { $0 === screen }) && !screen.watches.isDisjoint(with: changed) {
        screen.load(session, isChanged: true)
      }
    }
    for screen in screens { screen.load(session, isChanged: !screen.watches.isDisjoint(with: changed)) }
    if let problem = session.problem {
      toast = Toast(problem, role: .bad)
      session.problem = nil
    }
    if let message = jobs.takeMessage() ?? session.sync.takeMessage() { toast = message }
    session.sync.load(session)
  }

  package func paintIfNeeded() {
    guard isRunning, isDirty || !jobs.isEmpty else { return }
    loadScreens()
    isDirty = false
    var canvas = Canvas(size: size)
    guard !TooSmall.applies(to: size) else {
      TooSmall.draw(on: &canvas)
      terminal.show(canvas, cursor: nil)
      return
    }
    var cursor = draw(on: &canvas)
    if let top = screens.last, top.missesRows {
      top.load(session, isChanged: false)
      canvas = Canvas(size: size)
      cursor = draw(on: &canvas)
    }
    terminal.show(canvas, cursor: cursor)
    // What was drawn may have shown that more rows are in sight than were read.
    screens.last?.load(session, isChanged: false)
  }

  private func draw(on canvas: inout Canvas) -> Point? {
    let (head, rest) = canvas.bounds.split(top: 1)
    let (foot, above) = rest.split(bottom: 1)
    let strip = JobStrip(jobs.strip.jobs + [session.sync.job(session.now)].compactMap(\.self))
    let (jobRows, body) = above.split(bottom: strip.jobs.isEmpty ? 0 : 1)
    drawHead(on: &canvas, in: head)
    let first = screens.lastIndex { !$0.isOverlay } ?? 0
    var cursor: Point?
    for screen in screens[first...] {
      canvas.clipped(to: body) { canvas in cursor = screen.draw(on: &canvas, in: body, session) }
    }
    if !strip.jobs.isEmpty { strip.draw(on: &canvas, in: jobRows) }
    drawFoot(on: &canvas, in: foot)
    toast?.draw(on: &canvas, in: foot)
    return cursor
  }

  private func drawHead(on canvas: inout Canvas, in rect: Rect) {
    tabs.active = place.flatMap { Place.allCases.firstIndex(of: $0) }
    tabs.status = [session.sync.status(canvas), session.me.map { Tabs.Status($0.username) }].compactMap(\.self)
    tabs.draw(on: &canvas, in: rect)
  }

  private func drawFoot(on canvas: inout Canvas, in rect: Rect) {
    guard let top = screens.last else { return }
    footer = Footer(text: top.status, hints: top.isTyping ? [] : hints(for: top))
    footer.draw(on: &canvas, in: rect)
  }

  private func hints(for screen: any Screen) -> [Footer.Hint] {
    Actions.available(in: screen.contexts).filter { $0.footer > 0 && screen.disabledReason($0.command) == nil }
      .sorted { $0.footer > $1.footer }
      .compactMap { action in action.keys.first.map { Footer.Hint($0.name, action.title, priority: action.footer) } }
  }
}

/// Kinds that a round has written since they were last taken in.
private final class PulledKinds: Sendable {
  private let kinds = Mutex<Set<String>>([])

  func note(_ more: Set<String>) { kinds.withLock { $0.formUnion(more) } }

  func take() -> Set<String> {
    kinds.withLock { kinds in
      defer { kinds = [] }
      return kinds
    }
  }
}
