"""Every command of the shell that is about the server, under each of its names, on `ferry serve`
and on a foreign server."""

import os
import unittest

from fake_server import FakeServer
from ferrycase import part_of
from peers import FerryServer
from shell_commands import (command, commands_of, CommandsOnFerry, CommandsOnVsftpd, covered)
from shellcase import names_in
from trees import make_tree, tree_of


class Commands:
    """The tests; the classes below add the servers."""

    # The session.

    @command("open")
    def test_open(self, name):
        self.assertEqual(self.commands(f"{name} {self.url(self.server)}; pwd").text, "/\n")
        self.assertEqual(self.commands(f"{name} {self.url(self.server, 'dir')}; pwd").text,
                         "/dir\n")
        (self.home / ".netrc").write_text(f"machine {self.server.host()} login alice "
                                          f"password {self.password.replace(' ', '')}\n")
        (self.home / ".netrc").chmod(0o600)
        where = f"{self.server.host()} {self.server.port}"
        self.assertIn("as alice", self.commands(f"{name} {where}; status").text)
        self.commands(f"{name} ftp://127.0.0.1:1/", status=3)

    @command("user")
    def test_user(self, name):
        text = f"mkdir no || {name} alice '{self.password}'; mkdir made; cd; pwd"
        done = self.commands(text, self.server.anonymous_url())
        self.assertTrue((self.root / "made").is_dir(), repr(done))
        self.assertFalse((self.root / "no").exists())
        self.assertEqual(done.text, "/\n")

    @command("account")
    def test_account(self, name):
        said = self.ferry("shell", "-c", f"{name} 'some one'", self.url(self.server))
        self.assertEqual(said.status, 0 if self.server_kind == FerryServer else 6, repr(said))
        self.assertRegex(said.text, "(?i)acc")
        with FakeServer({"ACCT": "230 fine"}) as server:
            self.assertEqual(self.commands(f"{name} 'some one'", server).text, "fine\n")
            self.assertIn("ACCT some one", server.commands)

    @command("close")
    def test_close(self, name):
        done = self.on(f"pwd; {name}; pwd; echo on")
        self.assertEqual(done.text, "/\non\n")
        self.assertIn("not connected", done.stderr)

    @command("status")
    def test_status(self, name):
        text = self.on(f"cd dir; set timeout 7; pwd; {name}").text
        self.assertIn(f"port {self.server.port} as alice\n", text)
        self.assertIn("directory /dir\n", text)
        self.assertIn("timeout 7\n", text)
        self.assertIn("not connected", self.commands(name).text)

    @command("system")
    def test_system(self, name):
        self.assertIn("UNIX", self.on(name).text)

    @command("features")
    def test_features(self, name):
        self.assertIn("SIZE", self.on(name).text.replace(" ", "\n").split("\n"))

    @command("noop")
    def test_noop(self, name):
        self.assertEqual(len(self.lines(name)), 1)

    @command("quote")
    def test_quote(self, name):
        self.assertEqual(self.lines(f"{name} CWD dir; pwd")[-1], "/dir")
        self.on(f"{name} DELE file.txt")
        self.assertFalse((self.root / "file.txt").exists())
        self.assertNotEqual(self.on(f"{name} DELE nothere", status=6).text, "")

    @command("site")
    def test_site(self, name):
        self.on(f"{name} CHMOD 600 file.txt")
        self.assertEqual(self.mode_of("file.txt"), 0o600)

    @command("remotehelp")
    def test_remotehelp(self, name):
        self.assertIn("RETR", self.on(name).text)
        self.on(f"{name} NOOP")

    @command("rstatus")
    def test_rstatus(self, name):
        self.assertGreaterEqual(len(self.lines(name)), 2)
        self.assertIn("inner.txt", self.on(f"{name} dir").text)

    # Looking around.

    @command("cd")
    def test_cd(self, name):
        self.assertEqual(self.lines(f"{name} dir; pwd; {name} deep; pwd; {name} -; {name}; pwd"),
                         ["/dir", "/dir/deep", "/dir", "/"])
        self.assertEqual(self.on(f"{name} nowhere; pwd").text, "/\n")

    @command("cdup")
    def test_cdup(self, name):
        self.assertEqual(self.lines(f"cd dir/deep; {name}; pwd"), ["/dir"])

    @command("pwd")
    def test_pwd(self, name):
        self.assertEqual(self.lines(f"{name}; cd dir; {name}"), ["/", "/dir"])

    @command("ls")
    def test_ls(self, name):
        make_tree(self.root, {".hidden": ""})
        every = ["dir", "empty", "file.txt", "other.txt", "with space.txt"]
        self.assertEqual(self.lines(name), every)
        self.assertEqual(self.lines(f"{name} -a"), [".hidden", *every])
        self.assertEqual(self.lines(f"{name} -r -1"), every[::-1])
        self.assertEqual(self.lines(f"{name} dir"), ["deep", "inner.txt"])
        for age, file in enumerate(("other.txt", "with space.txt", "file.txt")):
            os.utime(self.root / file, (10**9 - age, 10**9 - age * 86400))
        self.assertEqual([line for line in self.lines(f"{name} -t") if line.endswith("txt")],
                         ["other.txt", "with space.txt", "file.txt"])
        self.assertEqual([line for line in self.lines(f"{name} -S") if line.endswith("txt")],
                         ["other.txt", "with space.txt", "file.txt"])
        self.assertIn("er.txt", self.lines(f"{name} -R"))
        self.assertRegex(self.on(f"{name} -l").text, r"(?m)^-rw.* 6 B? +.*2001-09-.* file\.txt$")

    @command("dir")
    def test_dir(self, name):
        lines = self.lines(f"{name} file.txt dir")
        self.assertTrue(any(line.startswith("-rw") and line.endswith("file.txt")
                            for line in lines), lines)
        self.assertTrue(any(line.endswith("inner.txt") for line in lines), lines)
        self.assertEqual(len(self.lines(name)), 5)

    @command("nlist")
    def test_nlist(self, name):
        self.assertEqual(sorted(line.removeprefix("dir/") for line in self.lines(f"{name} dir")),
                         ["deep", "inner.txt"])
        self.assertIn("with space.txt", self.lines(name))

    @command("cat")
    def test_cat(self, name):
        self.assertEqual(self.on(f"{name} file.txt 'with space.txt'").text, "hello\nspaced\n")
        self.on(f"{name} nothere", status=5)

    @command("more")
    def test_more(self, name):
        self.assertEqual(self.on(f"{name} file.txt").text, "hello\n")  # no terminal, no pager

    @command("size")
    def test_size(self, name):
        self.assertRegex(self.on(f"{name} *.txt").text, r"other\.txt .*\(10 bytes\)")
        self.on(f"{name} nothere", status=5)

    @command("modtime")
    def test_modtime(self, name):
        os.utime(self.root / "file.txt", (10**9, 10**9))
        done = self.on(f"{name} file.txt", env=self.environment(TZ="UTC-2"))
        self.assertEqual(done.text, "file.txt  2001-09-09 03:46  (2001-09-09T01:46:40Z)\n")

    @command("stat")
    def test_stat(self, name):
        text = self.on(f"{name} file.txt dir").text
        self.assertRegex(text, r"(?m)^name +file\.txt\n.*\n?.*size .*6 bytes")
        self.assertRegex(text, r"(?m)^type +directory")

    @command("find")
    def test_find(self, name):
        self.assertEqual(self.lines(f"cd dir; {name}"),
                         ["./deep", "./deep/er.txt", "./inner.txt"])
        self.assertEqual(self.lines(f"{name} --name 'e*.txt' dir"), ["dir/deep/er.txt"])

    @command("du")
    def test_du(self, name):
        self.assertEqual([line.split() for line in self.lines(f"{name} -s dir empty")],
                         [["13", "B", "dir"], ["0", "B", "empty"]])
        self.assertEqual([line.split() for line in self.lines(f"cd dir; {name}")],
                         [["7", "B", "./deep"], ["13", "B", "."]])

    @command("tree")
    def test_tree(self, name):
        self.assertRegex(self.on(f"cd dir; {name}").text, r"deep/\n.* er\.txt\n.* inner\.txt")
        self.assertNotIn(" er.txt", self.on(f"{name} --max-depth 1 dir").text)

    # Transfers.

    @command("get")
    def test_get(self, name):
        self.on(f"{name} file.txt dir/inner.txt; {name} -o renamed 'with space.txt'; "
                f"{name} -d below other.txt")
        self.assert_left(self.local, "file.txt", "inner.txt", "renamed", "below")
        self.assertEqual(self.local_text("renamed"), "spaced\n")
        self.assertEqual(self.local_text("below/other.txt"), "other one\n")
        self.on(f"{name} nothere", status=5)

    @command("mget")
    def test_mget(self, name):
        done = self.on(f"{name} *")
        self.assert_left(self.local, "file.txt", "other.txt", "with space.txt")
        self.assertIn("dir: left out, it is a directory", done.stderr)

    @command("mirror")
    def test_mirror(self, name):
        self.on(f"{name} dir copy; {name} -R copy again")
        self.assertTrue(tree_of(self.root / "dir"))
        self.assertEqual(tree_of(self.local / "copy"), tree_of(self.root / "dir"))
        self.assertEqual(tree_of(self.root / "again"), tree_of(self.root / "dir"))

    @command("reget")
    def test_reget(self, name):
        part_of(self.local / "file.txt").write_text("hel")
        self.assertIn("continued at", self.on(f"{name} file.txt").stderr)
        self.assertEqual(self.local_text("file.txt"), "hello\n")
        self.assert_left(self.local, "file.txt")

    @command("put")
    def test_put(self, name):
        self.write("new.txt", "new\n")
        self.write("two words", "two\n")
        self.on(f"{name} new.txt 'two words'; {name} -o renamed new.txt; "
                f"{name} -d empty new.txt; cd dir; {name} new.txt")
        for made in ("new.txt", "two words", "renamed", "empty/new.txt", "dir/new.txt"):
            self.assertIn(self.served_text(made), ("new\n", "two\n"))
        self.on(f"{name} nothere", status=8)

    @command("mput")
    def test_mput(self, name):
        for file in ("a.new", "b.new"):
            self.write(file, file)
        (self.local / "c.new").mkdir()
        self.assertIn("c.new: left out, it is a directory", self.on(f"{name} *.new").stderr)
        self.assertEqual([self.served_text(file) for file in ("a.new", "b.new")],
                         ["a.new", "b.new"])
        self.assertFalse((self.root / "c.new").exists())

    @command("reput")
    def test_reput(self, name):
        self.write("file.txt", "hello, all of you\n")
        os.truncate(self.root / "file.txt", 5)
        self.on(f"{name} file.txt")
        self.assertEqual(self.served_text("file.txt"), "hello, all of you\n")

    @command("append")
    def test_append(self, name):
        self.write("more.txt", "more\n")
        self.on(f"{name} more.txt file.txt; {name} more.txt; {name} more.txt")
        self.assertEqual(self.served_text("file.txt"), "hello\nmore\n")
        self.assertEqual(self.served_text("more.txt"), "more\nmore\n")

    @command("edit")
    def test_edit(self, name):
        editor = self.write("editor", "#!/bin/sh\necho edited >> \"$1\"\n", 0o755)
        env = self.environment(EDITOR=str(editor))
        self.on(f"{name} 'with space.txt'; cd dir; {name} brand-new", env=env)
        self.assertEqual(self.served_text("with space.txt"), "spaced\nedited\n")
        self.assertEqual(self.served_text("dir/brand-new"), "edited\n")
        self.assert_left(self.local, "editor")

    # Changing.

    @command("delete")
    def test_delete(self, name):
        self.on(f"{name} file.txt 'with space.txt'; {name} -r dir")
        self.assertEqual(names_in(self.root), ["empty", "other.txt"])
        self.on(f"{name} nothere", status=5)

    @command("mdelete")
    def test_mdelete(self, name):
        self.on(f"{name} *")
        self.assertEqual(names_in(self.root), ["dir", "empty"])
        self.on(f"{name} *.txt", status=5)

    @command("mkdir")
    def test_mkdir(self, name):
        self.on(f"{name} one 'two words'; {name} -p a/b/c; cd a; {name} d")
        for made in ("one", "two words", "a/b/c", "a/d"):
            self.assertTrue((self.root / made).is_dir(), made)
        self.assertNotEqual(self.ferry("shell", "-c", f"{name} one", self.url(self.server)).status,
                            0)

    @command("rmdir")
    def test_rmdir(self, name):
        self.on(f"{name} empty; mkdir x1 x2; {name} x*")
        self.assertEqual(names_in(self.root), ["dir", "file.txt", "other.txt", "with space.txt"])
        self.assertNotEqual(self.ferry("shell", "-c", f"{name} dir", self.url(self.server)).status,
                            0)
        self.assertTrue((self.root / "dir").is_dir())

    @command("rename")
    def test_rename(self, name):
        self.on(f"{name} file.txt 'new name'; {name} dir moved; {name} other.txt empty; "
                f"{name} 'with space.txt' 'new name' moved")
        self.assertEqual(names_in(self.root), ["empty", "moved"])
        self.assertEqual(names_in(self.root / "empty"), ["other.txt"])
        self.assertEqual(names_in(self.root / "moved"),
                         ["deep", "inner.txt", "new name", "with space.txt"])
        self.on(f"{name} nothere x", status=5)

    @command("chmod")
    def test_chmod(self, name):
        self.on(f"{name} 640 file.txt 'with space.txt'")
        self.assertEqual([self.mode_of("file.txt"), self.mode_of("with space.txt")],
                         [0o640, 0o640])
        self.on(f"{name} 999 file.txt", status=2)
        if self.server_kind == FerryServer:  # the other one does not tell permissions
            self.on(f"{name} u+x,g-r other.txt")
            self.assertEqual(self.mode_of("other.txt"), 0o704)


class OnFerry(Commands, CommandsOnFerry):
    def test_every_command_of_these_groups_has_its_test(self):
        self.assertEqual(
            sorted(commands_of("Session", "Looking around", "Transfers", "Changing")),
            sorted(covered))


class OnVsftpd(Commands, CommandsOnVsftpd):
    pass


if __name__ == "__main__":
    unittest.main()
