"""Where output goes, which files patterns mean, and files that are edited in place."""

import os
import pathlib
import stat
import unittest

from fake_server import Download, FakeServer
from shellcase import ShellCase, names_in
from trees import bytes_of, make_tree

NAMES = {"a.txt": "a\n", "b.txt": "b\n", "c.dat": "c\n", "with space.txt": "spaced\n",
         "*.txt": "star\n", "[x].txt": "brackets\n", ".hidden.txt": "hidden\n",
         "dir/a.txt": "dir a\n", "dir/deep/a.txt": "deep a\n", "dir/deep/b.dat": "deep b\n",
         "größe.txt": "wide\n"}


class Output(ShellCase):
    def setUp(self):
        super().setUp()
        make_tree(self.served, {"file": "b\na\nc\n", "two words": "spaced\n",
                                "large": bytes_of(3_000_000)})
        self.server = self.serve()

    def text(self, name):
        return (self.local / name).read_text()

    def test_into_a_file_and_behind_what_it_holds(self):
        done = self.commands("ls > 'the list'; cat file > copy; cat 'two words' >> copy; "
                             "help get > help; echo only > copy2; echo two >> copy2", self.server)
        self.assertEqual((done.text, done.stderr), ("", ""))
        self.assertEqual(self.text("the list"), "file\nlarge\ntwo words\n")
        self.assertEqual(self.text("copy"), "b\na\nc\nspaced\n")
        self.assertEqual(self.text("copy2"), "only\ntwo\n")
        self.assertIn("Usage: get", self.text("help"))

    def test_the_file_may_be_called_by_home_and_variables(self):
        self.commands("x='a b'; echo 1 > ~/one; echo 2 > \"$x\"; echo 3 > $x.txt", self.server)
        self.assertEqual((self.home / "one").read_text(), "1\n")
        self.assertEqual((self.text("a b"), self.text("a b.txt")), ("2\n", "3\n"))

    def test_a_file_that_cannot_be_written(self):
        done = self.commands("delete file > nowhere/x || echo failed", self.server)
        self.assertEqual(done.text, "failed\n")
        self.assertIn("nowhere/x", done.stderr)
        self.assertTrue((self.served / "file").exists())  # it was not even tried
        self.assertIn("space", self.commands("cat large > /dev/full", self.server,
                                             status=8).stderr)
        self.assertIn("/dev/full", self.commands("ls > /dev/full", self.server, status=8).stderr)

    def test_messages_do_not_go_there(self):
        done = self.commands("cat nothere > copy", self.server, status=5)
        self.assertIn("nothere", done.stderr)
        self.assertEqual(self.text("copy"), "")

    def test_into_local_commands(self):
        done = self.commands("cat file | sort | tr a-c x-z; nlist | wc -l; "
                             "find --name f* | sed 's/^/got /'; get -q -o - file | sort -r",
                             self.server)
        self.assertEqual(done.text.split("\n"), ["x", "y", "z", "3", "got ./file", "c", "b", "a",
                                                 ""])

    def test_what_stands_behind_the_bar_is_for_sh(self):
        done = self.commands("cat file | sh -c 'read x; echo \"first: $x\" && ls' > out && ls",
                             self.server)
        self.assertEqual(self.text("out"), "first: b\nout\n")
        self.assertIn("two words", done.text)

    def test_the_status_of_the_last_one_counts(self):
        self.commands("cat file | grep -q nothing", self.server, status=1)
        self.commands("cat nothere | cat", self.server, status=5)
        self.commands("cat file | cat", self.server)

    def test_a_reader_that_has_enough_is_no_failure_and_the_session_goes_on(self):
        done = self.commands("cat large | head -c 3 | wc -c; cat file; ls | true; pwd",
                             self.server)
        self.assertEqual((done.text, done.stderr), ("3\nb\na\nc\n/\n", ""))

    def test_a_command_that_is_not_there(self):
        done = self.commands("cat file | no-such-program", self.server, status=127)
        self.assertIn("no-such-program", done.stderr)


