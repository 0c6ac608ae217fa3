"""Transfers in the background: started with &, looked at, waited for, stopped, left alone."""

import os
import pathlib
import re
import signal
import unittest

from ferrycase import part_of, wait_until
from programs import ferry_program, is_alive, processes_of
from shellcase import CUT, Pause, ShellCase
from trees import bytes_of, make_tree


class Paused(ShellCase):
    """A server whose files stop in the middle until `self.pause.go_on()`."""

    def setUp(self):
        super().setUp()
        self.content = bytes_of(CUT * 2)
        self.pause = Pause(self.content)
        self.server = self.fake({"SIZE": f"213 {len(self.content)}", "RETR": self.pause})
        self.part = part_of(self.local / "file")

    def start_jobs(self, session, *lines):
        """Starts them, and waits until each stands still in the middle."""
        for number, line in enumerate(lines, 1):
            self.assertEqual(session.run(f"{line} &"), f"[{number}] started")
        for _ in lines:
            self.pause.wait_until_waiting()

    def arrived(self, name="file"):
        return (self.local / name).exists() and (self.local / name).read_bytes() == self.content


class AtThePrompt(Paused):
    def test_the_prompt_stays_usable_and_the_end_is_told_there(self):
        session = self.shell(self.server, "pub")
        self.start_jobs(session, "get file")
        self.assertEqual(session.run("pwd; echo $status"), "/pub\n0")
        session.send("echo ha")
        session.expect("echo ha")
        self.pause.go_on()
        session.expect(r"\[1\] done +get file\n?")
        session.expect_screen(r"^ .*file: .* size verified\n(.*\n)?127\.0\.0\.1:/pub> echo ha$")
        self.assertTrue(self.arrived())
        session.send("lf\r")
        session.expect("\nhalf\r\n")
        session.expect_prompt()
        self.assertEqual(session.run("jobs"), "")

    def test_several_at_once_show_their_progress(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get one", "get two", "get -o 'the third' three")
        wait_until(lambda: session.run("jobs").count("50%") == 3)
        self.assertEqual(re.findall(r"(?m)^\[(\d)\] running +(get .*?)  ", session.run("jobs")),
                         [("1", "get one"), ("2", "get two"),
                          ("3", "get -o 'the third' three")])
        self.assertIn("3 jobs running", session.run("status").replace("\n", " "))
        self.pause.go_on()
        self.assertEqual(re.findall(r"\[(\d)\] done", session.run("wait")), ["1", "2", "3"])
        for name in ("one", "two", "the third"):
            self.assertTrue(self.arrived(name), name)

    def test_fg_watches_one(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get one", "get two")
        session.enter("fg %1")
        session.expect(r"\[1\] .*50%")
        self.pause.go_on()
        session.expect_prompt()
        session.expect_screen(r"^\[1\] done +get one$")
        self.assertNotIn("running", session.screen())
        session.run("wait")
        self.assertTrue(self.arrived("one") and self.arrived("two"))

    def test_ctrl_c_in_fg_stops_the_job(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get file")
        session.enter("fg")
        session.expect("50%")
        session.send_key("ctrl-c")
        self.assertIn("[1] stopped", session.until_prompt())
        self.assertEqual(session.run("echo $status; jobs"), "130")
        self.assertEqual(self.part.read_bytes(), self.content[:CUT])

    def test_ctrl_c_in_wait_leaves_the_job_alone(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get file")
        session.enter("wait")
        session.expect(r"\[1\] .*50%")
        session.send_key("ctrl-c")
        session.expect_prompt()
        self.assertIn("[1] running", session.run("jobs"))
        self.pause.go_on()
        session.run("wait")
        self.assertTrue(self.arrived())

    def test_ctrl_c_at_the_prompt_and_in_a_command_leaves_it_alone(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get file")
        session.send_key("ctrl-c")
        session.expect_prompt()
        session.enter("get other")
        self.pause.wait_until_waiting()
        session.send_key("ctrl-c")
        self.assertIn("interrupted", session.until_prompt())
        self.assertIn("[1] running", session.run("jobs"))
        self.pause.go_on()
        self.assertIn("[1] done", session.run("wait"))
        self.assertTrue(self.arrived())

    def test_kill_leaves_a_part_that_can_be_continued(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get file")
        self.wait_for_cut()
        text = session.run("kill %1") + session.run("wait; echo status $status")
        self.assertIn("[1] stopped", text)
        self.assertEqual(self.part.read_bytes(), self.content[:CUT])
        self.pause.go_on()
        session.run("reget file & wait")
        self.assertIn(f"REST {CUT - (64 << 10)}", self.server.commands)
        self.assertTrue(self.arrived())
        self.assert_left(self.local, "file")

    def test_a_job_that_fails_says_why(self):
        self.server.answers["RETR"] = ["550 no such thing"]
        session = self.shell(self.server)
        session.run("get file &")
        session.expect(r"\[1\] failed \(5\) +get file")
        session.expect("no such thing.*\n")
        session.expect_prompt()
        self.assertIn("there is no job", session.run("fg %1"))


class Leaving(Paused):
    def assert_goes_on(self, session, status=0):
        self.assertEqual(session.wait(), status)
        self.pause.go_on()
        wait_until(self.arrived, what="the end of the job")

    def test_exit_warns_once_and_then_lets_jobs_go_on(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get file")
        self.assertRegex(session.run("exit"), r"1 job still running: [^|]*exit again")
        self.assertEqual(session.run("pwd"), "/")
        session.send("exit 5\r")
        self.assert_goes_on(session, 5)

    def test_ctrl_d_does_too(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get file")
        session.send_key("ctrl-d")
        session.expect("running")
        session.expect_prompt()
        session.send_key("ctrl-d")
        self.assert_goes_on(session)

    def test_a_new_job_is_warned_of_again(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get file")
        session.run("exit")
        session.run("get other &")
        self.assertIn("2 jobs still running", session.run("exit"))
        session.send("kill %1; kill all; wait; exit 0\r")
        self.assertEqual(session.wait(), 0)

    def test_the_end_of_the_terminal_does_not_end_them(self):
        session = self.shell(self.server)
        self.start_jobs(session, "get file")
        os.kill(session.pid, signal.SIGHUP)  # as of a window that is closed
        self.assert_goes_on(session, -signal.SIGHUP)


class Connection(ShellCase):
    """A job has a connection of its own, made as the shell's was."""

    def test_a_password_that_was_typed_reaches_it_unseen(self):
        pause = Pause(bytes_of(CUT * 2))
        server = self.fake({"SIZE": f"213 {CUT * 2}", "RETR": pause})
        env = self.environment(TERM="xterm")
        del env["FERRY_PASSWORD"]
        session = self.on_terminal(ferry_program(), "shell", server.url(user="alice"), env=env)
        session.expect("[Pp]assword.*: ")
        session.send("typed secret\r")
        session.expect_prompt()
        session.run("get file &")
        pause.wait_until_waiting()
        self.assertEqual(server.commands.count("USER alice"), 2)
        self.assertEqual(server.commands.count("PASS typed secret"), 2)
        for pid in processes_of(session.pid):
            self.assertNotIn(b"secret", pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())
        self.assertNotIn("secret", session.run("jobs"))
        pause.go_on()
        session.run("wait")

    def test_it_works_where_the_shell_is_on_both_sides(self):
        make_tree(self.served, {"pub/deep/a b": "content\n", "pub/-x": "dash\n"})
        (self.local / "below").mkdir()
        session = self.shell(self.serve(), "pub")
        session.run("lcd below; cd deep; get 'a b' & cd ..; get -- -x & lcd ..; wait")
        self.assert_left(self.local / "below", "-x", "a b")
        self.write("new one", "up\n")
        session.run("cd /; put 'new one' & cd pub; put -o renamed new* & wait; echo $status")
        self.assertEqual((self.served / "new one").read_text(), "up\n")
        self.assertEqual((self.served / "pub/renamed").read_text(), "up\n")

    def test_the_other_transfers(self):
        make_tree(self.served, {"a.txt": "a\n", "b.txt": "b\n", "dir/x": ""})
        self.write("long", "longer\n")
        (self.served / "long").write_text("lon")
        make_tree(self.served, {})
        part_of(self.local / "c").write_text("con")
        (self.served / "c").write_text("content\n")
        self.commands("mget *.txt & reget c & reput long & wait", self.serve())
        self.assertEqual((self.local / "c").read_text(), "content\n")
        self.assertEqual((self.local / "b.txt").read_text(), "b\n")
        self.assertEqual((self.served / "long").read_text(), "longer\n")
        self.assert_left(self.local, "a.txt", "b.txt", "c", "long")

    def test_directories_are_left_out_of_patterns(self):
        make_tree(self.served, {"a": "a", "dir/x": "x"})
        (self.local / "below").mkdir()
        self.write("b", "b")
        done = self.commands("mget * & mput * & wait", self.serve())
        self.assertIn("dir: left out", done.stderr)
        self.assertIn("below: left out", done.stderr)
        self.assert_left(self.local, "a", "b", "below")
        self.assert_left(self.served, "a", "b", "dir")
        self.assertNotIn("started", self.commands("mget d* & wait", self.serve()).text)

    def test_it_follows_the_settings(self):
        server = self.fake({"SIZE": "213 5", "RETR": self.hello})
        self.commands("set data active; ascii; get file & wait", server)
        self.assertIn("TYPE A", server.commands)
        self.assertTrue({"EPRT", "PORT"} & set(server.verbs()))
        self.assertFalse({"EPSV", "PASV"} & set(server.verbs()))
        self.assertEqual((self.local / "file").read_text(), "hi\n")

    def hello(self, session, _argument):
        session.say("150 here")
        data = session.open_data()
        data.sendall(b"hi\r\n")
        data.close()
        session.say("226 done")

    def test_uploads_are_seen_by_the_shell_afterwards(self):
        server = self.serve()
        self.write("new.txt", "new\n")
        session = self.shell(server)
        session.run("ls > /dev/null")
        session.run("put new.txt & wait")
        session.send("cat new")
        session.send_key("tab")
        session.expect_screen("cat new.txt$")


class Scripts(Paused):
    def test_a_script_waits_for_its_jobs(self):
        process = self.start("shell", "-c", "get file &", self.server.url())
        self.pause.wait_until_waiting()
        self.assertIsNone(process.poll())
        self.pause.go_on()
        done = self.assert_status(self.finish(process), 0)
        self.assertRegex(done.text, r"^\[1\] started\n\[1\] done +get file\n")
        self.assertTrue(self.arrived())

    def test_their_failure_is_the_status_of_the_script(self):
        self.server.answers["RETR"] = ["550 no such thing"]
        self.commands("get file &", self.server, status=5)
        self.commands("get file &\nexit", self.server, status=5)
        self.commands("get file & wait && echo no", self.server, status=5)
        self.script("get file &\npwd\n", self.server, status=5)

    def test_what_is_no_transfer_stays_in_front(self):
        for line in ("ls &", "cd pub &", "cat file &", "echo x &"):
            done = self.commands(line, self.server, status=2)
            self.assertIn("only transfers", self.assert_one_line(done))

    def test_ctrl_c_while_a_script_waits(self):
        process = self.start("shell", "-c", "get file &", self.server.url())
        self.wait_for_cut()
        children = processes_of(process.pid) - {process.pid}
        self.assertEqual(len(children), 1)
        process.send_signal(signal.SIGINT)
        self.assert_status(self.finish(process), 130)
        wait_until(lambda: not any(map(is_alive, children)), what="the end of the job")
        self.assertEqual(self.part.read_bytes(), self.content[:CUT])


if __name__ == "__main__":
    unittest.main()
