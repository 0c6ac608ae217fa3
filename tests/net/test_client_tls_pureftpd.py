"""The client against pure-ftpd over TLS: explicit only, and it resumes nothing in TLS 1.3."""

import unittest

import client_tls_tests
import peers


class Tls13(client_tls_tests.TlsClientTests):
    peer = peers.Pureftpd
    refused_names = ("back\\slash",)
    resumes = False
    has_ccc = True


# Refused logins take their time, the same in each version.
@client_tls_tests.without("test_statuses")
class Tls12(Tls13):
    version = "1.2"
    resumes = True


if __name__ == "__main__":
    unittest.main()
