"""Mirrors from, to and within pureftpd."""

import unittest

import mirror_tests
import peers

mirror_tests.plain_and_over_tls(globals(), peers.Pureftpd, refused_names=("back\\slash",))

if __name__ == "__main__":
    unittest.main()
