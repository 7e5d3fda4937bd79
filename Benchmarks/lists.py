"""Lists of a million leads: the first screen, typing, the end, another order, a change of a tenth of them and its undo,
memory; beside what other programs make of the same file.

Milliseconds are of CPU, all threads together, until all matching rows are known, unless a line says otherwise.
"""
import csv
import math
import statistics
import subprocess
import sys

import listrivals
from figures import Ended, show, written
from imports import write_leads
from terminal import Session, Subject

# Typed a letter at a time into the filter of the list by score.
PLAIN = ["acme", "mar", "j", "chen acme", "lobex"]
TYPED = [*PLAIN, "status:new score>70 mar", "company:acme"]
STARTS = 5
# Times all of it is typed, each into a list that was just opened: of fewer letters p99 would be the dearest of all.
SESSIONS = 3

# Name, title, target, unit.
FIGURES = [
    ("start", "first screen, wall", 100, "ms"), ("start_cpu", "first screen", 100, "ms"),
    ("load_cpu", "until the list can be filtered at full speed", None, "ms"),
    *[(f"typed {text}", f"typed “{text}”, usual letter", None, "ms") for text in TYPED],
    ("first_p99", "to the first rows, p99 of letters", 16, "ms"),
    ("all_p50", "to all rows and their count, usual letter", None, "ms"),
    ("all_p99", "to all rows and their count, p99", 100, "ms"), ("end", "end of the list", None, "ms"),
    ("sort", "order by company", None, "ms"), ("bulk", "a tenth changed, CPU", 3000, "ms"),
    ("bulk_wall", "a tenth changed, wall", 3000, "ms"), ("undo", "undone, CPU", 3000, "ms"),
    ("undo_wall", "undone, wall", 3000, "ms"), ("memory", "memory", 250, "MB"),
    ("idle", "wake-ups in 5 s of idleness", 0, ""),
]


def percentile(values, share):
    """The value that this share of `values` does not exceed: of few values the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered), max(1, math.ceil(share * len(ordered)))) - 1]


def write_scored(path, count, tools):
    """The leads of `write_leads` with a score, which lists are ordered by."""
    plain = path.with_suffix(".plain")
    write_leads(plain, count, tools)
    with open(plain, newline="", encoding="utf-8") as source, open(path, "w", newline="", encoding="utf-8") as target:
        rows, writer = csv.reader(source), csv.writer(target, lineterminator="\n")
        writer.writerow([*next(rows), "lead_score"])
        writer.writerows([*row, index * 7919 % 101] for index, row in enumerate(rows, 1))
    plain.unlink()


def measure_crm(terminal, program, database, env):
    figures = {}
    crm = Subject("crm", [program, "--db", str(database)], "j", "k", "<PgDn>", setup="2")
    try:
        starts(terminal, crm, env, figures)
        letters = []
        for _ in range(SESSIONS - 1):
            with Session(terminal, crm, env) as session:
                open_list(session, crm)
                letters += typing(session)
        with Session(terminal, crm, env) as session:
            figures["load_cpu"] = open_list(session, crm)
            letters += typing(session)
            figures.update(typed(letters))
            for name, keys in [("end", "G"), ("sort", "ocompany<Enter>")]:
                figures[name] = [session.press_and_rest(key)[0] for key in terminal.parse_keys(keys)][-1]
            figures["memory"] = session.app.rss_kb() / 1024
            figures["idle"] = session.idle()[1]
        with Session(terminal, crm, env) as session:
            bulk(terminal, session, figures)
    except Ended as reason:
        figures["ended"] = str(reason)
    return figures


def starts(terminal, crm, env, figures):
    # The first start of a day makes a backup.
    with Session(terminal, crm, env) as session:
        session.first_screen()
        session.rest()
    walls, costs = [], []
    for _ in range(STARTS):
        with Session(terminal, crm, env) as session:
            walls.append(session.first_screen())
            costs.append(session.rest())
    figures["start"], figures["start_cpu"] = statistics.median(walls), statistics.median(costs)


def open_list(session, crm):
    """What it takes until the list can be filtered at full speed."""
    session.first_screen()
    before = session.rest()
    session.press(crm.setup)
    return session.rest() - before


def typing(session):
    """Of each letter the text it belongs to, and what it took to the first rows and to all of them."""
    letters = []
    for text in TYPED:
        session.press("/")
        letters += [(text, *session.press_watching("<Space>" if letter == " " else letter)) for letter in text]
        for _ in range(2):
            session.press_and_rest("<Esc>")
    return letters


def typed(letters):
    firsts, alls = [first for _, first, _ in letters], [all_rows for _, _, all_rows in letters]
    return {
        **{f"typed {text}": statistics.median(cost for of, _, cost in letters if of == text) for text in TYPED},
        "first_p99": percentile(firsts, 0.99), "all_p50": statistics.median(alls), "all_p99": percentile(alls, 0.99),
    }


def bulk(terminal, session, figures):
    """All unqualified leads, a tenth, are lost, and are not."""
    session.first_screen()
    for key in terminal.parse_keys("2/status:unqualified<Enter>*slost<Enter>"):
        session.press(key)
    # The question is open, with the number of leads that would change.
    session.rest()
    for name, key in [("bulk", "<Enter>"), ("undo", "u")]:
        before, begun = session.rest(), len(session.app.log)
        moment = session.terminal.time.perf_counter()
        session.press(key)
        figures[name] = session.rest() - before
        figures[f"{name}_wall"] = (session.app.log[-1][0] - moment) * 1000 if len(session.app.log) > begun else None


def rows(ours, theirs):
    """A table: a line per figure, a column per rival with its figure and how much of it ours is."""
    yield ["", "target", "crm", "", *(f"{name} (crm/{name})" for name in theirs)]
    for name, title, target, unit in FIGURES:
        value = ours.get(name)
        yield [title, "" if target is None else f"< {written(target, unit)}" if target else "0",
               written(value, unit), "" if target is None or value is None else "ok" if value < max(target, 1) else "over",
               *(beside(figures.get(name), value, unit) for figures in theirs.values())]


def beside(value, ours, unit):
    if value is None:
        return "–"
    return written(value, unit) + (f" ({ours / value:.2f})" if ours is not None and value else "")


def report(terminal, program, leads_csv, database, folder, env, has_rivals=True):
    """Prints the table, and says what is not installed."""
    spread = baseline()
    ours = measure_crm(terminal, program, database, env)
    theirs, missing = listrivals.measure(terminal, leads_csv, folder, env, PLAIN) if has_rivals else ({}, [])
    show(list(rows(ours, theirs)))
    print(f"the same work of {spread[0]:.0f} ms took {spread[0]:.0f} to {spread[1]:.0f} ms of CPU before, "
          "{:.0f} to {:.0f} ms after".format(*baseline()))
    for name, reason in [("crm", ours.get("ended")), *((name, figures.get("ended")) for name, figures in theirs.items())]:
        if reason:
            print(f"{name} ended while it was measured: {reason[-300:]}")
    if missing:
        print(f"not installed: {', '.join(missing)} (make bench-rivals)")
    return ours


def baseline():
    """The least and the most CPU milliseconds that the same work takes just now, as a measure of the machine's noise."""
    code = "import hashlib, resource; [hashlib.sha256(bytes(1 << 20)).digest() for _ in range(100)]; " \
           "print(resource.getrusage(resource.RUSAGE_SELF).ru_utime * 1000)"
    costs = [float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(7)]
    return min(costs), max(costs)
