"""Mirrors of a tree here to a server, through a relay that breaks them."""

import unittest

import mirror_fault_tests as shared
from faultcase import fill


class Up(shared.MirrorFaults):
    is_upload = True
    moves = "STOR"

    def test_full_disk(self):
        server = self.serve()
        fill(server)
        outcome, _ = self.go(server, again=[lambda: fill(server, False)])
        self.assert_status(outcome, 9)


if __name__ == "__main__":
    unittest.main()
