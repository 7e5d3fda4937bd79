#!/usr/bin/env python3
"""Measures crm over 100,000 leads against its budgets, beside what else is installed, and prints one table.

    make bench                                  or: Benchmarks/bench.py [--program crm] [--leads N] [--tools DIR]

Nothing here passes or fails: a busy machine makes a slow figure, so the load stands above the table and the rivals are
measured in the same minutes. CPU is what the program used of a processor, which a busy machine changes little. Of the
keys the median counts, of their bytes the most. The terminal is played by ptylat.py, found in the tools directory.
"""
import argparse
import csv
import importlib.util
import os
import pathlib
import platform
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROWS, COLUMNS = 24, 80
QUIET = 0.06  # seconds without output after which a key is answered
STARTS, IDLE_SECONDS, BURST = 7, 5.0, 100

# What is measured on a screen: name, title, budget, unit.
SCREEN = [
    ("start", "first screen complete", 50, "ms"),
    ("row_cpu", "row move, CPU", 1, "ms"),
    ("page_cpu", "page, CPU", 1, "ms"),
    ("filter_cpu", "filter key, CPU", 1, "ms"),
    ("row_bytes", "row move, output", 200, "bytes"),
    ("page_bytes", "page, output", 2500, "bytes"),
    ("filter_bytes", "filter key, output", 2500, "bytes"),
    ("burst_paints", f"burst of {BURST} keys, paints", 1, ""),
    ("burst_bytes", f"burst of {BURST} keys, output", 5000, "bytes"),
    ("idle_bytes", f"idle for {IDLE_SECONDS:g} s, output", 0, "bytes"),
    ("idle_wakeups", f"idle for {IDLE_SECONDS:g} s, wake-ups", 0, ""),
    ("memory", "memory", 60, "MB"),
]
# Typed a letter at a time into the filter of a list at a million leads. What the processor does counts until all rows
# are known, the slowest letter beside the usual one; the letter itself is on the screen long before.
TYPED = ["acme", "mar", "j", "chen acme", "lobex", "status:new score>70 mar"]
MILLION = 1_000_000
STRICT = {"start", "row_cpu", "page_cpu", "filter_cpu", "memory"}  # must be below the budget, not at it
QUERIES = ["", "status:new score>70 sort:-score", "zephyrine", "value:10k..50k owner:me", "smith acme"]


class Subject:
    """A full-screen program and the keys that do in it what is measured."""

    def __init__(self, name, argv, row, back, page, setup="", filter_keys="", leave="", cwd=None):
        self.name, self.argv, self.row, self.back, self.page = name, argv, row, back, page
        self.setup, self.filter_keys, self.leave, self.cwd = setup, filter_keys, leave, cwd


def rivals(leads_csv):
    """The programs of the machine that page through the same file; tig reads this repository instead."""
    file = str(leads_csv)
    known = [
        Subject("less", ["less", "-S", file], "j", "k", "<Space>"),
        Subject("vim", ["vim", "-u", "NONE", "-n", "-R", file], "j", "k", "<C-f>"),
        Subject("tig", ["tig"], "j", "k", "<PgDn>", cwd=ROOT),
        Subject("vd", ["vd", file], "j", "k", "<PgDn>"),
        Subject("fzf", ["sh", "-c", 'exec fzf < "$0"', file], "<Down>", "<Up>", "<PgDn>", filter_keys="smith"),
    ]
    return [rival for rival in known if shutil.which(rival.name)]


def load_terminal(tools):
    """The module ptylat.py of `tools`, without its picture of the screen, or None if it is not there."""
    path = tools / "ptylat.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("ptylat", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.pyte = None
    return module


class Ended(Exception):
    """The program left while it was being measured."""


