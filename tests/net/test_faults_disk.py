"""Disks that fill up, here or on the server, in a transfer that has been cut once already."""

import unittest

from faultcase import FaultCase, ROOM, fill
from faults import Fault
from ferrycase import file_size_limit, part_of
from peers import FerryServer, Pureftpd, Pyftpdlib, Vsftpd

class Here(FaultCase):
    def test_the_disk_fills_up_behind_the_seam(self):
        server = self.serve()
        for kind in ("gone", "cut"):
            with self.subTest(kind=kind):
                outcome, relay = self.get(server, Fault("RETR", kind, byte=100_000),
                                          preexec_fn=file_size_limit(ROOM))
                self.assert_status(outcome, 8)
                self.assertEqual(outcome.stderr.count("retrying"), 1, repr(outcome))
                self.assertEqual(relay.verbs().count("RETR"), 2)

    def test_it_goes_on_when_there_is_room_again(self):
        server = self.serve()
        place = self.place()
        self.get(server, place=place, preexec_fn=file_size_limit(ROOM))
        self.assertEqual(part_of(self.local / place / "file").stat().st_size, ROOM)
        outcome, relay = self.get(server, place=place, options=["-c"])
        self.assert_status(outcome, 0)
        self.assertIn("REST", relay.verbs())


class There(FaultCase):
    options = ("--retries=1", "--timeout=1")

    def test_the_disk_fills_up_behind_the_seam(self):
        def fails_and_then_works(server):
            fill(server)
            place = self.place()
            outcome, _ = self.put(server, Fault("STOR", "gone", byte=100_000), place=place)
            self.assertNotEqual(outcome.status, 0)
            self.assertEqual((self.served / place / "file").read_bytes(), self.old)
            fill(server, False)
            self.assert_status(self.put(server, place=place)[0], 0)
            return outcome

        servers = self.peers(Vsftpd, Pureftpd, Pyftpdlib, FerryServer)
        done = self.at_once(fails_and_then_works, servers)
        [said] = [outcome for server, outcome in done if server.name == "ferry"]
        self.assert_status(said, 6)
        self.assertEqual(said.stderr.count("retrying"), 1, repr(said))


if __name__ == "__main__":
    unittest.main()
