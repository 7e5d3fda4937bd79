"""Figures as words, and tables of them."""
import os
import statistics
import subprocess
import time

from terminal import Ended

STRICT = {"start", "row_cpu", "page_cpu", "filter_cpu", "memory"}  # must be below the budget, not at it


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


def show(table):
    widths = [max(len(row[column]) for row in table if column < len(row)) for column in range(max(map(len, table)))]
    for row in table:
        cells = [cell.ljust(width) if column in (0, 3) else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())
