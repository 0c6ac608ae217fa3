"""Running programs in tests: to their end with a time limit, or until stopped with all children."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time


def _stat_fields(pid):
    """(state, parent, session) of a process, None when it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, parent, _, session = text.rpartition(")")[2].split()[:4]
    return state, int(parent), int(session)


def is_alive(pid):
    fields = _stat_fields(pid)
    return bool(fields) and fields[0] != "Z"


def processes_of(leader):
    """The living processes of `leader`: itself, its session's, and all their descendants."""
    table = {int(p): _stat_fields(p) for p in os.listdir("/proc") if p.isdigit()}
    table = {pid: fields for pid, fields in table.items() if fields and fields[0] != "Z"}
    found = {pid for pid, fields in table.items() if pid == leader or fields[2] == leader}
    grew = True
    while grew:
        more = {pid for pid, fields in table.items() if fields[1] in found} - found
        found |= more
        grew = bool(more)
    return found


def stop_process(process, seconds=10, gently=True):
    """Ends a process started with start_new_session=True, its children, and theirs."""
    members = processes_of(process.pid)
    ways = ((signal.SIGTERM, seconds), (signal.SIGKILL, 5))
    for number, patience in ways if gently else ways[1:]:
        members |= processes_of(process.pid)
        for pid in members:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            process.poll()
            members = {pid for pid in members | processes_of(process.pid) if is_alive(pid)}
            if not members:
                process.wait()
                return
            time.sleep(0.01)
    raise RuntimeError(f"processes {members} do not end")


def ferry_program():
    """The program under test, from $FERRY."""
    program = os.environ.get("FERRY")
    if not program:
        sys.exit("FERRY is not set: it names the ferry program to test")
    return program


class Run:
    """How a program ended: status, stdout (bytes), stderr (text); `text` is stdout as text."""

    def __init__(self, status, stdout, stderr):
        self.status, self.stdout, self.stderr = status, stdout, stderr.decode(errors="replace")

    @property
    def text(self):
        return self.stdout.decode(errors="replace")

    def __iter__(self):
        return iter((self.status, self.stdout, self.stderr))

    def __repr__(self):
        return f"status {self.status}\nstdout: {self.text[-4000:]}\nstderr: {self.stderr[-4000:]}"


def run(command, *, timeout=60, input=b"", cwd=None, env=None):
    """Runs a program to its end; one that takes longer is killed and fails the test."""
    full = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    full.update(LC_ALL="C.UTF-8", HOME=str(cwd or tempfile.gettempdir()))
    full.update(env or {})
    try:
        done = subprocess.run([str(part) for part in command], input=input, cwd=cwd, env=full,
                              capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"{command} still ran after {timeout} s: "
                             f"{Run(None, late.stdout or b'', late.stderr or b'')}") from None
    return Run(done.returncode, done.stdout, done.stderr)


def run_ferry(*arguments, **options):
    """`ferry ARGUMENTS...`; options as of `run`."""
    return run([ferry_program(), *arguments], **options)
