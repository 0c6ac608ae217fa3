"""The client against pyftpdlib."""

import os
import unittest

import client_tests
import peers


class Pyftpdlib(client_tests.ClientTests):
    server_class = peers.Pyftpdlib

    def test_passive_falls_from_epsv_to_pasv(self):
        with peers.Pyftpdlib(self.root, disable=("EPSV",)) as server:
            self.there_and_back("--passive", server=server, expect=("PASV",))

    def test_hidden_names_by_list(self):
        with peers.Pyftpdlib(self.root, disable=("MLSD", "MLST")) as server:
            self.assert_hidden_names_can_be_had(server)

    def test_times_cannot_be_set(self):
        (self.local / "file").write_bytes(b"x")
        os.utime(self.local / "file", (1_100_000_000, 1_100_000_000))
        with peers.Pyftpdlib(self.root, disable=("MFMT",)) as server:
            self.succeed("put", "file", self.at("", server))
        self.assertEqual((self.remote / "file").read_bytes(), b"x")
        self.assertNotEqual((self.remote / "file").stat().st_mtime, 1_100_000_000)


if __name__ == "__main__":
    unittest.main()
