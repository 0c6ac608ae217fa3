"""What a person sees: help, manual, completions, progress on a terminal and elsewhere."""

import fcntl
import os
import pty
import socket
import struct
import subprocess
import termios
import unittest

from fake_server import Download, FakeServer
from ferrycase import FerryCase
from programs import ferry_program
from trees import bytes_of

COMMANDS = ("get", "put", "cat", "ls", "stat", "mkdir", "rmdir", "rm", "mv", "chmod", "serve",
            "demo")


class Help(FerryCase):
    def test_help_names_every_command(self):
        for arguments in (["--help"], ["help"], ["-h"]):
            text = self.succeed(*arguments).text
            for command in COMMANDS:
                self.assertRegex(text, rf"(?m)^\s+{command}\b")

    def test_each_command_has_help_with_an_example(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                done = self.succeed(command, "--help")
                self.assertIn(f"ferry {command}", done.text)
                self.assertIn("--help", done.text)
                self.assertEqual(done.stderr, "")
                self.assertEqual(done.text, self.succeed("help", command).text)
                self.assertTrue(all(len(line) <= 100 for line in done.text.splitlines()))

    def test_version(self):
        self.assertRegex(self.succeed("--version").text, r"^ferry [0-9]+\.[0-9]+")

    def test_a_slip_of_the_finger_gets_a_hint(self):
        self.assertIn("'get'", self.assert_status(self.ferry("gte", "x"), 2).stderr)
        self.assertIn("--resume", self.assert_status(
            self.ferry("get", "--resum", "ftp://127.0.0.1/x"), 2).stderr)

    def test_a_password_option_is_not_there_and_the_message_says_what_to_use(self):
        done = self.assert_status(self.ferry("get", "--password=x1y2", "ftp://127.0.0.1/x"), 2)
        self.assertIn("FERRY_PASSWORD", done.stderr)
        self.assertNotIn("x1y2", done.stderr)

    def test_manual_page_is_roff_without_warnings(self):
        page = self.succeed("man").stdout
        self.assertTrue(page.startswith(b".TH") or b"\n.TH " in page, page[:200])
        for command in COMMANDS:
            self.assertIn(command.encode(), page)

    def test_completions_for_bash_run(self):
        script = self.succeed("completions", "bash").text
        check = script + ('\nCOMP_WORDS=(ferry g); COMP_CWORD=1\n'
                          'f=$(complete -p ferry | sed "s/.*-F \\([^ ]*\\).*/\\1/")\n'
                          '$f ferry g ferry; printf "%s\\n" "${COMPREPLY[@]}"\n')
        done = subprocess.run(["bash", "-c", check], capture_output=True, text=True)
        self.assertIn("get", done.stdout.split(), done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_completions_for_the_others(self):
        self.assertTrue(self.succeed("completions", "zsh").text.startswith("#compdef ferry"))
        self.assertIn("complete -c ferry", self.succeed("completions", "fish").text)
        self.assert_status(self.ferry("completions", "tcsh"), 2)


class Progress(FerryCase):
    def slow(self, session, _argument):
        """Half of the file, then the other half when the test says so."""
        session.say("150 here")
        data = session.open_data()
        data.sendall(self.content[:1_500_000])
        self.go_on[0].recv(1)
        data.sendall(self.content[1_500_000:])
        data.close()
        session.say("226 done")

    def setUp(self):
        super().setUp()
        self.content = bytes_of(3_000_000)

    def on_terminal(self, *arguments, columns=100, answer_to=b"50%", answer=None, env=None):
        """Runs ferry on a terminal; gives the status and what it wrote. When it has written
        `answer_to`, types `answer`, or else lets the second half of the file go."""
        self.go_on = socket.socketpair()
        for end in self.go_on:
            self.addCleanup(end.close)
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.local)
            os.execve(ferry_program(), [ferry_program(), *arguments],
                      env or self.environment(TERM="xterm"))
        self.addCleanup(os.close, terminal)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
        written, answered = b"", False
        while block := self.read_terminal(terminal):
            written += block
            if not answered and answer_to in written:
                answered = True
                if answer:
                    os.write(terminal, answer)
                else:
                    self.go_on[1].send(b"x")
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), written.decode()

    def read_terminal(self, terminal):
        try:
            return os.read(terminal, 4096)
        except OSError:  # the other side is closed
            return b""

    def test_a_password_is_asked_for_and_not_shown(self):
        env = self.environment(TERM="xterm")
        del env["FERRY_PASSWORD"]
        with FakeServer({"RETR": Download(b"hello")}) as server:
            status, written = self.on_terminal("cat", server.url("f", user="alice"), env=env,
                                               answer_to=b"assword", answer=b"s3cret\n")
            self.assertIn("PASS s3cret", server.commands)
        self.assertEqual(status, 0, written)
        self.assertIn("alice", written)
        self.assertTrue(written.endswith("hello"), written)
        self.assertNotIn("s3cret", written)

    def test_a_terminal_shows_rate_and_percent_in_one_line(self):
        with FakeServer({"SIZE": "213 3000000", "RETR": self.slow}) as server:
            status, written = self.on_terminal("get", server.url("file"), columns=80)
        self.assertEqual(status, 0, written)
        self.assertIn("file", written)
        self.assertIn("50%", written)
        self.assertIn("\r", written.replace("\r\n", "\n"))
        self.assertRegex(written, r"[KM]i?B/s")
        for line in written.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            plain = "".join(character for character in line if character.isprintable())
            self.assertLessEqual(len(plain), 90, repr(line))

    def test_elsewhere_there_are_plain_lines(self):
        with FakeServer({"SIZE": "213 3000000", "RETR": Download(self.content)}) as server:
            done = self.succeed("get", server.url("file"))
        both = done.text + done.stderr
        self.assertNotIn("\r", both)
        self.assertNotIn("\x1b", both)
        self.assertIn("file", both)

    def test_quiet_on_a_terminal_shows_nothing(self):
        with FakeServer({"SIZE": "213 3000000", "RETR": Download(self.content)}) as server:
            status, written = self.on_terminal("get", "-q", server.url("file"))
        self.assertEqual((status, written), (0, ""))

    def test_json_on_a_terminal_stays_json(self):
        with FakeServer({"SIZE": "213 3000000", "RETR": Download(self.content)}) as server:
            status, written = self.on_terminal("get", "--json", server.url("file"))
        self.assertEqual(status, 0)
        for line in written.splitlines():
            self.assertTrue(line.startswith("{"), repr(line))

    def test_ls_in_columns(self):
        listing = "".join(f"-rw-r--r-- 1 a b 5 Jan  1 2020 name{number:02}\r\n"
                          for number in range(20)).encode()
        with FakeServer({"LIST": Download(listing)}) as server:
            status, written = self.on_terminal("ls", server.url(""))
        self.assertEqual(status, 0, written)
        self.assertEqual(len(written.split()), 20)
        self.assertLess(len(written.splitlines()), 20)


if __name__ == "__main__":
    unittest.main()
