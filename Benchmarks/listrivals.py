"""What other programs make of the list of a million leads: fzf and VisiData in a terminal, SQLite's shell and DuckDB with
the queries that each letter would need. None of them keeps a history, so an undo is nobody's but ours.
"""
import importlib.util
import shutil
import statistics
import subprocess
import sys

from figures import Ended
from terminal import Session, Subject

COLUMNS = "first_name || ' ' || last_name || ' ' || email || ' ' || phone || ' ' || company"
WAIT = 600  # seconds that a rival may take for one thing


def measure(terminal, leads_csv, folder, env, texts):
    """Figures by rival, in a fixed order, and the names of those that are not installed."""
    known = [("fzf", shutil.which("fzf"), fzf), ("vd", importlib.util.find_spec("visidata"), visidata),
             ("sqlite LIKE", shutil.which("sqlite3"), sqlite), ("sqlite FTS5", shutil.which("sqlite3"), sqlite_fts),
             ("duckdb", importlib.util.find_spec("duckdb"), duckdb)]
    theirs, missing = {}, []
    for name, is_there, body in known:
        if not is_there:
            missing.append(name)
            continue
        theirs[name] = figures = {}
        try:
            body(figures, terminal, leads_csv, folder, env, texts)
        except (Ended, OSError, ValueError, subprocess.SubprocessError) as reason:
            figures["ended"] = str(reason)
    return theirs, missing


def note_letters(figures, text, letters, all_letters):
    figures[f"typed {text}"] = statistics.median(letters)
    all_letters += letters
    figures["all_p50"], figures["all_p99"] = statistics.median(all_letters), sorted(all_letters)[-1]


# In a terminal

def fzf(figures, terminal, leads_csv, _, env, texts):
    subject = Subject("fzf", ["sh", "-c", 'exec fzf --exact < "$0"', str(leads_csv)], "<Down>", "<Up>", "<PgDn>")
    with Session(terminal, subject, env) as session:
        figures["start"] = session.first_screen()
        figures["load_cpu"] = session.rest(WAIT)
        letters = []
        for text in texts:
            typed = []
            for letter in text:
                typed.append(session.press_watching("<Space>" if letter == " " else letter))
            note_letters(figures, text, [cost for _, cost in typed], letters)
            session.press_and_rest("<C-u>")
        figures["memory"] = session.app.rss_kb() / 1024


def visidata(figures, terminal, leads_csv, _, env, texts):
    subject = Subject("vd", [sys.executable, "-m", "visidata", str(leads_csv)], "j", "k", "<PgDn>")
    with Session(terminal, subject, env) as session:
        figures["start"] = session.first_screen()
        figures["load_cpu"] = session.rest(WAIT)
        # It has no filter by the letter: a whole word marks rows, in all columns.
        for text in [text for text in texts if " " not in text]:
            before = session.rest(WAIT)
            for key in ["g", "|", *text, "<Enter>"]:
                session.app.write(session.app.key_bytes(key))
                session.app.pump(0.05)
            figures[f"typed {text}"] = session.rest(WAIT) - before
            session.app.write(b"gu")
            session.rest(WAIT)
        for name, keys in [("end", "G"), ("sort", "gglll[")]:
            before = session.rest(WAIT)
            session.app.write(keys.encode())
            session.app.pump(0.3)
            figures[name] = session.rest(WAIT) - before
        figures["memory"] = session.app.rss_kb() / 1024


# By queries

def like(text):
    return " AND ".join(f"({COLUMNS}) LIKE '%{word}%'" for word in text.split())


def rows_sql(condition):
    return f"SELECT rowid FROM leads WHERE {condition} ORDER BY CAST(lead_score AS INTEGER) DESC, rowid"


