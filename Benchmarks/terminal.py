"""A program playing in a terminal of its own, and what it is measured by there. The terminal is ptylat.py of the tools."""
import importlib.util
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
        _, last, _, alive, _ = self.app.settle(0.4, 30)
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

    def rest(self):
        """Waits until it has nothing left to do."""
        before = -1
        while (used := self.app.oncpu_ms()) - before > 0.3:
            before = used
            self.app.pump(0.1)
        return used

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
