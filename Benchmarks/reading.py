"""Reading and importing files of delimited text, beside what else does it here.

    Benchmarks/reading.py [--program crm] [--reader ReadSpeed] [--rows 100000,1000000] [--gigabytes 1] [--tools DIR]

prints its tables alone; `make bench` prints them for 100,000 rows below the others.
"""
import argparse
import csv
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from figures import beside, measure_command, show, written
from imports import write_leads
from terminal import Ended

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPEED, DETECTION, MEMORY, FACTOR = 200, 150, 150, 4  # MB/s, ms, MB, times the bare import
DEDUPE = """
CREATE INDEX by_email ON leads (lower(trim(email)));
DELETE FROM leads WHERE rowid NOT IN (SELECT min(rowid) FROM leads GROUP BY lower(trim(email)));
"""


def ok(isGood):
    return "ok" if isGood else "over"


# Reading

def reading_rows(reader, leads_csv):
    """Megabytes a second through the reader, its cells as ranges of bytes and as strings, beside Python and duckdb."""
    megabytes = os.path.getsize(leads_csv) / 1e6
    rivals = {"python csv": python_speed(leads_csv, megabytes)}
    if importlib.util.find_spec("duckdb"):
        rivals["duckdb count(*)"] = duckdb_speed(leads_csv, megabytes)
    said = subprocess.run([reader, leads_csv], check=True, capture_output=True, text=True).stdout
    speeds = {name: float(speed) for name, speed in re.findall(r"(\w+) ([\d.]+) MB/s", said)}
    table = [[f"reading {megabytes:,.0f} MB", "budget", "crm", "", *(f"{name} (crm/{name})" for name in rivals)]]
    for name, budget in [("ranges", SPEED), ("strings", None)]:
        speed = speeds[name]
        table.append([f"  cells as {name}", f"> {budget} MB/s" if budget else "", written(speed, "MB/s"),
                      ok(speed > budget) if budget else "",
                      *(f"{written(other, 'MB/s')} ({speed / other:.1f}x)" for other in rivals.values())])
    return table


def python_speed(path, megabytes):
    begun = time.perf_counter()
    with open(path, newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass
    return megabytes / (time.perf_counter() - begun)


def duckdb_speed(path, megabytes):
    import duckdb
    begun = time.perf_counter()
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SELECT count(*), max(length(email)) FROM read_csv(?, all_varchar=true)", [str(path)])
    return megabytes / (time.perf_counter() - begun)


def detection_row(program, leads_csv, folder, env, gigabytes):
    """The time until a preview of a large file prints its first bytes: the start of the program and the detection."""
    large = folder / "large.csv"
    rows = leads_csv.read_bytes()
    body = rows[rows.index(b"\n") + 1:]
    with open(large, "wb") as file:
        file.write(rows)
        while file.tell() < gigabytes * 1e9:
            file.write(body)
    best = min(first_bytes([program, "import", "--preview", str(large), "--json"], env) for _ in range(5))
    large.unlink()
    return [f"detection in {gigabytes:g} GB", f"< {DETECTION} ms", written(best, "ms"), ok(best < DETECTION)]


def first_bytes(argv, env):
    begun = time.perf_counter()
    process = subprocess.Popen(argv, env={**os.environ, **env}, stdout=subprocess.PIPE)
    process.stdout.read(1)
    took = (time.perf_counter() - begun) * 1000
    process.stdout.close()
    process.wait()
    return took


# Importing

def import_rows(program, leads_csv, rows, folder, env):
    """The import of `rows` leads with matching, checks, search index and journal, beside lesser ways to do it."""
    database = folder / "import.sqlite"
    options = ["import", "leads", str(leads_csv), "--db", str(database)]
    wall, memory = measure_command([program, *options], env, times=1)
    again, more = measure_command([program, *options, "--update-existing"], env, times=1)
    for file in folder.glob("import.sqlite*"):
        file.unlink()
    bare = bare_import(leads_csv, folder) if shutil.which("sqlite3") else {}
    others = {"python upsert": script(leads_csv, folder)}
    if importlib.util.find_spec("duckdb"):
        others["duckdb"] = duckdb_import(leads_csv, folder)
    limit = bare.get("sqlite3 .import")
    yield [f"{rows:,} leads", "budget", "crm", ""]
    yield ["  import, new", f"< {written(limit * FACTOR, 'ms')}" if limit else "", written(wall, "ms"),
           ok(wall < limit * FACTOR) if limit else ""]
    yield ["  import, all there already", "", written(again, "ms"), ""]
    yield ["  memory", f"< {MEMORY} MB", written(max(memory, more), "MB"), ok(max(memory, more) <= MEMORY)]
    for name, took in {**bare, **others}.items():
        yield [f"  {name}", "", beside(took, wall, "ms"), ""]


def bare_import(leads_csv, folder):
    """What the sqlite3 shell takes to import, to drop the doubles by SQL afterwards, and to index the text."""
    database = folder / "bare.sqlite"
    names = "first_name, last_name, email, company"
    steps = [
        ("sqlite3 .import", [".mode csv", f".import '{leads_csv}' leads"]),
        ("sqlite3 .import, dedupe", [DEDUPE]),
        ("sqlite3 .import, dedupe, FTS5", [f"CREATE VIRTUAL TABLE text USING fts5({names});"
                                           f"INSERT INTO text SELECT {names} FROM leads;"]),
    ]
    company = next(csv.reader(open(leads_csv, newline="", encoding="utf-8")))
    names = names if "company" in company else names.replace("company", "company_name")
    steps[2] = (steps[2][0], [f"CREATE VIRTUAL TABLE text USING fts5({names});"
                              f"INSERT INTO text SELECT {names} FROM leads;"])
    took, total = {}, 0
    for name, commands in steps:
        begun = time.perf_counter()
        subprocess.run(["sqlite3", str(database)], input="\n".join(commands) + "\n", text=True, check=True)
        total += (time.perf_counter() - begun) * 1000
        took[name] = total
    database.unlink()
    return took


def script(leads_csv, folder):
    database = folder / "script.sqlite"
    begun = time.perf_counter()
    subprocess.run([sys.executable, ROOT / "Benchmarks/upsert.py", leads_csv, database], check=True)
    database.unlink()
    return (time.perf_counter() - begun) * 1000


def duckdb_import(leads_csv, folder):
    import duckdb
    database = folder / "rival.duckdb"
    begun = time.perf_counter()
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE leads AS SELECT DISTINCT ON (lower(trim(email))) * "
                           "FROM read_csv(?, all_varchar=true)", [str(leads_csv)])
    database.unlink()
    return (time.perf_counter() - begun) * 1000


def report(program, reader, counts, gigabytes, tools, folder, env):
    """Prints the tables; files of leads are made in `folder`."""
    for count in counts:
        leads_csv = folder / f"leads-{count}.csv"
        write_leads(leads_csv, count, tools)
        if count == max(counts):
            show(reading_rows(reader, leads_csv) + [detection_row(program, leads_csv, folder, env, gigabytes)])
        show(list(import_rows(program, leads_csv, count, folder, env)))
        leads_csv.unlink()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(ROOT / ".build/release/crm"))
    options.add_argument("--reader", default=str(ROOT / ".build/release/ReadSpeed"))
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
