"""lftp over TLS with `ferry serve`. It uses TLS where that is offered, and checks certificates."""

import unittest

from servertlscase import TlsCase
from trees import bytes_of, make_tree, tree_of


class Lftp(TlsCase):
    options = ("--tls-required", "--ftps-port", "0")
    settings = ""

    def lftp(self, commands, url=None, more="", **options):
        settings = ("set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 20; "
                    f"set ssl:ca-file {self.certificate}; {self.settings}{more}")
        return self.client("lftp", "-c", f"{settings} open {url or self.server.url()}; {commands}",
                           **options)

    def implicit(self):
        return self.server.url().replace("ftp:", "ftps:").replace(f":{self.server.port}/",
                                                                  f":{self.ftps_port}/")

    def test_get_and_put(self):
        for url in (self.server.url(), self.implicit()):
            with self.subTest(url=url):
                self.lftp('get file; get "dir/with space"; get empty', url)
                self.assertEqual((self.local / "file").read_bytes(), self.content)
                self.assertEqual((self.local / "empty").read_bytes(), b"")
                (self.local / "hollow").write_bytes(b"")
                self.lftp("put file -o up; put hollow", url)
                self.assert_same(self.served / "up", self.local / "file")
                self.assertEqual((self.served / "hollow").read_bytes(), b"")
                for name in ("up", "hollow"):
                    (self.served / name).unlink()
                for name in ("file", "with space", "empty", "hollow"):
                    (self.local / name).unlink()

    def test_active(self):
        self.lftp("set ftp:passive-mode off; get file; put file -o up")
        self.assert_same(self.local / "file", self.served / "file")
        self.assert_same(self.served / "up", self.served / "file")

    def test_resume_both_ways(self):
        (self.local / "file").write_bytes(self.content[:222_222])
        self.lftp("get -c file")
        self.assert_same(self.local / "file", self.served / "file")
        (self.local / "up").write_bytes(self.content)
        (self.served / "up").write_bytes(self.content[:333_333])
        self.lftp("put -c up")
        self.assert_same(self.served / "up", self.local / "up")

    def test_mirror_and_pieces(self):
        tree = {f"d{number % 7}/f {number}": bytes_of(number * 100, seed=number)
                for number in range(1, 60)}
        make_tree(self.served / "tree", {**tree, "hollow": None})
        self.lftp("mirror --parallel=4 tree copy")
        self.assertEqual(tree_of(self.local / "copy"), tree_of(self.served / "tree"))
        self.lftp("mirror -R --parallel=4 copy again")
        self.assertEqual(tree_of(self.served / "again"), tree_of(self.served / "tree"))
        self.lftp("pget -n 4 file")
        self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_who_does_not_know_the_certificate(self):
        done = self.lftp("ls", more="set ssl:ca-file /dev/null; ", status=1)
        self.assertIn("not trusted", done.stderr.lower())

    def test_clear_login(self):
        done = self.lftp("ls", more="set ftp:ssl-allow no; ", status=1)
        self.assertIn("use AUTH TLS first", done.stderr)


class OldTls(Lftp):
    settings = "set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS1.2; "


class Clear(Lftp):
    options = ("--tls-required-login", "--ftps-port", "0")
    settings = "set ftp:ssl-protect-data no; "


if __name__ == "__main__":
    unittest.main()
