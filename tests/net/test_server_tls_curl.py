"""curl over TLS with `ferry serve`."""

import unittest

from servertlscase import TlsCase
from trees import bytes_of


class Tls13(TlsCase):
    versions = ("--tlsv1.3",)

    def curl(self, *arguments, **options):
        return self.client("curl", "-sS", "-m", "30", "--cacert", self.certificate,
                           *self.versions, *arguments, **options)

    def ways(self, path):
        """curl's options and the URL for each way that TLS can be had."""
        explicit = self.server.url(path)
        implicit = explicit.replace("ftp:", "ftps:").replace(f":{self.server.port}/",
                                                             f":{self.ftps_port}/")
        yield "explicit", ("--ssl-reqd", explicit)
        yield "implicit", (implicit,)
        yield "clear data", ("--ftp-ssl-control", explicit)
        # Behind CCC curl resumes no session: only clear data will do then.
        for mode in ("passive", "active"):
            yield f"CCC, {mode}", ("--ftp-ssl-control", "--ftp-ssl-ccc", "--ftp-ssl-ccc-mode",
                                   mode, explicit)
        yield "PASV", ("--ssl-reqd", "--disable-epsv", explicit)

    def test_get(self):
        for name, content in (("file", self.content), ("empty", b""), ("dir/with%20space", b"inner")):
            for way, arguments in self.ways(name):
                with self.subTest(name=name, way=way):
                    self.assertEqual(self.curl(*arguments).stdout, content)

    def test_put_and_resume(self):
        (self.local / "new").write_bytes(self.content)
        (self.local / "hollow").write_bytes(b"")
        for way, arguments in self.ways("up"):
            with self.subTest(way=way):
                self.curl("-T", "new", *arguments)
                self.assert_same(self.served / "up", self.local / "new")
                (self.served / "up").write_bytes(self.content[:99_999])
                self.curl("-C", "-", "-T", "new", *arguments)
                self.assert_same(self.served / "up", self.local / "new")
                self.curl("-T", "hollow", *arguments)
                self.assertEqual((self.served / "up").read_bytes(), b"")

    def test_range_and_list(self):
        for way, arguments in self.ways("file"):
            with self.subTest(way=way):
                self.assertEqual(self.curl("-r", "1000-1999", *arguments).stdout,
                                 self.content[1000:2000])
        for way, arguments in self.ways(""):
            with self.subTest(way=way):
                self.assertEqual(sorted(self.curl("-l", *arguments).text.split()),
                                 ["dir", "empty", "file"])

    def test_some_files(self):
        names = [f"f{number}" for number in range(5)]
        for number, name in enumerate(names):
            (self.served / name).write_bytes(bytes_of(1000, seed=number))
        for way, arguments in self.ways("f[0-4]"):
            # Together its sessions share what they resume, so that it is often another's.
            for parallel in ([[], ["-Z"]] if "--ftp-ssl-control" in arguments else [[]]):
                with self.subTest(parallel=parallel, way=way):
                    self.curl(*parallel, "-O", *arguments)
                    for name in names:
                        self.assert_same(self.local / name, self.served / name)
                        (self.local / name).unlink()

    def test_without_reuse(self):
        self.curl("--ssl-reqd", "--no-sessionid", self.server.url("file"), status=18)
        self.assertIn("does not resume", self.server.log())

    def test_who_does_not_know_the_certificate(self):
        self.client("curl", "-sS", "-m", "30", "--ssl-reqd", self.server.url("file"), status=60)


class Tls12(Tls13):
    versions = ("--tls-max", "1.2")


class Ipv6(Tls13):
    address = "::1"


if __name__ == "__main__":
    unittest.main()
