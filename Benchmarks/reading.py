"""Reading and importing files of delimited text, beside what else does it here.

    Benchmarks/reading.py [--program crm] [--reader ImportProbe] [--rows 100000,1000000] [--gigabytes 1] [--tools DIR]

prints its tables alone; `make bench` prints them below the others. duckdb takes part where its Python module is there.
"""
import argparse
import csv
import importlib.util
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from figures import beside, show, written
from imports import write_leads
from terminal import Ended

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPEED, DETECTION, MEMORY, FACTOR = 200, 150, 150, 4  # MB/s, ms, MB, times the bare import
ROUNDS = 3
DEDUPE = """
CREATE INDEX by_email ON leads (lower(trim(email)));
DELETE FROM leads WHERE rowid NOT IN (SELECT min(rowid) FROM leads GROUP BY lower(trim(email)));
"""


def ok(isGood):
    return "ok" if isGood else "over"


# Reading

def reading_rows(reader, leads_csv):
    """Megabytes per second of processor time through the reader, its cells as ranges of bytes and as strings, beside
    Python and duckdb."""
    megabytes = os.path.getsize(leads_csv) / 1e6
    rivals = {"python csv": python_speed(leads_csv, megabytes)}
    if importlib.util.find_spec("duckdb"):
        rivals["duckdb count(*)"] = duckdb_speed(leads_csv, megabytes)
    said = subprocess.run([reader, "read", leads_csv], check=True, capture_output=True, text=True).stdout
    speeds = {name: float(speed) for name, speed in re.findall(r"(\w+) ([\d.]+) MB/s", said)}
    table = [[f"reading {megabytes:,.0f} MB", "budget", "crm", "", *(f"{name} (crm/{name})" for name in rivals)]]
    for name, budget in [("ranges", SPEED), ("strings", None)]:
        speed = speeds[name]
        table.append([f"  cells as {name}", f"> {budget} MB/s" if budget else "", written(speed, "MB/s"),
                      ok(speed > budget) if budget else "",
                      *(f"{written(other, 'MB/s')} ({speed / other:.1f}x)" for other in rivals.values())])
    return table


