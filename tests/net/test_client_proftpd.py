"""The client against proftpd."""

import unittest

import client_tests
import peers


class Proftpd(client_tests.ClientTests):
    server_class = peers.Proftpd

    def test_passive_falls_from_epsv_to_pasv(self):
        with peers.Proftpd(self.root, disable=("EPSV",)) as server:
            self.there_and_back("--passive", server=server, expect=("PASV",))

    def test_hidden_names_by_list(self):
        with peers.Proftpd(self.root, disable=("MLSD", "MLST")) as server:
            self.assert_hidden_names_can_be_had(server)

    def test_times_by_site_utime(self):
        with peers.Proftpd(self.root, disable=("MFMT", "MLST"),
                           config=["LoadModule mod_site_misc.c"]) as server:
            self.assert_times_of_uploads_are_kept(server, "SITE UTIME")


if __name__ == "__main__":
    unittest.main()
