"""ferry mirror on the command line: what it refuses, prints, and takes for different."""

import os
import shutil
import time
import unittest

from mirror_cli import files_of, MirrorCase, paths
from trees import make_tree, tree_of

OLD = 1_500_000_000  # 2017-07-14T02:40:00Z


class Usage(MirrorCase):
    WRONG = [  # what is typed, what the complaint names
        (["-j", "0"], "--jobs wants a number from 1 to 64"),
        (["-j", "65"], "--jobs wants a number from 1 to 64"),
        (["-j", "many"], "--jobs wants a number from 1 to 64"),
        (["--delete", "--max-delete", "few"], "--max-delete wants a number"),
        (["--delete", "--max-delete", "-1"], "--max-delete wants a number"),
        (["--max-delete", "3"], "say how --delete works"),
        (["--trash", "old"], "say how --delete works"),
        (["--delete", "--trash", "/old"], "is not below DST"),
        (["--delete", "--trash", "../old"], "is not below DST"),
        (["--delete", "--trash", "."], "is not below DST"),
        (["--links", "keep"], "--links wants skip, follow or copy"),
        (["--links", "copy"], "--links copy needs a DST here"),
        (["--names", "dos"], "--names wants auto, unix, windows or macos"),
        (["--newer", "soon"], "--newer wants a date"),
        (["--newer", "2026-13-01"], "--newer wants a date"),
        (["--newer", "7x"], "--newer wants a date"),
        (["--min-size", "some"], "--min-size wants bytes"),
        (["--max-size", "-1"], "--max-size wants bytes"),
        (["--exclude", "/"], "the pattern '/' fits nothing"),
        (["--exclude", ""], "--exclude must not be empty"),
        (["--include", "!"], "the pattern '!' fits nothing"),
        (["--verify", "twice"], "--verify wants auto, hash, size or none"),
        (["--checksum", "--only-newer"], "give one"),
        (["--status-fd", "x"], "--status-fd wants the number"),
        (["-R"], "-R is for the shell"),
        (["--what"], "unknown option '--what'"),
    ]

    def test_wrong_values(self):
        for options, complaint in self.WRONG:
            with self.subTest(options=" ".join(options)):
                done = self.mirror(*options, self.source, self.at("new"), status=2)
                self.assertEqual(done.stdout, b"")
                self.assertIn(complaint, done.stderr.splitlines()[0])
        self.assert_left(self.served)

    def test_two_directories(self):
        for operands in ([], ["source"], ["source", "a", "b"]):
            with self.subTest(operands=operands):
                self.assertIn("SRC DST", self.mirror(*operands, status=2).stderr)

    def test_source_and_destination_are_apart(self):
        before = tree_of(self.source)
        make_tree(self.served, {"dir/two": b"2", "dir-2/x": b"2"})
        (self.local / "alias").symlink_to("source")
        for one, other, complaint in [
                ("source", "./source/../source/", "the same directory"),
                ("source", "alias", "the same directory"),
                ("source", "source/copy", "DST lies in SRC"),
                (".", "new", "DST lies in SRC"), ("new", ".", "SRC lies in DST"),
                ("source/dir", "source", "SRC lies in DST"),
                (self.at("dir"), self.at("dir/"), "the same directory"),
                (self.at("dir"), self.at("dir/copy"), "DST lies in SRC"),
                (self.at(), self.at("dir/copy"), "DST lies in SRC"),
                (self.at("dir"), self.at(), "SRC lies in DST")]:
            with self.subTest(one=one, other=other):
                done = self.mirror("--delete", one, other, status=2)
                self.assertIn(complaint, done.stderr)
        self.assertEqual(tree_of(self.source), before)
        self.mirror(self.at("dir"), self.at("dir-2"))  # only begins alike
        self.assertEqual(files_of(self.served / "dir-2"), {"two": b"2", "x": b"2"})

    def test_a_file_of_rules_that_is_missing(self):
        done = self.mirror("--exclude-from", "nowhere", self.source, self.at("new"), status=8)
        self.assertIn("nowhere", self.assert_one_line(done))
        self.assert_left(self.served)


