"""Downloads through a relay that breaks them at every step and at any byte."""

import os
import unittest

from faultcase import ENDINGS, FaultCase, step_faults
from faults import ALWAYS, Fault
from peers import ALL, FerryServer, Pureftpd, Pyftpdlib, Vsftpd
from trees import bytes_of, own


class EveryStep(FaultCase):
    def test_one_fault_anywhere_is_healed(self):
        server = self.serve()
        faults = step_faults(self.steps(self.get, server), ENDINGS)
        self.assertGreater(len(faults), 100)
        self.all_healed(self.at_once(lambda fault: self.get(server, fault), faults))

    def test_without_retries_the_old_file_stays(self):
        [server] = self.peers(Pyftpdlib)
        faults = step_faults(self.steps(self.get, server), ("cut", "reset", "say"))
        faults += [Fault("RETR", kind, byte=150_000) for kind in ("cut", "reset", "gone", "lose")]
        done = self.at_once(lambda fault: self.get(server, fault, options=["--retries=0"]), faults)
        self.assertGreater(sum(outcome.status != 0 for _, (outcome, _) in done), 20)

    def test_a_command_or_reply_that_comes_twice(self):
        server = self.serve()
        faults = step_faults(self.steps(self.get, server), ("double",))
        self.at_once(lambda fault: self.get(server, fault), faults)

    def test_active_mode(self):
        server = self.serve()

        def active(server, *faults):
            return self.get(server, *faults, options=["--active"])

        steps = [step for step in self.steps(active, server) if step["at"] in ("EPRT", "RETR")]
        self.assertTrue(any(step["at"] == "EPRT" for step in steps))
        self.all_healed(self.at_once(lambda fault: active(server, fault),
                                     step_faults(steps, ENDINGS)))


class AnyByte(FaultCase):
    def test_of_every_server(self):
        cases = [(server, Fault("RETR", kind, byte=self.chance.randrange(1, len(self.content))))
                 for server in self.peers(*ALL)
                 for kind in ("cut", "reset", "gone", "lose", "stall", "bye")]
        self.all_healed(self.at_once(lambda case: self.get(*case), cases))

    def test_more_cuts_than_retries_in_a_row(self):
        server = self.serve()

        def many(_):
            # Each time the overlap comes again, and a little more: progress begins the count anew.
            faults = [Fault("RETR", self.chance.choice(("cut", "reset", "gone")), nth=nth,
                            byte=66_000 + self.chance.randrange(9_000)) for nth in range(1, 9)]
            return self.get(server, *faults)

        for _, (outcome, relay) in self.at_once(many, range(6)):
            self.assert_status(outcome, 0)
            self.assertEqual(len(relay.struck), 8)

    def test_a_server_that_sends_nothing_is_given_up(self):
        server = self.serve()
        outcome, relay = self.get(server, Fault("RETR", "gone", "data", times=ALWAYS),
                                  options=["--retries=1"])
        self.assertNotEqual(outcome.status, 0)
        self.assertEqual(len(relay.struck), 2)

    def test_rest_that_is_refused_or_not_heeded(self):
        cases = [(server, Fault("REST", "say", "command", text=text),
                  Fault("RETR", "bye", byte=self.chance.randrange(70_000, 290_000)))
                 for server in self.peers(FerryServer, Pureftpd)
                 for text in ("350 yes", "502 no", "550 no", "421 closing down")]
        for _, (outcome, relay) in self.at_once(lambda case: self.get(*case), cases):
            self.assert_status(outcome, 0)
            self.assertEqual(len(relay.struck), 2)


class Changes(FaultCase):
    def replaced(self, content, time, server):
        """A download that is cut while the file is replaced on the server."""
        def replace():
            new = self.served / "new"
            new.write_bytes(content)
            own(new)
            os.utime(new, (time, time))
            os.replace(new, next(self.served.glob("*/file")))

        outcome, _ = self.get(server, Fault("RETR", "gone", byte=150_000, call=replace))
        self.assert_status(outcome, 0)
        self.assertIn("from the start", outcome.stderr)

    def test_the_remote_file_is_replaced_after_the_cut(self):
        [server] = self.peers(Vsftpd)
        same_end = bytes(1000) + self.content[1000:]
        for content, time in ((self.content[::-1], 2e9), (self.content[:200_000], 2e9),
                              (self.content + b"more", 1e9), (same_end, 1e9), (b"tiny", 2e9)):
            with self.subTest(size=len(content), time=time):
                self.replaced(content, time, server)
            next(self.served.glob("*/file")).unlink()


class Crashes(FaultCase):
    content = bytes_of(16 << 20)  # more than the buffers on the way hold

    def test_the_server_is_killed_and_started_again(self):
        def killed(server):
            return self.get(server, Fault("RETR", "none", byte=150_000,
                                          call=lambda: self.crash(server)))

        for _, (outcome, _) in self.at_once(killed, self.peers(*ALL)):
            self.assert_status(outcome, 0)
            self.assertIn("retrying", outcome.stderr)


if __name__ == "__main__":
    unittest.main()
