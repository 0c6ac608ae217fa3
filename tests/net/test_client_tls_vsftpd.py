"""The client against vsftpd over TLS: it demands that data connections resume the session."""

import unittest

import client_tls_tests
import peers


class Tls13(client_tls_tests.TlsClientTests):
    peer = peers.Vsftpd
    time_verb = "MDTM"


# Refused logins take their time, the same in each version.
@client_tls_tests.without("test_statuses")
class Tls12(Tls13):
    version = "1.2"


@client_tls_tests.only(*client_tls_tests.IMPLICIT)
class Implicit(Tls13):
    implicit = True


if __name__ == "__main__":
    unittest.main()