class NoSource(MirrorCase):
    """A source that is not there is no empty one, and nothing is made for it."""

    def assert_fails(self, status, code, source, target):
        done = self.mirror("--json", "--delete", "--allow-empty-source", source, target,
                           status=status)
        error = done.event("failed")["error"]
        self.assertEqual((error["code"], error["exit_status"]), (code, status))
        self.assertIn("nowhere", self.assert_one_line(self.mirror(source, target, status=status)))

    def test_here(self):
        self.assert_fails(8, "local_not_found", self.local / "nowhere", self.at("new"))
        self.assert_left(self.served)

    def test_on_the_server(self):
        (self.local / "there").mkdir()
        (self.local / "there" / "file").touch()
        self.assert_fails(5, "not_found", self.at("nowhere"), self.local / "new")
        self.assert_fails(5, "not_found", self.at("nowhere"), self.local / "there")
        self.assert_left(self.local, "source", "there")
        self.assert_left(self.local / "there", "file")

    def test_a_file_is_no_directory(self):
        done = self.mirror(self.source / "one", self.at("new"), status=8)
        self.assertIn("Not a directory", self.assert_one_line(done))
        self.mirror(self.source, self.source.parent / "source/one/new", status=2)
        (self.local / "file").write_text("x")
        self.mirror(self.source, self.local / "file", status=8)
        self.assertEqual((self.local / "file").read_text(), "x")
        self.assert_left(self.served)


class Output(MirrorCase):
    def test_a_line_for_each_path_and_a_sum(self):
        done = self.mirror(self.source, self.at("new"))
        self.assertEqual(done.stdout, b"")
        *lines, last = done.stderr.splitlines()
        self.assertEqual(sorted(lines), ["copy    dir/deep/three  (3 B)", "copy    dir/two  (2 B)",
                                         "copy    one  (1 B)", "mkdir   dir", "mkdir   dir/deep"])
        self.assertRegex(last, r"^3 files copied \(6 B\), 0 unchanged in \S+s$")
        again = self.mirror(self.source, self.at("new"))
        self.assertRegex(self.assert_one_line(again), r"^0 files copied \(0 B\), 3 unchanged in ")

    def test_quiet_prints_failures_only(self):
        done = self.mirror("-q", self.source, self.at("new"))
        self.assertEqual((done.stdout, done.stderr), (b"", ""))
        (self.source / "a").touch()
        (self.source / "A").touch()
        done = self.mirror("-q", "--names=windows", self.source, self.at("new"), status=9)
        self.assertEqual(done.stdout, b"")
        self.assertRegex(self.assert_one_line(done), r"^ferry: mirror copy [aA]: unsafe name: ")

    def test_one_journal_for_one_pair(self):
        for target in ("new", "new/", "./new", self.local / "new"):
            self.mirror("source", target)
        self.assertEqual(len(list((self.home / ".local/share/ferry/mirrors").iterdir())), 1)
        self.mirror("--no-journal", "source", "another")
        self.mirror("-n", "source", "another")
        self.assertEqual(len(list((self.home / ".local/share/ferry/mirrors").iterdir())), 1)

    def test_a_plan_is_printed_and_nothing_else_is_done(self):
        make_tree(self.served, {"tree/extra": b"x", "tree/one": b"other"})
        before = tree_of(self.served)
        done = self.mirror("-n", "--delete", self.source, self.at("tree"))
        self.assertEqual(done.stderr, "")
        *lines, last = done.text.splitlines()
        self.assertEqual(sorted(lines), [
            "copy    dir/deep/three  (missing)", "copy    dir/two  (missing)",
            "copy    one  (size differs)", "delete  extra", "mkdir   dir  (missing)",
            "mkdir   dir/deep  (missing)"])
        self.assertRegex(last, r"^3 files to copy \(6 B\), 0 unchanged")
        self.assertEqual(tree_of(self.served), before)

    def test_a_plan_for_a_directory_that_is_to_be_made(self):
        for target in (self.at("new"), self.local / "new"):
            done = self.mirror("-n", self.source, target)
            self.assertIn("3 files to copy", done.text)
        self.assert_left(self.served)
        self.assert_left(self.local, "source")

    def test_a_plan_names_what_cannot_be(self):
        make_tree(self.source, {"A": b"", "a": b""})
        for target in (self.at("new"), self.local / "new"):
            done = self.mirror("-n", "--names=windows", self.source, target, status=9)
            self.assertIn("unsafe name", self.assert_one_line(done))
            self.assertIn("4 files to copy", done.text)

    def test_json(self):
        make_tree(self.served, {"tree/extra/x": b"x", "tree/one": b"other"})
        (self.source / "link").symlink_to("one")
        outcome = self.events("--delete", "--exclude", "two", self.source, self.at("tree"))
        self.assertEqual(outcome.stderr, "")
        start = outcome.event("start")
        self.assertEqual((start["command"], start["from"], start["to"]),
                         ("mirror", str(self.source), self.at("tree")))
        planned = {(event["step"], event["path"]): event["reason"]
                   for event in outcome.events if event["event"] == "planned"}
        self.assertEqual(planned, {
            ("copy", "one"): "size_differs", ("make_directory", "dir"): "missing",
            ("make_directory", "dir/deep"): "missing", ("copy", "dir/deep/three"): "missing",
            ("skip", "dir/two"): "excluded by two", ("skip", "link"): "link_skipped",
            ("remove", "extra"): "", ("remove", "extra/x"): ""})
        self.assertEqual(paths(outcome, "done", "copy"), ["dir/deep/three", "one"])
        self.assertEqual(paths(outcome, "done", "remove"), ["extra", "extra/x"])
        summary = outcome.event("summary")
        self.assertGreater(summary.pop("seconds"), 0)
        self.assertEqual(summary, {
            "event": "summary", "command": "mirror", "directories": 4, "copied": 2, "bytes": 4,
            "unchanged": 0, "changed": 0, "removed": 2, "skipped": 1, "excluded": 1, "failed": 0,
            "exit_status": 0})

    def test_a_copy_tells_its_proof(self):
        outcome = self.events(self.source, self.at("tree"))
        for event in outcome.events:
            if event["event"] == "done" and event["step"] == "copy":
                self.assertEqual(event["proof"]["kind"], "hash")
                self.assertEqual(event["bytes"], event["size"])
                self.assertEqual(event["resumed_at"], 0)


