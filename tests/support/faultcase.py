"""Transfers through a Relay that breaks them, and what ferry promises of each: it ends, and the
final name holds the whole new file, or the old one still and ferry has said what went wrong."""

import concurrent.futures
import os
import random
import resource
import threading

from faults import Fault, steps_of
from ferrycase import FerryCase
from relay import Relay
from trees import bytes_of, own

AT_A_TIME = 12  # most of the time they wait
SEED = int(os.environ.get("FERRY_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
print(f"FERRY_TEST_SEED={SEED} repeats the chances of this run", flush=True)

ROOM = 200_000  # bytes of a file that fit on a full disk
ENDINGS = ("cut", "reset", "gone", "stall", "bye", "lose", "delay")


def step_faults(steps, kinds):
    """Each kind of fault at each step."""
    return [Fault(kind=kind, seconds=0.3, **step) for step in steps for kind in kinds]


def fill(server, is_full=True):
    """As on a full disk, the files of a server end at ROOM bytes."""
    room = ROOM if is_full else resource.RLIM_INFINITY
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))


class FaultCase(FerryCase):
    retries = None  # those of ferry
    options = ("--retries=3", "--timeout=1")
    bound = 40  # seconds for a run of ferry
    content = bytes_of(300_000)
    old = b"the old one"
    chance = random.Random(SEED)

    def at_once(self, run, cases):
        """[(case, run(case)) ...], many at a time; one that fails is named by its case."""
        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            going = [(case, pool.submit(run, case)) for case in cases]
            self.assertTrue(going)
            done = []
            for case, future in going:
                with self.subTest(case=case):
                    done.append((case, future.result()))
        return done

    def peers(self, *kinds):
        """Running servers of these kinds."""
        return [self.enterContext(kind(self.served)) for kind in kinds]

    def place(self):
        """A new directory here, and one of the same name on the server, with nothing in them."""
        number = f"{next(self.numbers)}"
        for root in (self.local, self.served):
            (root / number).mkdir()
            own(root / number)
        return number

    def setUp(self):
        super().setUp()
        self.numbers = iter(range(1_000_000))

    def crash(self, server):
        """Kills a server, and starts it again while ferry is trying to reach it."""
        server.kill()
        again = threading.Timer(0.5, server.launch)
        again.start()
        self.addCleanup(again.join)

    def get(self, server, *faults, place=None, options=(), **start):
        """Downloads through faults and checks the promise; gives the outcome and the relay."""
        place = place or self.place()
        source, here = self.served / place / "file", self.local / place / "file"
        source.write_bytes(self.content)
        own(source)
        here.write_bytes(self.old)
        with Relay(server, *faults) as relay:
            outcome = self.ferry("get", *self.options, *options, relay.url(f"{place}/file"),
                                 cwd=here.parent, timeout=self.bound, **start)
        self.promised(outcome, here, source.read_bytes(), [self.old])
        return outcome, relay

    def put(self, server, *faults, place=None, options=()):
        """The same of an upload."""
        place = place or self.place()
        source, there = self.local / place / "file", self.served / place / "file"
        source.write_bytes(self.content)
        there.write_bytes(self.old)
        own(there)
        with Relay(server, *faults) as relay:
            outcome = self.ferry("put", *self.options, *options, "file",
                                 relay.url(f"{place}/file"), cwd=source.parent, timeout=self.bound)
        whole = source.read_bytes()  # it has the name, when only the reply to RNTO was lost
        self.promised(outcome, there, whole, [self.old, whole])
        return outcome, relay

    def promised(self, outcome, file, whole, left):
        """`left`: what a failure may leave under the final name."""
        found = file.read_bytes() if file.exists() else None
        if outcome.status == 0:
            self.assertTrue(found == whole, f"the file is not the source's\n{outcome!r}")
            self.assertEqual(os.listdir(file.parent), [file.name], repr(outcome))
        else:
            self.assertTrue(found in left, f"{(found or b'')[:50]} is left\n{outcome!r}")
            self.assertIn("ferry: ", outcome.stderr)

    def steps(self, transfer, server):
        """The steps of a transfer that nothing disturbs."""
        outcome, relay = transfer(server)
        self.assert_status(outcome, 0)
        return [step for step in steps_of(relay.moments) if step["moment"] != "data"]

    def all_healed(self, results):
        """That each fault came about, and the transfer succeeded."""
        for case, result in results:
            outcome, relay = result
            with self.subTest(case=case):
                self.assert_status(outcome, 0)
                self.assertTrue(relay.struck, case)
