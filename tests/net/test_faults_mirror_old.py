"""Mirrors over an older version of a file: it stays until the new one is whole, and it is never
taken for the new one or for its beginning."""

import os
import unittest

from faults import ALWAYS, Fault
from mirrorcase import OPTIONS, MirrorCase
from peers import FerryServer, Proftpd
from relay import Relay
from trees import own

NEW_TIME = 1.5e9
OLD_TIMES = (1.4e9, 1.7e9)  # what was changed here last may be older than what it replaces


class OldVersions(MirrorCase):
    files = {}

    def over_each(self, act):
        """Calls act(server, verb that moves, path of the target, old content, arguments)."""
        half = self.content[:150_000]
        olds = {"of the same size": self.content[::-1], "a beginning": half,
                "no beginning": half[::-1], "longer": self.content + b"more", "empty": b""}
        cases = [(server, verb, what, time) for server in self.peers(FerryServer, Proftpd)
                 for verb in ("RETR", "STOR") for what in olds for time in OLD_TIMES]

        def one(case):
            server, verb, what, time = case
            source, target, arguments = self.ends(verb == "STOR")
            for root, content, when in ((source, self.content, NEW_TIME),
                                        (target, olds[what], time)):
                (root / "file").write_bytes(content)
                os.utime(root / "file", (when, when))
                own(root)
            act(server, verb, target / "file", olds[what], arguments)

        self.at_once(one, cases)

    def arrives(self, server, target, arguments):
        self.assert_status(self.ferry("mirror", *OPTIONS, *arguments(server)), 0)
        self.assertTrue(target.read_bytes() == self.content, "another version is there")
        self.assertEqual(int(target.stat().st_mtime), NEW_TIME)

    def test_it_is_replaced(self):
        self.over_each(lambda server, _verb, target, _old, arguments:
                       self.arrives(server, target, arguments))

    def test_it_stays_while_the_new_one_does_not_come_through(self):
        def cut(server, verb, target, old, arguments):
            with Relay(server, Fault(verb, "gone", byte=100, times=ALWAYS)) as relay:
                done = self.ferry("mirror", "--retries=0", *arguments(relay), timeout=self.bound)
            self.assertNotEqual(done.status, 0, repr(done))
            self.assertTrue(target.read_bytes() == old, "the old version is gone")
            self.arrives(server, target, arguments)

        self.over_each(cut)

    def test_it_stays_when_ferry_is_killed(self):
        def killed(server, verb, target, old, arguments):
            running = []
            with Relay(server, Fault(verb, "none", byte=self.chance.randrange(1, 300_000),
                                     call=lambda: running[0].kill())) as relay:
                running.append(self.start("mirror", *arguments(relay)))
                self.finish(running[0], timeout=self.bound)
            self.assertTrue(target.read_bytes() in (old, self.content), "the old version is gone")
            self.arrives(server, target, arguments)

        self.over_each(killed)


if __name__ == "__main__":
    unittest.main()