class Selection(MirrorCase):
    def assert_chosen(self, wanted, *options):
        """Just these files arrive."""
        shutil.rmtree(self.served / "tree", ignore_errors=True)
        self.mirror(*options, self.source, self.at("tree"))
        self.assertEqual(sorted(files_of(self.served / "tree")), sorted(wanted))

    def test_rules(self):
        shutil.rmtree(self.source)
        make_tree(self.source, dict.fromkeys(
            ["a.o", "a.c", "sub/b.o", "sub/keep.o", "sub/b.c", "build/x.c", "sub/build/y.c",
             ".hidden", "doc/a.txt", "doc/deep/b.txt"], b"x"))
        self.assert_chosen(["a.c", "sub/b.c", ".hidden", "doc/a.txt", "doc/deep/b.txt"],
                           "--exclude", "*.o", "--exclude", "build/")
        self.assert_chosen(["a.c", "sub/b.c", "sub/build/y.c", ".hidden", "doc/a.txt"],
                           "--exclude", "*.o", "--exclude", "/build", "--exclude", "doc/**/b.txt")

    def test_the_last_rule_that_fits_decides(self):
        everything = ["one", "dir/two", "dir/deep/three"]
        self.assert_chosen(["dir/two"], "--exclude", "*", "--include", "*/",
                           "--include", "two")
        self.assert_chosen([], "--include", "two", "--include", "*/", "--exclude", "*")
        self.assert_chosen(everything, "--exclude", "t*", "--include", "t*")
        self.assert_chosen(["one"], "--include", "t*", "--exclude", "t*")
        # Nothing below a directory that is left out comes back.
        self.assert_chosen(["one"], "--exclude", "dir", "--include", "two")

    def test_rules_from_a_file(self):
        rules = self.local / "rules"
        rules.write_text("# what is made\n\nt*\n!two\r\n/dir/deep/  \n")
        self.assert_chosen(["dir/two", "one"], "--exclude-from", rules)
        rules.write_text("t*\n")
        self.assert_chosen(["dir/two", "one"], "--exclude-from", rules, "--include", "two")
        self.assert_chosen(["one"], "--include", "two", "--exclude-from", rules)

    def test_what_is_left_out_stays_at_the_destination(self):
        make_tree(self.served, {"tree/kept.o": b"k", "tree/gone": b"g", "tree/dir/big": b"x" * 99})
        self.mirror("--delete", "--exclude", "*.o", "--max-size", "50", self.source,
                    self.at("tree"))
        self.assertEqual(sorted(files_of(self.served / "tree")),
                         ["dir/big", "dir/deep/three", "dir/two", "kept.o", "one"])

    def test_sizes(self):
        self.assert_chosen(["dir/two", "dir/deep/three"], "--min-size", "2")
        self.assert_chosen(["one", "dir/two"], "--max-size", "2")
        self.assert_chosen(["dir/two"], "--min-size", "2", "--max-size", "2")
        make_tree(self.source, {"1k": bytes(1024), "more": bytes(1025)})
        self.assert_chosen(["1k"], "--min-size", "1000", "--max-size", "1k")

    def test_newer(self):
        now = time.time()
        for name, age in (("one", 3600), ("dir/two", 3 * 86400)):
            os.utime(self.source / name, (now - age, now - age))
        os.utime(self.source / "dir/deep/three", (OLD, OLD))
        self.assert_chosen(["one"], "--newer", "2h")
        self.assert_chosen(["one", "dir/two"], "--newer", "7d")
        self.assert_chosen(["one", "dir/two"], "--newer", "2017-07-15")
        self.assert_chosen(["one", "dir/two", "dir/deep/three"], "--newer", "2017-07-14")
        self.assert_chosen(["one", "dir/two"], "--newer", "2017-07-14T02:40:00Z")

    def test_excluded_are_counted(self):
        outcome = self.events("--exclude", "dir", self.source, self.at("tree"))
        self.assertEqual(outcome.event("summary")["excluded"], 1)
        self.assertEqual(paths(outcome, "planned", "skip"), ["dir"])


