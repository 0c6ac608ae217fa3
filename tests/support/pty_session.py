"""A program in a pseudo-terminal, driven as a person would: keys go in, a screen comes out.

    with PtySession([ferry, "shell"], env=..., cwd=..., prompt=r"> \\Z") as session:
        session.expect_prompt()
        session.send("help\\r")
        session.expect("commands")
        session.send_key("ctrl-d")
        status = session.wait()

`expect` looks at the output since the last one, without escape sequences; `expect_screen` at what a
person sees now. Both wait for it, and raise with the whole screen if it does not come.
"""

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

from programs import processes_of
from terminal_screen import Screen

KEYS = {
    "enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f", "up": "\x1b[A",
    "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "delete": "\x1b[3~", "ctrl-right": "\x1b[1;5C", "ctrl-left": "\x1b[1;5D",
}


def bytes_of_key(name):
    """The bytes a terminal sends for a key: of KEYS, "ctrl-c", or "alt-b"."""
    if name in KEYS:
        return KEYS[name].encode()
    kind, _, letter = name.partition("-")
    if kind == "ctrl" and len(letter) == 1:
        return bytes([ord(letter.upper()) & 0x1F])
    if kind == "alt" and len(letter) == 1:
        return b"\x1b" + letter.encode()
    raise ValueError(f"no such key: {name}")


def session_of(pid):
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def end_process(pid):
    """Kills a process, and returns when it has ended."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(process, signal.SIGKILL)
        select.select([process], [], [])
    except ProcessLookupError:
        pass
    finally:
        os.close(process)


class PtySession:
    def __init__(self, argv, env=None, cwd=None, size=(24, 80), prompt=r"> \Z"):
        self.terminal = Screen(*size)
        self.prompt = prompt
        self.raw = b""  # all that came
        self.status = None
        self._seen = 0  # of terminal.plain, by expect
        if env is None:
            env = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        self._master, slave = os.openpty()
        self._set_size(*size)
        argv = [str(word) for word in argv]
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self._master)
                os.login_tty(slave)
                if cwd is not None:
                    os.chdir(cwd)
                os.execvpe(argv[0], argv, {key: str(value) for key, value in env.items()})
            finally:
                os._exit(127)
        os.close(slave)
        os.set_blocking(self._master, False)
        self._process = os.pidfd_open(self.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _set_size(self, rows, columns):
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, rows, columns):
        self.terminal.resize(rows, columns)
        self._set_size(rows, columns)

    def send(self, text):
        """Types text (or bytes), reading meanwhile what comes, so that neither side gets stuck."""
        data = text.encode() if isinstance(text, str) else text
        while data:
            readable, writable, _ = select.select([self._master], [self._master], [])
            if readable and not self._read():
                raise AssertionError(self._describe("the program has gone, it reads no more"))
            if writable:
                data = data[os.write(self._master, data[:256]):]

    def send_key(self, *names):
        for name in names:
            self.send(bytes_of_key(name))

    def expect(self, pattern, timeout=20):
        """Waits until the output since the last expect matches, and gives the match."""
        matcher = re.compile(pattern)

        def look():
            return matcher.search(self.terminal.plain, self._seen)

        found = self._wait_for(look, timeout, f"{pattern!r} did not come")
        self._seen = found.end()
        return found

    def expect_prompt(self, timeout=20):
        return self.expect(self.prompt, timeout)

    def expect_screen(self, pattern, timeout=20):
        """Waits until the text of the screen matches."""
        matcher = re.compile(pattern, re.MULTILINE)
        return self._wait_for(lambda: matcher.search(self.screen()), timeout,
                              f"{pattern!r} is not on the screen")

    def expect_cursor(self, row, column, timeout=20):
        self._wait_for(lambda: self.terminal.cursor == (row, column), timeout,
                       f"the cursor is not at {(row, column)}")

    def screen(self):
        """The text of the screen, without blanks at the end."""
        return self.terminal.text()

    @property
    def cursor(self):
        return self.terminal.cursor

    def wait(self, timeout=20):
        """Reads to the end of the program; its exit status, negative for a signal."""
        self._wait_for(self._has_ended, timeout, "the program does not end")
        while self._read():
            pass
        return self.status

    def _has_ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid != 0:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def close(self):
        """Kills what still runs of the program and its children."""
        if self._master < 0:
            return
        # The number of a process that was waited for may be another's by now, that of its session
        # is not while somebody is in it.
        if self._has_ended():
            members = [pid for pid in processes_of(self.pid) if session_of(pid) == self.pid]
        else:
            members = processes_of(self.pid)
        for pid in members:
            end_process(pid)
        if not self._has_ended():
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self._process)
        os.close(self._master)
        self._master = -1

    def _read(self):
        """Takes what is there. False if nothing is, or nothing comes any more."""
        try:
            block = os.read(self._master, 65536)
        except OSError:  # EAGAIN; EIO once nobody has the other side open
            return False
        self.raw += block
        self.terminal.feed(block)
        return bool(block)

    def _wait_for(self, look, timeout, complaint):
        deadline = time.monotonic() + timeout
        while True:
            found = look()
            if found:
                return found
            ended = self._has_ended()
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(self._describe(f"{complaint} within {timeout} s"))
            watched = [self._master] if ended else [self._master, self._process]
            ready, _, _ = select.select(watched, [], [], 0 if ended else left)
            if not (self._master in ready and self._read()) and ended and not look():
                raise AssertionError(self._describe(
                    f"{complaint}; the program ended with status {self.status}"))

    def _describe(self, complaint):
        rows, columns = self.terminal.rows, self.terminal.columns
        return (f"{complaint}\nscreen {rows} x {columns}, cursor {self.cursor}:\n"
                + "\n".join(f"|{line}" for line in self.screen().split("\n"))
                + f"\noutput since the last expect: {self.terminal.plain[self._seen:][-2000:]!r}"
                + f"\nbytes at the end: {self.raw[-600:]!r}")
