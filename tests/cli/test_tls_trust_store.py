"""What ferry remembers of servers over TLS: the trust command, and the file behind it."""

import os
import unittest

import certificates
from tlscase import CONTENT, TrustCase, fingerprint


class TrustCommand(TrustCase):
    def test_looking(self):
        server = self.strange()
        done = self.assert_status(self.ferry("trust", server.url()), 7)
        for text in (fingerprint(self.certificate), f"sha256:{self.certificate.key_fingerprint}",
                     "CN=self", "127.0.0.1", "self-signed"):
            self.assertIn(text, done.text)
        self.assertEqual(server.secrets(), [])
        self.assertEqual(self.known_servers(), [])

    def test_looking_at_one_that_is_verified(self):
        for implicit in (False, True):
            server = self.server(implicit=implicit)
            done = self.succeed(*self.trusting("trust", server.url()))
            self.assertIn(fingerprint(certificates.good()), done.text)
            self.assertIn("CN=Test Authority", done.text)
            self.assertEqual(server.secrets(), [])

    def test_looking_in_json(self):
        server = self.strange(certificate=certificates.self_signed_and_expired())
        shown = self.assert_status(self.ferry("trust", "--json", server.url()), 7).json()
        self.assertEqual(shown["server"], self.name(server))
        self.assertEqual(shown["certificate"]["fingerprint"],
                         fingerprint(certificates.self_signed_and_expired()))
        self.assertEqual(sorted(each["problem"] for each in shown["problems"]),
                         ["expired", "self_signed"])
        self.assertIs(shown["trusted"], False)
        good = self.server()
        shown = self.succeed(*self.trusting("trust", "--json", good.url())).json()
        self.assertIs(shown["trusted"], True)
        self.assertEqual(shown["problems"], [])

    def test_looking_at_one_without_tls(self):
        server = self.server({"AUTH": "502 no"})
        done = self.assert_status(self.ferry("trust", server.url()), 7)
        self.assertIn("502 no", self.assert_one_line(done))

    def test_adding_connects_to_nobody(self):
        server = self.strange()
        for _ in range(2):
            self.succeed("trust", "--add", fingerprint(self.certificate), server.url())
        self.assertEqual(server.log, [])
        self.assertEqual(self.known_servers(),
                         [f"{self.name(server)} {fingerprint(self.certificate)}"])
        self.assertEqual(self.store.stat().st_mode & 0o077, 0)

    def test_removing(self):
        one, two = self.strange(), self.strange()
        self.know("# mine", f"{self.name(one)} tls", f"{self.name(two)} tls",
                  f"{self.name(one)} {fingerprint(self.certificate)}")
        self.succeed("trust", "--remove", one.url())
        self.assertEqual(self.known_servers(), ["# mine", f"{self.name(two)} tls"])
        self.assert_refused(self.cat(one), one, "self-signed")
        self.assertNotEqual(self.ferry("trust", "--remove", one.url()).status, 0)

    def test_listing(self):
        self.assertEqual(self.succeed("trust").text, "")
        lines = [f"ftp.example.org:21 {fingerprint(self.certificate)}", "[::1]:2121 tls"]
        self.know("# a comment", "", *lines)
        self.assertEqual(self.succeed("trust").text.splitlines(), lines)
        listed = [event["server"] for event in self.succeed("trust", "--json").events]
        self.assertEqual(listed, ["ftp.example.org:21", "[::1]:2121"])

    def test_wrong_usage(self):
        server = self.strange()
        for arguments in (["--add", "sha256:12", server.url()], ["--add", "x", server.url()],
                          ["--add", fingerprint(self.certificate)], ["--remove"],
                          ["--add", fingerprint(self.certificate), "--remove", server.url()]):
            self.assert_status(self.ferry("trust", *arguments), 2)
        self.assertEqual(self.known_servers(), [])

    def test_names_are_one_name(self):
        self.succeed("trust", "--add", fingerprint(self.certificate), "ftp://FTP.Example.ORG/")
        self.succeed("trust", "--add", fingerprint(self.certificate), "ftps://ftp.example.org/x/y")
        self.succeed("trust", "--add", fingerprint(self.certificate), "ftp://[::1]:2121/")
        names = [line.split(" ")[0] for line in self.known_servers()]
        self.assertEqual(names, ["ftp.example.org:21", "ftp.example.org:990", "[::1]:2121"])


