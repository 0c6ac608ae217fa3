"""docs/shell.md: what it shows is what a terminal shows.

All ```console blocks are typed into one terminal, from top to bottom. A line that begins with a
prompt is typed at that prompt; what follows must come. In it vary only the times and rates of
transfers, the owners of files, ages in the cache, and the port, which is 2121 in the document.
A ```toml block becomes the configuration file. What cannot be typed:

    <TAB> at the end of a line       the key; the next line is what stands there then
    ^C at the end of a line          the key
    # Ctrl-C at the end of a line    the key, once the transfer has begun
    <!-- the server is started anew -->
"""

import os
import pathlib
import re
import unittest

from ferrycase import FerryCase
from programs import ferry_program
from pty_session import PtySession
from trees import bytes_of, make_tree

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "shell.md"
PROMPT = r"(?:\$|ferry>|[^\s>]+:[^\s>]*>|[^\s>]+@[^\s>]+ [^\s>]+>) "
BLOCK = re.compile(r"^```(console|toml)\n(.*?)^```$|^<!-- (.*?) -->$", re.DOTALL | re.MULTILINE)
MARCH = 1772366400  # 2026-03-01 12:00 UTC
ROWS, COLUMNS = 400, 100


class Step:
    """A line that is typed, and what follows."""

    def __init__(self, number, prompt, typed):
        self.number, self.prompt, self.typed = number, prompt, typed
        self.output = []
        self.text = re.sub(r"(<TAB>|\^C)$", "", typed)
        self.tab, self.gives_up = typed.endswith("<TAB>"), typed.endswith("^C")

    def __str__(self):
        return f"{DOCUMENT.name}:{self.number}: {self.prompt}{self.typed}"


def steps_of(block, number):
    steps = []
    for offset, line in enumerate(block.splitlines()):
        found = re.match(f"({PROMPT})(.*)$", line)
        if found:
            steps.append(Step(number + offset, *found.groups()))
        else:
            steps[-1].output.append(line)
    return steps


def parts_of(document):
    """("console", Step), ("toml", text) and ("do", words), in their order."""
    for found in BLOCK.finditer(document):
        kind, block, words = found.groups()
        if kind == "console":
            number = document[:found.start(2)].count("\n") + 1
            for step in steps_of(block, number):
                yield kind, step
        else:
            yield (kind, block) if kind else ("do", words)


def prompt_behind(parts, at):
    """The prompt that has to come after a step: the tour ends where it began."""
    later = [what.prompt for kind, what in parts[at + 1:] if kind == "console"]
    return (later or ["$ "])[0]


def without_what_varies(line):
    line = re.sub(r"in [0-9.]+s \([0-9.]+ [KMG]?i?B/s\)", "in TIME (RATE)", line)
    line = re.sub(r"^([-dl][-rwx]{9})  \S+ +\S+ +", r"\1  OWNER  ", line)
    line = re.sub(r"(copied|unchanged|excluded) in [0-9.]+s$", r"\1 in TIME", line)
    return re.sub(r"\b\d+ s ago", "N s ago", line).rstrip()


class Tour(FerryCase):
    password = "secret"

    def setUp(self):
        super().setUp()
        self.maxDiff = None
        make_tree(self.served, {
            "README": "Maps and photographs.\nAsk before you delete.\n", "dvd.iso": "",
            "maps/berlin.png": bytes_of(180_000), "maps/bern.png": bytes_of(90_000),
            "maps/my notes.txt": "draft\n", "maps/old/bonn.png": bytes_of(70_000),
            "photos/lake[1].jpg": bytes_of(1_000_000)})
        os.truncate(self.served / "dvd.iso", 1 << 33)  # more than comes before Ctrl-C
        for path in self.served.rglob("*"):
            os.utime(path, (MARCH, MARCH))
        (self.local / "report.pdf").write_bytes(bytes_of(300_000))
        programs = self.dir / "bin"
        programs.mkdir()
        (programs / "ferry").symlink_to(pathlib.Path(ferry_program()).resolve())
        self.env = self.environment(PATH=f"{programs}:{os.environ['PATH']}", TERM="xterm",
                                    TZ="UTC", PS1="$ ")
        del self.env["FERRY_PASSWORD"]
        self.server = self.serve(anonymous=True)
        self.port = self.server.port
        self.pending = None

    def start_server_anew(self):
        self.server.__exit__()
        self.server = self.serve(anonymous=True, config=["--port", str(self.port)])
        self.assertEqual(self.server.port, self.port)

    def configure(self, text):
        file = self.home / ".config/ferry/config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(text)

    def rows(self, terminal, first, last):
        """Rows of the screen, as the document would have them."""
        self.assertEqual(terminal.scrolled, [], "the tour needs a higher screen")
        return [line.replace(f":{self.port}", ":2121").replace(f"port {self.port}", "port 2121")
                for line in terminal.lines()[first:last]]

    def compare(self, step, shown):
        """What came, with what is said to follow."""
        self.assertEqual([without_what_varies(line) for line in step.output],
                         [without_what_varies(line) for line in shown])

    def take_or_tell(self, session, step, prompt):
        try:
            self.take(session, step, prompt)
        except AssertionError as failure:
            failure.add_note(str(step))
            raise

    def take(self, session, step, prompt):
        """Types a line, and compares what comes before the next prompt."""
        row = session.cursor[0]
        if self.pending:
            row = self.await_completion(session, step)
        else:
            shown = self.rows(session.terminal, row, row + 1)[0]
            self.assertEqual(shown, step.prompt.rstrip())
            session.send(step.text.replace(":2121", f":{self.port}"))
        self.pending = None
        if step.tab:
            session.expect_cursor(row, len(step.prompt + step.text))
            session.send_key("tab")
            self.pending = (row, step)
            return
        session.send_key("ctrl-c" if step.gives_up else "enter")
        if step.text.endswith("# Ctrl-C"):
            session.expect(r"\d%")
            session.send_key("ctrl-c")
        begin = rf"[\r\n](?:(Password for [^\n]*: )|{re.escape(prompt)})\Z"
        if session.expect(begin).group(1):
            session.send(self.password + "\r")
            session.expect(begin)
        self.compare(step, self.rows(session.terminal, row + 1, session.cursor[0]))

    def await_completion(self, session, step):
        """The row where the line stands that a TAB has made."""
        row, before = self.pending
        listed = row + len(before.output) + 1
        end = listed if before.output else row
        session.expect_cursor(end, len(step.prompt + step.text))
        self.assertEqual(self.rows(session.terminal, end, end + 1),
                         [(step.prompt + step.text).rstrip()])
        self.compare(before, self.rows(session.terminal, row + 1, end))
        return end

    def test_everything_is_as_it_says(self):
        (self.local / "nightly").write_text(self.script("nightly"))
        with PtySession(["sh"], env=self.env, cwd=self.local, size=(ROWS, COLUMNS),
                        prompt=r"\$ \Z") as session:
            session.expect_prompt()
            parts = list(parts_of(DOCUMENT.read_text()))
            for at, (kind, what) in enumerate(parts):
                if kind == "console":
                    self.take_or_tell(session, what, prompt_behind(parts, at))
                elif kind == "toml":
                    self.configure(what)
                else:
                    self.assertEqual(what, "the server is started anew")
                    self.start_server_anew()

    def script(self, name):
        """A file that the document shows with cat."""
        for kind, step in parts_of(DOCUMENT.read_text()):
            if kind == "console" and step.typed == f"cat {name}":
                return "".join(line + "\n" for line in step.output)
        self.fail(f"{name} is not shown")


if __name__ == "__main__":
    unittest.main()
