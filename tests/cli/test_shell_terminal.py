"""ferry shell as a person uses it, on a terminal."""

import os
import signal
import stat
import unittest

from fake_server import Download
from programs import ferry_program
from shellcase import CUT, Pause, ShellCase, STATE
from terminal_screen import width_of
from trees import bytes_of, make_tree


class Prompt(ShellCase):
    def test_it_shows_host_and_directory(self):
        make_tree(self.served, {"pub/deep": None})
        session = self.shell(self.serve())
        session.expect_screen(r"^127\.0\.0\.1:/>$")
        session.run("cd pub/deep")
        session.expect_screen(r"^127\.0\.0\.1:/pub/deep>$")
        session.run("close")
        session.expect_screen(r"^ferry>$")
        self.leave(session)

    def test_it_can_be_changed(self):
        make_tree(self.served, {"pub/deep": None})
        session = self.shell(self.serve(), "pub/deep")
        session.run("set prompt '%u@%h %b %? %% %d> '")
        session.expect_screen(r"^alice@127\.0\.0\.1 deep 0 % /pub/deep>$")
        session.run("nonsense")
        session.expect_screen(r"^alice@127\.0\.0\.1 deep 2 % ")
        self.leave(session, 2)

    def test_a_directory_with_control_characters_is_shown_escaped(self):
        server = self.fake({"PWD": b'257 "/a\x1b[2Jb\x07"\r\n'})
        session = self.shell(server)
        self.assertNotIn(b"\x1b[2J", session.raw)
        self.assertNotIn(b"\x07", session.raw)
        session.expect_screen(r"^127\.0\.0\.1:/a.*b.*>$")

    def test_output_without_an_end_of_line_is_kept(self):
        make_tree(self.served, {"file": "no end"})
        session = self.shell(self.serve())
        session.run("cat file")
        session.expect_screen(r"^no end.?\n127\.0\.0\.1:/>$")

    def test_ctrl_d_ends_with_the_last_status(self):
        session = self.shell()
        session.send("ab")
        session.send_key("left", "ctrl-d")  # no end: it deletes a letter
        session.expect_screen(r"^ferry> a$")
        session.send("\r")
        session.expect_prompt()
        self.leave(session, 2)

    def test_exit_ends_with_its_status(self):
        session = self.shell()
        session.send("exit 7\r")
        self.assertEqual(session.wait(), 7)

    def test_a_login_that_is_refused_leaves_a_prompt(self):
        server = self.serve()
        session = self.shell(server, env=self.environment(TERM="xterm", FERRY_PASSWORD="wrong"))
        session.expect_screen("login refused")
        self.assertIn("not connected", session.run("pwd"))

    def test_a_hangup_of_the_terminal_ends_it(self):
        session = self.shell(self.serve())
        os.kill(session.pid, signal.SIGHUP)
        self.assertEqual(session.wait(), -signal.SIGHUP)


class Keys(ShellCase):
    def history(self):
        return self.dir / STATE / "ferry/history"

    def test_history_is_kept_from_one_shell_to_the_next(self):
        session = self.shell()
        session.run("echo first")
        session.run("echo second")
        self.leave(session)
        self.assertEqual(self.history().read_text(), "echo first\necho second\n")
        self.assertEqual(stat.S_IMODE(self.history().stat().st_mode), 0o600)
        session = self.shell()
        session.run("echo second")
        session.send_key("up", "up")
        session.expect_screen(r"^ferry> echo first$")
        session.send("\r")
        self.assertEqual(session.until_prompt().split("\n")[-1], "first")
        session.send_key("ctrl-r")
        session.send("sec")
        session.expect_screen("echo second")
        session.send("\r")
        session.expect_screen(r"^ferry> echo first\nfirst\nferry> echo second\nsecond\nferry>$")

    def test_secrets_never_get_there(self):
        session = self.shell(self.serve())
        for line in ("user alice secret1", "open ftp://alice:secret2@127.0.0.1:1/",
                     "quote PASS secret3", " echo secret4", "quote ACCT secret5",
                     "pass=secret6"):
            session.run(line)
            session.send_key("up")
            session.run("")
        session.run("echo kept")
        session.send_key("ctrl-d")
        session.wait()
        self.assertNotIn("secret", self.history().read_text())
        self.assertIn("echo kept", self.history().read_text())

    def test_emacs_keys(self):
        session = self.shell()
        session.send("cho wrong end")
        session.send_key("ctrl-a")
        session.send("e")
        session.send_key("ctrl-e", "ctrl-w", "ctrl-w", "alt-b", "alt-f")
        session.send(" right")
        session.expect_screen(r"^ferry> echo right$")
        session.send_key("home", "ctrl-k", "ctrl-y", "ctrl-y")
        session.expect_screen(r"^ferry> echo right.?echo right$")
        session.send_key("ctrl-c")
        session.expect_prompt()

    def test_vi_keys(self):
        session = self.shell()
        session.run("set keys vi")
        session.send("echo one two")
        session.send_key("escape")
        session.send("0wcwthree")
        session.expect_screen(r"^ferry> echo three two$")
        session.send_key("escape")
        session.send("A!")
        session.send("\r")
        session.expect("\nthree two!\r\n")
        session.expect_prompt()
        session.run("set keys emacs")
        session.send("cho x")
        session.send_key("ctrl-a")
        session.send("e\r")
        session.expect("\nx\r\n")

    def test_keys_come_from_the_configuration(self):
        config = self.write("config.toml", '[shell]\nkeys = "vi"\n')
        session = self.shell(FERRY_CONFIG=str(config))
        session.send("echo ab")
        session.send_key("escape")
        session.send("xp\r")
        session.expect("\nab\r\n")

    def test_several_lines(self):
        session = self.shell()
        session.enter("echo 'one")
        session.expect_prompt()
        session.expect_screen(r"^>$")
        self.assertEqual(session.run("two'"), "one\ntwo")

    def test_what_is_typed_or_pasted_early_is_not_lost(self):
        content = bytes_of(CUT * 2)
        pause = Pause(content)
        server = self.fake({"SIZE": f"213 {len(content)}", "RETR": pause})
        session = self.shell(server)
        session.enter("get -q file")
        pause.wait_until_waiting()
        session.send("echo one\recho two\recho thr")
        pause.go_on()
        session.expect("\none\r\n")
        session.expect("\ntwo\r\n")
        session.send("ee\r")
        session.expect("\nthree\r\n")

    def test_ctrl_c_gives_the_line_up(self):
        session = self.shell()
        session.send("echo 'half")
        session.send_key("ctrl-c")
        session.expect_prompt()
        session.enter("echo 'one")
        session.expect_prompt()
        session.send_key("ctrl-c")
        session.expect_prompt()
        self.assertEqual(session.run("echo whole $status"), "whole 0")
        self.leave(session)


