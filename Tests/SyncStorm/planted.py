#!/usr/bin/env python3
"""Plants bugs in the machine and says after how many seeds the simulation finds each.

    Tests/SyncStorm/planted.py [--seeds 5000] [--only WORD] [--scratch DIRECTORY] [--tests]
    Tests/SyncStorm/planted.py --check

It works on a copy of the sources, into which every bug is built, and switches them on one at a time. With `--tests`, those
that escape the simulation are tried on the tests that say step by step what happens. A bug that escapes, or whose
place is no longer in the sources, makes it end with 1; `--check` looks at the places only.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MACHINE = "Sources/CRMSync/Machine/"

# What is wrong, where, what stands there, and what is put in its place. All are built in at once; `PLANTED` in a text
# stands for whether this one is switched on.
BUGS = [
    ("no count guard: rows that move up between two pages are passed by", MACHINE + "PullStage.swift",
     "if drop > 0, cursor.page > 1 {", "if drop > 0, cursor.page > 1, !PLANTED {"),
    ("the mark is kept before the pass has come to its end", MACHINE + "PullStage.swift",
     "    let drop = (cursor.lastCount ?? 0)",
     "    if PLANTED, cursor.page == 1 { cursor.highWater = stamps.max() ?? cursor.highWater }\n"
     "    let drop = (cursor.lastCount ?? 0)"),
    ("the mark is taken from the last page", MACHINE + "PullStage.swift",
     "    last = page.heads.last\n", "    if PLANTED, let end = stamps.min() { cursor.top = end }\n    last = page.heads.last\n"),
    ("changes that become visible late are not waited for", MACHINE + "PullStage.swift",
     "if began >= seen.at.adding(seconds: round.pace.overlap),",
     "if began >= seen.at.adding(seconds: PLANTED ? 0 : round.pace.overlap),"),
    ("pages that have grown under way are taken as they come", MACHINE + "PullStage.swift",
     "if cursor.page > 1, page.heads.count > size {", "if cursor.page > 1, page.heads.count > size, !PLANTED {"),
    ("a create is sent again before a minute is over", MACHINE + "PushStage+Create.swift",
     "guard operation.isOver || round.now >= quietUntil else {",
     "guard operation.isOver || round.now >= quietUntil || PLANTED else {"),
    ("what was in flight at a kill is sent again", MACHINE + "SyncMachine.swift",
     "      operation.state = .inDoubt\n", "      operation.state = PLANTED ? .pending : .inDoubt\n"),
    ("an unreadable page is taken for an empty one", MACHINE + "PushStage+Create.swift",
     "    } catch {\n      return nil\n    }\n  }\n\n  // MARK: Looking",
     "    } catch {\n      return PLANTED ? ([], false) : nil\n    }\n  }\n\n  // MARK: Looking"),
    ("a row that is alike is taken for ours, whoever made it", MACHINE + "PushStage+Create.swift",
     "let mayBeOurs = operation.isPiece ||", "let mayBeOurs = PLANTED || operation.isPiece ||"),
    ("a whole record overwrites what waits to be sent", MACHINE + "Applying.swift",
     "    var operations = operations\n    var values",
     "    var operations = operations\n"
     "    if PLANTED {\n      switch source {\n      case .detail, .completion: operations = []\n      default: break\n      }\n"
     "    }\n    var values"),
    ("what is only ours is blanked by a pull", MACHINE + "Applying.swift",
     "    let news = values.filter",
     "    for info in kind.fields where info.isLocalOnly && PLANTED { values[info.name] = FieldValue.none }\n"
     "    let news = values.filter"),
    ("a conflict is dropped without a word", MACHINE + "Applying.swift",
     "if merged.isConflict {", "if merged.isConflict, !PLANTED {"),
    ("what is only ours is sent", "Sources/CRMSync/Wire/WireShape.swift",
     "fields = columns.filter { !$0.isLocalOnly }", "fields = columns.filter { PLANTED || !$0.isLocalOnly }"),
    ("a deletion does not look at the row first", MACHINE + "PushStage.swift",
     "    case (.delete, _): return try ask(.comparing(operation.seq), operation, round, &store)\n",
     "    case (.delete, _):\n"
     "      guard PLANTED, operation.attempts == 0, let mapping = try store.mapping(operation.key) else {\n"
     "        return try ask(.comparing(operation.seq), operation, round, &store)\n"
     "      }\n"
     "      let request = HTTPRequest(.delete, round.path(operation.key.kind, mapping.serverID))\n"
     "      return try send(request, .deleting(operation.seq), operation, &round, &store)\n"),
    ("a contact takes deals along that nobody wants deleted", MACHINE + "PushStage+Update.swift",
     "if try hasDeals(operation.key, round, store) {", "if !PLANTED, try hasDeals(operation.key, round, store) {"),
    ("a contact is deleted before its deals have been looked at", MACHINE + "PushStage.swift",
     "operations(of: deal).contains { $0.action == .delete }",
     "operations(of: deal).contains { $0.action == .delete && !PLANTED }"),
    ("the sweep believes a 5xx", MACHINE + "DetailStages.swift",
     "guard answer.verdict == .notFound, try",
     "guard answer.verdict == .notFound || PLANTED && answer.verdict != .success, try"),
    ("however much vanishes, nobody is asked", MACHINE + "DetailStages.swift",
     "if isMany, surprising > round", "if isMany, !PLANTED, surprising > round"),
    ("what others deleted is made again", MACHINE + "DetailStages.swift",
     "    try store.setTrashed(mapping.key, true)\n    try store.removeMapping(mapping.key)\n",
     "    try store.setTrashed(mapping.key, !PLANTED)\n    try store.removeMapping(mapping.key)\n"
     "    if PLANTED { try store.save(try store.newOperation(mapping.key, .create)) }\n"),
    ("custom fields are sent unmerged", "Sources/CRMSync/Merge/Merge.swift",
     "case .customFields: return objects(base, mine, theirs)",
     "case .customFields: return PLANTED ? Merged(value: mine, isConflict: false) : objects(base, mine, theirs)"),
    ("tags are no sets", "Sources/CRMSync/Merge/Merge.swift",
     "return Merged(value: tags(base, mine, theirs).fieldValue, isConflict: false)",
     "return Merged(value: PLANTED ? mine : tags(base, mine, theirs).fieldValue, isConflict: false)"),
    ("the identity of a create is not kept in its custom fields", MACHINE + "PushStage+Update.swift",
     "let intent = mapping.intent {", "let intent = mapping.intent, !PLANTED {"),
    ("a 5xx on an update is taken for success", MACHINE + "PushStage+Update.swift",
     "    guard reply.verdict == .success, let row = Self.row(reply, operation, round) else {\n"
     "      if let step = try refused(operation, reply.verdict, &round, &store) { return step }\n",
     "    if PLANTED, case .failed = reply.verdict {\n"
     "      try store.removeOperation(seq)\n      return .again\n    }\n"
     "    guard reply.verdict == .success, let row = Self.row(reply, operation, round) else {\n"
     "      if let step = try refused(operation, reply.verdict, &round, &store) { return step }\n"),
    ("many changes sent together are believed without a look", MACHINE + "BulkStage.swift",
     "      operation.isOver = true\n      if case .failed(isFinal: false",
     "      operation.isOver = true\n"
     "      if PLANTED, verdict == .success {\n        try store.removeOperation(operation.seq)\n        continue\n      }\n"
     "      if case .failed(isFinal: false"),
    ("the refresh token is kept after the requests have left", MACHINE + "SyncMachine.swift",
     "        commands.append(.keepRefreshToken(refresh))\n",
     "        if PLANTED { try dispatch(&commands, &store) }\n"
     "        commands.append(.keepRefreshToken(refresh))\n"),
    ("a second program begins beside the first", MACHINE + "SyncMachine.swift",
     "if let lease = try store.lease(), lease.holder != holder, lease.seenAt <= round.now,",
     "if !PLANTED, let lease = try store.lease(), lease.holder != holder, lease.seenAt <= round.now,"),
    ("an id the server does not know is sent", MACHINE + "PushStage+Create.swift",
     "if case .reference(let id) = value { id < 0 } else { false }",
     "if case .reference(let id) = value { id < 0 && !PLANTED } else { false }"),
    ("children are sent before their parents", MACHINE + "PushStage.swift",
     "      if try store.mapping(RecordKey(kind, id)) == nil { return true }\n    }\n    return false\n",
     "      if try store.mapping(RecordKey(kind, id)) == nil { return !PLANTED }\n    }\n    return false\n"),
    ("a page of a limiter is taken for a missing permission", "Sources/CRMSync/Wire/Verdict.swift",
     "case 403: self = isJSON ?", "case 403: self = isJSON || PLANTED ?"),
    ("what was said of a conversion comes after what was done since", MACHINE + "PushStage+Convert.swift",
     "    var lead = operation\n    lead.action = .update\n",
     "    var lead = PLANTED ? try store.newOperation(operation.key, .update) : operation\n"
     "    if PLANTED { try store.removeOperation(operation.seq) }\n"
     "    lead.action = .update\n"),
    ("a pass that stopped goes on without a look at what moved meanwhile", MACHINE + "PullStage+Resuming.swift",
     "guard isResuming, cursor.page > 1,", "guard isResuming, !PLANTED, cursor.page > 1,"),
    ("a server that shows no list is sent to", MACHINE + "ReachStage.swift",
     "guard round.listsRead == 0, round", "guard !PLANTED, round.listsRead == 0, round"),
    ("a gateway without its server is sent everything that waits", MACHINE + "SyncMachine.swift",
     "} else if round.failedWrites >= round", "} else if !PLANTED, round.failedWrites >= round"),
    ("whatever a person says about what vanished goes for every kind", MACHINE + "DetailStages.swift",
     "round.options.acceptsVanished[kind] ?? 0 {",
     "round.options.acceptsVanished[kind] ?? (PLANTED && !round.options.acceptsVanished.isEmpty ? .max : 0) {"),
    ("a server's clock that was put back is not noticed", MACHINE + "PullStage.swift",
     "let isBehind = date", "let isBehind = !PLANTED && date"),
]

SWITCH = """import Foundation

