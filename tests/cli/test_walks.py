"""find, du and tree; moving several files; names given to uploads; a directory to begin in."""

import json
import os
import unittest

from ferrycase import FerryCase


class Walks(FerryCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        for path, size in (("a.txt", 10), ("b/c.txt", 2048), ("b/d/e.bin", 4096), (".hidden", 1)):
            file = self.served / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x" * size)
        os.symlink("b", self.served / "link")

    def run_on(self, *arguments, path=""):
        done = self.ferry(*arguments, self.url(self.server, path))
        self.assertEqual((done.status, done.stderr), (0, ""), done)
        return done.text.splitlines()

    def test_find_prints_every_path_and_follows_no_link(self):
        self.assertEqual(self.run_on("find"), ["./.hidden", "./a.txt", "./b", "./b/c.txt", "./b/d",
                                               "./b/d/e.bin", "./link"])

    def test_find_takes_names_types_and_depths(self):
        self.assertEqual(self.run_on("find", "--name", "*.txt"), ["./a.txt", "./b/c.txt"])
        self.assertEqual(self.run_on("find", "--name", "[!a]*.txt"), ["./b/c.txt"])
        self.assertEqual(self.run_on("find", "--type", "d", path="b"), ["b/d"])
        self.assertEqual(self.run_on("find", "--type", "l"), ["./link"])
        self.assertEqual(self.run_on("find", "--max-depth", "1", "--type", "f"),
                         ["./.hidden", "./a.txt"])

    def test_find_prints_objects_for_programs(self):
        found = [json.loads(line) for line in self.run_on("find", "--json", path="b")]
        self.assertEqual([(each["path"], each["type"], each["size"]) for each in found
                          if each["type"] == "file"],
                         [("b/c.txt", "file", 2048), ("b/d/e.bin", "file", 4096)])

    def test_du_adds_up_the_deepest_first(self):
        lines = [line.split(maxsplit=2) for line in self.run_on("du")]
        self.assertEqual([(" ".join(line[:2]), line[2]) for line in lines],
                         [("4.0 KiB", "./b/d"), ("6.0 KiB", "./b"), ("6.0 KiB", ".")])

    def test_du_gives_one_sum_and_exact_bytes(self):
        lines = self.run_on("du", "-s", "--json", path="b/")
        self.assertEqual([json.loads(line) for line in lines], [{"path": "b", "bytes": 6144}])

    def test_du_counts_what_is_too_deep_to_be_shown(self):
        lines = self.run_on("du", "--max-depth", "0", "--json")
        self.assertEqual([json.loads(line) for line in lines], [{"path": ".", "bytes": 6155}])

    def test_tree_draws_what_is_there(self):
        self.assertEqual(self.run_on("tree"), [
            ".", "├── .hidden", "├── a.txt", "├── b/", "│   ├── c.txt", "│   └── d/",
            "│       └── e.bin", "└── link -> b", "", "2 directories, 5 files"])

    def test_what_is_not_there_is_told(self):
        done = self.ferry("find", self.url(self.server, "nothing"))
        self.assertEqual(done.status, 5, done)

    def test_mv_moves_several_into_a_directory(self):
        done = self.ferry("mv", self.url(self.server, "a.txt"), self.url(self.server, "b/c.txt"),
                          self.url(self.server, "b/d"))
        self.assertEqual(done.status, 0, done)
        self.assertEqual(sorted(os.listdir(self.served / "b" / "d")), ["a.txt", "c.txt", "e.bin"])

    def test_mv_moves_one_into_a_directory_that_is_there(self):
        done = self.ferry("mv", self.url(self.server, "a.txt"), self.url(self.server, "b"))
        self.assertEqual(done.status, 0, done)
        self.assertTrue((self.served / "b" / "a.txt").is_file())

    def test_mv_gives_a_new_name(self):
        done = self.ferry("mv", self.url(self.server, "b"), self.url(self.server, "new"))
        self.assertEqual(done.status, 0, done)
        self.assertTrue((self.served / "new" / "c.txt").is_file())

    def test_put_stores_under_another_name(self):
        (self.local / "x").write_text("hello")
        done = self.ferry("put", "-o", "y", "x", self.url(self.server, "b/"))
        self.assertEqual(done.status, 0, done)
        self.assertEqual((self.served / "b" / "y").read_text(), "hello")

    def test_put_stores_in_a_directory_below(self):
        (self.local / "x").write_text("hello")
        (self.local / "z").write_text("there")
        done = self.ferry("put", "-d", "b/d", "x", "z", self.url(self.server))
        self.assertEqual(done.status, 0, done)
        self.assertEqual((self.served / "b" / "d" / "x").read_text(), "hello")
        self.assertEqual((self.served / "b" / "d" / "z").read_text(), "there")

    def test_cd_enters_a_directory_first(self):
        done = self.ferry("get", "--cd", "b/d", "-o", "-", self.url(self.server, "e.bin"))
        self.assertEqual((done.status, len(done.stdout)), (0, 4096), done)


if __name__ == "__main__":
    unittest.main()
