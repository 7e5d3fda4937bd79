#!/usr/bin/env python3
"""Measures synchronising with a v1 server, beside a plain Python client that asks for the same and keeps nothing.

    make bench                                  or: Benchmarks/sync.py [--program crm] [--leads N] [--short-pages N]

The last table is of keys pressed on the screen while the leads come in behind it: what the thread of the screen uses of a
processor until it has painted, and what the clock says, on which the round and the server take part.

The rows are those of `crm demo-server`, multiplied, and served from memory by a process of its own, so that the server
takes no part in the figures. CPU is what the client used of a processor, user and system, which a busy machine changes
little.
"""
import argparse
import base64
import http.server
import json
import multiprocessing
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from figures import show, verdict
from lists import percentile
from terminal import Ended, QUIET, Session, Subject, load_terminal

ROOT = pathlib.Path(__file__).resolve().parent.parent
EPOCH = 1_780_000_000
ME = {"id": 1, "username": "demo", "email": "demo@example.com", "first_name": "De", "last_name": "Mo",
      "full_name": "De Mo", "role": "admin", "is_active": True}


# The server

class Templates:
    """A lead as a list has it, and a whole one, from a server that behaves as v1's documentation says."""

    def __init__(self, program, personality):
        server = subprocess.Popen([program, "demo-server", "--personality", personality], stdout=subprocess.PIPE, text=True)
        try:
            self.base = server.stdout.readline().strip()
            body = json.dumps({"username": "demo", "password": "demo"}).encode()
            login = self.ask("/api/auth/login/", body)
            self.token = login.get("access") or login["access_token"]
            self.row = self.ask("/api/v1/leads/")["results"][0]
            self.whole = self.ask(f"/api/v1/leads/{self.row['id']}/")
        finally:
            server.terminate()
            server.wait()

    def ask(self, path, body=None):
        request = urllib.request.Request(self.base + path, data=body, headers={"Content-Type": "application/json"})
        if hasattr(self, "token"):
            request.add_header("Authorization", "Bearer " + self.token)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def lead(template, number):
    """One that is like no other, the newest first."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(EPOCH - 97 * number)) + f".{number % 1_000_000:06d}Z"
    row = {**template, "id": number, "email": f"lead{number}@bench.example", "last_name": f"Smith{number}",
           "company_name": f"Company {number % 700}", "created_at": stamp, "updated_at": stamp}
    for name in ("assigned_to", "owner"):
        if name in row:
            row[name] = 1
    for name in [name for name in row if name.endswith("_detail")]:
        row[name] = {key: ME[key] for key in ("id", "username", "email", "full_name")}
    if "full_name" in row:
        row["full_name"] = f"{row['first_name']} {row['last_name']}"
    return row


def token(seconds):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    now = int(time.time())
    return ".".join([part({"alg": "HS256", "typ": "JWT"}), part({"exp": now + seconds, "iat": now, "user_id": "1"}), "c2ln"])


class Stats:
    """What was asked for since the last time somebody looked."""

    def __init__(self):
        self.requests, self.bytes, self.asked = 0, 0, []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/api/auth/"):
            tokens = {"access": token(86_400), "refresh": token(604_800)}
            return self.answer({**tokens, "user": ME})
        self.answer({"detail": "Nothing is to be written here."}, 405)

    def do_GET(self):
        server = self.server
        if self.path == "/stats":
            stats, server.stats = server.stats, Stats()
            return self.answer(vars(stats), counts=False)
        path, _, text = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(text))
        if path == "/api/auth/users/me/":
            return self.answer(ME)
        if path == "/api/auth/users/":
            return self.answer({"count": 1, "next": None, "previous": None, "results": [ME]})
        if match := re.fullmatch(r"/api/v1/leads/(\d+)/", path):
            return self.send(json.dumps(lead(server.templates.whole, int(match[1]))).encode())
        if path == "/api/v1/leads/":
            size = int(query.get("page_size", 20)) if self.server.honours_size else 20
            return self.page(int(query.get("page", 1)), size, query.get("ordering", ""))
        self.answer({"count": 0, "next": None, "previous": None, "results": []})

    def page(self, number, size, ordering):
        server = self.server
        count = server.leads
        ids = range((number - 1) * size + 1, min(number * size, count) + 1)
        if ordering == "updated_at":
            ids = [count + 1 - id for id in ids]
        key = (number, size, ordering == "updated_at")
        if key not in server.pages:
            following = f"http://127.0.0.1/api/v1/leads/?page={number + 1}" if number * size < count else None
            server.pages[key] = json.dumps({"count": count, "next": following, "previous": None,
                                            "results": [lead(server.templates.row, id) for id in ids]}).encode()
        self.send(server.pages[key])

    def answer(self, value, status=200, counts=True):
        self.send(json.dumps(value).encode(), status, counts)

    def send(self, body, status=200, counts=True):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if counts:
            with self.server.lock:
                self.server.stats.requests += 1
                self.server.stats.bytes += len(body)
                if self.command == "GET":
                    self.server.stats.asked.append(self.path)


def serve(pipe, templates, leads, honours_size):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.templates, server.leads, server.honours_size = templates, leads, honours_size
    server.pages, server.stats, server.lock = {}, Stats(), threading.Lock()
    pipe.send(server.server_address[1])
    server.serve_forever()


class Server:
    def __init__(self, templates, leads, honours_size):
        ours, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(theirs, templates, leads, honours_size), daemon=True)
        self.process.start()
        self.base = f"http://127.0.0.1:{ours.recv()}"

    def stats(self):
        """Requests, bytes and paths since the last time it was asked."""
        with urllib.request.urlopen(self.base + "/stats") as answer:
            return json.load(answer)


# The clients

DOWNLOAD = """
import sys, requests
base = sys.argv[1]
session = requests.Session()
tokens = session.post(base + "/api/auth/login/", json={"username": "demo", "password": "demo"}).json()
session.headers["Authorization"] = "Bearer " + tokens["access"]
for path in sys.stdin:
    session.get(base + path.strip()).json()
