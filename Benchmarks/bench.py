#!/usr/bin/env python3
"""Measures crm over 100,000 leads against its budgets, beside what else is installed, and prints one table.

    make bench                                  or: Benchmarks/bench.py [--program crm] [--leads N] [--tools DIR]

Nothing here passes or fails: a busy machine makes a slow figure, so the load stands above the table and the rivals are
measured in the same minutes. CPU is what the program used of a processor, which a busy machine changes little. Of the
keys the median counts, of their bytes the most. The terminal is played by ptylat.py, found in the tools directory.
"""
import argparse
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

from commands import command_rows
from figures import show
from imports import import_row, write_leads
import reading
import sync
from screens import ROOT, measure_screen, rivals, screen_rows
from terminal import COLUMNS, ROWS, Ended, Subject, load_terminal


def built(program):
    if not os.access(program, os.X_OK):
        subprocess.run(["make", "--no-print-directory", "build"], cwd=ROOT, check=True)
    return str(pathlib.Path(program).resolve())


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(ROOT / ".build/release/crm"))
    options.add_argument("--leads", type=int, default=100_000)
    options.add_argument("--imports", default="100000,1000000", help="how many leads are imported beside the rivals")
    options.add_argument("--gigabytes", type=float, default=1, help="the size of a file whose dialect is found out")
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
        reader = pathlib.Path(program).parent / "ImportProbe"
        sync.report(program, terminal, chosen.leads, chosen.leads // 10, folder, env)
        counts = [int(count) for count in chosen.imports.split(",")]
        reading.report(program, reader, counts, chosen.gigabytes, chosen.tools, folder, env)


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
    if not terminal:
        print(f"The screen was not measured: there is no ptylat.py in {chosen.tools}.")
    for subject, figures in zip([crm, *others], [ours, *theirs]):
        if "ended" in figures:
            print(f"{subject.name} ended while it was measured: {figures['ended'][-300:]}")


if __name__ == "__main__":
    main()
