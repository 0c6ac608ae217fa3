"""ls, stat, mkdir, rmdir, rm, mv and chmod against `ferry serve`."""

import os
import unittest

from ferrycase import FerryCase
from trees import tree_of


class Tree(FerryCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def at(self, path=""):
        return self.url(self.server, path)


class Listing(Tree):
    def setUp(self):
        super().setUp()
        (self.served / "dir" / "deep").mkdir(parents=True)
        (self.served / "dir" / "inner").write_bytes(b"12345")
        (self.served / "dir" / "deep" / "deepest").write_bytes(b"1")
        (self.served / "file").write_bytes(b"x" * 1234)
        (self.served / "link").symlink_to("file")
        os.chmod(self.served / "file", 0o640)
        os.utime(self.served / "file", (1_234_567_890, 1_234_567_890))

    def entries(self, *arguments):
        return {entry["name"]: entry for entry in self.succeed("ls", "--json", *arguments).json()}

    def test_json_is_one_array_with_every_fact(self):
        entries = self.entries(self.at())
        self.assertEqual(sorted(entries), ["dir", "file", "link"])
        self.assertEqual(set(entries["file"]), {"name", "type", "size", "mtime", "permissions",
                                                "owner", "group", "target"})
        self.assertEqual(entries["file"]["type"], "file")
        self.assertEqual(entries["file"]["size"], 1234)
        self.assertEqual(entries["file"]["mtime"], "2009-02-13T23:31:30Z")
        self.assertEqual(entries["file"]["permissions"], "rw-r-----")
        self.assertEqual(entries["dir"]["type"], "directory")

    def test_plain_output_is_one_name_a_line_and_hides_dot_names(self):
        (self.served / ".hidden").write_bytes(b"")
        self.assertEqual(self.succeed("ls", self.at()).text.splitlines(), ["dir", "file", "link"])
        self.assertEqual(self.succeed("ls", "-a", self.at()).text.splitlines(),
                         [".hidden", "dir", "file", "link"])

    def test_long_output_and_its_orders(self):
        (self.served / "big").write_bytes(b"x" * 99_999)
        lines = self.succeed("ls", "-l", self.at()).text.splitlines()
        line = next(line for line in lines if line.endswith("file"))
        for part in ("rw-r-----", "2009"):
            self.assertIn(part, line)
        by_size = self.succeed("ls", "-S", self.at()).text.splitlines()
        self.assertEqual([name for name in by_size if name in ("big", "file")], ["big", "file"])
        by_time = self.succeed("ls", "-t", self.at()).text.splitlines()
        self.assertEqual([name for name in by_time if name in ("big", "file")], ["big", "file"])
        turned = self.succeed("ls", "-S", "--reverse", self.at()).text.splitlines()
        self.assertEqual(turned, by_size[::-1])

    def test_an_empty_directory(self):
        (self.served / "empty").mkdir()
        self.assertEqual(self.succeed("ls", "--json", self.at("empty/")).json(), [])
        self.assertEqual(self.succeed("ls", self.at("empty")).text, "")

    def test_a_file_lists_itself(self):
        self.assertEqual([entry["name"] for entry in
                          self.succeed("ls", "--json", self.at("dir/inner")).json()], ["inner"])

    def test_recursive(self):
        text = self.succeed("ls", "-R", self.at()).text
        for name in ("inner", "deepest", "dir/deep"):
            self.assertIn(name, text)
        names = [entry["name"] for entry in self.succeed("ls", "-R", "--json", self.at()).json()]
        self.assertTrue(any(name.endswith("deepest") for name in names), names)

    def test_stat(self):
        one = self.succeed("stat", "--json", self.at("file")).json()
        self.assertEqual((one["name"], one["type"], one["size"], one["mtime"]),
                         ("file", "file", 1234, "2009-02-13T23:31:30Z"))
        self.assertEqual(self.succeed("stat", "--json", self.at("dir")).json()["type"],
                         "directory")
        self.assertIn("1234", self.succeed("stat", self.at("file")).text.replace(",", ""))

    def test_what_is_not_there(self):
        for command in ("ls", "stat"):
            with self.subTest(command=command):
                self.assert_status(self.ferry(command, self.at("nowhere")), 5)


class Change(Tree):
    def test_mkdir_and_rmdir(self):
        self.succeed("mkdir", self.at("one"), self.at("two words"))
        self.assert_left(self.served, "one", "two words")
        self.succeed("rmdir", self.at("one"), self.at("two%20words"))
        self.assert_left(self.served)

    def test_mkdir_p_makes_parents_and_takes_what_is_there(self):
        self.assert_status(self.ferry("mkdir", self.at("a/b/c")), 5)
        self.assert_left(self.served)
        self.succeed("mkdir", "-p", self.at("a/b/c"))
        self.succeed("mkdir", "-p", self.at("a/b/c"))
        self.assertEqual(tree_of(self.served), {"a": None, "a/b": None, "a/b/c": None})
        self.assert_status(self.ferry("mkdir", self.at("a/b")), 6)

    def test_rm(self):
        for name in ("one", "two", "stays"):
            (self.served / name).write_text(name)
        self.succeed("rm", self.at("one"), self.at("two"))
        self.assert_left(self.served, "stays")

    def test_rm_leaves_a_directory_alone_unless_r_is_given(self):
        (self.served / "dir" / "deep").mkdir(parents=True)
        (self.served / "dir" / "deep" / "file").write_text("x")
        (self.served / "dir" / "-odd name").write_text("x")
        (self.served / "outside").write_text("stays")
        (self.served / "dir" / "link").symlink_to("../outside")
        self.assertNotEqual(self.ferry("rm", self.at("dir")).status, 0)
        self.assertTrue((self.served / "dir" / "deep" / "file").exists())
        self.succeed("rm", "-r", self.at("dir"))
        self.assert_left(self.served, "outside")

    def test_rm_r_of_a_link_to_a_directory_does_not_follow_it(self):
        (self.served / "real").mkdir()
        (self.served / "real" / "precious").write_text("x")
        (self.served / "tree").mkdir()
        (self.served / "tree" / "link").symlink_to("../real")
        self.ferry("rm", "-r", self.at("tree"))
        self.assertTrue((self.served / "real" / "precious").exists())

    def test_rmdir_of_a_full_directory_fails(self):
        (self.served / "dir").mkdir()
        (self.served / "dir" / "file").write_text("x")
        self.assert_status(self.ferry("rmdir", self.at("dir")), 6)
        self.assertTrue((self.served / "dir" / "file").exists())

    def test_mv(self):
        (self.served / "old").write_text("content")
        (self.served / "dir").mkdir()
        self.succeed("mv", self.at("old"), self.at("dir/new name"))
        self.assertEqual(tree_of(self.served), {"dir": None, "dir/new name": b"content"})
        self.assert_status(self.ferry("mv", self.at("old"), self.at("x")), 5)

    def test_mv_between_servers_is_wrong_usage(self):
        (self.served / "old").write_text("content")
        self.assert_status(self.ferry("mv", self.at("old"), "ftp://127.0.0.2:1/new"), 2)
        self.assert_left(self.served, "old")

    def test_chmod(self):
        (self.served / "file").write_text("x")
        self.succeed("chmod", "600", self.at("file"))
        self.assertEqual((self.served / "file").stat().st_mode & 0o777, 0o600)
        self.assert_status(self.ferry("chmod", "9z", self.at("file")), 2)
        self.assertEqual((self.served / "file").stat().st_mode & 0o777, 0o600)

    def test_one_of_several_fails_and_the_others_are_done(self):
        (self.served / "there").write_text("x")
        done = self.ferry("rm", "--json", self.at("missing"), self.at("there"))
        self.assert_status(done, 9)
        self.assert_left(self.served)
        self.assertEqual(done.event("failed")["error"]["code"], "not_found")
        self.assertEqual(done.event("summary")["failed"], 1)


if __name__ == "__main__":
    unittest.main()
