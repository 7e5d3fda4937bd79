"""Typing into a list of a million leads, to its end, and in another order."""
import statistics

from figures import written
from terminal import Session

# Typed a letter at a time into the filter of a list at a million leads. What the processor does counts until all rows
# are known, the slowest letter beside the usual one; the letter itself is on the screen long before.
TYPED = ["acme", "mar", "j", "chen acme", "lobex", "status:new score>70 mar"]
MILLION = 1_000_000


def measure_typing(terminal, subject, env):
    """Rows of a table: for each text of TYPED the CPU of a letter, usual and worst; then the end of the list, another
    order, and the memory after all that."""
    with Session(terminal, subject, env) as session:
        session.first_screen()
        session.press(subject.setup)
        session.rest()
        yield ["typed into a list", "", "median", "worst", "letter shown"]
        for text in TYPED:
            session.press("/")
            letters = [session.press_and_rest("<Space>" if letter == " " else letter) for letter in text]
            costs, first = [cpu for cpu, _ in letters], max(answer["first"] or 0 for _, answer in letters)
            yield [f"  {text}", "", *(written(cpu, "ms") for cpu in (statistics.median(costs), max(costs), first))]
            for _ in range(2):
                session.press_and_rest("<Esc>")
        for title, keys in [("end of the list", "G"), ("order by company", "ocompany<Enter>")]:
            costs = [session.press_and_rest(key)[0] for key in terminal.parse_keys(keys)]
            yield [f"  {title}", "", "", written(costs[-1], "ms"), ""]
        yield ["  memory", "< 250 MB", written(session.app.rss_kb() / 1024, "MB"), "", ""]
