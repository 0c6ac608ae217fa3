"""lftp with `ferry serve`."""

import os
import unittest

from servercase import ServerCase
from trees import bytes_of, make_tree, tree_of


class Lftp(ServerCase):
    def lftp(self, commands, **options):
        settings = ("set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 20; "
                    "set ftp:ssl-allow no; ")
        return self.client("lftp", "-c", f"{settings} open {self.server.url()}; {commands}",
                           **options)

    def test_get_put_and_append_of_a_part(self):
        self.lftp('get file; get "dir/with space"; get empty')
        self.assertEqual((self.local / "file").read_bytes(), self.content)
        self.assertEqual((self.local / "with space").read_bytes(), b"inner")
        (self.local / "new name").write_bytes(self.content)
        self.lftp('put -O dir "new name"')
        self.assert_same(self.served / "dir" / "new name", self.local / "file")

    def test_resume_both_ways(self):
        (self.local / "file").write_bytes(self.content[:222_222])
        self.lftp("get -c file")
        self.assert_same(self.local / "file", self.served / "file")
        (self.local / "up").write_bytes(self.content)
        (self.served / "up").write_bytes(self.content[:333_333])
        self.lftp("put -c up")
        self.assert_same(self.served / "up", self.local / "up")

    def test_active(self):
        self.lftp("set ftp:passive-mode off; get file")
        self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_lists(self):
        self.assertEqual(sorted(self.lftp("nlist").text.split()), ["dir", "empty", "file"])
        self.assertEqual(sorted(self.lftp("cls -1").text.split()), ["dir/", "empty", "file"])
        self.assertIn("1000000", self.lftp("set ftp:use-mlsd off; ls").text)
        self.assertIn("with space", self.lftp("find").text)

    def test_mirror_down_and_up(self):
        tree = {f"d{number % 7}/f {number}": bytes_of(number * 100, seed=number)
                for number in range(1, 60)}
        make_tree(self.served / "tree", {**tree, "grüße/日本": b"utf-8", "hollow": None})
        os.utime(self.served / "tree" / "d1" / "f 1", (1_000_000_000, 1_000_000_000))
        self.lftp("mirror --parallel=4 tree copy")
        self.assertEqual(tree_of(self.local / "copy"), tree_of(self.served / "tree"))
        self.assertEqual((self.local / "copy" / "d1" / "f 1").stat().st_mtime, 1_000_000_000)
        self.lftp("mirror -R --parallel=4 copy again")
        self.assertEqual(tree_of(self.served / "again"), tree_of(self.served / "tree"))
        self.assertEqual((self.served / "again" / "d1" / "f 1").stat().st_mtime, 1_000_000_000)
        self.assertEqual(self.lftp("mirror -p -n --dry-run tree copy").text, "")  # nothing is newer

    def test_pget_over_several_connections(self):
        self.lftp("pget -n 4 file")
        self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_changes(self):
        self.lftp("mkdir -p a/b; mv file a/b/moved; chmod 600 a/b/moved; rm empty; rmdir a/b/x "
                  "|| rm -r dir")
        self.assertEqual(tree_of(self.served), {"a": None, "a/b": None, "a/b/moved": self.content})
        self.assertEqual((self.served / "a/b/moved").stat().st_mode & 0o777, 0o600)

    def test_commands_in_flight(self):
        self.lftp("set ftp:sync-mode off; set ftp:use-pret off; get file; get empty; "
                  'get "dir/with space"; nlist')
        self.assertEqual((self.local / "file").read_bytes(), self.content)
        self.assertEqual((self.local / "with space").read_bytes(), b"inner")

    def test_wrong_password(self):
        self.client("lftp", "-c", "set ftp:ssl-allow no; set net:max-retries 1; set cmd:fail-exit "
                    f"yes; open {self.server.url(password='wrong')}; ls", status=1)


if __name__ == "__main__":
    unittest.main()