class Patterns(ShellCase):
    def setUp(self):
        super().setUp()
        make_tree(self.served, NAMES)
        self.server = self.serve()

    def cat(self, words):
        return self.commands(f"cat {words}", self.server).text

    def test_stars_questions_sets_and_braces(self):
        self.assertEqual(self.cat("?.txt"), "star\na\nb\n")
        self.assertEqual(self.cat("[ab].txt"), "a\nb\n")
        self.assertEqual(self.cat("[!a-b*].*"), "c\n")
        self.assertEqual(self.cat("*.dat"), "c\n")
        self.assertEqual(self.cat("{c.dat,a.txt}"), "c\na\n")
        self.assertEqual(self.cat("{c,w}*"), "c\nspaced\n")
        self.assertEqual(self.cat("gr?[ß]e.txt"), "wide\n")

    def test_directories(self):
        self.assertEqual(self.cat("d*/*.txt"), "dir a\n")
        self.assertEqual(self.cat("**/a.txt"), "a\ndir a\ndeep a\n")
        self.assertEqual(self.cat("dir/**/*.dat"), "deep b\n")
        self.assertEqual(self.commands("cd dir; cat */a.txt ../a*", self.server).text,
                         "deep a\na\n")

    def test_hidden_names_only_when_asked(self):
        self.assertNotIn("hidden", self.cat("*.txt"))
        self.assertEqual(self.cat(".*.txt"), "hidden\n")

    def test_quoted_names_mean_themselves(self):
        for words in ("'*.txt'", '"*.txt"', "\\*.txt", "'*'.t*"):
            self.assertEqual(self.cat(words), "star\n", words)
        self.assertEqual(self.cat("'[x].txt' with\\ space.txt"), "brackets\nspaced\n")
        self.commands("x='*.txt'; get $x", self.server)
        self.assert_left(self.local, "*.txt")

    def test_names_with_spaces_stay_whole(self):
        self.commands("get w*; get -o 'new one' 'with space.txt'", self.server)
        self.assert_left(self.local, "new one", "with space.txt")

    def test_nothing_fits(self):
        done = self.commands("cat z*.txt; mget *.none || echo on", self.server)
        self.assertEqual(done.text, "on\n")
        self.assertIn("z*.txt", done.stderr)
        self.commands("delete z*", self.server, status=5)
        self.commands("put z*", self.server, status=5)

    def test_local_names(self):
        for name in ("one.new", "two.new", "x y.new", "*.new", "three.old"):
            self.write(name, name)
        (self.local / "below").mkdir()
        self.write("below/four.new", "four")
        self.commands("put t*.new 'x y.new' below/*.new; put '*.new'; put ./{three,none}.old",
                      self.server, status=9)
        for name in ("two.new", "x y.new", "four.new", "*.new", "three.old"):
            self.assertTrue((self.served / name).exists(), name)
        self.assertFalse((self.served / "one.new").exists())

    def test_local_names_of_the_home(self):
        (self.home / "from home.txt").write_text("home")
        self.commands("put ~/from*; lcd ~; put -o second 'from home.txt'", self.server)
        self.assertEqual((self.served / "from home.txt").read_text(), "home")
        self.assertEqual((self.served / "second").read_text(), "home")

    def test_many_at_once(self):
        for number in range(300):
            (self.served / f"n{number:03}").write_text(str(number))
        make_tree(self.served, {})
        self.commands("mget -q n*; mdelete n[0-9]*", self.server)
        self.assertEqual(len(names_in(self.local)), 300)
        self.assertEqual([name for name in names_in(self.served) if name.startswith("n")], [])

    def test_names_that_look_like_options_are_names(self):
        make_tree(self.served, {"z/-r": "r\n", "z/-otaken": "o\n", "z/keep/x": "", "z/--help": ""})
        self.write("-q", "local\n")
        self.commands("cd z; mget *; put *q; mdelete *", self.server)
        self.assert_left(self.local, "-r", "-otaken", "--help", "-q")
        self.assert_left(self.served / "z", "keep")
        self.assert_left(self.served / "z/keep", "x")
        self.commands("put -- -q; get -o copy -- -q; delete -- -q --help", self.server, status=9)
        self.assertEqual((self.local / "copy").read_text(), "local\n")
        self.assertFalse((self.served / "-q").exists())

    def test_hostile_names_in_a_listing_lead_nowhere(self):
        listing = b"".join(b"-rw-r--r-- 1 a b 2 Jan  1 2020 " + name + b"\r\n" for name in
                           (b"good", b"../evil", b"/etc/evil", b"..", b"a/b"))
        with FakeServer({"LIST": Download(listing), "SIZE": "213 2",
                         "RETR": Download(b"ok")}) as server:
            self.commands("mget *", server)
            self.assertEqual([line for line in server.commands if line.startswith("RETR")],
                             ["RETR good"])
        self.assert_left(self.local, "good")


