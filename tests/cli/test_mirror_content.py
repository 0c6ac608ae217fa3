"""ferry mirror by content: --checksum asks both ends for hashes, --manifest keeps a list of what
was deployed."""

import hashlib
import os
import shutil
import unittest

from fake_server import Download, ManyServer
from mirror_cli import files_of, MirrorCase, paths
from trees import make_tree, tree_of

OLD = 1_500_000_000


class ContentCase(MirrorCase):
    options = ()

    def setUp(self):
        super().setUp()
        for path in self.source.rglob("*"):
            os.utime(path, (OLD, OLD))
        self.there = self.served / "tree"
        self.run_once()

    def run_once(self, *more, status=0, **run):
        return self.events(*self.options, *more, self.source, self.at("tree"), status=status, **run)

    def change(self, root, name, content, when=OLD):
        (root / name).write_bytes(content)
        os.utime(root / name, (when, when))


class Checksum(ContentCase):
    options = ("--checksum",)

    def test_other_content_of_the_same_size_and_time(self):
        self.change(self.there, "one", b"X")
        plain = self.events(self.source, self.at("tree"))
        self.assertEqual(paths(plain, "done", "copy"), [])
        plan = self.run_once("-n")
        self.assertEqual([(event["path"], event["reason"]) for event in plan.events
                          if event["event"] == "planned"], [("one", "content_differs")])
        self.assertEqual((self.there / "one").read_bytes(), b"X")
        self.assertEqual(paths(self.run_once(), "done", "copy"), ["one"])
        self.assertEqual((self.there / "one").read_bytes(), b"1")

    def test_the_same_content_gets_the_time_only(self):
        self.change(self.source, "one", b"1", OLD + 1000)
        done = self.run_once()
        self.assertEqual(paths(done, "done", "copy"), [])
        self.assertEqual(paths(done, "done", "set_time"), ["one"])
        self.assertEqual((self.there / "one").stat().st_mtime, OLD + 1000)
        summary = self.run_once().event("summary")
        self.assertEqual((summary["changed"], summary["copied"], summary["unchanged"]), (0, 0, 3))

    def test_in_all_directions(self):
        for source, target, place in ((self.at("tree"), self.local / "copy", self.local / "copy"),
                                      (self.at("tree"), self.at("copy"), self.served / "copy"),
                                      (self.source, self.local / "b", self.local / "b")):
            with self.subTest(source=str(source), target=str(target)):
                self.events(source, target)
                self.change(place, "dir/two", b"XX")
                self.change(place, "one", b"1", OLD + 1000)
                self.assertEqual(paths(self.events("--checksum", source, target), "done", "copy"),
                                 ["dir/two"])
                self.assertEqual(files_of(place), files_of(self.source))

    def test_a_server_without_hashes_is_told_of_once(self):
        listing = b"".join(b"-rw-r--r-- 1 a b 1 Jan  1 2020 %s\r\n" % name for name in (b"a", b"b"))
        server = self.enterContext(ManyServer({
            "LIST": Download(listing), "SIZE": "213 1", "RETR": Download(b"x"),
            "MDTM": "213 20200101000000"}))
        self.events(server.url("tree"), self.local / "copy")
        done = self.events("--checksum", server.url("tree"), self.local / "copy")
        self.assertIn("size and time decide", done.event("notice")["text"])
        self.assertEqual(done.event("summary")["unchanged"], 2)


