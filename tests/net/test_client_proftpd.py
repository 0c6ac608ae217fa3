"""The client against proftpd."""

import unittest

import client_tests
import peers
from trees import bytes_of


class Proftpd(client_tests.ClientTests):
    server_class = peers.Proftpd

    def test_passive_falls_from_epsv_to_pasv(self):
        with peers.Proftpd(self.root, disable=("EPSV",)) as server:
            self.there_and_back("--passive", server=server, expect=("PASV",))

    def digests(self, *lines, disable=()):
        """With mod_digest, which Debian ships and loads only if told to."""
        config = ["LoadModule mod_digest.c", "<IfModule mod_digest.c>", "DigestEngine on", *lines,
                  "</IfModule>"]
        return peers.Proftpd(self.root, config=config, disable=disable)

    def test_proofs_by_hash(self):
        with self.digests() as server:
            self.assert_proofs(server, "SHA-256")
            (self.local / "empty").write_bytes(b"")
            done = self.succeed("put", "--json", "--verify=hash", "empty", self.at("", server))
            self.assertEqual(done.event("done")["proof"]["kind"], "hash")

    def test_proofs_by_other_hashes(self):
        for algorithm, word in (("SHA-1", "sha1"), ("MD5", "md5"), ("CRC32", "crc32")):
            with self.subTest(algorithm=algorithm), \
                    self.digests(f"DigestAlgorithms {word}") as server:
                self.assert_proofs(server, algorithm)

    def test_a_file_too_large_for_a_hash(self):
        self.put_there("file", bytes_of(300_000))
        with self.digests("DigestMaxSize 100 KB") as server:
            done = self.succeed("get", "--json", self.at("file", server))
            self.assertEqual(done.event("done")["proof"], {"kind": "size_and_time"})
            self.assert_status(self.ferry("get", "--verify=hash", self.at("file", server)), 10)

    def test_hidden_names_by_list(self):
        with peers.Proftpd(self.root, disable=("MLSD", "MLST")) as server:
            self.assert_hidden_names_can_be_had(server)

    def test_times_by_site_utime(self):
        with peers.Proftpd(self.root, disable=("MFMT", "MLST"),
                           config=["LoadModule mod_site_misc.c"]) as server:
            self.assert_times_of_uploads_are_kept(server, "SITE UTIME")


if __name__ == "__main__":
    unittest.main()
