"""Every command of the shell under each of its names, on `ferry serve` and on a foreign server.

What a command does is looked for where it happens: in the files of the server, in the local ones,
in what the next command sees. `help` says which commands and names there are.
"""

import functools
import os
import re
import shutil
import stat
import unittest

from ferrycase import part_of
from fake_server import FakeServer
from peers import FerryServer, Vsftpd
from programs import run_ferry
from shellcase import ShellCase, names_in
from trees import make_tree, temp_dir

COVERED = {}  # command: the name of its test


@functools.cache
def names_of(command):
    """The command's name and its synonyms."""
    text = run_ferry("shell", "-c", f"help {command}").text
    also = re.search(r"(?m)^Also called: (.*)$", text)
    return (command, *(also.group(1).split() if also else ()))


def command(name):
    """The test of a command: run once for each name it has, on fresh files."""
    def mark(method):
        COVERED[name] = method.__name__

        @functools.wraps(method)
        def run_all(self):
            for each in names_of(name):
                with self.subTest(name=each):
                    self.fill()
                    method(self, each)
        return run_all
    return mark


class Commands:
    """The tests; a class below adds the server."""

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

    # This machine.

    @command("lcd")
    def test_lcd(self, name):
        (self.local / "below").mkdir()
        self.on(f"{name} below; get file.txt; {name} -; get other.txt; {name} ~; "
                "get 'with space.txt'")
        self.assert_left(self.local, "below", "other.txt")
        self.assert_left(self.local / "below", "file.txt")
        self.assertIn("with space.txt", names_in(self.home))
        self.assertEqual(self.lines(f"{name}; {name} /"), [str(self.home), "/"])
        self.on(f"{name} nowhere", status=8)

    @command("lpwd")
    def test_lpwd(self, name):
        self.assertEqual(self.lines(f"lcd /tmp; {name}"), ["/tmp", "/tmp"])

    @command("lls")
    def test_lls(self, name):
        self.write("a b", "")
        self.write(".dot", "")
        self.assertEqual(self.lines(name), ["a b"])
        self.assertIn(".dot", self.lines(f"{name} -a"))
        self.assertEqual(self.lines(f"{name} 'a b' *b"), ["a b", "a b"])

    @command("!")
    def test_local_command(self, name):
        self.write("a b", "inside\n")
        self.on(f"{name} cp 'a b' copy")
        self.assertEqual(self.local_text("copy"), "inside\n")
        self.assertEqual(self.lines(f"{name} echo one two"), ["one two"])

    # The shell itself.

    @command("set")
    def test_set(self, name):
        self.assertRegex(self.on(f"{name} timeout 7; {name} timeout").text, r"^set timeout +7 ")
        self.assertEqual(self.on(f"{name} -e; nonsense; echo no", status=2).text, "")

    def types(self, text):
        """What the server is told of the type of a download."""
        return re.findall(r"(?m)^> (TYPE .)|^> (RETR)", self.on(f"debug on; {text}").stderr)[-2:]

    @command("type")
    def test_type(self, name):
        self.assertEqual(self.lines(f"{name}; {name} ascii; {name}; {name} i; {name}"),
                         ["binary", "ascii", "binary"])
        self.assertEqual(self.types(f"{name} a; get file.txt"), [("TYPE A", ""), ("", "RETR")])

    @command("ascii")
    def test_ascii(self, name):
        self.assertEqual(self.types(f"{name}; get file.txt"), [("TYPE A", ""), ("", "RETR")])
        self.assertEqual(self.local_text("file.txt"), "hello\n")
        self.assertEqual(self.lines(f"{name}; type"), ["ascii"])

    @command("binary")
    def test_binary(self, name):
        self.assertEqual(self.types(f"ascii; ls; {name}; get file.txt"),
                         [("TYPE I", ""), ("", "RETR")])
        self.assertEqual(self.lines(f"ascii; {name}; type"), ["binary"])

    def data_commands(self, text):
        return set(re.findall(r"(?m)^> (EPSV|PASV|EPRT|PORT)",
                              self.on(f"debug on; {text}; get file.txt").stderr))

    @command("passive")
    def test_passive(self, name):
        self.assertLessEqual(self.data_commands(f"{name} on"), {"EPSV", "PASV"})
        self.assertLessEqual(self.data_commands(f"{name} off"), {"EPRT", "PORT"})
        self.assertRegex(self.on(f"{name} off; {name}; set data").text, "set data +passive")
        self.assertRegex(self.on(f"{name} on; {name}; set data").text, "set data +active")
        self.assertEqual(self.local_text("file.txt"), "hello\n")

    @command("active")
    def test_active(self, name):
        self.assertLessEqual(self.data_commands(name), {"EPRT", "PORT"})
        self.assertEqual(self.local_text("file.txt"), "hello\n")

    @command("verbose")
    def test_verbose(self, name):
        shown = self.on(f"{name}; pwd").stderr
        self.assertRegex(shown, '(?m)^< 257 "/"')
        self.assertNotIn("> ", shown)
        self.assertEqual(self.on(f"{name} on; {name} off; pwd").stderr, "")

    @command("debug")
    def test_debug(self, name):
        shown = self.commands(f"{name}; open {self.url(self.server)}; {name}; pwd").stderr
        self.assertRegex(shown, "(?m)^> USER alice")
        self.assertRegex(shown, "(?m)^< 230")
        self.assertNotIn(self.password, shown)
        self.assertEqual(self.on(f"{name} on; {name} off; pwd").stderr, "")

    @command("progress")
    def test_progress(self, name):
        self.assertRegex(self.on(f"{name}; set progress; {name} on; set progress").text,
                         r"^set progress +off.*\nset progress +on")

    @command("prompt")
    def test_prompt(self, name):
        self.assertRegex(self.on(f"{name}; set ask; {name} off; set ask").text,
                         r"^set ask +on.*\nset ask +off")
        self.on(f"{name}; mget *.txt")  # nobody is there to ask
        self.assert_left(self.local, "file.txt", "other.txt", "with space.txt")

    @command("alias")
    def test_alias(self, name):
        self.assertEqual(self.lines(f"{name} fetch 'get -o copy'\nfetch file.txt; {name} fetch"),
                         ["alias fetch 'get -o copy'"])
        self.assertEqual(self.local_text("copy"), "hello\n")
        self.on(f"{name} nothere", status=2)

    @command("unalias")
    def test_unalias(self, name):
        self.on(f"alias new 'ls'\n{name} new\nnew", status=2)
        self.on(f"{name} new", status=2)

    @command("bookmark")
    def test_bookmark(self, name):
        url = self.url(self.server)
        self.on(f"cd dir; {name} add here; {name} add there ftp://alice:secret@host/x")
        kept = self.commands(f"{name} list").text
        self.assertIn(f"{url}dir", kept.replace("%2F", ""))
        self.assertNotIn("secret", kept + (self.home / ".local/share/ferry/bookmarks").read_text())
        self.assertEqual(self.commands(f"{name} open here; pwd").text, "/dir\n")
        self.assertEqual(self.commands("open here; pwd").text, "/dir\n")
        self.commands(f"{name} remove here; open here", status=3)
        self.assertIn("there", self.commands(f"{name}").text)

    @command("jobs")
    def test_jobs(self, name):
        text = self.on(f"get file.txt & {name}").text
        self.assertRegex(text, r"^\[1\] started\n\[1\] (running|done) +get file\.txt")
        self.assertEqual(self.local_text("file.txt"), "hello\n")

    @command("fg")
    def test_fg(self, name):
        self.assertIn("[1] done", self.on(f"get -o copy 'with space.txt' &\n{name}; jobs").text)
        self.assertEqual(self.local_text("copy"), "spaced\n")
        self.on(f"{name}", status=2)

    @command("wait")
    def test_wait(self, name):
        self.write("new.txt", "new\n")
        text = self.on(f"cd dir; put new.txt & get inner.txt & {name} %1; {name}; jobs").text
        self.assertEqual(re.findall(r"(?m)^\[(.)\] done", text), ["1", "2"])
        self.assertEqual(self.served_text("dir/new.txt"), "new\n")
        self.assertEqual(self.local_text("inner.txt"), "inner\n")
        self.on(f"get nothere & {name}", status=5)

    @command("kill")
    def test_kill(self, name):
        with open(self.root / "large", "wb") as large:
            large.truncate(1 << 33)
        self.assertIn("failed (130)", self.on(f"get large & {name} %1; wait", status=130).text)
        self.assertNotIn("large", names_in(self.local))
        self.on(f"{name} %1", status=2)

    @command("cache")
    def test_cache(self, name):
        self.assertRegex(self.on(f"mget *.txt; {name}").text, r"(?m)^ +5 names +0 s ago +/$")
        self.assertEqual(self.on(f"mget *.txt; {name} clear; {name}").text, "")
        self.assertEqual(self.on(f"mget *.txt; delete file.txt; {name}").text, "")

    @command("echo")
    def test_echo(self, name):
        self.assertEqual(self.lines(f"cd dir; {name} $cwd $host 'a  b' *"),
                         [f"/dir {self.server.host()} a  b *"])

    @command("source")
    def test_source(self, name):
        self.write("some lines", "cd dir\nget inner.txt\n")
        self.assertEqual(self.lines(f"{name} 'some lines'; pwd"), ["/dir"])
        self.assertEqual(self.local_text("inner.txt"), "inner\n")

    @command("help")
    def test_help(self, name):
        self.assertIn("Usage: get ", self.on(f"{name} get").text)
        self.assertIn("Usage: rename ", self.on(f"{name} mv chmod").text)
        self.assertIn("Transfers:", self.on(name).text)

    @command("exit")
    def test_exit(self, name):
        self.assertEqual(self.on(f"{name} 7; pwd", status=7).text, "")


