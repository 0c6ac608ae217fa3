"""The client against vsftpd."""

import os
import unittest

import client_tests
import peers


class Vsftpd(client_tests.ClientTests):
    server_class = peers.Vsftpd
    time_verb = "MDTM"  # with two arguments, and once to look

    def test_times_cannot_be_set(self):
        (self.local / "file").write_bytes(b"x")
        os.utime(self.local / "file", (1_100_000_000, 1_100_000_000))
        with peers.Vsftpd(self.root, config=["mdtm_write=NO"]) as server:
            done = self.succeed("put", "-v", "file", "file", self.at("", server))
        self.assertEqual((self.remote / "file").read_bytes(), b"x")
        self.assertNotEqual((self.remote / "file").stat().st_mtime, 1_100_000_000)
        self.assertEqual(done.stderr.count("> SITE UTIME "), 2, repr(done))

    def test_passive_falls_from_epsv_to_pasv(self):
        with peers.Vsftpd(self.root, disable=("EPSV",)) as server:
            self.there_and_back("--passive", server=server, expect=("PASV",))


if __name__ == "__main__":
    unittest.main()