"""


def measure(argv, env, text=None):
    """Its output, seconds, CPU seconds and MB of a command."""
    begun = time.perf_counter()
    process = subprocess.Popen(argv, env={**os.environ, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    process.stdin.write(text or "")
    process.stdin.close()
    said, complaint = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, argv))}: {complaint.strip() or said.strip()}")
    return said, time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def kept(database):
    """What a round could have written to: operations, changes, and rows of the bookkeeping."""
    with sqlite3.connect(database) as connection:
        return [connection.execute(f"SELECT count(*), max(rowid) FROM {table}").fetchone()
                for table in ("operation", "change", "sync_map", "sync_outbox", "sync_conflict")]


def cancelled(argv, env, after):
    """Milliseconds from the signal to the end of a round that is under way."""
    process = subprocess.Popen(argv, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    begun = time.perf_counter()
    if process.poll() is not None:
        return None
    process.send_signal(signal.SIGINT)
    process.wait()
    return (time.perf_counter() - begun) * 1000


def pull(program, name, personality, leads, folder, env):
    server = Server(Templates(program, personality), leads, personality == "honoursPageSize")
    # The pages are made by the first who asks for them, whom nobody measures.
    size = 200 if personality == "honoursPageSize" else 20
    for page in range(1, leads // size + 1):
        with urllib.request.urlopen(f"{server.base}/api/v1/leads/?page={page}&page_size={size}") as answer:
            answer.read()
    has_rival = subprocess.run([sys.executable, "-c", "import requests"], capture_output=True).returncode == 0
    database = folder / f"{name}.sqlite"
    account = ["--db", str(database)]
    measure([program, "login", server.base, "--user", "demo", *account], env, "demo\n")
    other = folder / f"{name}-cancelled.sqlite"
    measure([program, "login", server.base, "--user", "demo", "--db", str(other)], env, "demo\n")
    stop = cancelled([program, "sync", "--db", str(other)], env, 1)
    server.stats()
    sync = [program, "sync", "--json", *account]
    said, wall, cpu, memory = measure(sync, env)
    during = server.stats()
    with sqlite3.connect(database) as connection:
        records = connection.execute("SELECT count(*) FROM sync_map WHERE kind = 'lead'").fetchone()[0]
    asked = "\n".join(during["asked"])
    rival = measure([sys.executable, "-c", DOWNLOAD, server.base], env, asked) if has_rival else None
    # Whole records that the first round left out are read, and then there is nothing to do.
    for _ in range(40):
        if not json.loads(measure(sync, env)[0]).get("details"):
            break
    measure(sync, env)
    server.stats()
    before = kept(database)
    _, _, idle_cpu, _ = measure(sync, env)
    idle = server.stats()
    wrote = kept(database) != before
    server.process.terminate()
    title = f"{records:,} leads, {size} a page"
    show([
        [title, "budget", "crm", "", "requests"],
        ["records/s", "", f"{records / wall:,.0f}", "", f"{records / rival[1]:,.0f}" if rival else ""],
        ["CPU a record", f"{rival[2] / records * 5e5:,.0f} µs" if rival else "", f"{cpu / records * 1e6:,.0f} µs",
         verdict("cpu", cpu, rival[2] / 2) if rival else "", f"{rival[2] / records * 1e6:,.0f} µs" if rival else "not installed"],
        ["memory", "100 MB", f"{memory:,.0f} MB", verdict("memory", memory, 100), f"{rival[3]:,.0f} MB" if rival else ""],
        ["requests", "", f"{during['requests']:,}", "", f"{len(during['asked']) + 1:,}" if rival else ""],
        ["received", "", f"{during['bytes'] / 1e6:,.1f} MB", "", ""],
        ["nothing to do", "5 requests", f"{idle['requests']} requests", verdict("", idle["requests"], 5), ""],
        ["", "40 kB", f"{idle['bytes'] / 1000:,.1f} kB", verdict("", idle["bytes"], 40_000), ""],
        ["", "no write", "writes" if wrote else "no write", "over" if wrote else "ok", ""],
        ["", "", f"{idle_cpu * 1000:,.0f} ms CPU", "", ""],
        ["cancelling", "250 ms", "ended before" if stop is None else f"{stop:,.0f} ms", verdict("", stop, 250), ""],
    ])


# The screen meanwhile

MOVES, LETTERS = ["j", "k", "<PgDn>", "<PgUp>"], ["s", "m", "i"]
KEY_BUDGET = 1  # millisecond of CPU


def painted(session, key):
    """Milliseconds of the screen's own thread, and on the clock, until something is painted after the key."""
    used = pathlib.Path(f"/proc/{session.app.pid}/task/{session.app.pid}/schedstat")
    while session.app.pump(0):
        pass
    before, begun = int(used.read_text().split()[0]), time.perf_counter()
    session.app.write(session.app.key_bytes(key))
    while time.perf_counter() - begun < 10:
        data = session.app.pump(0.002)
        if data is None:
            raise Ended(f"at key {key}")
        if data:
            break
    answer = (int(used.read_text().split()[0]) - before) / 1e6, (time.perf_counter() - begun) * 1000
    # A picture may come in pieces, and what is left of it belongs to no other key.
    session.app.settle(QUIET, 2)
    return answer


