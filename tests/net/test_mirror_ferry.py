"""Mirrors from, to and within ferry serve."""

import unittest

import mirror_tests
import peers

mirror_tests.plain_and_over_tls(globals(), peers.FerryServer)

if __name__ == "__main__":
    unittest.main()
