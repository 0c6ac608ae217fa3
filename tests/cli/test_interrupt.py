"""Ctrl-C and other ends in the middle: the status, what is left, and going on from there."""

import os
import select
import signal
import subprocess
import threading
import unittest

from fake_server import Download, FakeServer, silent
from ferrycase import FerryCase, part_of, size_of, wait_until
from trees import bytes_of

CUT = 777_777


def is_full(pipe):
    """Whether a pipe takes no more."""
    return not select.select([], [pipe], [], 0)[1]


class Downloading(FerryCase):
    def setUp(self):
        super().setUp()
        self.content = bytes_of(2_000_000)
        self.part = part_of(self.local / "file")
        self.file = self.local / "file"

    def cut_with(self, number, retr=None, *options):
        """Starts a download that stands still after CUT bytes, and sends it a signal there."""
        answers = {"SIZE": "213 2000000",
                   "RETR": retr or Download(self.content[:CUT], end="stall")}
        with FakeServer(answers) as server:
            process = self.start("get", server.url("file"), *options)
            wait_until(lambda: size_of(self.part) >= CUT or process.poll() is not None,
                       what="the part")
            process.send_signal(number)
            return self.finish(process, timeout=20), server

    def resume(self):
        seam = CUT - min(64 << 10, (CUT + 1) // 2)  # from here on it is compared
        with FakeServer({"SIZE": "213 2000000", "RETR": Download(self.content[seam:])}) as server:
            done = self.succeed("get", "-c", "--json", server.url("file"))
            self.assertIn(f"REST {seam}", server.commands)
        self.assertEqual(self.file.read_bytes(), self.content)
        self.assertEqual(done.event("done")["resumed_at"], CUT)
        self.assert_left(self.local, "file")

    def test_sigint_keeps_the_part_and_resume_goes_on_at_its_end(self):
        done, server = self.cut_with(signal.SIGINT)
        self.assert_status(done, 130)
        self.assert_left(self.local, self.part.name)
        self.assertEqual(self.part.read_bytes(), self.content[:CUT])
        self.assertIn("-c", self.assert_one_line(done))
        self.resume()

    def test_sigint_is_told_in_json(self):
        done, _ = self.cut_with(signal.SIGINT, None, "--json")
        self.assert_status(done, 130)
        self.assertEqual(done.event("failed")["error"]["code"], "interrupted")
        self.assertEqual(done.event("summary")["exit_status"], 130)

    def test_sigterm_does_the_same(self):
        done, _ = self.cut_with(signal.SIGTERM)
        self.assertNotEqual(done.status, 0)
        self.assert_left(self.local, self.part.name)
        self.resume()

    def test_sigkill_leaves_the_part_too(self):
        self.file.write_text("the old one")
        self.cut_with(signal.SIGKILL)
        self.assertEqual(self.file.read_text(), "the old one")
        self.resume()

    def test_a_second_run_at_the_same_time_is_refused(self):
        with FakeServer({"SIZE": "213 2000000",
                         "RETR": Download(self.content[:CUT], end="stall")}) as server, \
                FakeServer({"SIZE": "213 2000000", "RETR": Download(self.content)}) as other:
            process = self.start("get", server.url("file"))
            wait_until(lambda: size_of(self.part) >= CUT, what="the part")
            self.assert_status(self.ferry("get", other.url("file")), 8)
            self.assertEqual(self.part.read_bytes(), self.content[:CUT])
            process.send_signal(signal.SIGINT)
            self.assert_status(self.finish(process), 130)

    def test_sigint_stops_the_files_behind_it(self):
        with FakeServer({"SIZE": "213 2000000",
                         "RETR": Download(self.content[:CUT], end="stall")}) as server:
            process = self.start("get", server.url("file"), server.url("second"))
            wait_until(lambda: size_of(self.part) >= CUT, what="the part")
            process.send_signal(signal.SIGINT)
            self.assert_status(self.finish(process), 130)
            self.assertNotIn("RETR second", server.commands)

    def assert_ends_though_nobody_reads(self, process, output):
        wait_until(lambda: is_full(output) or process.poll() is not None, what="the full pipe")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 130)

    def test_sigint_while_the_reader_of_a_pipe_stands_still(self):
        for options in ([], ["--ascii"]):
            with self.subTest(options=options), \
                    FakeServer({"SIZE": "213 2000000", "RETR": Download(self.content)}) as server:
                ends = os.pipe()
                for end in ends:
                    self.addCleanup(os.close, end)
                process = self.start("get", *options, server.url("file"), "-o", "-",
                                     stdout=ends[1])
                self.assert_ends_though_nobody_reads(process, ends[1])

    def test_a_named_pipe_is_waited_for_at_both_ends(self):
        pipe = self.local / "pipe"
        os.mkfifo(pipe)
        with FakeServer({"SIZE": "213 2000000", "RETR": Download(self.content)}) as server:
            process = self.start("get", "-v", server.url("file"), "-o", "pipe")
            self.hear(process, b"waiting for a reader")
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(10), 130)
        with FakeServer({"SIZE": "213 2000000", "RETR": Download(self.content)}) as server:
            process = self.start("get", "-v", server.url("file"), "-o", "pipe")
            self.hear(process, b"waiting for a reader")
            with open(pipe, "r+b", buffering=0) as both_ends:
                self.assert_ends_though_nobody_reads(process, both_ends)
        with FakeServer({"SIZE": "213 2000000", "RETR": Download(self.content)}) as server:
            process = self.start("get", "-v", server.url("file"), "-o", "pipe")
            self.hear(process, b"waiting for a reader")
            self.assertEqual(pipe.read_bytes(), self.content)
            self.assert_status(self.finish(process), 0)

    def hear(self, process, text):
        """Reads the conversation that -v shows, until it says this."""
        killer = threading.Timer(20, process.kill)
        killer.start()
        heard = any(text in line for line in process.stderr)
        killer.cancel()
        self.assertTrue(heard, f"{text} was not said")

    def test_sigint_stops_many_small_files_at_any_moment(self):
        for number in range(300):
            (self.served / f"f{number}").write_text("x")
        server = self.serve()
        urls = [self.url(server, f"f{number}") for number in range(300)]
        for moment in range(0, 45, 3):
            process = self.start("get", "-q", *urls)
            wait_until(lambda: len(os.listdir(self.local)) > moment or process.poll() is not None)
            process.send_signal(signal.SIGINT)
            self.assertNotEqual(self.finish(process).status, 0)
            self.assertLess(len(os.listdir(self.local)), 300)
            for name in os.listdir(self.local):
                os.unlink(self.local / name)

    def test_sigint_while_connecting_or_waiting_for_a_reply(self):
        with FakeServer(greeting=silent) as server:
            process = self.start("get", server.url("file"))
            wait_until(lambda: len(server.sockets) > 1, what="the connection")
            process.send_signal(signal.SIGINT)
            self.assert_status(self.finish(process, timeout=10), 130)
        self.assert_left(self.local)


