"""A directory of a million entries: a mirror compares it in little memory."""

import unittest

from fake_server import Download, FakeServer
from ferrycase import FerryCase

MIB = 1 << 20
COUNT = 1_000_000


def listing(count, per_block=5000):
    """MLSD lines of `count` files, in blocks."""
    for first in range(0, count, per_block):
        yield "".join(f"type=file;size={number};modify=20260101000000; picture-{number:07}.jpeg\r\n"
                      for number in range(first, min(first + per_block, count))).encode()


class Million(FerryCase):
    def server(self):
        return FakeServer({"FEAT": "211-Features\r\n MLST type*;size*;modify*;\r\n MDTM\r\n211 End",
                           "MLSD": lambda session, argument:
                           Download(listing(COUNT))(session, argument)})

    def test_a_plan_for_a_million_files_takes_little_memory(self):
        (self.local / "copy").mkdir()
        with self.server() as server:
            done = self.ferry_peak("mirror", "--json", "-n", server.url(""), self.local / "copy",
                                   timeout=120)
        self.assert_status(done, 0)
        self.assert_peak_below(done, 64 * MIB)

    def test_deleting_a_million_is_refused_beyond_the_limit(self):
        (self.local / "empty").mkdir()
        (self.local / "empty/one").write_bytes(b"x")
        with self.server() as server:
            done = self.ferry("mirror", "--json", "--delete", "--max-delete", "10", "-n",
                              self.local / "empty", server.url(""), timeout=120)
        self.assert_status(done, 9)
        self.assertEqual(done.event("failed")["error"]["code"], "deletion_refused", repr(done))


if __name__ == "__main__":
    unittest.main()