class Shell:
    """SQLite's shell, kept open; it tells the CPU of each statement itself."""

    def __init__(self, database):
        self.process = subprocess.Popen(["stdbuf", "-oL", "sqlite3", str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.tell(".timer on\n.output /dev/null\n")

    def tell(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def run(self, sql):
        """Milliseconds of CPU."""
        self.tell(sql + ";\n")
        while line := self.process.stdout.readline():
            words = line.split()
            if words[:2] == ["Run", "Time:"]:
                return (float(words[5]) + float(words[7])) * 1000
            if "rror" in line:
                raise Ended(line.strip())
        raise Ended("sqlite3 ended")

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def sqlite_table(folder, leads_csv):
    database = folder / "rival.sqlite"
    if not database.exists():
        subprocess.run(["sqlite3", database, "-cmd", ".mode csv", f".import '{leads_csv}' leads"], check=True)
        subprocess.run(["sqlite3", database,
                        "CREATE INDEX by_score ON leads(CAST(lead_score AS INTEGER) DESC);"
                        "CREATE INDEX by_company ON leads(company COLLATE NOCASE); CREATE INDEX by_status ON leads(status);"
                        f"CREATE VIRTUAL TABLE grams USING fts5(text, tokenize='trigram', content='', detail=none);"
                        f"INSERT INTO grams(rowid, text) SELECT rowid, {COLUMNS} FROM leads"], check=True)
    return database


def sqlite(figures, _, leads_csv, folder, __, texts):
    shell = Shell(sqlite_table(folder, leads_csv))
    letters = []
    for text in texts:
        costs = [shell.run(rows_sql(like(text[:end]))) for end in range(1, len(text) + 1)]
        note_letters(figures, text, costs, letters)
    status = f"status = 'new' AND CAST(lead_score AS INTEGER) > 70 AND {like('mar')}"
    figures["typed status:new score>70 mar"] = shell.run(rows_sql(status))
    figures["typed company:acme"] = shell.run(rows_sql("company LIKE '%acme%'"))
    figures["end"] = shell.run("SELECT * FROM leads ORDER BY CAST(lead_score AS INTEGER) LIMIT 30")
    figures["sort"] = shell.run("SELECT rowid FROM leads ORDER BY company COLLATE NOCASE, rowid")
    figures["bulk"] = shell.run("UPDATE leads SET status = 'lost' WHERE status = 'unqualified'")
    figures["memory"] = shell.memory()
    shell.close()


def sqlite_fts(figures, _, leads_csv, folder, __, texts):
    """The trigram index where a word has three letters, LIKE where it has not; FTS5 finds trigrams, LIKE verifies."""
    shell = Shell(sqlite_table(folder, leads_csv))
    letters = []
    for text in texts:
        costs = []
        for end in range(1, len(text) + 1):
            words = [word for word in text[:end].split() if len(word) >= 3]
            grams = [f'"{word[start:start + 3]}"' for word in words for start in range(len(word) - 2)]
            index = f"rowid IN (SELECT rowid FROM grams WHERE grams MATCH '{' AND '.join(grams)}') AND " if grams else ""
            costs.append(shell.run(rows_sql(index + like(text[:end]))))
        note_letters(figures, text, costs, letters)
    figures["memory"] = shell.memory()
    shell.close()


DUCKDB = """
import duckdb, json, resource, sys
file, table, texts, columns = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4]
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000
def run(sql):
    before = used()
    base.execute(sql).fetchall()
    return used() - before
base = duckdb.connect(table)
base.execute("SET enable_progress_bar = false")
base.execute(f"CREATE TABLE leads AS SELECT row_number() OVER () AS id, * FROM read_csv('{file}', all_varchar=true)")
def rows(condition):
    return f"SELECT id FROM leads WHERE {condition} ORDER BY CAST(lead_score AS INTEGER) DESC, id"
def like(text):
    return " AND ".join(f"concat_ws(' ', {columns}) ILIKE '%{word}%'" for word in text.split())
figures = {"typed": {t: [run(rows(like(t[:end]))) for end in range(1, len(t) + 1)] for t in texts}}
figures["status"] = run(rows("status = 'new' AND CAST(lead_score AS INTEGER) > 70 AND " + like("mar")))
figures["company"] = run(rows("company ILIKE '%acme%'"))
figures["end"] = run("SELECT * FROM leads ORDER BY CAST(lead_score AS INTEGER) LIMIT 30")
figures["sort"] = run("SELECT id FROM leads ORDER BY lower(company), id")
figures["bulk"] = run("UPDATE leads SET status = 'lost' WHERE status = 'unqualified'")
figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(figures))
"""


def duckdb(figures, _, leads_csv, folder, __, texts):
    import json
    columns = "first_name, last_name, email, phone, company"
    said = subprocess.run(
        [sys.executable, "-c", DUCKDB, str(leads_csv), str(folder / "rival.duckdb"), json.dumps(texts), columns],
        capture_output=True, text=True, timeout=WAIT)
    if said.returncode:
        raise Ended(said.stderr.strip().split("\n")[-1])
    answer = json.loads(said.stdout)
    letters = []
    for text, costs in answer["typed"].items():
        note_letters(figures, text, costs, letters)
    figures["typed status:new score>70 mar"], figures["typed company:acme"] = answer["status"], answer["company"]
    figures.update({name: answer[name] for name in ("end", "sort", "bulk", "memory")})