class Difference(MirrorCase):
    def setUp(self):
        super().setUp()
        self.mirror(self.source, self.at("tree"))

    def copied(self, *options):
        return paths(self.events(*options, self.source, self.at("tree")), "done", "copy")

    def test_size_and_time(self):
        self.assertEqual(self.copied(), [])
        for time_now in (OLD, OLD + 100, OLD + 50):
            os.utime(self.source / "one", (time_now, time_now))
            self.assertEqual(self.copied(), ["one"])
            self.assertEqual((self.served / "tree/one").stat().st_mtime, time_now)
        os.utime(self.source / "one", (OLD + 51, OLD + 51))  # file systems round
        self.assertEqual(self.copied(), [])

    def test_only_newer(self):
        for place, name, content, when in (
                (self.source, "one", b"old", OLD), (self.served / "tree", "one", b"new", OLD + 9),
                (self.source, "dir/two", b"new", OLD + 9),
                (self.served / "tree", "dir/two", b"old", OLD)):
            (place / name).write_bytes(content)
            os.utime(place / name, (when, when))
        outcome = self.events("--only-newer", self.source, self.at("tree"))
        self.assertEqual(paths(outcome, "done", "copy"), ["dir/two"])
        self.assertEqual(outcome.event("summary")["skipped"], 1)
        self.assertEqual((self.served / "tree/one").read_bytes(), b"new")
        self.assertEqual((self.served / "tree/dir/two").read_bytes(), b"new")

    def test_no_keep_time(self):
        os.utime(self.source / "one", (OLD, OLD))
        before = time.time()
        self.assertEqual(self.copied("--no-keep-time"), [])  # the copy is newer
        (self.source / "one").write_bytes(b"longer")
        self.assertEqual(self.copied("--no-keep-time"), ["one"])
        self.assertGreater((self.served / "tree/one").stat().st_mtime, before - 60)


