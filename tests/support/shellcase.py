"""What the tests of `ferry shell` share: scripts, and sessions at a terminal."""

import os
import re

from fake_server import Download
from ferrycase import FerryCase
from peers import FerryServer
from programs import ferry_program
from pty_session import PtySession

CUT = 300_000  # bytes that come before a transfer stands still


def stalling(content, cut=CUT):
    """Answers for a FakeServer whose file of this content never comes to its end."""
    return {"SIZE": f"213 {len(content)}", "RETR": Download(content[:cut], end="stall")}


class ShellCase(FerryCase):
    """Runs `ferry shell`, by default on a `ferry serve` that each test gets anew."""

    server_kind = FerryServer

    def serve(self, **options):
        server = self.server_kind(self.served, **{"user": "alice", "password": self.password,
                                                  **options})
        return self.enterContext(server)

    def commands(self, text, server=None, status=0, options=(), **run):
        """Runs `ferry shell -c TEXT`; `server` has a URL, or is one."""
        return self.assert_status(
            self.ferry("shell", *options, "-c", text, *self.place(server), **run), status)

    def script(self, text, server=None, status=0, **run):
        """The same lines on standard input."""
        data = text if isinstance(text, bytes) else text.encode()
        return self.assert_status(self.ferry("shell", *self.place(server), input=data, **run),
                                  status)

    def place(self, server):
        if server is None:
            return []
        if isinstance(server, str):
            return [server]
        return [self.url(server) if hasattr(server, "user") else server.url()]

    def write(self, name, text, mode=0o644):
        """A file of this text in the local directory; its path."""
        path = self.local / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def at_terminal(self, *arguments, size=(24, 80), prompt=r"> \Z", env=None, program=None,
                    **more):
        """ferry shell on a terminal. It ends with the test."""
        env = env or self.environment(TERM="xterm", **more)
        argv = program or [ferry_program(), "shell", *arguments]
        return self.enterContext(PtySession(argv, env=env, cwd=self.local, size=size,
                                            prompt=prompt))

    def shell_at(self, server, path="", **terminal):
        """The same, logged in, at its first prompt."""
        url = self.url(server, path) if hasattr(server, "user") else server.url(path)
        session = self.at_terminal(url, **terminal)
        session.expect_prompt()
        return session

    def run_line(self, session, line, timeout=20):
        """Types a line, waits for the next prompt, and gives what came between."""
        session.send(line + "\r")
        session.expect(re.escape(line.strip()[-20:]) + r"\r?\n", timeout)
        before = len(session.terminal.plain)
        begin = session._seen
        session.expect_prompt(timeout)
        del before
        text = session.terminal.plain[begin:session._seen]
        return text.replace("\r\n", "\n").rpartition("\n")[0]

    def leave(self, session, status=0):
        """Ctrl-D at the prompt ends the shell, with this status."""
        session.send_key("ctrl-d")
        self.assertEqual(session.wait(), status, session.screen())


def names_in(directory):
    return sorted(os.listdir(directory))