class Looks(ShellCase):
    def test_listings_are_in_columns_that_fit(self):
        make_tree(self.served, {f"name{number:02}": "" for number in range(30)})
        session = self.shell(self.serve(), size=(24, 60))
        rows = session.run("ls").split("\n")
        self.assertEqual(len("\n".join(rows).split()), 30)
        self.assertLess(len(rows), 8)
        self.assertTrue(all(len(row) <= 60 for row in rows))
        self.assertEqual({row.index("name0") for row in rows if "name0" in row}, {0})
        session.resize(24, 20)
        self.assertGreater(len(session.run("ls").split("\n")), 14)
        self.assertEqual(len(session.run("ls -1").split("\n")), 30)

    def test_wide_characters_are_aligned(self):
        names = ("a日本語日本語", "b", "cö", "d", "e", "f")
        make_tree(self.served, {name: "" for name in names})
        session = self.shell(self.serve(), size=(24, 40))
        rows = session.run("ls").split("\n")
        self.assertEqual([row.split() for row in rows],
                         [[names[0], "d"], ["b", "e"], ["cö", "f"]])
        self.assertEqual({sum(map(width_of, row[:-1])) for row in rows}, {15})
        session.send("echo 日本")
        session.send_key("left", "backspace")
        session.send("ö")
        session.expect_screen("^127.0.0.1:/> echo ö本$")
        session.send("\r")
        session.expect("\nö本\r\n")

    def test_control_characters_of_names_and_replies_are_escaped(self):
        listing = b"-rw-r--r-- 1 a b 2 Jan  1 2020 ev\x1b]0;owned\x07il\x9b31m\r\n"
        server = self.fake({"LIST": Download(listing), "NLST": Download(b"ev\x1b[2Jil\r\n"),
                            "STAT": b"211 \x1b[2Jstatus\r\n"})
        session = self.shell(server)
        for line in ("ls", "ls -l", "nlist", "rstatus", "find", "quote STAT"):
            self.assertRegex(session.run(line), "ev.*il|status")
        for bad in (b"\x1b]0;", b"\x1b[2J", b"\x9b31m"):
            self.assertNotIn(bad, session.raw)

    def test_colours(self):
        make_tree(self.served, {"dir/file": "", "plain": ""})
        server = self.serve()
        session = self.shell(server, LS_COLORS="di=01;34:*.txt=35")
        session.run("ls")
        self.assertIn(b"\x1b[01;34mdir", session.raw)
        self.assertIn(b"\x1b[1;36m", session.raw)  # the prompt
        session.run("nonsense")
        self.assertIn(b"\x1b[1;31m", session.raw)

    def test_no_colours_where_they_are_not_wanted(self):
        make_tree(self.served, {"dir/file": "", "plain": ""})
        server = self.serve()
        session = self.shell(server, LS_COLORS="di=01;34", NO_COLOR="1")
        session.run("ls")
        session.run("nonsense")
        self.assertNotRegex(session.raw, rb"\x1b\[[0-9;]*[349][0-7]m")
        dumb = self.shell(server, env=self.environment(TERM="dumb", LS_COLORS="di=01;34"))
        self.assertIn("dir", dumb.run("ls"))
        self.assertNotIn(b"\x1b", dumb.raw)

    def test_a_resize_redraws_the_line(self):
        session = self.shell(size=(24, 80))
        session.send("echo " + "x" * 60)
        session.expect_screen("x{60}$")
        session.resize(24, 40)
        session.expect_screen(r"^ferry> echo x{28}\n?x{32}$")
        session.send("\r")
        session.expect("\nx{60}\r\n")
        session.expect_prompt()

    def test_progress_of_a_transfer(self):
        content = bytes_of(CUT * 2)
        pause = Pause(content)
        server = self.fake({"SIZE": f"213 {len(content)}", "RETR": pause})
        session = self.shell(server)
        session.enter("get file")
        session.expect_screen(r"^file +50%  .*$")
        pause.go_on()
        session.expect_prompt()
        session.expect_screen(r"^file: .* size verified$")
        self.assertNotIn("50%", session.screen())
        session.run("set progress off")
        before = len(session.raw)
        session.run("get -o second file")
        self.assertNotIn(b"%", session.raw[before:])


