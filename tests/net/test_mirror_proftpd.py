"""Mirrors from, to and within proftpd."""

import unittest

import mirror_tests
import peers

mirror_tests.plain_and_over_tls(globals(), peers.Proftpd)

if __name__ == "__main__":
    unittest.main()
