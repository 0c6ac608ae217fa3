"""wget with `ferry serve`."""

import unittest

from servercase import ServerCase
from trees import make_tree, tree_of


class Wget(ServerCase):
    def wget(self, *arguments, **options):
        return self.client("wget", "-nv", "-t", "1", "-T", "20", *arguments, **options)

    def test_get(self):
        self.wget(self.server.url("file"), self.server.url("dir/with%20space"),
                  self.server.url("empty"))
        self.assertEqual((self.local / "file").read_bytes(), self.content)
        self.assertEqual((self.local / "with space").read_bytes(), b"inner")
        self.assertEqual((self.local / "empty").read_bytes(), b"")

    def test_active(self):
        self.wget("--no-passive-ftp", self.server.url("file"))
        self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_goes_on_with_a_part(self):
        (self.local / "file").write_bytes(self.content[:444_444])
        self.wget("-c", self.server.url("file"))
        self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_recursive(self):
        make_tree(self.served / "tree", {"a/one": b"1", "a/b/two": b"22", "three": b"333"})
        self.wget("-r", "-nH", self.server.url("tree/"))
        self.assertEqual(tree_of(self.local / "tree"), tree_of(self.served / "tree"))

    def test_timestamping_sees_that_nothing_is_newer(self):
        self.wget("-N", self.server.url("file"))
        before = (self.local / "file").stat().st_ino
        self.wget("-N", self.server.url("file"))
        self.assertEqual((self.local / "file").stat().st_ino, before)

    def test_wildcard(self):
        self.wget(self.server.url("f*"))
        self.assert_left(self.local, "file")

    def test_not_found_and_wrong_password(self):
        self.wget(self.server.url("nowhere"), status=8)
        self.wget(self.server.url("file", password="wrong"), status=6)
        self.assert_left(self.local)


if __name__ == "__main__":
    unittest.main()
