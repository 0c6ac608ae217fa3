"""Trees in the shell: mirror both ways, get, put, mget and mput with -r, in the background, and
broken off."""

import unittest

from fake_server import Download
from ferrycase import part_of, size_of, wait_until
from shellcase import CUT, Pause, ShellCase
from trees import bytes_of, make_tree, tree_of

TREE = {"a": b"a", "b c": b"bc", ".hidden": b"h", "deep/er/d": b"d", "empty": None}


def full(tree):
    """What `tree_of` gives of what `make_tree` takes."""
    parents = {path.rpartition("/")[0] for path in tree}
    parents |= {path.rpartition("/")[0] for path in parents}
    return {**dict.fromkeys(parents - {""}), **tree}


class Trees(ShellCase):
    def setUp(self):
        super().setUp()
        make_tree(self.served, {f"pub/{name}": what for name, what in TREE.items()})
        make_tree(self.served, {"other/x": b"x", "file.txt": b"f"})
        make_tree(self.local, {f"site/{name}": what for name, what in TREE.items()})
        make_tree(self.local, {"more/y": b"y", "local.txt": b"l"})
        self.server = self.serve()

    def assert_tree(self, root, tree=None):
        self.assertEqual(tree_of(root), full(TREE if tree is None else tree))

    def run_commands(self, text, status=0):
        return self.commands(text, self.server, status=status)

    def test_mirror_to_here(self):
        done = self.run_commands("mirror pub copy")
        self.assert_tree(self.local / "copy")
        self.assertIn("4 files copied", done.stderr)
        self.assertIn("0 files copied (0 B), 4 unchanged",
                      self.run_commands("mirror pub copy").stderr)

    def test_mirror_to_the_server(self):
        self.run_commands("mirror -R site new/copy")
        self.assert_tree(self.served / "new/copy")
        (self.local / "site/a").unlink()
        self.run_commands("mirror -R --delete site new/copy")
        self.assert_tree(self.served / "new/copy",
                         {name: what for name, what in TREE.items() if name != "a"})

    def test_where_the_shell_is(self):
        (self.local / "below").mkdir()
        self.run_commands("cd pub; lcd below; mirror deep/er .; mirror . all; cd ..; "
                          "mirror -R . up; pwd")
        self.assert_tree(self.local / "below/all")
        self.assertEqual((self.local / "below/d").read_bytes(), b"d")
        self.assert_tree(self.served / "up/all")

    def test_the_session_is_where_it_was_afterwards(self):
        session = self.shell(self.server, "pub")
        self.assertIn("4 files copied", session.run("mirror . ../copy"))
        # Nobody has lost it, so nothing is said of that.
        self.assertEqual(session.run("pwd"), "/pub")
        self.assertEqual(session.run("cat a; echo"), "a")
        self.assert_tree(self.dir / "copy")

    def test_options_and_their_complaints(self):
        done = self.run_commands("mirror -n --delete --exclude 'd*' pub more")
        self.assertIn("delete  y", done.text)
        self.assertNotIn("deep", done.text)
        self.assert_left(self.local / "more", "y")
        for line in ("mirror pub", "mirror --max-delete 3 pub more", "mirror -j 0 pub more",
                     "mirror --nonsense pub more", "mirror pub a b", "mirror --user bob pub more",
                     "mirror -R --links=copy site x"):
            with self.subTest(line=line):
                self.run_commands(line, status=2)
        self.run_commands("mirror nowhere copy", status=5)
        self.run_commands("mirror -R nowhere copy", status=8)
        self.assert_left(self.local, "site", "more", "local.txt")
        self.assertFalse((self.served / "copy").exists())

    def test_what_failed_is_the_status(self):
        make_tree(self.served, {"twins/A": b"1", "twins/a": b"2"})
        done = self.run_commands("mirror --names=windows twins copy || echo status $status",
                                 status=0)
        self.assertIn("status 9", done.text)
        self.assert_left(self.local / "copy", "A")

    def test_urls(self):
        url = self.place(self.server)
        self.run_commands(f"mirror {url}pub copy; mirror -R site {url}up; cd other; "
                          f"mirror {url}%2Fpub/deep deep")
        self.assert_tree(self.local / "copy")
        self.assert_tree(self.served / "up")
        self.assert_left(self.local / "deep", "er")

    def test_get_and_put(self):
        self.run_commands("get -r pub file.txt; get -r pub -d into; put -r site local.txt; "
                          "put -r site -d into")
        for root in (self.local / "pub", self.local / "into/pub", self.served / "site",
                     self.served / "into/site"):
            self.assert_tree(root)
        self.assertEqual((self.local / "file.txt").read_bytes(), b"f")
        self.assertEqual((self.served / "local.txt").read_bytes(), b"l")

    def test_mget_and_mput(self):
        self.run_commands("mget -r p* o* f*")
        self.assert_tree(self.local / "pub")
        self.assert_left(self.local / "other", "x")
        self.assertEqual((self.local / "file.txt").read_bytes(), b"f")
        self.run_commands("mput -r s* m* l*")
        self.assert_tree(self.served / "site")
        self.assert_left(self.served / "more", "y")
        self.assertEqual((self.served / "local.txt").read_bytes(), b"l")

    def test_without_r_directories_are_left_out(self):
        done = self.run_commands("mget *; mput *")
        self.assertEqual(done.stderr.count("left out"), 4)
        self.assert_left(self.local, "site", "more", "local.txt", "file.txt")

    def test_in_the_background(self):
        done = self.run_commands("mirror pub one & mirror -R site 'two three' & get -r other & "
                                 "put -r more & mget -r -d four p* & mput -r -d five s* & wait")
        self.assertEqual(done.text.count("] done "), 6, done)
        self.assert_tree(self.local / "one")
        self.assert_tree(self.served / "two three")
        self.assert_left(self.local / "other", "x")
        self.assert_left(self.served / "more", "y")
        self.assert_tree(self.local / "four/pub")
        self.assert_tree(self.served / "five/site")

    def test_a_background_failure_is_told(self):
        done = self.run_commands("mirror -R nowhere copy & wait; echo status $status")
        self.assertRegex(done.text, r"\[1\] failed \(8\) mirror -R nowhere copy\n"
                                    r" +ferry: mirror: .*nowhere.*\nstatus 8")


