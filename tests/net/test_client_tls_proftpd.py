"""The client against proftpd over TLS: it demands that data connections resume the session."""

import unittest

import client_tls_tests
import peers


class Tls13(client_tls_tests.TlsClientTests):
    peer = peers.Proftpd
    has_ccc = True


# A session that follows another takes it 0.2 s, so not all of it three times.
BEGINNINGS = ("test_passive", "test_active", "test_sizes_from_nothing_to_some_blocks",
              "test_a_download_interrupted_at_any_byte_goes_on_there", "test_many_small_files",
              "test_each_data_connection_resumes_the_session", "test_anonymous")


@client_tls_tests.only(*BEGINNINGS, "test_only_the_version_that_is_asked_for",
                       "test_clear_control_connection_where_asked_for")
class Tls12(Tls13):
    version = "1.2"


@client_tls_tests.only(*BEGINNINGS, "test_the_order_of_commands")
class Implicit(Tls13):
    implicit = True


if __name__ == "__main__":
    unittest.main()
