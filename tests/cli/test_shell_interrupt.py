"""Ctrl-C, Ctrl-Z, and sessions that end under the prompt: the shell goes on, where it was."""

import os
import pathlib
import signal
import socket
import subprocess
import unittest

from fake_server import Download, Gone, silent
from ferrycase import part_of, size_of, wait_until
from programs import ferry_program, processes_of
from shellcase import CUT, Pause, PROMPT, ShellCase, stalling
from trees import bytes_of, make_tree


def state_of(pid):
    """Of a process: R, S, T ..."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


class Interrupted(ShellCase):
    """Ctrl-C stops what runs, and the shell goes on, in the same directory."""

    def setUp(self):
        super().setUp()
        self.content = bytes_of(CUT * 2)

    def interrupt(self, server, line, moment, path="pub"):
        session = self.shell(server, path)
        session.enter(line)
        moment()
        session.send_key("ctrl-c")
        text = session.until_prompt()
        self.assertIn("interrupted", text)
        self.assertEqual(session.run("echo $status"), "130")
        self.assertEqual(session.run("pwd").split("\n")[-1], "/pub")
        return session

    def logins(self, server):
        return sum(command.startswith("USER") for command in server.commands)

    def test_a_download(self):
        pause = Pause(self.content)
        server = self.fake({"SIZE": f"213 {len(self.content)}", "RETR": pause})
        session = self.interrupt(server, "get file; echo no", self.wait_for_cut)
        self.assertEqual(self.logins(server), 1)  # the same session
        self.assertEqual(part_of(self.local / "file").read_bytes(), self.content[:CUT])
        pause.go_on()
        session.run("reget file")
        self.assertEqual((self.local / "file").read_bytes(), self.content)
        self.assertNotRegex(session.terminal.plain, r"\nno\r")

    def test_a_download_of_a_server_that_heeds_nothing(self):
        server = self.fake(stalling(self.content))
        self.interrupt(server, "get file", self.wait_for_cut)
        self.assertEqual(self.logins(server), 2)
        self.assertEqual(part_of(self.local / "file").read_bytes(), self.content[:CUT])

    def test_a_listing(self):
        pause = Pause(b"-rw-r--r-- 1 a b 2 Jan  1 2020 name\r\n" * 10, cut=200)
        server = self.fake({"LIST": pause})
        self.interrupt(server, "ls", pause.wait_until_waiting)
        self.assertEqual(self.logins(server), 1)

    def test_a_reply_that_does_not_come(self):
        server = self.fake({"SIZE": silent})
        self.interrupt(server, "size x",
                       lambda: wait_until(lambda: "SIZE x" in server.commands))
        self.assertEqual(self.logins(server), 2)

    def test_many_files_at_any_moment(self):
        make_tree(self.served, {f"f{number:03}": "x" for number in range(300)})
        server = self.serve()
        for moment in range(0, 45, 3):
            process = self.start("shell", "-c", "mget -q f*; echo no", self.url(server))
            wait_until(lambda: len(os.listdir(self.local)) > moment or process.poll() is not None)
            process.send_signal(signal.SIGINT)
            done = self.assert_status(self.finish(process), 130)
            self.assertEqual(done.text, "")
            self.assertLess(len(os.listdir(self.local)), 300)
            for name in os.listdir(self.local):
                os.unlink(self.local / name)

    def test_an_upload(self):
        server = self.serve()
        make_tree(self.served, {"pub": None})
        big = self.local / "big"
        with open(big, "wb") as file:
            file.truncate(1 << 33)
        session = self.shell(server, "pub")
        session.enter("put big")
        wait_until(lambda: sum(map(size_of, (self.served / "pub").iterdir())) > 0)
        session.send_key("ctrl-c")
        self.assertIn("interrupted", session.until_prompt())
        self.assertEqual(session.run("pwd").split("\n")[-1], "/pub")
        self.assertFalse((self.served / "pub/big").exists())

    def test_connecting(self):
        server = self.fake(greeting=silent)
        session = self.shell()
        session.enter(f"open {server.url()}")
        wait_until(lambda: server.sessions)
        session.send_key("ctrl-c")
        self.assertIn("interrupted", session.until_prompt())
        self.assertEqual(session.run("echo on"), "on")

    def test_a_local_command(self):
        session = self.shell()
        session.enter("!echo started; exec sleep 600")
        session.expect("started")
        session.send_key("ctrl-c")
        session.expect_prompt()
        self.assertEqual(session.run("echo on"), "on")

    def test_a_file_of_commands(self):
        self.write("script", "set -e\n!echo started; exec sleep 600\necho no\n")
        session = self.shell()
        session.enter("source script; echo no")
        session.expect("started")
        session.send_key("ctrl-c")
        self.assertNotIn("no", session.until_prompt())
        self.assertEqual(session.run("echo on"), "on")
        self.assertIn("set -e", session.run("set -e; nonsense; echo $0 'set -e'"))
        self.write("failing", "set -e\nnonsense\necho no\n")
        self.assertNotIn("\nno", session.run("source failing"))
        self.assertEqual(session.run("echo $status"), "2")
        self.write("leaving", "exit 4\n")
        session.send("source leaving\r")
        self.assertEqual(session.wait(), 4)


class Stopped(ShellCase):
    """Ctrl-Z, under a shell with job control."""

    def under_bash(self, *arguments):
        session = self.on_terminal("bash", "--norc", "--noprofile", "-i", prompt=r"\$ \Z",
                                   PS1="$ ")
        session.expect_prompt()
        session.send(" ".join([ferry_program(), "shell", *arguments]) + "\r")
        session.expect(PROMPT)
        return session

    def test_at_the_prompt(self):
        session = self.under_bash()
        session.send("echo whole")
        session.expect("echo whole")
        session.send_key("ctrl-z")
        session.expect_prompt()
        session.send("echo in $((40 + 2))\r")
        session.expect("in 42")
        session.expect_prompt()
        session.send("fg\r")
        session.expect_screen(r"^ferry> echo whole$")
        session.send(" again\r")
        session.expect("\nwhole again\r\n")
        session.expect(PROMPT)
        session.send("exit 3\r")
        session.expect_prompt()
        session.send("echo status $?\r")
        session.expect("status 3")

    def test_during_a_transfer(self):
        content = bytes_of(CUT * 2)
        pause = Pause(content)
        server = self.fake({"SIZE": f"213 {len(content)}", "RETR": pause})
        session = self.under_bash(server.url())
        session.send("get file\r")
        pause.wait_until_waiting()
        session.send_key("ctrl-z")
        session.expect("Stopped")
        session.expect_prompt()
        pause.go_on()
        self.assertFalse((self.local / "file").exists())
        session.send("fg\r")
        session.expect(r"size verified")
        session.expect(PROMPT)
        self.assertEqual((self.local / "file").read_bytes(), content)
        session.send("pwd\r")
        session.expect("\n/\r\n")


    def test_a_local_command_stops_and_goes_on_with_the_shell(self):
        session = self.under_bash()
        session.send("!echo begun; read x; echo got $x\r")
        session.expect("begun\r\n")
        session.send_key("ctrl-z")
        session.expect("Stopped")
        session.expect_prompt()
        # Until then it may still take what is typed.
        wait_until(lambda: {state_of(pid) for pid in processes_of(session.pid) - {session.pid}}
                   == {"T"})
        session.send("fg\r")
        session.expect("fg\r\n")
        session.send("a line\r")
        session.expect("got a line")
        session.expect(PROMPT)


class Dropped(ShellCase):
    """The session ends under the prompt, and is opened again when it is needed."""

    def restart(self, server):
        port = server.port
        server.__exit__()
        again = self.server_kind(self.served, user="alice", password=self.password,
                                 config=["--port", str(port)])
        return self.enterContext(again)

    def test_the_next_command_is_in_the_same_directory(self):
        make_tree(self.served, {"pub/deep/file": "content"})
        server = self.serve()
        session = self.shell(server)
        session.run("cd pub/deep")
        self.restart(server)
        self.assertEqual(session.run("ls").split("\n"), ["connected again", "file"])
        self.assertEqual(session.run("cd ..; pwd"), "/pub")

    def test_a_password_that_was_typed_is_not_asked_for_again(self):
        server = self.serve()
        env = self.environment(TERM="xterm")
        del env["FERRY_PASSWORD"]
        session = self.on_terminal(ferry_program(), "shell", self.url(server), env=env)
        session.expect("[Pp]assword.*: ")
        session.send(self.password + "\r")
        session.expect_prompt()
        self.restart(server)
        self.assertEqual(session.run("pwd").split("\n")[-1], "/")

    def test_in_the_middle_of_a_listing(self):
        server = self.fake({"LIST": [self.die, Download(b"-rw-r--r-- 1 a b 2 Jan  1 2020 x\r\n")]})
        session = self.shell(server, "pub")
        told, listed = session.run("ls").split("\n")
        self.assertIn("connection lost", told)
        self.assertTrue(told.endswith("retrying now (1 of 3)"), told)
        self.assertEqual(listed, "x")
        self.assertEqual(session.run("pwd"), "/pub")

    def die(self, session, _argument):
        session.say("150 here it comes")
        session.open_data().sendall(b"-rw-r--r--")
        raise Gone

    def test_in_the_middle_of_a_download_that_is_continued(self):
        content = bytes_of(CUT)
        whole = Pause(content)
        whole.go_on()
        server = self.fake({"SIZE": f"213 {CUT}", "RETR": [self.half, whole]})
        session = self.shell(server)
        self.assertIn("retrying now (1 of 3)", session.run("get file"))
        self.assertIn(f"REST {CUT // 2 - (64 << 10)}", server.commands)
        self.assertEqual((self.local / "file").read_bytes(), content)

    def half(self, session, _argument):
        session.say("150 here it comes")
        data = session.open_data()
        data.sendall(bytes_of(CUT)[:CUT // 2])
        data.close()
        raise Gone

    def test_a_server_that_has_gone_for_good_and_comes_back(self):
        make_tree(self.served, {"pub/file": "content"})
        server = self.serve()
        session = self.shell(server, "pub")
        server.__exit__()
        self.assertIn("refused", session.run("ls"))
        again = self.server_kind(self.served, user="alice", password=self.password,
                                 config=["--port", str(server.port)])
        self.enterContext(again)
        self.assertEqual(session.run("ls").split("\n")[-1], "file")

    def test_a_server_that_says_why_it_closes(self):
        server = self.fake()
        session = self.shell(server, "pub")
        server.controls[0].sendall(b"421 You have slept for too long\r\n")
        server.controls[0].shutdown(socket.SHUT_RDWR)
        self.assertEqual(session.run("pwd").split("\n"), ["connected again", "/pub"])
        self.assertEqual(session.run("echo $status; pwd"), "0\n/pub")

    def test_a_script_goes_on_too(self):
        make_tree(self.served, {"pub/file": "content"})
        server = self.serve()
        process = self.start("shell", self.url(server, "pub"), stdin=subprocess.PIPE)
        process.stdin.write(b"pwd\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"/pub\n")
        self.restart(server)
        done = self.assert_status(self.finish(process, b"ls\n"), 0)
        self.assertEqual((done.text, done.stderr), ("file\n", ""))

    def test_keep_alive_sends_noop_while_nobody_types(self):
        server = self.fake()
        session = self.shell(server)
        self.assertNotIn("NOOP", server.commands)
        session.run("set keep-alive 1")
        session.send("echo half")
        wait_until(lambda: "NOOP" in server.commands)
        session.send(" done\r")
        session.expect("\nhalf done\r\n")

    def test_keep_alive_does_not_hold_the_keyboard(self):
        server = self.fake({"NOOP": silent})
        session = self.shell(server, "pub")
        session.run("debug on; set keep-alive 1")
        wait_until(lambda: "NOOP" in server.commands)
        session.send("echo typed")
        session.expect_screen("> echo typed$", timeout=5)
        session.send("\r")
        session.expect("\ntyped\r\n")
        session.expect_prompt()
        self.assertEqual(session.run("debug off; pwd").split("\n")[-1], "/pub")

    def test_keep_alive_leaves_a_session_that_has_ended_alone(self):
        server = self.fake()
        session = self.shell(server, "pub")
        session.run("set keep-alive 1")
        server.controls[0].shutdown(socket.SHUT_RDWR)
        session.send("echo typed")
        session.expect_screen("> echo typed$")
        session.send_key("ctrl-c")
        session.expect_prompt()
        self.assertEqual(session.run("pwd").split("\n"), ["connected again", "/pub"])


if __name__ == "__main__":
    unittest.main()
