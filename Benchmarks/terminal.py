"""A program playing in a terminal of its own, and what it is measured by there. The terminal is ptylat.py of the tools."""
import importlib.util
import pathlib
import time

ROWS, COLUMNS = 24, 80
QUIET = 0.06  # seconds without output after which a key is answered
IDLE_SECONDS, BURST = 5.0, 100


class Subject:
    """A full-screen program and the keys that do in it what is measured."""

    def __init__(self, name, argv, row, back, page, setup="", filter_keys="", leave="", cwd=None):
        self.name, self.argv, self.row, self.back, self.page = name, argv, row, back, page
        self.setup, self.filter_keys, self.leave, self.cwd = setup, filter_keys, leave, cwd


class Ended(Exception):
    """The program left while it was being measured."""


def load_terminal(tools):
    """The module ptylat.py of `tools`, without its picture of the screen, or None if it is not there."""
    path = tools / "ptylat.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("ptylat", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.pyte = None
    return module


class Session:
    """A subject running in a terminal of its own."""

    def __init__(self, terminal, subject, env):
        self.terminal = terminal
        self.app = terminal.App(subject.argv, ROWS, COLUMNS, env, subject.cwd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.app.close()

    def first_screen(self):
        """Milliseconds from start to the last byte of the first screen."""
        # Some take seconds before they say anything.
        end = time.perf_counter() + 60
        while not self.app.log and time.perf_counter() < end and self.app.pump(0.02) is not None:
            pass
        _, _, _, alive, _ = self.app.settle(0.4, 30)
        last = self.app.log[-1][0] if self.app.log else None
        if not alive or last is None:
            said = b"".join(data for _, data in self.app.log).decode("utf-8", "replace").strip()
            raise Ended(said or "before its first screen")
        return (last - self.app.t0) * 1000

    def press(self, keys):
        """What each key of `keys` took: a list of ptylat's dictionaries."""
        answers = []
        for key in self.terminal.parse_keys(keys):
            answer = self.app.send(key, QUIET, 10)
            if not answer["alive"]:
                raise Ended(f"at key {key}")
            answers.append(answer)
        return answers

    def rest(self, limit=300):
        """Waits until no thread of it runs or wants to, at most `limit` seconds; answers its CPU in milliseconds."""
        before, end = -1, time.perf_counter() + limit
        while time.perf_counter() < end:
            used = self.app.oncpu_ms()
            if used - before <= 0.3 and not self.wants_processor():
                return used
            before = used
            self.app.pump(0.1)
        raise Ended(f"still at work after {limit} s")

    def wants_processor(self):
        """On a busy machine a thread may wait for a processor longer than one would think."""
        for process in self.app.tree():
            try:
                threads = list(pathlib.Path(f"/proc/{process}/task").iterdir())
                states = [thread.joinpath("stat").read_text().rsplit(")", 1)[1].split()[0] for thread in threads]
            except OSError:
                continue
            if "R" in states or "D" in states:
                return True
        return False

    def press_watching(self, key):
        """Milliseconds of CPU until the first rows are painted, and until all that the key asked for is done. A paint of
        less than 250 bytes is the letter alone; where no more is painted, the rows are the same, and the last paint
        counts."""
        self.app.pump(0)
        before, first, size, begun = self.app.oncpu_ms(), None, 0, time.perf_counter()
        self.app.write(self.app.key_bytes(key))
        while time.perf_counter() - begun < 300:
            data = self.app.pump(0.002)
            if data is None:
                raise Ended(f"at key {key}")
            size += len(data)
            if data and (first is None or size < 250):
                first = self.app.oncpu_ms() - before
            if not data and time.perf_counter() - begun > QUIET and not self.wants_processor():
                break
        return first or 0, self.rest() - before

    def press_and_rest(self, key):
        """Milliseconds of CPU until all that the key asked for is done, and what press says of it."""
        before = self.app.oncpu_ms()
        answer = self.press(key)[0]
        return self.rest() - before, answer

    def burst(self, key):
        """Bytes, and how many times it painted, for many keys that arrive at once."""
        begun = len(self.app.log)
        self.app.write(self.app.key_bytes(key) * BURST)
        _, _, size, alive, _ = self.app.settle(0.2, 30)
        if not alive:
            raise Ended("in a burst of keys")
        return size, paints([moment for moment, _ in self.app.log[begun:]])

    def idle(self):
        """Bytes and wake-ups while nobody touches it."""
        size, wakeups, end = self.app.total, self.app.wakeups(), time.perf_counter() + IDLE_SECONDS
        while time.perf_counter() < end:
            self.app.pump(0.05)
        return self.app.total - size, self.app.wakeups() - wakeups


def paints(moments):
    """Pieces of output that a millisecond or less apart belong to one picture: a pty hands on 4 kB at a time."""
    return sum(1 for index, moment in enumerate(moments) if index == 0 or moment - moments[index - 1] > 0.001)
