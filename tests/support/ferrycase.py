"""What the tests of the program share: a fresh directory, running it, and reading what it said.

Nothing of the caller's environment that ferry reads (HOME, FERRY_PASSWORD) reaches it, so a test
says all that matters.
"""

import functools
import json
import os
import pathlib
import resource
import shutil
import subprocess
import threading
import time
import unittest

from peers import FerryServer
from programs import ferry_program, Run
from trees import same_bytes, temp_dir

CLIENTS = ("get", "put", "cat", "ls", "stat", "mkdir", "rmdir", "rm", "mv", "chmod", "find", "du",
           "tree")
KEPT = ("PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS")


class Outcome(Run):
    """One finished run of ferry; status is negative if a signal killed it."""

    def __init__(self, status, stdout, stderr, peak=0):
        super().__init__(status, stdout, stderr)
        self.peak = peak  # bytes of memory, where it was measured

    @property
    def events(self):
        """The lines of --json output."""
        return [json.loads(line) for line in self.stdout.decode("utf-8").splitlines()]

    def event(self, kind):
        """The only event of a kind."""
        found = [event for event in self.events if event["event"] == kind]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} events {kind!r} in:\n{self!r}")
        return found[0]

    def json(self):
        return json.loads(self.stdout.decode("utf-8"))


def wait_until(condition, seconds=20, what="the condition"):
    """Looks again and again until `condition()` is true, and gives what it returned."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true in {seconds} s")
        time.sleep(0.005)


def size_of(path):
    """Bytes in a file; -1 while there is none."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return -1


def part_of(path):
    """Where the beginning of an unfinished file lies."""
    path = pathlib.Path(path)
    return path.with_name(f".{path.name}.ferry-part")


def file_size_limit(count):
    """For preexec_fn: writing beyond `count` bytes of a file fails, as on a full disk."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (count, count))
    return limit


@functools.cache
def is_instrumented(program):
    """Sanitizers multiply memory."""
    content = pathlib.Path(program).read_bytes()
    return b"__asan_init" in content or b"__tsan_init" in content


class FerryCase(unittest.TestCase):
    """A test in a fresh directory: `self.local` to work in, `self.served` for a server, an empty
    home. A failure is not tried again unless the test is about that: `retries` is None then."""

    password = "open sesame"
    retries = 0

    def setUp(self):
        self.dir = temp_dir()
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.home, self.local, self.served = (self.dir / name
                                              for name in ("home", "local", "served"))
        for directory in (self.home, self.local, self.served):
            directory.mkdir()

    def serve(self, **options):
        """A running `ferry serve` of `self.served`; user alice, password as FERRY_PASSWORD."""
        server = FerryServer(self.served, **{"user": "alice", "password": self.password,
                                             **options})
        return self.enterContext(server)

    def url(self, server, path=""):
        """A URL of a server with its user but without the password."""
        return f"ftp://{server.user}@{server.host()}:{server.port}/{path}"

    def environment(self, **more):
        kept = {key: os.environ[key] for key in KEPT if key in os.environ}
        return {**kept, "HOME": str(self.home), "LC_ALL": "C.UTF-8",
                "FERRY_PASSWORD": self.password, **more}

    def start(self, *arguments, env=None, cwd=None, **popen):
        """Starts ferry and sees to its end, whatever the test does."""
        for stream, default in (("stdin", subprocess.DEVNULL), ("stdout", subprocess.PIPE),
                                ("stderr", subprocess.PIPE)):
            popen.setdefault(stream, default)
        if self.retries is not None and arguments[:1] and arguments[0] in CLIENTS:
            arguments = (arguments[0], f"--retries={self.retries}", *arguments[1:])
        process = subprocess.Popen([ferry_program(), *arguments], env=env or self.environment(),
                                   cwd=cwd or self.local, **popen)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()

    def finish(self, process, input=None, timeout=60):
        """The outcome of a run that `start` began."""
        try:
            out, err = process.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"still running after {timeout} s: {process.args}\n{Run(None, out, err)!r}")
        return Outcome(process.returncode, out or b"", err or b"")

    def ferry(self, *arguments, input=b"", timeout=60, **start):
        """Runs ferry to its end."""
        start.setdefault("stdin", subprocess.PIPE)
        piped = start["stdin"] == subprocess.PIPE
        return self.finish(self.start(*arguments, **start), input if piped else None, timeout)

    def ferry_peak(self, *arguments, timeout=60):
        """Runs ferry with its output thrown away; the outcome has its peak memory."""
        errors = open(self.dir / "stderr", "w+b")
        self.addCleanup(errors.close)
        process = self.start(*arguments, stdout=subprocess.DEVNULL, stderr=errors)
        killer = threading.Timer(timeout, process.kill)
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        return Outcome(process.returncode, b"", errors.read(), usage.ru_maxrss * 1024)

    def assert_status(self, outcome, status):
        self.assertEqual(outcome.status, status, repr(outcome))
        return outcome

    def succeed(self, *arguments, **run):
        return self.assert_status(self.ferry(*arguments, **run), 0)

    def fail_with(self, status, code, *arguments, **run):
        """Runs a command with --json that must fail; gives its error, which has this code."""
        outcome = self.assert_status(self.ferry(*arguments, "--json", **run), status)
        error = outcome.event("failed")["error"]
        self.assertEqual((error["code"], error["exit_status"]), (code, status), repr(outcome))
        self.assertEqual(outcome.event("summary")["exit_status"], status, repr(outcome))
        return error

    def assert_same(self, one, other):
        self.assertIsNone(same_bytes(one, other))

    def assert_peak_below(self, outcome, count):
        if not is_instrumented(ferry_program()):
            self.assertGreater(outcome.peak, 0)
            self.assertLess(outcome.peak, count, repr(outcome))

    def assert_one_line(self, outcome):
        """What the user is told of a failure: one printable line on stderr."""
        lines = outcome.stderr.splitlines()
        self.assertEqual(len(lines), 1, repr(outcome))
        self.assertTrue(lines[0].isprintable(), repr(outcome))
        return lines[0]

    def assert_left(self, directory, *names):
        """The names that lie in a directory, hidden ones included."""
        self.assertEqual(sorted(os.listdir(directory)), sorted(names))