class Manifest(ContentCase):
    options = ("--manifest",)

    def manifest(self):
        """{path: (hash, size)}"""
        first, *lines, last = (self.there / ".ferry-manifest").read_text().splitlines()
        self.assertEqual((first, last), ("ferry-manifest 1", f"end {len(lines)}"))
        split = [line.split(" ", 3) for line in lines]
        for _, _, when, _ in split:
            self.assertRegex(when, r"^\d+$")
        return {path: (digest, int(size)) for digest, size, _, path in split}

    def assert_manifest(self, root=None):
        """It has just the files below a root."""
        files = files_of(root or self.source)
        self.assertEqual(self.manifest(), {
            path: (hashlib.sha256(content).hexdigest(), len(content))
            for path, content in files.items()})

    def test_it_lists_what_was_deployed(self):
        self.assert_manifest()
        self.change(self.source, "one", b"other")
        make_tree(self.source, {"dir/\tnew\\": b"n"})
        self.run_once()
        lines = (self.there / ".ferry-manifest").read_text().splitlines()
        self.assertTrue(any(line.endswith(r" dir/\x09new\\") for line in lines), lines)
        self.assertIn("one", self.manifest())

    def test_what_is_the_same_is_not_looked_at_there(self):
        self.change(self.there, "one", b"their own")
        (self.there / "dir/two").unlink()
        summary = self.run_once().event("summary")
        self.assertEqual((summary["copied"], summary["unchanged"]), (0, 3))
        log = self.mirror("-v", "--manifest", self.source, self.at("tree"))
        self.assertNotRegex(log.stderr, r"\b(MLSD|LIST|NLST)\b")
        self.assertRegex(log.stderr, r"\.ferry-manifest")
        # A run without it sees and mends that.
        self.assertEqual(paths(self.events(self.source, self.at("tree")), "done", "copy"),
                         ["dir/two", "one"])

    def test_only_other_content_is_moved(self):
        for path in self.source.rglob("*"):
            os.utime(path, (OLD + 5000, OLD + 5000))
        self.change(self.source, "dir/two", b"xx", OLD + 5000)
        self.assertEqual(paths(self.run_once(), "done", "copy"), ["dir/two"])
        self.assert_manifest()
        self.assertEqual((self.there / "dir/two").read_bytes(), b"xx")

    def test_delete_removes_what_was_deployed_and_nothing_else(self):
        make_tree(self.served, {"tree/theirs": b"t", "tree/dir/deep/theirs": b"t"})
        shutil.rmtree(self.source / "dir")
        self.run_once()
        self.assertTrue((self.there / "dir/two").exists())
        self.run_once("--delete")
        self.assertEqual(files_of(self.there).keys(),
                         {".ferry-manifest", "one", "theirs", "dir/deep/theirs"})
        self.assert_manifest()
        self.assertEqual(self.run_once("--delete").event("summary")["removed"], 0)

    def test_what_did_not_arrive_is_not_in_it(self):
        make_tree(self.source, {"bad": b"b", "good": b"g"})
        (self.source / "bad").chmod(0)
        done = self.run_once(status=9, **self.as_nobody())
        self.assertEqual(paths(done, "failed", "copy"), ["bad"])
        self.assertEqual(self.manifest().keys(), {"one", "dir/two", "dir/deep/three", "good"})
        (self.source / "bad").chmod(0o644)
        self.assertEqual(paths(self.run_once(), "done", "copy"), ["bad"])
        self.assert_manifest()

    def test_a_plan_writes_none(self):
        before = tree_of(self.there)
        self.change(self.source, "one", b"other")
        self.assertEqual(paths(self.run_once("-n"), "planned", "copy"), ["one"])
        self.assertEqual(tree_of(self.there), before)
        self.events("-n", "--manifest", self.source, self.at("new"))
        self.assertFalse((self.served / "new").exists())

    def test_a_damaged_one_is_no_empty_one(self):
        file = self.there / ".ferry-manifest"
        whole = file.read_bytes()
        before = tree_of(self.there)
        for damaged in (b"something else\n", whole[:-6], whole.replace(b"one", b"../one")):
            with self.subTest(damaged=damaged[-30:]):
                file.write_bytes(damaged)
                self.change(self.source, "one", b"other")
                done = self.mirror("--json", "--manifest", "--delete", self.source,
                                   self.at("tree"), status=10)
                self.assertEqual(done.event("failed")["error"]["code"], "verification_failed")
                file.write_bytes(whole)
                self.assertEqual(tree_of(self.there), before)

    def test_it_is_no_part_of_the_mirror(self):
        make_tree(self.source, {".ferry-manifest": b"the source's own"})
        summary = self.run_once("--delete").event("summary")
        self.assertEqual((summary["copied"], summary["removed"]), (0, 0))
        self.assertNotIn(".ferry-manifest", self.manifest())

    def test_wrong_usage(self):
        for options, complaint in ((["--checksum"], "--manifest goes without"),
                                   (["--only-newer"], "--manifest goes without"),
                                   (["--delete", "--trash", "old"], "--manifest goes without")):
            done = self.mirror("--manifest", *options, self.source, self.at("tree"), status=2)
            self.assertIn(complaint, done.stderr)
        done = self.mirror("--manifest", self.at("tree"), self.local / "copy", status=2)
        self.assertIn("--manifest needs a SRC here", done.stderr)
        self.assert_left(self.local, "source")


if __name__ == "__main__":
    unittest.main()