/// Which of the planted bugs is switched on.
let planted = ProcessInfo.processInfo.environment["PLANTED_BUG"].flatMap(Int.init) ?? -1
"""


def copy(scratch):
    for name in ("Sources", "Tests", "Package.swift", "Package.resolved"):
        source, target = ROOT / name, scratch / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        elif source.exists() and not target.exists():
            shutil.copy2(source, target)


def plant(scratch):
    """Puts every bug in its place; titles of those whose place is not there once."""
    strays = []
    for number, (title, name, old, new) in enumerate(BUGS):
        path = scratch / name
        text = path.read_text()
        if text.count(old) != 1:
            strays.append(title)
        path.write_text(text.replace(old, new.replace("PLANTED", f"(planted == {number})")))
    (scratch / "Sources/CRMSync/Planted.swift").write_text(SWITCH)
    return strays


def hunt(scratch, number, seeds):
    """The seed of the first failure and what broke, or None for both."""
    command = [scratch / ".build/release/SyncStorm", "1", str(seeds), "--first"]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PLANTED_BUG": str(number)})
    found = re.search(r"^seed (\d+), \w+: (\w+)", run.stdout, re.MULTILINE)
    return (int(found[1]), found[2]) if found else (None, None)


def test(scratch, number):
    """The first test that finds a bug, or None."""
    command = ["swift", "test", "--disable-xctest", "--no-parallel", "--filter", "CRMSyncTests", "--skip", SKIPPED]
    run = subprocess.run(command, cwd=scratch, capture_output=True, text=True,
                         env=os.environ | {"PLANTED_BUG": str(number)})
    found = re.search(r"^✘ Test (\w+)\(", run.stdout + run.stderr, re.MULTILINE)
    return found[1] if found else None


# What plays seeds itself, or needs programs, sockets or a long time, and knows nothing of these bugs.
SKIPPED = "SimulationTests|StormTests|MatrixTests|HammerTests|TransportTests|TransportProblemTests|CancelTests|TLSTests"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5000)
    parser.add_argument("--only", default="")
    parser.add_argument("--scratch", type=pathlib.Path)
    parser.add_argument("--tests", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    scratch = options.scratch or pathlib.Path(tempfile.mkdtemp(prefix="planted-"))
    scratch.mkdir(parents=True, exist_ok=True)
    copy(scratch)
    strays = plant(scratch)
    if options.check and not options.scratch:
        shutil.rmtree(scratch)
    if strays or options.check:
        sys.exit("Planted bugs without their place in the sources: " + "; ".join(strays) if strays else 0)
    subprocess.run(["swift", "build", "-c", "release", "--product", "SyncStorm"], cwd=scratch, check=True)
    print("| Planted bug | Seeds until it is found | Breaks |\n|---|---|---|", flush=True)
    escaped = 0
    for number, (title, *_) in enumerate(BUGS):
        if options.only not in title:
            continue
        seed, invariant = hunt(scratch, number, options.seeds)
        found = test(scratch, number) if seed is None and options.tests else None
        escaped += seed is None and found is None
        print(f"| {title} | {seed or f'none in {options.seeds}'} | {invariant or found or ''} |", flush=True)
    if not options.scratch:
        shutil.rmtree(scratch)
    sys.exit(1 if escaped else 0)


if __name__ == "__main__":
    main()
