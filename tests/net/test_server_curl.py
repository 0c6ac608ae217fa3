"""curl with `ferry serve`."""

import unittest

from servercase import ServerCase
from trees import bytes_of


class Curl(ServerCase):
    def curl(self, *arguments, **options):
        return self.client("curl", "-sS", "-m", "30", *arguments, **options)

    def test_get(self):
        self.assertEqual(self.curl(self.server.url("file")).stdout, self.content)
        self.assertEqual(self.curl(self.server.url("dir/with%20space")).stdout, b"inner")
        self.assertEqual(self.curl(self.server.url("empty")).stdout, b"")

    def test_get_by_each_data_connection(self):
        for options in (["--disable-epsv"], ["-P", "-"], ["-P", "-", "--disable-eprt"]):
            with self.subTest(options=options):
                self.assertEqual(self.curl(*options, self.server.url("file")).stdout, self.content)

    def test_get_in_each_way_to_walk(self):
        for method in ("multicwd", "nocwd", "singlecwd"):
            with self.subTest(method=method):
                done = self.curl("--ftp-method", method, self.server.url("dir/with%20space"))
                self.assertEqual(done.stdout, b"inner")

    def test_range_and_resume(self):
        self.assertEqual(self.curl("-r", "1000-1999", self.server.url("file")).stdout,
                         self.content[1000:2000])
        self.assertEqual(self.curl("-r", "-500", self.server.url("file")).stdout,
                         self.content[-500:])
        (self.local / "file").write_bytes(self.content[:345_678])
        self.curl("-C", "-", "-O", self.server.url("file"))
        self.assert_same(self.local / "file", self.served / "file")

    def test_put_append_and_resume(self):
        (self.local / "new").write_bytes(self.content)
        self.curl("-T", "new", self.server.url("dir/"))
        self.assert_same(self.served / "dir" / "new", self.local / "new")
        (self.local / "more").write_bytes(b"more")
        self.curl("-a", "-T", "more", self.server.url("dir/new"))
        self.assertEqual((self.served / "dir" / "new").read_bytes(), self.content + b"more")
        (self.served / "new").write_bytes(self.content[:99_999])
        self.curl("-C", "-", "-T", "new", self.server.url("new"))
        self.assert_same(self.served / "new", self.local / "new")

    def test_put_from_stdin_into_new_directories(self):
        self.curl("-T", "-", "--ftp-create-dirs", self.server.url("a/b/c"), input=b"piped")
        self.assertEqual((self.served / "a" / "b" / "c").read_bytes(), b"piped")

    def test_lists(self):
        self.assertEqual(sorted(self.curl("-l", self.server.url()).text.split()),
                         ["dir", "empty", "file"])
        listing = self.curl(self.server.url()).text
        self.assertRegex(listing, r"(?m)^d.* dir\r?$")
        self.assertRegex(listing, r"(?m)^-rw.* 1000000 .* file\r?$")
        facts = self.curl("-X", "MLSD", self.server.url()).text
        self.assertRegex(facts, r"(?mi)type=dir;.* dir\r?$")
        self.assertRegex(facts, r"(?mi)size=1000000;.* file\r?$")

    def test_head_gives_size_and_time(self):
        head = self.curl("-I", self.server.url("file")).text
        self.assertIn("Content-Length: 1000000", head)
        self.assertIn("Last-Modified: ", head)

    def test_quoted_commands(self):
        self.curl("-Q", "-RNFR file", "-Q", "-RNTO dir/moved", "-Q", "-DELE empty", "-l",
                  self.server.url())
        self.assert_left(self.served, "dir")
        self.assert_same(self.served / "dir" / "moved",
                         self.write("expected", self.content))

    def write(self, name, content):
        path = self.local / name
        path.write_bytes(content)
        return path

    def test_statuses_of_curl(self):
        self.curl(self.server.url("nowhere"), status=78)
        self.curl(self.server.url("file", password="wrong"), status=67)
        self.curl(self.server.url("nodir/file"), status=9)

    def test_many_files_over_one_session_and_in_parallel(self):
        for number in range(50):
            (self.served / f"f{number}").write_bytes(bytes_of(1000, seed=number))
        for parallel in ([], ["-Z"]):
            with self.subTest(parallel=parallel):
                self.curl(*parallel, "-O", self.server.url("f[0-49]"))
                for number in range(50):
                    self.assert_same(self.local / f"f{number}", self.served / f"f{number}")

    def test_ascii(self):
        (self.served / "lines").write_bytes(b"one\ntwo\n")
        self.assertEqual(self.curl(self.server.url("lines;type=a")).stdout, b"one\ntwo\n")
        self.curl("-B", "-T", "-", self.server.url("up"), input=b"one\ntwo\n")
        self.assertEqual((self.served / "up").read_bytes(), b"one\ntwo\n")


class CurlIpv6(Curl):
    """The same over IPv6."""

    address = "::1"


if __name__ == "__main__":
    unittest.main()