class Session:
    """A subject running in a terminal of its own."""

    def __init__(self, terminal, subject, env):
        self.terminal = terminal
        self.app = terminal.App(subject.argv, ROWS, COLUMNS, env, subject.cwd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.app.close()

    def first_screen(self):
        """Milliseconds from start to the last byte of the first screen."""
        _, last, _, alive, _ = self.app.settle(0.4, 30)
        if not alive or last is None:
            said = b"".join(data for _, data in self.app.log).decode("utf-8", "replace").strip()
            raise Ended(said or "before its first screen")
        return (last - self.app.t0) * 1000

    def press(self, keys):
        """What each key of `keys` took: a list of ptylat's dictionaries."""
        answers = []
        for key in self.terminal.parse_keys(keys):
            answer = self.app.send(key, QUIET, 10)
            if not answer["alive"]:
                raise Ended(f"at key {key}")
            answers.append(answer)
        return answers

    def rest(self):
        """Waits until it has nothing left to do."""
        before = -1
        while (used := self.app.oncpu_ms()) - before > 0.3:
            before = used
            self.app.pump(0.1)
        return used

    def press_and_rest(self, key):
        """Milliseconds of CPU until all that the key asked for is done, and what press says of it."""
        before = self.app.oncpu_ms()
        answer = self.press(key)[0]
        return self.rest() - before, answer

    def burst(self, key):
        """Bytes, and how many times it painted, for many keys that arrive at once."""
        begun = len(self.app.log)
        self.app.write(self.app.key_bytes(key) * BURST)
        _, _, size, alive, _ = self.app.settle(0.2, 30)
        if not alive:
            raise Ended("in a burst of keys")
        return size, paints([moment for moment, _ in self.app.log[begun:]])

    def idle(self):
        """Bytes and wake-ups while nobody touches it."""
        size, wakeups, end = self.app.total, self.app.wakeups(), time.perf_counter() + IDLE_SECONDS
        while time.perf_counter() < end:
            self.app.pump(0.05)
        return self.app.total - size, self.app.wakeups() - wakeups


def paints(moments):
    """Pieces of output that a millisecond or less apart belong to one picture: a pty hands on 4 kB at a time."""
    return sum(1 for index, moment in enumerate(moments) if index == 0 or moment - moments[index - 1] > 0.001)


def median_cpu(answers):
    return statistics.median(answer["cpu"] for answer in answers) if answers else None


def most_bytes(answers):
    return max(answer["bytes"] for answer in answers) if answers else None


def measure_screen(terminal, subject, env):
    """Figures of `subject` by the names of SCREEN, and "ended" if it left too early."""
    figures = {}
    try:
        starts = []
        for _ in range(STARTS - 1):
            with Session(terminal, subject, env) as session:
                starts.append(session.first_screen())
        with Session(terminal, subject, env) as session:
            figures["start"] = statistics.median([*starts, session.first_screen()])
            session.press(subject.setup)
            rows = session.press((subject.row * 6 + subject.back * 6) * 2)
            figures["row_cpu"], figures["row_bytes"] = median_cpu(rows), most_bytes(rows)
            pages = session.press(subject.page * 8)
            figures["page_cpu"], figures["page_bytes"] = median_cpu(pages), most_bytes(pages)
            figures["burst_bytes"], figures["burst_paints"] = session.burst(subject.row)
            if subject.filter_keys:
                typed = session.press(subject.filter_keys)[1 if subject.leave else 0:]
                figures["filter_cpu"], figures["filter_bytes"] = median_cpu(typed), most_bytes(typed)
                session.press(subject.leave)
            figures["idle_bytes"], figures["idle_wakeups"] = session.idle()
            figures["memory"] = session.app.rss_kb() / 1024
    except Ended as reason:
        figures["ended"] = str(reason)
    return figures


def measure_typing(terminal, subject, env):
    """Rows of a table: for each text of TYPED the CPU of a letter, usual and worst; then the end of the list, another
    order, and the memory after all that."""
    with Session(terminal, subject, env) as session:
        session.first_screen()
        session.press(subject.setup)
        session.rest()
        yield ["typed into a list", "", "median", "worst", "letter shown"]
        for text in TYPED:
            session.press("/")
            letters = [session.press_and_rest("<Space>" if letter == " " else letter) for letter in text]
            costs, first = [cpu for cpu, _ in letters], max(answer["first"] or 0 for _, answer in letters)
            yield [f"  {text}", "", *(written(cpu, "ms") for cpu in (statistics.median(costs), max(costs), first))]
            for _ in range(2):
                session.press_and_rest("<Esc>")
        for title, keys in [("end of the list", "G"), ("order by company", "ocompany<Enter>")]:
            costs = [session.press_and_rest(key)[0] for key in terminal.parse_keys(keys)]
            yield [f"  {title}", "", "", written(costs[-1], "ms"), ""]
        yield ["  memory", "< 250 MB", written(session.app.rss_kb() / 1024, "MB"), "", ""]


def measure_command(argv, env, times=5):
    """The median of wall milliseconds and the most memory in MB of a command whose output nobody reads."""
    walls, memory = [], 0
    for _ in range(times):
        begun = time.perf_counter()
        process = subprocess.Popen(argv, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise Ended(complaint.decode("utf-8", "replace").strip() or f"exit status {process.returncode}")
        walls.append((time.perf_counter() - begun) * 1000)
        memory = max(memory, usage.ru_maxrss / 1024)
    return statistics.median(walls), memory


def write_leads(path, count, tools):
    """A file of `count` leads: the tools' generator where there is one, else a plainer file of the same shape."""
    generator = tools / "genleads.py"
    if generator.is_file():
        subprocess.run([sys.executable, generator, str(count), path, "--bad", "0"], check=True, stderr=subprocess.DEVNULL)
        return
    dice = random.Random(42)
    statuses = ["new", "contacted", "qualified", "unqualified", "lost"]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["first_name", "last_name", "email", "company", "phone", "status", "estimated_value"])
        for index in range(count):
            first, last = dice.choice(["Ada", "Zoë", "Łukasz", "美咲"]), dice.choice(["Smith", "Nuñez", "佐藤", "Okafor"])
            company = "Zephyrine Quartzworks" if index % 9973 == 0 else f"{dice.choice(['Acme', 'Globex'])} {index % 700}"
            writer.writerow([first, last, f"lead{index}@bench.example", company, f"+1 216 555 {index % 10000:04d}",
                             dice.choice(statuses), dice.randrange(500, 250_000)])


def bare_import(leads_csv, folder):
    """Seconds a plain table takes the same file: by the sqlite3 shell, or by Python's own modules where there is none."""
    database = folder / "bare.sqlite"
    begun = time.perf_counter()
    if shutil.which("sqlite3"):
        subprocess.run(["sqlite3", database, "-cmd", ".mode csv", f".import '{leads_csv}' leads"], check=True)
        return "sqlite3", time.perf_counter() - begun
    with open(leads_csv, newline="", encoding="utf-8") as file, sqlite3.connect(database) as connection:
        rows = csv.reader(file)
        header = next(rows)
        connection.execute("CREATE TABLE leads (" + ", ".join(f'"{name}"' for name in header) + ")")
        connection.executemany("INSERT INTO leads VALUES (" + ", ".join("?" * len(header)) + ")", rows)
    return "python", time.perf_counter() - begun


def written(value, unit):
    if value is None:
        return ""
    digits = f"{value:.2f}" if unit == "ms" and value < 10 else f"{value:,.0f}"
    return f"{digits} {unit}".strip()


def verdict(name, value, budget):
    if value is None or budget is None:
        return ""
    return "ok" if value < budget or (value == budget and name not in STRICT) else "over"


def beside(value, ours, unit):
    """A rival's figure, and how many times it ours is."""
    if value is None:
        return ""
    ratio = f" ({ours / value:.1f}x)" if ours is not None and value else ""
    return written(value, unit) + ratio


def screen_rows(ours, others):
    for name, title, budget, unit in SCREEN:
        value = ours.get(name)
        limit = ("< " if name in STRICT else "<= " if budget else "") + written(budget, unit)
        shown = "ended" if value is None and "ended" in ours else written(value, unit)
        yield [title, limit, shown, verdict(name, value, budget),
               *(beside(figures.get(name), value, unit) for figures in others)]


def command_rows(program, database, leads_csv, env, names):
    for query in QUERIES:
        title = f"crm leads '{query}'" if query else "crm leads"
        try:
            wall, _ = measure_command([program, "leads", *([query] if query else []), "--db", str(database)], env)
        except Ended as reason:
            yield [title, "", "failed", str(reason).split("\n")[0][:60]]
            continue
        yield [title, "", written(wall, "ms"), "", *grep_beside(query, wall, leads_csv, env, names)]


def grep_beside(query, wall, leads_csv, env, names):
    """The time grep takes for the same single word, in the column of `less`."""
    if ":" in query or " " in query or not query or "less" not in names:
        return []
    theirs, _ = measure_command(["grep", "-i", query, str(leads_csv)], env)
    return ["" for _ in names[:names.index("less")]] + ["grep " + beside(theirs, wall, "ms")]


def show(table):
    widths = [max(len(row[column]) for row in table if column < len(row)) for column in range(max(map(len, table)))]
    for row in table:
        cells = [cell.ljust(width) if column in (0, 3) else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def import_row(program, leads_csv, database, folder, env):
    """Fills `database` and tells what that took."""
    wall, memory = measure_command([program, "import", "leads", str(leads_csv), "--db", str(database)], env, times=1)
    name, theirs = bare_import(leads_csv, folder)
    limit = f"< {written(theirs * 4000, 'ms')}"
    return ["crm import leads", limit, written(wall, "ms"), "ok" if wall < theirs * 4000 else "over",
            f"{name}, bare table {beside(theirs * 1000, wall, 'ms')}; {memory:,.0f} MB"]


def built(program):
    if not os.access(program, os.X_OK):
        subprocess.run(["make", "--no-print-directory", "build"], cwd=ROOT, check=True)
    return str(pathlib.Path(program).resolve())


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(ROOT / ".build/release/crm"))
    options.add_argument("--leads", type=int, default=100_000)
    options.add_argument("--tools", type=pathlib.Path, default=ROOT.parent / "shared/tools")
    chosen = options.parse_args()
    program, terminal = built(chosen.program), load_terminal(chosen.tools)
    with tempfile.TemporaryDirectory(prefix="crm-bench-") as name:
        folder = pathlib.Path(name)
        # Nobody's own settings and files take part.
        env = {"HOME": name, **{f"XDG_{kind}_HOME": f"{name}/{kind}" for kind in ("CONFIG", "DATA", "STATE", "CACHE")}}
        leads_csv, database = folder / "leads.csv", folder / "leads.sqlite"
        write_leads(leads_csv, chosen.leads, chosen.tools)
        report(program, terminal, chosen, leads_csv, database, folder, env)


def report(program, terminal, chosen, leads_csv, database, folder, env):
    before = os.getloadavg()
    try:
        imported = import_row(program, leads_csv, database, folder, env)
    except Ended as reason:
        sys.exit(f"The leads could not be imported: {reason}")
    others = rivals(leads_csv) if terminal else []
    crm = Subject("crm", [program, "--db", str(database)], "j", "k", "<PgDn>", setup="2", filter_keys="/smith",
                  leave="<Esc>")
    ours = measure_screen(terminal, crm, env) if terminal else {}
    theirs = [measure_screen(terminal, rival, env) for rival in others]
    names = [rival.name for rival in others]
    table = [["", "budget", "crm", "", *(f"{name} (crm/{name})" for name in names)]]
    table += screen_rows(ours, theirs) if terminal else []
    table += command_rows(program, database, leads_csv, env, names)
    after = os.getloadavg()
    print(f"{chosen.leads:,} leads, {COLUMNS}x{ROWS}, {os.cpu_count()} processors, {platform.machine()}, "
          f"load {before[0]:.2f} before and {after[0]:.2f} after")
    show(table)
    show([imported])
    if terminal and chosen.leads >= MILLION:
        show(list(measure_typing(terminal, crm, env)))
    if not terminal:
        print(f"The screen was not measured: there is no ptylat.py in {chosen.tools}.")
    for subject, figures in zip([crm, *others], [ours, *theirs]):
        if "ended" in figures:
            print(f"{subject.name} ended while it was measured: {figures['ended'][-300:]}")


if __name__ == "__main__":
    main()
