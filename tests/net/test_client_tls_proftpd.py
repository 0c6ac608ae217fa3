"""The client against proftpd over TLS: it demands that data connections resume the session."""

import unittest

import client_tls_tests
import peers


class Tls13(client_tls_tests.TlsClientTests):
    peer = peers.Proftpd
    has_ccc = True


# It takes 0.2 s for each session that follows another, so not all of it a second time.
@client_tls_tests.only(*client_tls_tests.IMPLICIT, "test_only_the_version_that_is_asked_for",
                       "test_clear_control_connection_where_asked_for")
class Tls12(Tls13):
    version = "1.2"


@client_tls_tests.only(*client_tls_tests.IMPLICIT)
class Implicit(Tls13):
    implicit = True


if __name__ == "__main__":
    unittest.main()
