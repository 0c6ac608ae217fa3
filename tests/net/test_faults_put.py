"""Uploads through a relay that breaks them at every step and at any byte."""

import os
import unittest

from faultcase import ENDINGS, FaultCase, step_faults
from faults import ALWAYS, Fault
from peers import ALL, FerryServer, Pureftpd, Pyftpdlib
from trees import bytes_of


class EveryStep(FaultCase):
    def test_one_fault_anywhere_is_healed(self):
        server = self.serve()
        faults = step_faults(self.steps(self.put, server), ENDINGS)
        self.assertGreater(len(faults), 100)
        self.all_healed(self.at_once(lambda fault: self.put(server, fault), faults))

    def test_without_retries_the_old_file_stays(self):
        [server] = self.peers(Pyftpdlib)
        faults = step_faults(self.steps(self.put, server), ("cut", "reset", "say"))
        faults += [Fault("STOR", kind, byte=150_000) for kind in ("cut", "reset", "gone", "lose")]
        done = self.at_once(lambda fault: self.put(server, fault, options=["--retries=0"]), faults)
        self.assertGreater(sum(outcome.status != 0 for _, (outcome, _) in done), 20)

    def test_a_command_or_reply_that_comes_twice(self):
        server = self.serve()
        faults = step_faults(self.steps(self.put, server), ("double",))
        self.at_once(lambda fault: self.put(server, fault), faults)


class AnyByte(FaultCase):
    def test_to_every_server(self):
        cases = [(server, Fault("STOR", kind, byte=self.chance.randrange(1, len(self.content))))
                 for server in self.peers(*ALL)
                 for kind in ("cut", "reset", "gone", "lose", "stall", "bye")
                 # vsftpd shows nobody a file whose end it still waits for (lock_upload_files).
                 if (server.name, kind) != ("vsftpd", "stall")]
        self.all_healed(self.at_once(lambda case: self.put(*case), cases))

    def test_more_cuts_than_retries_in_a_row(self):
        server = self.serve()

        def many(_):
            faults = [Fault("STOR", self.chance.choice(("reset", "gone")), nth=nth,
                            byte=self.chance.randrange(10_000, 30_000)) for nth in range(1, 9)]
            return self.put(server, *faults)

        for _, (outcome, relay) in self.at_once(many, range(6)):
            self.assert_status(outcome, 0)
            self.assertEqual(len(relay.struck), 8)

    def test_a_server_that_takes_nothing_is_given_up(self):
        server = self.serve()
        outcome, relay = self.put(server, Fault("STOR", "gone", "data", times=ALWAYS),
                                  options=["--retries=1"])
        self.assertNotEqual(outcome.status, 0)
        self.assertEqual(len(relay.struck), 2)

    def test_rest_that_is_refused_or_not_heeded(self):
        cases = [(server, Fault("REST", "say", "command", text=text),
                  Fault("STOR", "bye", byte=self.chance.randrange(70_000, 290_000)))
                 for server in self.peers(FerryServer, Pureftpd)
                 for text in ("350 yes", "502 no", "550 no", "421 closing down")]
        for _, (outcome, relay) in self.at_once(lambda case: self.put(*case), cases):
            self.assert_status(outcome, 0)
            self.assertEqual(len(relay.struck), 2)


class Changes(FaultCase):
    def test_the_local_file_is_replaced_after_the_cut(self):
        server = self.serve()
        same_end = bytes(1000) + self.content[1000:]
        for content in (self.content[::-1], self.content[:100_000], self.content + b"more",
                        same_end, b"tiny"):
            with self.subTest(size=len(content)):
                def replace():
                    new = self.local / "new"
                    new.write_bytes(content)
                    os.utime(new, (2e9, 2e9))
                    os.replace(new, next(self.local.glob("*/file")))

                outcome, _ = self.put(server, Fault("STOR", "gone", byte=150_000, call=replace))
                self.assert_status(outcome, 0)
            next(self.local.glob("*/file")).unlink()


class Crashes(FaultCase):
    content = bytes_of(16 << 20)  # more than the buffers on the way hold

    def test_the_server_is_killed_and_started_again(self):
        def killed(server):
            return self.put(server, Fault("STOR", "none", byte=150_000,
                                          call=lambda: self.crash(server)))

        for _, (outcome, _) in self.at_once(killed, self.peers(*ALL)):
            self.assert_status(outcome, 0)
            self.assertIn("retrying", outcome.stderr)


if __name__ == "__main__":
    unittest.main()