class Uploading(FerryCase):
    def setUp(self):
        super().setUp()
        self.content = bytes_of(2_000_000)
        (self.local / "file").write_bytes(self.content)

    def test_sigint_leaves_nothing_of_what_came_through_a_pipe(self):
        server = self.serve()
        process = self.start("put", "-", self.url(server, "file"), stdin=subprocess.PIPE)
        process.stdin.write(self.content[:CUT])
        process.stdin.flush()
        wait_until(lambda: sum(size_of(self.served / name) for name in os.listdir(self.served))
                   >= CUT, what="the bytes on the server")
        process.send_signal(signal.SIGINT)  # the pipe stays open, and silent
        self.assertEqual(process.wait(20), 130)
        self.assert_left(self.served)
        done = self.succeed("put", "-c", "--json", "file", self.url(server, ""))
        self.assertEqual((self.served / "file").read_bytes(), self.content)
        self.assert_left(self.served, "file")
        event = done.event("done")
        self.assertEqual((event["resumed_at"], event["bytes"]), (0, len(self.content)))

    def test_sigint_while_a_pipe_is_silent_from_the_start(self):
        os.mkfifo(self.local / "pipe")
        for name, options in (("-", []), ("-", ["--ascii"]), ("pipe", [])):
            with self.subTest(name=name, options=options), FakeServer() as server:
                process = self.start("put", *options, name, server.url("file"),
                                     stdin=subprocess.PIPE)
                wait_until(lambda: "PASS anonymous@" in server.commands, what="the login")
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(10), 130)
                self.assertNotIn("STOR", server.verbs())

    def test_a_named_pipe(self):
        os.mkfifo(self.local / "pipe")
        server = self.serve()
        process = self.start("put", "pipe", self.url(server, "file"))
        (self.local / "pipe").write_bytes(self.content)
        self.assert_status(self.finish(process), 0)
        self.assertEqual((self.served / "file").read_bytes(), self.content)

    def test_a_killed_uploader_leaves_the_old_file(self):
        (self.served / "file").write_text("the old one")
        server = self.serve()
        process = self.start("put", "-", self.url(server, "file"), stdin=subprocess.PIPE)
        process.stdin.write(self.content[:CUT])
        process.stdin.flush()
        wait_until(lambda: len(os.listdir(self.served)) > 1, what="the part")
        process.kill()
        process.wait()
        self.succeed("ls", self.url(server, ""))  # the server goes on
        self.assertEqual((self.served / "file").read_text(), "the old one")


class Serving(FerryCase):
    def test_sigint_and_sigterm_end_an_idle_server_with_status_0(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("serve", str(self.served), "--port", "0", "--anonymous")
            line = process.stdout.readline().decode()
            self.assertRegex(line, r"ftp://127\.0\.0\.1:[0-9]+/")
            process.send_signal(number)
            done = self.finish(process, timeout=10)
            self.assertIn(done.status, (0, 130), repr(done))

    def test_a_port_that_is_taken(self):
        server = self.serve()
        done = self.ferry("serve", str(self.served), "--port", str(server.port), "--anonymous",
                          timeout=10)
        self.assert_status(done, 3)

    def test_wrong_directories_and_no_users(self):
        done = self.ferry("serve", str(self.dir / "nowhere"), "--port", "0", "--anonymous",
                          timeout=10)
        self.assert_status(done, 8)
        self.assert_status(self.ferry("serve", str(self.served), "--port", "0", timeout=10), 2)


if __name__ == "__main__":
    unittest.main()
