"""What the tests of `ferry shell` share: scripts, sessions at a terminal, servers that wait."""

import os
import re
import select
import socket
import threading

from fake_server import Download, ManyServer
from ferrycase import FerryCase, part_of, size_of, wait_until
from peers import FerryServer
from programs import ferry_program
from pty_session import PtySession

CUT = 300_000  # bytes that come before a transfer stands still
# The prompt, where nothing stands behind it yet. A line that is drawn anew begins with it too, but
# not below an end of line, nor behind the blanks that begin a prompt.
PROMPT = r"(?:\A|(?<=\n)|(?<=    \r))[^\r\n]*> \Z"
STATE = "state"  # where below the test's directory the shell keeps its state


def stalling(content, cut=CUT):
    """Answers for a FakeServer whose file of this content never comes to its end, and which does
    not heed ABOR either."""
    return {"SIZE": f"213 {len(content)}", "RETR": Download(content[:cut], end="stall")}


class Pause:
    """The answer to RETR or LIST of a server that sends the beginning, and the rest when the test
    says so by `go_on`. ABOR ends it."""

    def __init__(self, content, cut=CUT):
        self.content, self.cut = content, cut
        self.gate = socket.socketpair()  # readable once they may go on
        self.waiting = threading.Semaphore(0)  # released by each transfer that stands still

    def go_on(self):
        """Lets all go on, those that come later too."""
        self.gate[1].close()

    def __del__(self):
        for end in self.gate:
            end.close()

    def wait_until_waiting(self):
        if not self.waiting.acquire(timeout=20):
            raise AssertionError("no transfer came so far")

    def __call__(self, session, _argument):
        session.say("150 here it comes")
        data = session.open_data()
        begin, session.offset = session.offset, 0
        data.sendall(self.content[begin:self.cut])
        self.waiting.release()
        ready = select.select([session.control, self.gate[0]], [], [])[0]
        if session.control in ready:
            session.read_line()  # ABOR, or the end
            data.close()
            session.say("426 broken off")
            session.say("226 aborted")
            return
        data.sendall(self.content[max(begin, self.cut):])
        data.close()
        session.say("226 done")


class ShellSession(PtySession):
    """A shell on a terminal, at its prompt."""

    def enter(self, line):
        """Types a line, and waits until it is taken."""
        self.send(line + "\r")
        self.expect(r"\n")

    def run(self, line, timeout=20):
        """Types a line, and gives what it printed before the next prompt."""
        self.enter(line)
        return self.until_prompt(timeout)

    def until_prompt(self, timeout=20):
        """The text that comes before the next prompt."""
        begin = self._seen
        self.expect_prompt(timeout)
        # The prompt, and the mark before it that shows where a line without an end ends.
        text = re.sub(r"(\$ +\r)?[^\r\n]*\Z", "", self.terminal.plain[begin:self._seen], count=1)
        return text.replace("\r\n", "\n").removesuffix("\n")


class ShellCase(FerryCase):
    """Runs `ferry shell`, by default on a `ferry serve` that each test gets anew."""

    server_kind = FerryServer

    def serve(self, **options):
        server = self.server_kind(self.served, **{"user": "alice", "password": self.password,
                                                  **options})
        return self.enterContext(server)

    def fake(self, answers=None, **more):
        return self.enterContext(ManyServer(answers, **more))

    def place(self, server, path=""):
        """The URL of a server, with its user if it has one; or the text of one as it is."""
        if isinstance(server, str):
            return server
        return self.url(server, path) if hasattr(server, "user") else server.url(path)

    # Scripts.

    def commands(self, text, server=None, status=0, **run):
        """Runs `ferry shell -c TEXT`, in a session if there is a server."""
        where = [] if server is None else [self.place(server)]
        return self.assert_status(self.ferry("shell", "-c", text, *where, **run), status)

    def script(self, text, server=None, status=0, **run):
        """The same with the lines on standard input."""
        where = [] if server is None else [self.place(server)]
        return self.assert_status(self.ferry("shell", *where, input=text.encode(), **run), status)

    def write(self, name, text, mode=0o644):
        """A file of this text in the local directory; its path."""
        path = self.local / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def wait_for_cut(self, name="file"):
        """Waits until all that a `Pause` sends at first is in the unfinished local file."""
        wait_until(lambda: size_of(part_of(self.local / name)) >= CUT, what="the part")

    # Terminals.

    def on_terminal(self, *argv, size=(24, 80), prompt=PROMPT, env=None, **more):
        """A program on a terminal. It ends with the test."""
        env = env or self.environment(TERM="xterm", XDG_STATE_HOME=str(self.dir / STATE), **more)
        return self.enterContext(ShellSession(argv, env=env, cwd=self.local, size=size,
                                              prompt=prompt))

    def shell(self, server=None, path="", **terminal):
        """ferry shell on a terminal, at its first prompt."""
        where = [] if server is None else [self.place(server, path)]
        session = self.on_terminal(ferry_program(), "shell", *where, **terminal)
        session.expect_prompt()
        return session

    def leave(self, session, status=0):
        """Ctrl-D at the prompt ends the shell, with this status."""
        session.send_key("ctrl-d")
        self.assertEqual(session.wait(), status, session.screen())


def names_in(directory):
    return sorted(os.listdir(directory))