class Edit(ShellCase):
    def setUp(self):
        super().setUp()
        make_tree(self.served, {"page.html": "first\n"})
        self.server = self.serve()

    def edit(self, script, text="edit page.html", status=0, variable="EDITOR", **more):
        editor = self.write("editor", f"#!/bin/sh\n{script}\n", 0o755)
        env = self.environment(**{variable: str(editor), "SERVED": str(self.served)}, **more)
        return self.commands(text, self.server, status=status, env=env)

    def served_text(self):
        return (self.served / "page.html").read_text()

    def kept(self, done):
        """What the message says is kept, and that it is for its owner only."""
        path = done.stderr.partition("your version is kept in ")[2].split("\n")[0]
        self.assertEqual(stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode), 0o700)
        text = pathlib.Path(path).read_text()
        os.unlink(path)
        os.rmdir(os.path.dirname(path))
        return text

    def test_changed(self):
        self.edit("sed -i s/first/second/ \"$1\"")
        self.assertEqual(self.served_text(), "second\n")
        self.assertEqual(names_in(self.served), ["page.html"])

    def test_unchanged(self):
        os.utime(self.served / "page.html", (10**9, 10**9))
        self.assertEqual(self.edit("cat \"$1\"").text, "first\nunchanged\n")
        self.assertEqual(os.stat(self.served / "page.html").st_mtime, 10**9)

    def test_a_file_that_was_not_there(self):
        self.edit("echo new > \"$1\"", "edit brand.new")
        self.assertEqual((self.served / "brand.new").read_text(), "new\n")
        self.assertEqual(self.edit("true", "edit other.new").text, "unchanged\n")
        self.assertFalse((self.served / "other.new").exists())

    def test_changed_by_somebody_else_meanwhile(self):
        done = self.edit("echo mine >> \"$1\"; echo longer and theirs > $SERVED/page.html",
                         status=6)
        self.assertEqual(self.served_text(), "longer and theirs\n")
        self.assertIn("changed on the server", done.stderr)
        self.assertEqual(self.kept(done), "first\nmine\n")

    def test_removed_or_made_by_somebody_else_meanwhile(self):
        done = self.edit("echo mine >> \"$1\"; rm $SERVED/page.html", status=6)
        self.assertFalse((self.served / "page.html").exists())
        self.assertEqual(self.kept(done), "first\nmine\n")
        done = self.edit("echo mine > \"$1\"; echo theirs > $SERVED/made", "edit made", status=6)
        self.assertEqual((self.served / "made").read_text(), "theirs\n")
        self.assertEqual(self.kept(done), "mine\n")

    def test_an_editor_that_fails_uploads_nothing(self):
        done = self.edit("echo mine >> \"$1\"; exit 3", status=3)
        self.assertEqual(self.served_text(), "first\n")
        self.assertIn("3", done.text)

    def test_a_server_that_takes_nothing(self):
        self.server = self.enterContext(self.server_kind(
            self.served, user="alice", password=self.password, read_only=True))
        done = self.edit("echo mine >> \"$1\"", status=6)
        self.assertEqual(self.served_text(), "first\n")
        self.assertEqual(self.kept(done), "first\nmine\n")

    def test_which_editor(self):
        self.edit("echo it >> \"$1\"", variable="VISUAL", EDITOR="false")
        self.assertEqual(self.served_text(), "first\nit\n")
        self.edit("echo set >> \"$1\"", "set editor $MINE; edit page.html", variable="MINE",
                  VISUAL="false")
        self.assertEqual(self.served_text(), "first\nit\nset\n")

    def test_an_editor_with_words_of_its_own(self):
        self.commands("edit page.html", self.server,
                      env=self.environment(EDITOR="sed -i -e s/first/second/"))
        self.assertEqual(self.served_text(), "second\n")

    def test_nothing_is_left_behind(self):
        scratch = self.dir / "scratch"
        scratch.mkdir()
        self.edit("echo mine >> \"$1\"", TMPDIR=str(scratch))
        self.assert_left(scratch)


class Bookmarks(ShellCase):
    def test_they_are_kept_for_their_owner(self):
        self.commands("bookmark add one ftp://alice:secret@host:2121/a%20b; bookmark add two host")
        path = self.home / ".local/share/ferry/bookmarks"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertNotIn("secret", path.read_text())
        self.assertEqual([line.split() for line in self.commands("bookmark").text.splitlines()],
                         [["one", "ftp://alice@host:2121/a%20b"], ["two", "ftp://host/"]])

    def test_they_lie_where_the_user_keeps_data(self):
        env = self.environment(XDG_DATA_HOME=str(self.dir / "data"))
        self.commands("bookmark add one ftp://host/", env=env)
        self.assertTrue((self.dir / "data/ferry/bookmarks").exists())

    def test_names_that_are_none(self):
        for name in ("'a b'", "a/b", "ftp://x", "''"):
            self.commands(f"bookmark add {name} ftp://host/", status=2)
        self.commands("bookmark remove nobody", status=2)
        self.commands("bookmark add here", status=2)  # there is no session

    def test_a_name_goes_before_a_host(self):
        server = self.serve()
        self.commands("bookmark add localhost " + self.url(server))
        self.assertIn(f"port {server.port}", self.commands("open localhost; status").text)


if __name__ == "__main__":
    unittest.main()