class OnFerry(Commands, ShellCase):
    server_kind = FerryServer


class OnVsftpd(Commands, ShellCase):
    server_kind = Vsftpd


class Help(ShellCase):
    def table(self):
        """The commands that help lists."""
        return re.findall(r"(?m)^  (\S+) +\S", self.commands("help").text)

    def test_every_command_has_its_test(self):
        self.assertEqual(sorted(self.table()), sorted(COVERED))

    def test_every_command_explains_itself_under_each_name(self):
        table = self.table()
        text = "\n".join(f"echo '--- {name}'\nhelp '{name}'" for row in table
                         for name in names_of(row))
        pages = dict(re.findall(r"(?ms)^--- (\S+)\n(.*?)(?=^--- |\Z)", self.commands(text).text))
        for row in table:
            page = pages[row]
            with self.subTest(command=row):
                self.assertTrue(page.startswith(f"{row}: "), page)
                self.assertIn(f"\nUsage: {row}", page)
                example = re.search(r"\nExample:\n  (.+)\n", page).group(1)
                self.assertIn(re.match(r"!|\S+", example).group(), names_of(row))
                self.assertLessEqual(max(map(len, page.splitlines())), 80)
                for name in names_of(row):
                    self.assertEqual(pages[name], page)

    def test_help_is_also_an_option(self):
        for row in ("get", "cd", "exit"):
            self.assertEqual(self.commands(f"{row} --help").text,
                             self.commands(f"help {row}").text)

    def test_help_of_what_does_not_exist(self):
        self.assertIn("did you mean 'mget'", self.commands("help mgte", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
