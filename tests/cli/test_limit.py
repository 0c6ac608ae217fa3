"""Limits of the rate: of all transfers, of each, changed while they run, ended by Ctrl-C."""

import signal
import time
import unittest

from ferrycase import FerryCase, part_of, size_of, wait_until
from shellcase import ShellCase
from trees import bytes_of

MIB = 1 << 20


class Limited(FerryCase):
    def setUp(self):
        super().setUp()
        (self.served / "file").write_bytes(bytes_of(4 * MIB))
        self.server = self.serve()
        self.remote = self.url(self.server, "file")

    def timed(self, *arguments):
        began = time.monotonic()
        self.succeed(*arguments)
        return time.monotonic() - began

    def assert_about(self, seconds, expected):
        """Never faster; slower only as far as a busy machine makes it."""
        self.assertGreater(seconds, expected - 0.25)
        self.assertLess(seconds, expected + 2)

    def test_a_download_takes_its_time(self):
        for tls in ("--tls=off", "--insecure"):
            with self.subTest(tls):
                took = self.timed("get", tls, "--limit-rate=2M", self.remote)
                self.assert_about(took, 2)
                self.assert_same(self.local / "file", self.served / "file")

    def test_an_upload_takes_its_time(self):
        (self.local / "up").write_bytes(bytes_of(4 * MIB))
        for tls in ("--tls=off", "--insecure"):
            with self.subTest(tls):
                took = self.timed("put", tls, "--limit-rate-each=2M", "up", self.url(self.server))
                self.assert_about(took, 2)
                self.assert_same(self.local / "up", self.served / "up")

    def test_the_limit_is_of_all_files_together(self):
        for name in ("a", "b", "c", "d"):
            (self.served / name).write_bytes(bytes_of(256 << 10))
        urls = [self.url(self.server, name) for name in ("a", "b", "c", "d")]
        self.assert_about(self.timed("get", "--tls=off", "--limit-rate=512k", *urls), 2)

    def test_a_mirror_keeps_to_it_over_all_its_connections(self):
        for name in ("a", "b", "c", "d"):
            (self.served / "tree").mkdir(exist_ok=True)
            (self.served / "tree" / name).write_bytes(bytes_of(256 << 10))
        tree = self.url(self.server, "tree/")
        self.assert_about(self.timed("mirror", "--tls=off", "--limit-rate=512k", tree, "one"), 2)
        self.assert_about(self.timed("mirror", "--tls=off", "--limit-rate-each=128k", tree, "two"),
                          2)
        for name in ("a", "b", "c", "d"):
            self.assert_same(self.local / "one" / name, self.served / "tree" / name)
            self.assert_same(self.local / "two" / name, self.served / "tree" / name)

    def test_short_files_hardly_notice(self):
        (self.served / "short").write_bytes(bytes_of(50 << 10))
        took = self.timed("get", "--tls=off", "--limit-rate=500k", self.url(self.server, "short"))
        self.assertLess(took, 0.5)

    def test_none_and_zero_lift_it(self):
        (self.home / ".config/ferry").mkdir(parents=True)
        (self.home / ".config/ferry/config.toml").write_text('[defaults]\nlimit-rate = "100k"\n')
        for rate in ("none", "0"):
            self.assertLess(self.timed("get", "--tls=off", f"--limit-rate={rate}", self.remote), 10)

    def test_waiting_for_the_limit_is_no_stall(self):
        (self.served / "few").write_bytes(b"12345")
        took = self.timed("get", "--tls=off", "--limit-rate=2", "--timeout=0.4",
                          self.url(self.server, "few"))
        self.assert_about(took, 2.25)

    def test_ctrl_c_ends_the_wait_at_once(self):
        process = self.start("get", "--tls=off", "--limit-rate=1", self.remote)
        wait_until(lambda: size_of(part_of(self.local / "file")) > 0, what="the first byte")
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        self.assert_status(self.finish(process), 130)
        self.assertLess(time.monotonic() - began, 0.8)

    def test_what_is_no_rate_is_told(self):
        for rate in ("fast", "1.5M", "-1"):
            done = self.assert_status(self.ferry("get", f"--limit-rate={rate}", self.remote), 2)
            self.assertIn("500k", done.stderr)

    def test_a_descriptor_without_a_limit_is_told(self):
        done = self.assert_status(self.ferry("get", "--limit-fd=77", self.remote), 2)
        self.assertIn("77", self.assert_one_line(done))


class InTheShell(ShellCase):
    def setUp(self):
        super().setUp()
        (self.served / "file").write_bytes(bytes_of(8 * MIB))
        self.server = self.serve()

    def test_a_job_follows_each_change(self):
        session = self.shell(self.server)
        self.assertEqual(session.run("limit"), "limit none")
        self.assertEqual(session.run("limit 200k"), "limit 200 KiB/s")
        session.run("get file &")
        session.run("get -o other file &")
        wait_until(lambda: size_of(part_of(self.local / "other")) > 0, what="the second part")
        self.assertIn("limit 200 KiB/s", session.run("status"))
        began = time.monotonic()
        session.run("limit none")
        self.assertEqual(session.run("wait; limit").count("verified"), 2)
        self.assertLess(time.monotonic() - began, 10)  # 80 s at the old rate
        for name in ("file", "other"):
            self.assert_same(self.local / name, self.served / "file")

    def test_the_jobs_share_the_rate(self):
        began = time.monotonic()
        self.commands("limit 4M; get -o a file & get -o b file & wait", self.server)
        took = time.monotonic() - began
        self.assertGreater(took, 3.7)
        self.assertLess(took, 8)

    def test_the_option_begins_and_the_command_changes_it(self):
        done = self.assert_status(
            self.ferry("shell", "--limit-rate=1M", self.url(self.server), "-c",
                       "limit; limit 3M; limit; set timeout 20; ls; limit; limit 0; limit"), 0)
        lines = [line for line in done.stdout.decode().splitlines() if line.startswith("limit")]
        self.assertEqual(lines, ["limit 1.0 MiB/s", "limit 3.0 MiB/s", "limit 3.0 MiB/s",
                                 "limit none"])

    def test_what_is_no_rate_changes_nothing(self):
        done = self.commands("limit 3M; limit fast; limit", self.server)
        self.assertIn("500k", done.stderr)
        self.assertIn(b"limit 3.0 MiB/s", done.stdout)


if __name__ == "__main__":
    unittest.main()
