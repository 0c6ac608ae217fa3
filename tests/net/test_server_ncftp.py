"""ncftpget, ncftpput and ncftpls with `ferry serve`."""

import unittest

from servercase import ServerCase
from trees import make_tree, tree_of


class Ncftp(ServerCase):
    def login(self):
        return ["-u", "alice", "-p", "secret", "-P", str(self.server.port)]

    def test_get(self):
        self.client("ncftpget", "-V", *self.login(), self.server.address, ".", "file",
                    "dir/with space", "empty")
        self.assertEqual((self.local / "file").read_bytes(), self.content)
        self.assertEqual((self.local / "with space").read_bytes(), b"inner")
        self.assertEqual((self.local / "empty").read_bytes(), b"")

    def test_get_active(self):
        self.client("ncftpget", "-E", "-V", *self.login(), self.server.address, ".", "file")
        self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_get_goes_on_with_a_part(self):
        (self.local / "file").write_bytes(self.content[:444_444])
        self.client("ncftpget", "-z", "-V", *self.login(), self.server.address, ".", "file")
        self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_trees(self):
        make_tree(self.served / "tree", {"a/one": b"1", "a/b/two": b"22", "three": b"333"})
        self.client("ncftpget", "-R", "-V", *self.login(), self.server.address, ".", "tree")
        self.assertEqual(tree_of(self.local / "tree"), tree_of(self.served / "tree"))
        self.client("ncftpput", "-R", "-m", "-V", *self.login(), self.server.address, "up", "tree")
        self.assertEqual(tree_of(self.served / "up" / "tree"), tree_of(self.local / "tree"))

    def test_put(self):
        (self.local / "new").write_bytes(self.content)
        self.client("ncftpput", "-V", *self.login(), self.server.address, "dir", "new")
        self.assert_same(self.served / "dir" / "new", self.local / "new")

    def test_put_under_a_temporary_name_from_stdin_and_append(self):
        self.client("ncftpput", "-T", "tmp.", "-V", "-c", *self.login(), self.server.address,
                    "piped", input=b"one\n")
        self.assertEqual((self.served / "piped").read_bytes(), b"one\n")
        (self.local / "piped").write_bytes(b"two\n")
        self.client("ncftpput", "-A", "-V", *self.login(), self.server.address, ".", "piped")
        self.assertEqual((self.served / "piped").read_bytes(), b"one\ntwo\n")

    def test_ls(self):
        url = f"ftp://{self.server.host()}:{self.server.port}/"
        names = self.client("ncftpls", "-1", "-u", "alice", "-p", "secret", url).text.split()
        self.assertEqual(sorted(name.rstrip("/") for name in names), ["dir", "empty", "file"])
        self.assertIn("1000000", self.client("ncftpls", "-l", "-u", "alice", "-p", "secret",
                                             url).text)

    def test_wrong_password(self):
        self.client("ncftpget", "-V", "-t", "10", "-r", "1", "-u", "alice", "-p", "wrong",
                    "-P", str(self.server.port), self.server.address, ".", "file", status=1)
        self.assert_left(self.local)


if __name__ == "__main__":
    unittest.main()