class Links(MirrorCase):
    def setUp(self):
        super().setUp()
        for name, target in (("to-file", "dir/two"), ("broken", "nowhere"), ("loop", "loop"),
                             ("up", "."), ("to-dir", "dir"), ("dir/out", "/etc/passwd")):
            (self.source / name).symlink_to(target)

    def test_skip(self):
        for options in ([], ["--links=skip"]):
            outcome = self.events(*options, self.source, self.at("tree"))
            self.assertEqual(outcome.event("summary")["skipped"], 6)
        self.assertEqual(sorted(files_of(self.served / "tree")),
                         ["dir/deep/three", "dir/two", "one"])

    def test_follow(self):
        outcome = self.events("--links=follow", self.source, self.at("tree"))
        self.assertEqual(paths(outcome, "planned", "skip"),
                         ["broken", "dir/out", "loop", "to-dir", "up"])
        self.assertEqual(files_of(self.served / "tree"),
                         {"dir/deep/three": b"333", "dir/two": b"22", "one": b"1",
                          "to-file": b"22"})
        again = self.events("--links=follow", self.source, self.at("tree"))
        self.assertEqual(again.event("summary")["copied"], 0)

    def test_copy(self):
        copy = self.local / "copy"
        for changed in (4, 0):
            outcome = self.events("--links=copy", self.source, copy)
            links = {str(path.relative_to(copy)): os.readlink(path)
                     for path in copy.rglob("*") if path.is_symlink()}
            if changed:
                # What leads out of the tree is as dangerous as what it leads to.
                self.assertLessEqual({"to-file": "dir/two", "broken": "nowhere", "loop": "loop",
                                      "to-dir": "dir"}.items(), links.items())
                first = links
            else:
                self.assertEqual(links, first)
                self.assertEqual(outcome.event("summary")["changed"], 0)


class Names(MirrorCase):
    def setUp(self):
        super().setUp()
        shutil.rmtree(self.source)

    def test_collisions_are_named_and_overwrite_nothing(self):
        make_tree(self.source, {"A": b"capital", "a": b"small", "dir/x": b"", "DIR/y": b"",
                                "other": b""})
        outcome = self.events("--names=windows", self.source, self.at("tree"), status=9)
        failed = {event["path"]: event["error"]["code"] for event in outcome.events
                  if event["event"] == "failed"}
        there = tree_of(self.served / "tree")
        self.assertEqual(len(failed), 2)
        self.assertEqual(set(failed.values()), {"unsafe_name"})
        for one, other in (("A", "a"), ("DIR", "dir")):
            self.assertEqual(len({one, other} & failed.keys()), 1)
            kept, = {one, other} - failed.keys()
            self.assertIn(kept, there)
            if there[kept] is not None:
                self.assertEqual(there[kept], (self.source / kept).read_bytes())
        self.assertEqual({name for name in there if "/" not in name},
                         {"A", "a", "DIR", "dir", "other"} - failed.keys())
        # It stays so: the other one does not take the place in the next run.
        again = self.events("--names=windows", self.source, self.at("tree"), status=9)
        self.assertEqual(again.event("summary")["copied"], 0)
        self.assertEqual(tree_of(self.served / "tree"), there)

    def test_accents_on_macos(self):
        make_tree(self.source, {"\u00e9": b"1", "e\u0301": b"2"})
        done = self.mirror("--names=macos", self.source, self.at("tree"), status=9)
        self.assertIn("case or accents", done.stderr)
        self.assertEqual(len(tree_of(self.served / "tree")), 1)
        self.mirror("--names=unix", self.source, self.at("tree"))
        self.assertEqual(len(tree_of(self.served / "tree")), 2)

    def test_names_that_windows_cannot_have(self):
        bad = ["con", "NUL.txt", "dot.", "space ", "a:b", "what?", "a*b"]
        make_tree(self.source, dict.fromkeys([*bad, "fine"], b"x"))
        outcome = self.events("--names=windows", self.source, self.at("tree"), status=9)
        self.assertEqual(paths(outcome, "failed", "copy"), sorted(bad))
        self.assert_left(self.served / "tree", "fine")
        for event in outcome.events:
            if event["event"] == "failed":
                self.assertIn("the name ", event["error"]["message"])
                self.assertIn("--exclude", event["error"]["message"])
        self.mirror("--names=unix", self.source, self.at("tree"))
        self.assert_left(self.served / "tree", *bad, "fine")

    def test_they_are_not_removed_for_it(self):
        make_tree(self.source, {"A": b"1", "a": b"2", "con": b"3"})
        self.mirror("--names=unix", self.source, self.at("tree"))
        self.mirror("--names=windows", "--delete", self.source, self.at("tree"), status=9)
        self.assert_left(self.served / "tree", "A", "a", "con")

    def test_leaving_them_out_is_a_way(self):
        make_tree(self.source, {"A": b"1", "con": b"3"})
        self.mirror("--names=windows", "--exclude", "con", self.source, self.at("tree"))
        self.assert_left(self.served / "tree", "A")


if __name__ == "__main__":
    unittest.main()
