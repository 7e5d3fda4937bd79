#!/usr/bin/env python3
"""What a rep with a script would do instead of `crm import`: reads a file of leads, checks the e-mail address, and
inserts each row or updates the one with the same address. No journal, no search index, no undo.

    upsert.py FILE.csv DATABASE
"""
import csv
import re
import sqlite3
import sys

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def main(source, database):
    with open(source, newline="", encoding="utf-8-sig") as file, sqlite3.connect(database) as connection:
        rows = csv.reader(file)
        header = next(rows)
        email = header.index("email")
        columns = ", ".join(f'"{name}"' for name in header)
        connection.execute(f"CREATE TABLE leads (id INTEGER PRIMARY KEY, {columns})")
        connection.execute('CREATE UNIQUE INDEX by_email ON leads (lower("email"))')
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in header)
        connection.executemany(
            f"INSERT INTO leads ({columns}) VALUES ({', '.join('?' * len(header))}) "
            f'ON CONFLICT (lower("email")) DO UPDATE SET {changes}',
            (row for row in rows if len(row) == len(header) and EMAIL.fullmatch(row[email].strip())))


if __name__ == "__main__":
    main(*sys.argv[1:])
