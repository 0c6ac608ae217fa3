"""Each wait that --timeout ends says what was waited for, how long, at which byte of which file, and
what to do, and takes little longer than the timeout."""

import socket
import subprocess
import time
import unittest

from fake_server import Download, FakeServer, Session, Upload, silent
from fake_tls_server import ManySession, TlsServer, silent_in_handshake
from ferrycase import FerryCase

TIMEOUT = 1


def unread(session, _argument):
    """Opens the data connection, and takes and sends nothing."""
    session.say("150 go on")
    Session.open_data(session)
    silent(session)


def without_handshake(session, _argument):
    session.say("150 go on")
    ManySession.open_data(session)
    silent(session)


def without_handshake_and_reply(session, _argument):
    ManySession.open_data(session)
    silent(session)


class Waits(FerryCase):
    def setUp(self):
        super().setUp()
        (self.local / "small").write_bytes(b"hello")
        (self.local / "big").write_bytes(bytes(30_000_000))

    def says(self, command, server, *words, operand=(), path="file", options=("--tls=off",),
             waits=1, **run):
        """The one line of a command that gives up, which has these words."""
        where = server if isinstance(server, str) else server.url(path)
        began = time.monotonic()
        done = self.ferry(command, f"--timeout={TIMEOUT}", *options, *operand, where, timeout=20,
                          **run)
        took = time.monotonic() - began
        self.assert_status(done, 3)
        line = self.assert_one_line(done)
        for each in (f"waited {TIMEOUT} s", "--timeout", *words):
            self.assertIn(each, line)
        # A quarter more for what the server may still say.
        self.assertLess(took, (waits + 0.25) * TIMEOUT + 0.6, line)
        return line

    def get(self, answers, *words, **more):
        with FakeServer(answers) as server:
            return self.says("get", server, *words, **more)

    def put(self, answers, file, *words, **more):
        with FakeServer(answers) as server:
            return self.says("put", server, *words, operand=(file,), path="", **more)

    def test_replies(self):
        with FakeServer(greeting=silent) as server:
            self.says("get", server, "does not reply", "(greeting)")
        for verb, step in (("AUTH", "AUTH TLS"), ("USER", "USER anonymous"), ("PASS", "PASS ****"),
                           ("SIZE", "SIZE file"), ("EPSV", "EPSV")):
            with self.subTest(verb):
                options = () if verb == "AUTH" else ("--tls=off",)
                self.get({verb: silent}, "does not reply", f"({step})", options=options)

    def test_the_first_reply_of_a_transfer(self):
        self.get({"SIZE": "213 70", "RETR": silent}, "does not reply", "at byte 0 of 70",
                 "(RETR file)")
        self.put({"STOR": silent}, "small", "does not reply", "at byte 0 of 5", "STOR")

    def test_the_last_reply_of_a_transfer(self):
        self.get({"SIZE": "213 5", "RETR": Download(b"hello", after=silent)},
                 "does not reply", "behind all 5 bytes", "(RETR file)")
        self.put({"STOR": Upload(after=silent)}, "small", "does not reply", "behind all 5 bytes")

    def test_the_middle_of_a_download(self):
        self.get({"SIZE": "213 100000", "RETR": Download(bytes(1000), end="stall")},
                 "the data connection stands still", "at byte 1000 of 100000", "(RETR file)", "-c")

    def test_a_resumed_download_counts_from_the_start_of_the_file(self):
        (self.local / ".file.ferry-part").write_bytes(bytes(1000))
        self.get({"SIZE": "213 100000", "RETR": Download(bytes(700), end="stall")},
                 "at byte 1200 of 100000", options=("--tls=off", "-c"))

    def test_the_end_of_a_download(self):
        self.get({"SIZE": "213 1000", "RETR": Download(bytes(1000), end="stall")},
                 "the data connection stands still", "behind all 1000 bytes", "(RETR file)")

    def test_the_middle_of_an_upload(self):
        line = self.put({"STOR": unread}, "big", "the data connection stands still",
                        " of 30000000", "STOR", "-c")
        self.assertRegex(line, r"at byte [1-9]\d* of")

    def test_an_upload_to_a_slow_reader_is_no_stall(self):
        def read_slowly(session, argument):
            session.say("150 go on")
            data = Session.open_data(session)
            taken = 0
            for _ in range(20):
                taken += len(data.recv(1 << 16))
                time.sleep(TIMEOUT / 5)
            while block := data.recv(1 << 20):
                taken += len(block)
            session.server.stored[argument] = taken
            session.say("226 done")
        with FakeServer({"STOR": read_slowly, "SIZE": "213 30000000"}) as server:
            self.succeed("put", "--tls=off", "--in-place", f"--timeout={TIMEOUT}", "big",
                         server.url("big"))
            self.assertEqual(server.stored["big"], 30_000_000)

    def test_a_listing(self):
        with FakeServer({"LIST": unread}) as server:
            line = self.says("ls", server, "the data connection stands still", "(LIST dir/)",
                             path="dir/")
            self.assertNotIn("-c", line)

    def test_the_handshake_of_the_control_connection(self):
        with TlsServer({"AUTH": silent_in_handshake}) as server:
            self.says("get", server, "does not reply", "(TLS handshake)", options=())

    def test_the_handshake_of_the_data_connection(self):
        for answer in (without_handshake, without_handshake_and_reply):
            with self.subTest(answer.__name__), \
                    TlsServer({"RETR": answer, "STOR": answer, "SIZE": "213 100"}) as server:
                options = ("--insecure",)
                self.says("get", server, "TLS handshake", "(RETR file)", options=options)
                self.says("put", server, "TLS handshake", "(STOR", operand=("small",), path="",
                          options=options)

    def test_a_server_that_does_not_connect_in_active_mode(self):
        with FakeServer({"RETR": "150 here it comes"}) as server:
            done = self.ferry("get", "--tls=off", "--active", f"--timeout={TIMEOUT}",
                              server.url("file"), timeout=20)
        self.assert_status(done, 3)
        line = self.assert_one_line(done)
        self.assertRegex(line, r"no data connection: the server did not connect to 127\.0\.0\.1:"
                               r"\d+, waited 1 s \(RETR file\); try .*--passive")

    def test_a_server_that_answers_no_connection(self):
        with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
            port = listener.getsockname()[1]
            full = [socket.socket() for _ in range(4)]
            for each in full:
                self.addCleanup(each.close)
                each.setblocking(False)
                each.connect_ex(("127.0.0.1", port))
            self.says("get", f"ftp://127.0.0.1:{port}/file", "no answer to the connection attempt",
                      f"127.0.0.1:{port}", "firewalls")
            passive = {"EPSV": f"229 here (|||{port}|)",
                       "PASV": f"227 here (127,0,0,1,{port >> 8},{port & 255})"}
            with FakeServer(passive) as server:
                done = self.ferry("get", "--tls=off", "--passive", f"--timeout={TIMEOUT}",
                                  server.url("file"), timeout=20)
        self.assert_status(done, 3)
        line = self.assert_one_line(done)
        self.assertIn(f"no data connection: 127.0.0.1:{port}, waited 1 s", line)
        self.assertIn("--active", line)

    def test_a_name_server_that_does_not_answer(self):
        library = self.dir / "slow.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, "-x", "c", "-"], check=True,
                       input=b"#include <unistd.h>\nint getaddrinfo(void) { sleep(30); return 1; }")
        env = self.environment(LD_PRELOAD=str(library))
        # The address sanitizer wants to be the first library.
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.says("get", "ftp://host.example/file", "the name lookup took too long",
                  "host.example", "name servers", env=env)

    def test_no_goodbye(self):
        with FakeServer({"QUIT": silent, "MKD": '257 "dir" made'}) as server:
            began = time.monotonic()
            done = self.succeed("mkdir", "-v", "--tls=off", server.url("dir"), timeout=20)
            self.assertLess(time.monotonic() - began, 10)  # a reply has 60 s
            self.assertIn("no goodbye", done.stderr)
            self.assertIn("waited 5 s", done.stderr)


if __name__ == "__main__":
    unittest.main()
