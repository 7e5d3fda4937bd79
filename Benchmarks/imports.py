"""The import of the leads, beside a bare table of the same file."""
import csv
import random
import shutil
import sqlite3
import subprocess
import sys
import time

from figures import beside, measure_command, written


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


def import_row(program, leads_csv, database, folder, env):
    """Fills `database` and tells what that took."""
    wall, memory = measure_command([program, "import", "leads", str(leads_csv), "--db", str(database)], env, times=1)
    name, theirs = bare_import(leads_csv, folder)
    limit = f"< {written(theirs * 4000, 'ms')}"
    return ["crm import leads", limit, written(wall, "ms"), "ok" if wall < theirs * 4000 else "over",
            f"{name}, bare table {beside(theirs * 1000, wall, 'ms')}; {memory:,.0f} MB"]


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
