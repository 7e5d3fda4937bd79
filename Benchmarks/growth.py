#!/usr/bin/env python3
"""How the figures of lists grow with their length, and at a million leads what the rivals need for the same.

    make bench-million                          or: Benchmarks/growth.py [--leads 10000,100000,1000000] [--program crm]
"""
import argparse
import os
import pathlib
import tempfile

from bench import built
from figures import measure_command, show, written
from lists import FIGURES, report, write_scored
from screens import ROOT
from terminal import load_terminal


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(ROOT / ".build/release/crm"))
    options.add_argument("--leads", default="10000,100000,1000000", help="numbers of leads; rivals run at the last")
    options.add_argument("--tools", type=pathlib.Path, default=ROOT.parent / "shared/tools")
    options.add_argument("--folder", help="where the books are made; a million leads take 2 GB")
    options.add_argument("--alone", action="store_true", help="without the rivals")
    chosen = options.parse_args()
    program, terminal = built(chosen.program), load_terminal(chosen.tools)
    if not terminal:
        raise SystemExit(f"Lists cannot be measured: there is no ptylat.py in {chosen.tools}.")
    counts, columns = [int(count) for count in chosen.leads.split(",")], []
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="crm-bench-", dir=chosen.folder) as name:
            columns.append(measure(terminal, program, count, pathlib.Path(name), chosen, count == counts[-1]))
    if len(counts) > 1:
        show([["crm alone", *(f"{count:,} leads" for count in counts)],
              *([title, *(written(figures.get(key), unit) for figures in columns)] for key, title, _, unit in FIGURES)])


def measure(terminal, program, count, folder, chosen, is_last):
    env = {"HOME": str(folder), **{f"XDG_{kind}_HOME": f"{folder}/{kind}" for kind in ("CONFIG", "DATA", "STATE", "CACHE")}}
    leads_csv, database = folder / "leads.csv", folder / "leads.sqlite"
    write_scored(leads_csv, count, chosen.tools)
    measure_command([program, "import", "leads", str(leads_csv), "--db", str(database)], env, times=1)
    before = os.getloadavg()
    print(f"{count:,} leads, {os.cpu_count()} processors, load {before[0]:.1f} before", flush=True)
    figures = report(terminal, program, leads_csv, database, folder, env, has_rivals=is_last and not chosen.alone)
    print(f"load {os.getloadavg()[0]:.1f} after\n", flush=True)
    return figures


if __name__ == "__main__":
    main()
