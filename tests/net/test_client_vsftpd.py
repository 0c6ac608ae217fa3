"""The client against vsftpd."""

import unittest

import client_tests
import peers


class Vsftpd(client_tests.ClientTests):
    server_class = peers.Vsftpd
    has_upload_time = False  # no MFMT

    def test_passive_falls_from_epsv_to_pasv(self):
        with peers.Vsftpd(self.root, disable=("EPSV",)) as server:
            self.there_and_back("--passive", server=server, expect=("PASV",))


if __name__ == "__main__":
    unittest.main()
