"""The commands of the shell about this machine and about the shell itself, under each of their
names, on `ferry serve` and on a foreign server; and the help of every command."""

import re
import unittest

from shell_commands import (command, commands_of, CommandsOnFerry, CommandsOnVsftpd, covered,
                            names_of)
from shellcase import names_in, ShellCase


class Commands:
    """The tests; the classes below add the servers."""

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

    @command("limit")
    def test_limit(self, name):
        text = self.on(f"{name}; {name} 300k; {name}; {name} none; {name}").text
        self.assertEqual(text.splitlines(), ["limit none", "limit 300 KiB/s", "limit none"])

    @command("kill")
    def test_kill(self, name):
        with open(self.root / "large", "wb") as large:
            large.truncate(1 << 33)
        self.assertIn("stopped", self.on(f"get large & {name} %1; wait", status=130).text)
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


class OnFerry(Commands, CommandsOnFerry):
    def test_every_command_of_these_groups_has_its_test(self):
        self.assertEqual(sorted(commands_of("This machine", "The shell")), sorted(covered))

    def test_there_are_no_other_groups(self):
        known = ("Session", "Looking around", "Transfers", "Changing", "This machine",
                 "The shell")
        self.assertEqual(sorted(commands_of()), sorted(commands_of(*known)))


class OnVsftpd(Commands, CommandsOnVsftpd):
    pass


class Help(ShellCase):
    def test_every_command_explains_itself_under_each_name(self):
        table = commands_of()
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
