"""The client against pyftpdlib."""

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


if __name__ == "__main__":
    unittest.main()
