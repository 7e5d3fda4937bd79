"""What rows, pages and letters cost on a screen, here and in other programs that page through the same file."""
import pathlib
import shutil
import statistics

from figures import STRICT, beside, verdict, written
from terminal import BURST, IDLE_SECONDS, Ended, Session, Subject

ROOT = pathlib.Path(__file__).resolve().parent.parent
STARTS = 7
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


def screen_rows(ours, others):
    for name, title, budget, unit in SCREEN:
        value = ours.get(name)
        limit = ("< " if name in STRICT else "<= " if budget else "") + written(budget, unit)
        shown = "ended" if value is None and "ended" in ours else written(value, unit)
        yield [title, limit, shown, verdict(name, value, budget),
               *(beside(figures.get(name), value, unit) for figures in others)]
