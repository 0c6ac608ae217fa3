"""Servers that are slow, odd or broken in the middle: what ferry bears, and when it gives up."""

import unittest

from fake_server import Download, FakeServer, Upload, hang_up, silent
from ferrycase import FerryCase


class Replies(FerryCase):
    """Shapes of replies that have been seen in the wild (RFC 959, 4.2)."""

    def cat(self, answers=None, **server):
        with FakeServer({"SIZE": "213 5", "RETR": Download(b"hello"), **(answers or {})},
                        **server) as fake:
            return self.ferry("cat", fake.url("file"), "--timeout", "3"), fake

    def test_greetings(self):
        for greeting in ("220-Hello\r\n220-again\r\n220 done", "220-Hello\r\nfree text\r\n220 done",
                         "220-Hello\r\n331 not the end\r\n 220 nor this\r\n220 done",
                         b"220-bare\nline ends\n220 done\n", "220", "220 ", "220-\r\n220",
                         "120 ready in a minute\r\n220 now"):
            with self.subTest(greeting=greeting):
                done, _ = self.cat(greeting=greeting)
                self.assert_status(done, 0)
                self.assertEqual(done.stdout, b"hello")

    def test_replies_that_come_in_pieces_or_together(self):
        def in_pieces(session, _argument):
            for byte in b"331-a\r\n331 b\r\n":
                session.say(bytes([byte]))
        self.assert_status(self.cat({"USER": in_pieces})[0], 0)

    def test_login_without_a_password(self):
        done, fake = self.cat({"USER": "230 come in"})
        self.assert_status(done, 0)
        self.assertNotIn("PASS", fake.verbs())

    def test_nothing_optional_is_there(self):
        unknown = {verb: "500 what?" for verb in ("FEAT", "SYST", "OPTS", "EPSV", "SIZE", "MDTM",
                                                  "PWD", "REST", "NOOP", "QUIT")}
        self.assert_status(self.cat(unknown)[0], 0)

    def test_the_final_reply_overtakes_the_data(self):
        def eager(session, _argument):
            session.say("150 here")
            session.say("226 done")
            data = session.open_data()
            data.sendall(b"hello")
            data.close()
        done, _ = self.cat({"RETR": eager})
        self.assert_status(done, 0)
        self.assertEqual(done.stdout, b"hello")

    def test_no_150_at_all(self):
        done, _ = self.cat({"RETR": Download(b"hello", before=None)})
        self.assert_status(done, 0)
        self.assertEqual(done.stdout, b"hello")

    def test_425_after_150(self):
        done, _ = self.cat({"RETR": "150 here\r\n425 cannot open data connection"})
        self.assert_status(done, 3)

    def test_421_in_the_middle(self):
        def leave(session, _argument):
            session.say("421 shutting down")
            hang_up(session)
        for verb in ("USER", "PASS", "TYPE", "EPSV", "RETR"):
            with self.subTest(verb=verb):
                done, _ = self.cat({verb: leave})
                self.assert_status(done, 3)
                self.assert_one_line(done)

    def test_hang_up_at_each_step(self):
        for verb in ("USER", "PASS", "TYPE", "EPSV", "RETR"):
            with self.subTest(verb=verb):
                done, _ = self.cat({verb: hang_up})
                self.assert_status(done, 3)
                self.assert_one_line(done)


class Silence(FerryCase):
    """--timeout bounds every wait; the status is 3."""

    def assert_gives_up(self, *arguments):
        done = self.ferry(*arguments, "--timeout", "1", timeout=20)
        self.assert_status(done, 3)
        return self.assert_one_line(done)

    def test_at_each_step_of_a_download(self):
        with FakeServer(greeting=silent) as server:
            self.assertIn("reply", self.assert_gives_up("get", server.url("file")))
        for verb in ("USER", "PASS", "TYPE", "EPSV", "RETR"):
            with self.subTest(verb=verb), FakeServer({"RETR": "550 no", verb: silent}) as server:
                self.assert_gives_up("get", server.url("file"))
                self.assertIn(verb, server.verbs())
        self.assert_left(self.local)

    def test_of_other_commands(self):
        for verb, command in (("DELE", "rm"), ("MKD", "mkdir"), ("RMD", "rmdir")):
            with self.subTest(verb=verb), FakeServer({verb: silent}) as server:
                self.assert_gives_up(command, server.url("x"))

    def test_in_the_middle_of_the_data(self):
        with FakeServer({"SIZE": "213 100000",
                         "RETR": Download(b"x" * 1000, end="stall")}) as server:
            self.assert_gives_up("get", server.url("file"))
        self.assertFalse((self.local / "file").exists())

    def test_no_data_connection_comes_in_active_mode(self):
        with FakeServer({"RETR": "150 here it comes"}) as server:
            self.assert_gives_up("get", "--active", server.url("file"))

    def test_the_last_reply_is_lost(self):
        with FakeServer({"SIZE": "213 5", "RETR": Download(b"hello", after=silent)}) as server:
            done = self.ferry("get", server.url("file"), "--timeout", "1", timeout=20)
        if done.status == 0:  # every byte is there, and SIZE says so: either answer is right
            self.assertEqual((self.local / "file").read_bytes(), b"hello")
        else:
            self.assert_status(done, 3)
            self.assertFalse((self.local / "file").exists())

    def test_an_upload_that_nobody_reads(self):
        (self.local / "big").write_bytes(b"x" * 30_000_000)

        def never_read(session, _argument):
            session.say("150 go")
            session.open_data()
            silent(session)
        with FakeServer({"STOR": never_read}) as server:
            self.assert_gives_up("put", "big", server.url("big"))

    def test_the_last_reply_of_an_upload_is_lost(self):
        (self.local / "file").write_bytes(b"hello")
        with FakeServer({"STOR": Upload(after=silent)}) as server:
            self.assert_gives_up("put", "file", server.url("file"))
            self.assertNotIn("RNTO file", server.commands)


if __name__ == "__main__":
    unittest.main()