class TheStore(TrustCase):
    def test_a_damaged_line_is_not_passed_over(self):
        for line in ("what is this", "127.0.0.1:21", "127.0.0.1:21 sha256:12", "x" * 100_000,
                     "\x1b]0;owned\x07 tls2"):
            with self.subTest(line=line[:20]):
                server = self.strange()
                self.know("# fine", line, f"{self.name(server)} {fingerprint(self.certificate)}")
                done = self.assert_status(self.cat(server), 8)
                self.assertIn("known_servers", self.assert_one_line(done))
                self.assertEqual(server.secrets(), [])

    def test_bytes_that_are_no_text(self):
        server = self.strange()
        self.know()
        self.store.write_bytes(b"\xff\xfe\x00\x01\n" * 3)
        done = self.assert_status(self.cat(server), 8)
        self.assert_one_line(done)
        self.assertEqual(server.secrets(), [])

    def test_a_last_line_without_end(self):
        server = self.strange()
        self.know()
        self.store.write_text("ftp.example.org:21 tls")
        self.succeed("trust", "--add", fingerprint(self.certificate), server.url())
        self.assertEqual(self.known_servers(), [
            "ftp.example.org:21 tls", f"{self.name(server)} {fingerprint(self.certificate)}"])

    def test_a_store_that_cannot_be_written(self):
        """The transfer is what was asked for: it goes on, and says what was not kept."""
        self.home.joinpath(".local").write_text("no directory")
        server = self.server()
        done = self.succeed(*self.trusting("cat", server.url("file")))
        self.assertEqual(done.stdout, CONTENT)
        self.assertIn("not remembered", self.assert_one_line(done))
        done = self.ferry("trust", "--add", fingerprint(self.certificate), server.url())
        self.assert_status(done, 8)
        self.assert_one_line(done)

    def test_a_store_that_cannot_be_read(self):
        self.store.mkdir(parents=True)
        server = self.strange()
        done = self.assert_status(self.cat(server), 8)
        self.assertIn("known_servers", self.assert_one_line(done))
        self.assertEqual(server.secrets(), [])

    def test_a_full_disk_at_yes_trusts_nobody(self):
        self.store.parent.mkdir(parents=True)
        os.symlink("/dev/full", self.store)
        server = self.strange()
        done = self.ferry("trust", "--add", fingerprint(self.certificate), server.url())
        self.assert_status(done, 8)

    def test_many_add_at_once(self):
        urls = [f"ftp://host-{number}.example/" for number in range(30)]
        runs = [self.start("trust", "--add", fingerprint(self.certificate), url)
                for url in urls * 2]
        for run in runs:
            self.assert_status(self.finish(run), 0)
        self.assertEqual(sorted(self.known_servers()), sorted(
            f"host-{number}.example:21 {fingerprint(self.certificate)}" for number in range(30)))

    def test_many_add_and_remove_at_once(self):
        self.know(*(f"old-{number}.example:21 tls" for number in range(15)), "stays.example:21 tls")
        runs = [self.start("trust", "--remove", f"ftp://old-{number}.example/")
                for number in range(15)]
        runs += [self.start("trust", "--add", fingerprint(self.certificate),
                            f"ftp://new-{number}.example/") for number in range(15)]
        for run in runs:
            self.assert_status(self.finish(run), 0)
        self.assertEqual(sorted(line.split(" ")[0] for line in self.known_servers()), sorted(
            ["stays.example:21", *(f"new-{number}.example:21" for number in range(15))]))

    def test_two_transfers_remember_at_once(self):
        server = self.server()
        runs = [self.start(*self.trusting("cat", server.url("file"))) for _ in range(6)]
        for run in runs:
            self.assertEqual(self.finish(run).stdout, CONTENT)
        self.assertEqual(self.known_servers(), [f"{self.name(server)} verified"])


if __name__ == "__main__":
    unittest.main()