class Asks(ShellCase):
    def test_a_password_is_asked_for_once_and_never_shown(self):
        server = self.serve()
        env = self.environment(TERM="xterm")
        del env["FERRY_PASSWORD"]
        session = self.on_terminal(ferry_program(), "shell", self.url(server), env=env)
        session.expect("[Pp]assword.*: ")
        session.send(self.password + "\r")
        session.expect_prompt()
        self.assertEqual(session.run("pwd"), "/")
        session.enter("user alice")
        session.expect("Password for alice: ")
        session.send(self.password + "\r")
        session.expect_prompt()
        self.assertEqual(session.run("pwd"), "/")
        session.enter("user alice")
        session.expect("Password for alice: ")
        session.send_key("ctrl-c")
        self.assertIn("interrupted", session.until_prompt())
        self.assertNotIn(self.password, session.terminal.plain)

    def test_each_file_is_asked_for(self):
        make_tree(self.served, {name: name for name in "abcdef"})
        session = self.shell(self.serve())
        session.run("prompt")
        session.enter("mget *")
        for name, answer in (("a", "y"), ("b", "n"), ("c", "what"), ("c", "a")):
            session.expect(rf"get {name}\? .*: ")
            session.send(answer + "\r")
        session.expect_prompt()
        self.assert_left(self.local, "a", "c", "d", "e", "f")
        session.enter("mdelete *")
        for answer in "yq":
            session.expect(r"delete .\? .*: ")
            session.send(answer + "\r")
        session.expect_prompt()
        self.assert_left(self.served, "b", "c", "d", "e", "f")
        session.enter("mput *")
        session.expect(r"put a\? .*: ")
        session.send("\r")
        session.expect_prompt()
        self.assert_left(self.served, "b", "c", "d", "e", "f")

    def test_ctrl_c_at_a_question_does_nothing_of_it(self):
        make_tree(self.served, {name: name for name in "abc"})
        session = self.shell(self.serve())
        session.run("prompt on")
        session.enter("mdelete *; echo no")
        session.expect(r"delete a\? .*: ")
        session.send("y\r")
        session.expect(r"delete b\? .*: ")
        session.send_key("ctrl-c")
        self.assertNotIn("no", session.until_prompt().split("\n"))
        self.assertEqual(session.run("echo $status"), "130")
        self.assert_left(self.served, "a", "b", "c")

    def test_more_runs_the_pager(self):
        make_tree(self.served, {"file": "line\n" * 100})
        pager = self.write("pager", "#!/bin/sh\nwc -l\n", 0o755)
        session = self.shell(self.serve(), PAGER=str(pager))
        self.assertEqual(session.run("more file").strip(), "100")
        session.run("set pager 'grep -c .'")
        self.assertEqual(session.run("more file").strip(), "100")
        session.run("set pager 'head -n 1'")
        self.assertEqual(session.run("page file"), "line")
        self.assertEqual(session.run("pwd"), "/")

    def test_an_editor_has_the_terminal(self):
        make_tree(self.served, {"file": "old\n"})
        editor = self.write("editor", "#!/bin/sh\nprintf 'new text? '; read x; echo $x > $1\n",
                            0o755)
        session = self.shell(self.serve(), EDITOR=str(editor))
        session.enter("edit file")
        session.expect(r"new text\? ")
        session.send("typed\r")
        session.expect_prompt()
        self.assertEqual((self.served / "file").read_text(), "typed\n")

    def test_a_local_shell(self):
        session = self.shell(SHELL="/bin/sh", PS1="sh> ")
        session.send("!\r")
        session.expect(r"sh> \Z")
        session.send("echo $((40 + 2)); exit\r")
        session.expect("42")
        session.expect_prompt()
        self.assertEqual(session.run("echo on"), "on")


if __name__ == "__main__":
    unittest.main()