def python_speed(path, megabytes):
    begun = time.process_time()
    with open(path, newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass
    return megabytes / (time.process_time() - begun)


def duckdb_speed(path, megabytes):
    import duckdb
    begun = time.process_time()
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SELECT count(*), max(length(email)) FROM read_csv(?, all_varchar=true)", [str(path)])
    return megabytes / (time.process_time() - begun)


def detection_row(program, leads_csv, folder, env, gigabytes):
    """The time until a preview of a large file prints its first bytes: the start of the program and the detection."""
    large = folder / "large.csv"
    rows = leads_csv.read_bytes()
    body = rows[rows.index(b"\n") + 1:]
    with open(large, "wb") as file:
        file.write(rows)
        while file.tell() < gigabytes * 1e9:
            file.write(body)
    wall, cpu = min(first_bytes([program, "import", "--preview", str(large), "--json"], env) for _ in range(5))
    large.unlink()
    return [f"detection in {gigabytes:g} GB", f"< {DETECTION} ms", written(wall, "ms"), ok(wall < DETECTION),
            f"{written(cpu, 'ms')} of CPU with the whole preview"]


def first_bytes(argv, env):
    """Milliseconds until something is printed, and of processor time until the end."""
    begun = time.perf_counter()
    process = subprocess.Popen(argv, env={**os.environ, **env}, stdout=subprocess.PIPE)
    process.stdout.read(1)
    took = (time.perf_counter() - begun) * 1000
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return took, (usage.ru_utime + usage.ru_stime) * 1000


# Importing

class Run:
    """What a command took: wall and processor time in milliseconds, and memory in MB at the most."""

    def __init__(self, argv, env=None, text=None):
        begun = time.perf_counter()
        process = subprocess.Popen([str(word) for word in argv], env={**os.environ, **(env or {})}, stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        process.stdin.write(text or "")
        process.stdin.close()
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise Ended(complaint.strip() or f"exit status {process.returncode}")
        self.wall = (time.perf_counter() - begun) * 1000
        self.cpu = (usage.ru_utime + usage.ru_stime) * 1000
        self.memory = usage.ru_maxrss / 1024

    def __lt__(self, other):
        return self.cpu < other.cpu

    def __add__(self, other):
        """One after the other."""
        both = object.__new__(Run)
        both.wall, both.cpu = self.wall + other.wall, self.cpu + other.cpu
        both.memory = max(self.memory, other.memory)
        return both


def import_rows(program, leads_csv, rows, folder, env):
    """The import of `rows` leads with matching, checks, search index and journal, beside lesser ways to do it."""
    database, matched = folder / "import.sqlite", folder / "matched.sqlite"
    options = [program, "import", "leads", leads_csv, "--db"]
    ours, taken = in_turn(options, database, leads_csv, folder, env)
    again = Run([*options, database, "--update-existing"], env)
    back = Run([program, "imports", "revert", "1", "--db", database], env)
    unlike = Run([*options, matched, "--match", "email", "--duplicates", "first"], env)
    others = {**dict(rival_imports(leads_csv, folder)), **taken}
    bare = others.get("sqlite3 .import")
    yield [f"{rows:,} leads", "budget of CPU", "CPU", "", "wall", "memory"]
    for name, run in [("crm import, new", ours), ("crm import, new, matched by e-mail", unlike)]:
        yield [f"  {name}", f"< {written(bare.cpu * FACTOR, 'ms')}" if bare else "", written(run.cpu, "ms"),
               ok(run.cpu < bare.cpu * FACTOR) if bare else "", written(run.wall, "ms"), written(run.memory, "MB")]
    for name, run in [("crm import, all there", again), ("crm imports revert", back)]:
        yield [f"  {name}", "", written(run.cpu, "ms"), "", written(run.wall, "ms"), written(run.memory, "MB")]
    most = max(run.memory for run in (ours, unlike, again, back))
    yield ["  memory", f"<= {MEMORY} MB", "", ok(most <= MEMORY), "", written(most, "MB")]
    for name, rival in others.items():
        yield [f"  {name} (crm/…)", "", beside(rival.cpu, ours.cpu, "ms"), "", beside(rival.wall, ours.wall, "ms"),
               written(rival.memory, "MB")]


def in_turn(options, database, leads_csv, folder, env):
    """Ours and those it is to be compared with, one after the other, so that a busy hour is all of theirs: of several rounds
    the middle one by CPU. Leaves a book in `database`."""
    rounds = []
    for _ in range(ROUNDS):
        clear(folder)
        rounds.append({"ours": Run([*options, database], env), **dict(compared(leads_csv, folder))})
    middle = {name: statistics.median_low([runs[name] for runs in rounds]) for name in rounds[0]}
    return middle.pop("ours"), middle


def compared(leads_csv, folder):
    if shutil.which("sqlite3"):
        yield "sqlite3 .import", Run(["sqlite3", folder / "bare.sqlite"], text=f".mode csv\n.import '{leads_csv}' leads\n")
    yield "python upsert", Run([sys.executable, ROOT / "Benchmarks/upsert.py", leads_csv, folder / "script.sqlite"])
    for pattern in ("bare.sqlite*", "script.sqlite*"):
        for file in folder.glob(pattern):
            file.unlink()


def rival_imports(leads_csv, folder):
    """The sqlite3 shell's import, then the doubles dropped by SQL, then the text indexed; duckdb."""
    if shutil.which("sqlite3"):
        with open(leads_csv, newline="", encoding="utf-8") as file:
            company = next(name for name in next(csv.reader(file)) if name.startswith("company"))
        names, shell = f"first_name, last_name, email, {company}", ["sqlite3", folder / "bare.sqlite"]
        run = Run(shell, text=f".mode csv\n.import '{leads_csv}' leads\n")
        yield "sqlite3 .import", run
        run += Run(shell, text=DEDUPE)
        yield "and dedupe by SQL", run
        run += Run(shell, text=f"CREATE VIRTUAL TABLE text USING fts5({names});"
                               f"INSERT INTO text SELECT {names} FROM leads;")
        yield "and an FTS5 index", run
    if importlib.util.find_spec("duckdb"):
        statement = f"CREATE TABLE leads AS SELECT DISTINCT ON (lower(trim(email))) * " \
                    f"FROM read_csv('{leads_csv}', all_varchar=true)"
        code = f"import duckdb; duckdb.connect({str(folder / 'rival.duckdb')!r}).execute({statement!r})"
        yield "duckdb, dedupe", Run([sys.executable, "-c", code])
    clear(folder)


def clear(folder):
    for pattern in ("bare.sqlite*", "script.sqlite*", "rival.duckdb*", "import.sqlite*", "matched.sqlite*"):
        for file in folder.glob(pattern):
            file.unlink()


def report(program, reader, counts, gigabytes, tools, folder, env):
    """Prints the tables; files of leads are made in `folder`."""
    for count in counts:
        leads_csv = folder / f"leads-{count}.csv"
        write_leads(leads_csv, count, tools)
        # First, while this process is small: a child is counted as at least as large as its parent was.
        imported = list(import_rows(program, leads_csv, count, folder, env))
        if count == max(counts) and os.access(reader, os.X_OK):
            show(reading_rows(reader, leads_csv) + [detection_row(program, leads_csv, folder, env, gigabytes)])
        show(imported)
        leads_csv.unlink()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(ROOT / ".build/release/crm"))
    options.add_argument("--reader", default=str(ROOT / ".build/release/ImportProbe"))
    options.add_argument("--rows", default="100000,1000000")
    options.add_argument("--gigabytes", type=float, default=1)
    options.add_argument("--tools", type=pathlib.Path, default=ROOT.parent / "shared/tools")
    chosen = options.parse_args()
    before = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="crm-bench-") as name:
        env = {"HOME": name, **{f"XDG_{kind}_HOME": f"{name}/{kind}" for kind in ("CONFIG", "DATA", "STATE", "CACHE")}}
        counts = [int(count) for count in chosen.rows.split(",")]
        try:
            report(chosen.program, chosen.reader, counts, chosen.gigabytes, chosen.tools, pathlib.Path(name), env)
        except Ended as reason:
            sys.exit(f"crm ended: {reason}")
    print(f"load {before[0]:.2f} before and {os.getloadavg()[0]:.2f} after")


if __name__ == "__main__":
    main()