def pressed(session):
    """What moves and letters take, once each."""
    moves = [painted(session, key) for key in MOVES]
    session.press("/")
    letters = [painted(session, key) for key in LETTERS]
    session.press("<Esc><Esc>")
    # The rows of the last question belong to no key.
    session.app.settle(0.3, 2)
    return moves, letters


def keys(program, terminal, leads, folder, env):
    """Keys while a first pull goes on, until all of it is there, and the same keys afterwards."""
    server = Server(Templates(program, "honoursPageSize"), leads, True)
    database = folder / "keys.sqlite"
    measure([program, "login", server.base, "--user", "demo", "--db", str(database)], env, "demo\n")
    for page in range(1, leads // 200 + 1):
        with urllib.request.urlopen(f"{server.base}/api/v1/leads/?page={page}&page_size=200") as answer:
            answer.read()
    during, after = [], []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection, \
            Session(terminal, Subject("crm", [program, "--db", str(database)], "j", "k", "<PgDn>"), env) as session:
        def there():
            return connection.execute("SELECT count(*) FROM sync_map WHERE kind = 'lead'").fetchone()[0]
        session.first_screen()
        session.press("2")
        # A key on a list that is still empty paints nothing.
        while there() < min(5000, leads):
            session.app.pump(0.1)
        session.app.send("<Wait:2.5>")
        while there() < leads:
            during.append(pressed(session))
        session.rest()
        for _ in during:
            after.append(pressed(session))
    server.process.terminate()
    if not during:
        return print(f"{leads:,} leads came in before a key could be pressed: --leads takes more.")
    table = [[f"{len(during) * 7} keys while {leads:,} leads come in", "budget", "crm", "", "p99", "longest", "afterwards", "longest"]]
    for name, kind in [("moves", 0), ("letters of a filter", 1)]:
        for what, measured, budget in [("CPU", 0, KEY_BUDGET), ("clock", 1, None)]:
            one, other = ([key[measured] for turn in turns for key in turn[kind]] for turns in (during, after))
            middle = percentile(one, 0.5)
            table.append([f"{name}, {what}", f"{budget} ms" if budget else "", f"{middle:.2f} ms",
                          verdict("row_cpu", middle, budget), f"{percentile(one, 0.99):.2f} ms", f"{max(one):.2f} ms",
                          f"{percentile(other, 0.5):.2f} ms", f"{max(other):.2f} ms"])
    show(table)


def report(program, terminal, leads, short_pages, folder, env):
    load = os.getloadavg()[0]
    print(f"Synchronising, load {load:.2f}")
    pull(program, "long", "honoursPageSize", leads, folder, env)
    pull(program, "short", "documented", short_pages, folder, env)
    if terminal is None:
        return print("Keys meanwhile were not measured: there is no ptylat.py in the tools.")
    try:
        keys(program, terminal, leads, folder, env)
    except Ended as reason:
        print(f"Keys meanwhile were not measured: {reason}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(ROOT / ".build/release/crm"))
    options.add_argument("--leads", type=int, default=100_000)
    options.add_argument("--short-pages", type=int, default=10_000)
    options.add_argument("--tools", type=pathlib.Path, default=ROOT.parent / "shared/tools")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="crm-bench-") as name:
        env = {"HOME": name, **{f"XDG_{kind}_HOME": f"{name}/{kind}" for kind in ("CONFIG", "DATA", "STATE", "CACHE")}}
        report(chosen.program, load_terminal(chosen.tools), chosen.leads, chosen.short_pages, pathlib.Path(name), env)


if __name__ == "__main__":
    main()
