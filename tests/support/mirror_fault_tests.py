"""Mirrors through a relay that breaks them: the tests of either direction."""

from faultcase import ENDINGS
from faults import Fault, at_random, too_many
from ferrycase import wait_until
from mirrorcase import MIB, OPTIONS, MirrorCase, differences, state
from peers import FerryServer, Proftpd, Pureftpd, Vsftpd
from relay import Relay

QUICK = ("cut", "reset", "gone", "bye")


class MirrorFaults(MirrorCase):
    """To be derived from, with what differs."""

    is_upload = False
    moves = ""  # the verb

    def go(self, server, *faults, **more):
        return self.mirror(server, *faults, is_upload=self.is_upload, **more)

    def test_faults_anywhere(self):
        def one(case):
            server, kinds = case
            outcome, undisturbed = self.go(server)
            self.assert_status(outcome, 0)
            faults = list(at_random(self.chance, 12, undisturbed.moments, kinds))
            _, relay = self.go(server, *faults)
            self.assertGreater(len(relay.struck), 2)

        ferry, vsftpd, proftpd, pureftpd = self.peers(FerryServer, Vsftpd, Proftpd, Pureftpd)
        self.at_once(one, [(ferry, ("double", "lose", "delay")), (ferry, ENDINGS), (vsftpd, QUICK),
                           (proftpd, QUICK), (pureftpd, QUICK)])

    def test_the_server_says_421_in_the_middle(self):
        server = self.serve()
        outcome, relay = self.go(server, *(Fault(self.moves, "bye", "command", nth=nth)
                                           for nth in (1, 20, 21, 22, 23, 60, 140)))
        self.assert_status(outcome, 0)
        self.assertEqual(len(relay.struck), 7)

    def test_two_connections_are_all_that_is_allowed(self):
        outcome, relay = self.go(self.serve(), too_many(2))
        self.assert_status(outcome, 0)
        self.assertTrue(relay.struck)
        self.assertLess(len(relay.struck), 40)

    def test_the_server_is_killed_and_started_again(self):
        server = self.serve()
        outcome, _ = self.go(server, Fault(self.moves, "none", "command", nth=50,
                                           call=lambda: self.crash(server)))
        self.assert_status(outcome, 0)

    def test_a_large_file_is_cut_again_and_again(self):
        server = self.serve()
        outcome, relay = self.go(server, *(
            Fault(self.moves, self.chance.choice(QUICK), nth=nth,
                  byte=self.chance.randrange(1, 2 * MIB)) for nth in range(1, 150, 4)))
        self.assert_status(outcome, 0)

    def test_killed_twenty_times_at_any_moment(self):
        server = self.serve()
        source, target, arguments = self.ends(self.is_upload)
        for _ in range(20):
            with Relay(server) as relay:
                moments = self.chance.randrange(1, 200)
                running = self.start("mirror", *OPTIONS, *arguments(relay))
                wait_until(lambda: len(relay.moments) >= moments or running.poll() is not None,
                           what="the moment to be killed")
                running.kill()
                running.wait()
        outcome = self.ferry("mirror", *OPTIONS, *arguments(server), timeout=self.bound)
        self.assert_status(outcome, 0)
        self.assertEqual(differences(state(source), state(target)), set())
