"""Mirrors of a tree through a Relay that breaks them, and what ferry promises: both trees are the
same, or what is missing is named, nothing under a final name is damaged, and a further run does
what is missing and no more."""

import os
import pathlib

from faultcase import FaultCase
from relay import Relay
from trees import bytes_of, own

OPTIONS = ("-j4", "--retries=3", "--timeout=2")
MIB = 1 << 20


def tree():
    """{relative path: content, or None for a directory}: 150 files, as people have them."""
    files = {"empty directory": None, "large/two": bytes_of(2 * MIB),
             "large/three": bytes_of(3 * MIB), "large/five": bytes_of(5 * MIB), "Größe/日本/ß ü": b"x", "-n": b"dash", "-r/-f": b"dash",
             "semi;colon & co/100% [a-c]*?": b"odd", ".hidden/.file": b"dot", "two  spaces in it": b"2",
             "a" + "/deep" * 12 + "/file": b"deep", "none": b"", "deep/none": b""}
    for number in range(150 - len(files)):
        files[f"d{number % 7}/e{number % 3}/file {number}"] = bytes_of(number ** 2, number)
    return files


def make(root, files):
    for number, (name, content) in enumerate(files.items()):
        path = root / name
        (path if content is None else path.parent).mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content)
            os.utime(path, (1.5e9 + number, 1.5e9 + number))
    return own(root)


def state(root):
    """{relative path: (content, time), or None for a directory}."""
    return {str(path.relative_to(root)):
            None if path.is_dir() else (path.read_bytes(), int(path.stat().st_mtime))
            for path in pathlib.Path(root).rglob("*")}


def differences(source, target):
    """The paths that are not the same in two states."""
    return {path for path in source.keys() | target.keys()
            if path not in source or path not in target or source[path] != target[path]}


class MirrorCase(FaultCase):
    bound = 60
    password = "secret"  # that of all servers in peers.py
    files = tree()

    def ends(self, is_upload):
        """The roots of source and target, and a function that gives the arguments of a mirror."""
        place = self.place()
        here, there = self.local / place, self.served / place
        source, target = (here, there) if is_upload else (there, here)
        make(source, self.files)
        return source, target, lambda at: (
            [str(here), self.url(at, f"{place}/")] if is_upload
            else [self.url(at, f"{place}/"), str(here)])

    def mirror(self, server, *faults, is_upload=False, options=(), again=(), **start):
        """Mirrors through faults, checks the promise, and gives the outcome and the relay. `again`:
        what to do before the further run."""
        source, target, arguments = self.ends(is_upload)
        with Relay(server, *faults) as relay:
            outcome = self.ferry("mirror", *OPTIONS, *options, *arguments(relay),
                                 timeout=self.bound, **start)
        for act in again:
            act()
        self.kept(outcome, source, target, lambda at: [*options, *arguments(at)], server)
        return outcome, relay

    def kept(self, outcome, source, target, arguments, server):
        """The promise."""
        wanted, found = state(source), state(target)
        missing = differences(wanted, found)
        if outcome.status == 0:
            self.assertEqual(missing, set(), repr(outcome))
            return
        is_given_up = outcome.status in (3, 8)  # the server is gone, or the disk is full
        self.assertTrue(is_given_up or outcome.status == 9, repr(outcome))
        for path in missing:
            if path.endswith(".ferry-part"):
                continue
            self.assertIn(path, wanted, f"{path} is new\n{outcome!r}")
            self.assertTrue(is_given_up or self.is_named(path, outcome), f"{path}\n{outcome!r}")
            if path in found and wanted[path]:
                self.assertEqual(found[path][0], wanted[path][0], f"{path} is damaged")
        self.finishes(wanted, target, missing, arguments, server)

    def is_named(self, path, outcome):
        """Whether a failure is told of a path, or of a directory it lies in."""
        above = [path, *(str(each) for each in pathlib.PurePosixPath(path).parents)]
        return any(f" {each}: " in outcome.stderr for each in above)

    def finishes(self, wanted, target, missing, arguments, server):
        """A further run makes it whole, and moves no file that was there."""
        with Relay(server) as relay:
            outcome = self.ferry("mirror", *OPTIONS, *arguments(relay), timeout=self.bound)
        self.assert_status(outcome, 0)
        self.assertEqual(differences(wanted, state(target)), set(), repr(outcome))
        moved = sum(verb in ("RETR", "STOR") for verb in relay.verbs())
        # A file that goes on is read back at its seam.
        self.assertLessEqual(moved, 2 * len(missing), relay.commands)
