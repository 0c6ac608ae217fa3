"""What the tests of the shell's commands share: each is run under each of its names, on fresh
files, on `ferry serve` and on a foreign server.

    class OnFerry(Looking, CommandsOnFerry): ...

What a command does is looked for where it happens: in the files of the server, in the local ones,
in what the next command sees. `help` says which commands and names there are.
"""

import functools
import os
import re
import shutil
import stat

from peers import FerryServer, Vsftpd
from programs import run_ferry
from shellcase import ShellCase
from trees import make_tree, temp_dir

covered = set()  # the commands that have a test in this run


@functools.cache
def help_text(command=""):
    return run_ferry("shell", "-c", f"help {command}").text


@functools.cache
def names_of(command):
    """The command's name and its synonyms."""
    also = re.search(r"(?m)^Also called: (.*)$", help_text(command))
    return (command, *(also.group(1).split() if also else ()))


def commands_of(*groups):
    """The commands that help lists in these groups, or in all of them."""
    pages = dict(re.findall(r"(?ms)^(\S.*?):\n(.*?)(?=^\S)", help_text()))
    return [name for title, page in pages.items() if not groups or title in groups
            for name in re.findall(r"(?m)^  (\S+) +\S", page)]


def command(name):
    """The test of a command: run once for each name it has, on fresh files."""
    covered.add(name)

    def mark(method):
        @functools.wraps(method)
        def run_all(self):
            for each in names_of(name):
                with self.subTest(name=each):
                    self.fill()
                    method(self, each)
        return run_all
    return mark


class CommandCase(ShellCase):
    """A server for all tests of a class; its user alice, and anonymous."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = temp_dir()
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        cls.server = cls.enterClassContext(cls.server_kind(
            cls.root, user="alice", password=cls.password, anonymous=True))

    def fill(self):
        """The same files at the start of each."""
        self.served = self.root
        for directory in (self.root, self.local):
            for name in os.listdir(directory):
                path = directory / name
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        make_tree(self.root, {"file.txt": "hello\n", "other.txt": "other one\n",
                              "with space.txt": "spaced\n", "dir/inner.txt": "inner\n",
                              "dir/deep/er.txt": "deeper\n", "empty": None})

    def on(self, text, status=0, **more):
        """Runs commands in a session on the server."""
        return self.commands(text, self.server, status=status, **more)

    def lines(self, text, **more):
        return self.on(text, **more).text.splitlines()

    def served_text(self, name):
        return (self.root / name).read_text()

    def mode_of(self, name):
        return stat.S_IMODE((self.root / name).stat().st_mode)

    def local_text(self, name):
        return (self.local / name).read_text()


class CommandsOnFerry(CommandCase):
    server_kind = FerryServer


class CommandsOnVsftpd(CommandCase):
    server_kind = Vsftpd