class Paused(ShellCase):
    """A tree with one file, which stops in the middle."""

    def setUp(self):
        super().setUp()
        self.content = bytes_of(CUT * 2)
        self.pause = Pause(self.content)
        listing = f"-rw-r--r-- 1 a b {len(self.content)} Jan  1 2020 file\r\n"
        self.server = self.fake({"LIST": Download(listing.encode()), "RETR": self.pause,
                                 "SIZE": self.size, "MDTM": "213 20200101000000"})
        self.copy = self.local / "copy"
        self.session = self.shell(self.server, "pub")

    def size(self, session, argument):
        is_file = argument.endswith("file")
        session.say(f"213 {len(self.content)}" if is_file else "550 a directory")

    def wait_for_part(self):
        self.pause.wait_until_waiting()
        wait_until(lambda: size_of(part_of(self.copy / "file")) >= CUT, what="the part")

    def assert_goes_on(self):
        self.assert_left(self.copy, ".file.ferry-part")
        self.pause.go_on()
        self.assertIn("continued at", self.session.run("mirror . copy"))
        self.assert_left(self.copy, "file")
        self.assertEqual((self.copy / "file").read_bytes(), self.content)

    def test_ctrl_c(self):
        self.session.enter("mirror . copy; echo no")
        self.wait_for_part()
        self.session.send_key("ctrl-c")
        text = self.session.until_prompt()
        self.assertIn("interrupted", text)
        self.assertIn("run the same again", text)
        self.assertNotIn("\nno", text)
        self.assertEqual(self.session.run("echo $status"), "130")
        self.assertEqual(self.session.run("pwd").split("\n")[-1], "/pub")
        self.assert_goes_on()

    def test_ctrl_c_in_get_r(self):
        self.copy = self.local / "pub"
        self.session.enter("get -r /pub; echo no")
        self.wait_for_part()
        self.session.send_key("ctrl-c")
        self.assertIn("interrupted", self.session.until_prompt())
        self.assertEqual(self.session.run("echo $status"), "130")
        self.assert_left(self.copy, ".file.ferry-part")

    def test_a_job_shows_how_far_it_is(self):
        self.assertEqual(self.session.run("mirror . copy &"), "[1] started")
        self.wait_for_part()
        wait_until(lambda: "50%" in self.session.run("jobs"))
        self.assertRegex(self.session.run("jobs"), r"^\[1\] running +mirror \. copy .*0 of 1 file")
        self.session.enter("wait")
        self.session.expect(r"\[1\] .*50%")
        self.session.send_key("ctrl-c")  # ends the waiting only
        self.session.expect_prompt()
        self.assertIn("[1] running", self.session.run("jobs"))
        self.pause.go_on()
        self.assertIn("[1] done", self.session.run("wait"))
        self.assertEqual((self.copy / "file").read_bytes(), self.content)

    def test_a_job_that_is_killed_can_be_run_again(self):
        self.session.run("mirror . copy &")
        self.wait_for_part()
        text = self.session.run("kill %1") + self.session.run("wait")
        self.assertIn("[1] stopped", text)
        self.assert_goes_on()

    def test_ctrl_c_in_fg_stops_it(self):
        self.session.run("mirror . copy &")
        self.wait_for_part()
        self.session.enter("fg")
        self.session.expect("50%")
        self.session.send_key("ctrl-c")
        self.assertIn("[1] stopped", self.session.until_prompt())
        self.assertEqual(self.session.run("echo $status; jobs"), "130")
        self.assert_goes_on()

    def test_two_of_one_pair_do_not_get_in_each_others_way(self):
        self.session.run("mirror . copy &")
        self.wait_for_part()
        self.assertIn("the same mirror runs already", self.session.run("mirror . copy"))
        self.assertEqual(self.session.run("echo $status").split("\n")[-1], "8")
        self.pause.go_on()
        self.assertIn("[1] done", self.session.run("wait"))
        self.assertEqual((self.copy / "file").read_bytes(), self.content)


if __name__ == "__main__":
    unittest.main()
