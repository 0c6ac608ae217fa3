"""ferry mirror on the command line: what --delete removes and what it does not, and how runs
end that could not do everything."""

import os
import shutil
import time
import unittest

from fake_server import Download, ManyServer
from ferrycase import wait_until
from mirror_cli import files_of, MirrorCase, paths
from trees import make_tree, tree_of


class Removal(MirrorCase):
    def setUp(self):
        super().setUp()
        make_tree(self.served, {"tree/extra/a": b"a", "tree/extra/b": b"b", "tree/.old": b"o",
                                "tree/one": b"1"})
        self.before = files_of(self.served / "tree")

    def assert_nothing_removed(self):
        now = files_of(self.served / "tree")
        self.assertEqual({path: now.get(path) for path in self.before}, self.before)

    def test_nothing_without_delete(self):
        outcome = self.events(self.source, self.at("tree"))
        self.assertEqual(outcome.event("summary")["removed"], 0)
        self.assert_nothing_removed()

    def test_all_that_is_extra(self):
        self.events("--delete", self.source, self.at("tree"))
        self.assertEqual(tree_of(self.served / "tree"), tree_of(self.source))

    def test_max_delete_is_all_or_nothing(self):
        outcome = self.events("--delete", "--max-delete", "3", self.source, self.at("tree"),
                              status=9)
        error = outcome.event("failed")["error"]
        self.assertEqual(error["code"], "deletion_refused")
        self.assertIn("4 entries would be deleted, more than 3", error["message"])
        self.assert_nothing_removed()
        self.assertIn("dir/deep/three", files_of(self.served / "tree"))  # the rest is done
        outcome = self.events("--delete", "--max-delete", "4", self.source, self.at("tree"))
        self.assertEqual(outcome.event("summary")["removed"], 4)

    def test_max_delete_0(self):
        self.events("--delete", "--max-delete", "0", self.source, self.at("tree"), status=9)
        self.assert_nothing_removed()

    def test_trash_keeps_what_goes(self):
        for run in range(2):
            self.events("--delete", "--trash", ".trash", self.source, self.at("tree"))
            trash = self.served / "tree/.trash"
            kept = [files_of(each) for each in sorted(trash.iterdir())]
            if run == 0:
                self.assertEqual(kept, [{"extra/a": b"a", "extra/b": b"b", ".old": b"o"}])
                first = {path.name for path in trash.iterdir()}
                make_tree(self.served, {"tree/.old": b"again"})
                # The directories are called by the second.
                wait_until(lambda: time.strftime("%Y%m%d%H%M%S", time.gmtime()) not in
                           "".join(first))
        self.assertEqual(kept, [{"extra/a": b"a", "extra/b": b"b", ".old": b"o"},
                                {".old": b"again"}])
        shutil.rmtree(trash)
        self.assertEqual(tree_of(self.served / "tree"), tree_of(self.source))

    def test_an_empty_source_removes_nothing(self):
        shutil.rmtree(self.source)
        self.source.mkdir()
        outcome = self.events("--delete", self.source, self.at("tree"), status=9)
        self.assertEqual(outcome.event("failed")["error"]["code"], "deletion_refused")
        self.assertIn("the source is empty", outcome.event("failed")["error"]["message"])
        self.assert_nothing_removed()
        self.events("--delete", "--allow-empty-source", self.source, self.at("tree"))
        self.assert_left(self.served / "tree")

    def test_what_is_in_the_way_goes_only_with_delete(self):
        shutil.rmtree(self.source)
        make_tree(self.source, {"extra": b"a file"})
        outcome = self.events(self.source, self.at("tree"))
        self.assertEqual(paths(outcome, "planned", "skip"), ["extra"])
        self.assert_nothing_removed()
        self.events("--delete", self.source, self.at("tree"))
        self.assertEqual(tree_of(self.served / "tree"), {"extra": b"a file"})


class Unreadable(MirrorCase):
    """A directory that cannot be listed is named, and nothing is removed for it."""

    LISTINGS = {"/tree": b"drwxr-xr-x 2 a b 4096 Jan  1 2020 dir\r\n"
                         b"-rw-r--r-- 1 a b 2 Jan  1 2020 top\r\n"}

    def list_most(self, session, argument):
        words = [word for word in argument.split() if not word.startswith("-")]
        path = os.path.normpath(os.path.join(session.directory, *words))
        if path in self.LISTINGS:
            return Download(self.LISTINGS[path])(session, argument)
        return session.say("550 no, not that one")

    def test_on_a_server(self):
        server = self.enterContext(ManyServer({
            "LIST": self.list_most, "SIZE": "213 2", "RETR": Download(b"t\n"),
            "MDTM": "213 20200101000000"}))
        copy = self.local / "copy"
        make_tree(copy, {"dir/precious": b"p", "dir/deep/x": b"x", "extra": b"e"})
        outcome = self.events("--delete", server.url("tree"), copy, status=9)
        self.assertEqual(paths(outcome, "failed", "list"), ["dir"])
        self.assertEqual(files_of(copy),
                         {"dir/precious": b"p", "dir/deep/x": b"x", "top": b"t\n"})

    def test_here(self):
        locked = self.source / "dir"
        make_tree(self.served, {"tree/dir/precious": b"p", "tree/extra": b"e"})
        locked.chmod(0)
        self.addCleanup(locked.chmod, 0o755)
        done = self.events("--delete", self.source, self.at("tree"), status=9, **self.as_nobody())
        self.assertEqual(paths(done, "failed", "list"), ["dir"])
        self.assertEqual(done.event("summary")["failed"], 1)
        self.assertEqual(files_of(self.served / "tree"), {"dir/precious": b"p", "one": b"1"})


class Ends(MirrorCase):
    def test_one_failure_does_not_stop_the_rest(self):
        make_tree(self.served, {"tree/one/in the way": b"x"})
        (self.source / "one.txt").write_text("more")
        make_tree(self.served, {"tree/dir": b"a file"})
        outcome = self.events(self.source, self.at("tree"))
        self.assertEqual(paths(outcome, "planned", "skip"), ["dir", "one"])
        self.assertEqual((self.served / "tree/one.txt").read_text(), "more")

    def test_a_second_run_does_what_is_left(self):
        copy = make_tree(self.local / "copy", {"dir": None})
        (copy / "dir").chmod(0o500)
        self.addCleanup((copy / "dir").chmod, 0o755)
        outcome = self.events(self.source, copy, status=9, **self.as_nobody())
        self.assertEqual(paths(outcome, "done", "copy"), ["one"])
        self.assertEqual(paths(outcome, "failed", "copy"), ["dir/two"])
        self.assertEqual(paths(outcome, "failed", "make_directory"), ["dir/deep"])
        (copy / "dir").chmod(0o755)
        outcome = self.events(self.source, copy)
        self.assertEqual(paths(outcome, "done", "copy"), ["dir/deep/three", "dir/two"])
        self.assertEqual(tree_of(copy), tree_of(self.source))

    def test_a_server_that_is_not_there(self):
        self.server.__exit__()
        done = self.mirror(self.source, self.at("tree"), status=3)
        self.assert_one_line(done)

    def test_a_wrong_password(self):
        self.mirror(self.source, self.at("tree"), status=4,
                    env=self.environment(FERRY_PASSWORD="wrong"))
        self.assert_left(self.served)


if __name__ == "__main__":
    unittest.main()
