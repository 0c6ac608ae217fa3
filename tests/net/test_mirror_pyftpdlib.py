"""Mirrors from, to and within pyftpdlib."""

import unittest

import mirror_tests
import peers

mirror_tests.plain_and_over_tls(globals(), peers.Pyftpdlib)

if __name__ == "__main__":
    unittest.main()
