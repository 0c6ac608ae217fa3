"""Mirrors of a server's tree to here, through a relay that breaks them."""

import os
import unittest

import mirror_fault_tests as shared
from faults import Fault
from ferrycase import file_size_limit
from mirrorcase import MIB, OPTIONS, differences, state
from relay import Relay
from trees import own


class Down(shared.MirrorFaults):
    moves = "RETR"

    def test_full_disk(self):
        outcome, _ = self.go(self.serve(), Fault("RETR", "gone", byte=1000, nth=20),
                             preexec_fn=file_size_limit(MIB))
        self.assert_status(outcome, 8)  # all that is behind it would fail, too

    def test_the_remote_file_is_replaced_in_the_middle(self):
        server = self.serve()
        source, target, arguments = self.ends(is_upload=False)
        new = self.files["large/five"][::-1]

        def replace():
            (self.served / "new").write_bytes(new)
            own(self.served / "new")
            os.replace(self.served / "new", source / "large/five")

        cut = Fault("RETR", "gone", byte=3 * MIB, call=replace,
                    when=lambda session: session.path.endswith("large/five"))
        with Relay(server, cut) as relay:
            outcome = self.ferry("mirror", *OPTIONS, *arguments(relay), timeout=self.bound)
        self.assertTrue(relay.struck)
        if outcome.status == 0:
            self.assertTrue((target / "large/five").read_bytes() == new, repr(outcome))
        else:
            self.assertFalse((target / "large/five").exists(), repr(outcome))
        self.assert_status(self.ferry("mirror", *OPTIONS, *arguments(server)), 0)
        self.assertEqual(differences(state(source), state(target)), set())


if __name__ == "__main__":
    unittest.main()
