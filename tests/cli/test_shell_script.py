"""ferry shell without a person: -c, standard input, files; the language, and exit statuses."""

import os
import signal
import subprocess
import unittest

from fake_server import FakeServer
from ferrycase import part_of
from shellcase import CUT, Pause, ShellCase
from trees import bytes_of


class Language(ShellCase):
    """What needs no server."""

    def says(self, text, *lines, status=0):
        """The commands print exactly these lines, and nothing of a failure."""
        done = self.commands(text, status=status)
        self.assertEqual((done.text.splitlines(), done.stderr), (list(lines), ""))

    def complains(self, text, *parts, status=2):
        """The commands fail with one line that has these parts."""
        done = self.commands(text, status=status)
        line = self.assert_one_line(done)
        for part in parts:
            self.assertIn(part, line)
        return done

    def test_statements_follow_each_other(self):
        self.says("echo a; echo b\necho c", "a", "b", "c")
        self.says("# all of it is a comment")
        self.says("echo a # and this is one", "a")
        self.says("echo a#b", "a#b")

    def test_and_and_or_look_at_the_status(self):
        self.says("!true && echo yes || echo no", "yes")
        self.says("!exit 3\necho $status", "3")
        self.says("echo a && echo b && echo c", "a", "b", "c")
        self.says("echo a || echo b", "a")
        self.says("lcd . && echo in || echo out", str(self.local), "in")
        done = self.commands("lcd nowhere && echo in || echo out")
        self.assertEqual(done.text, "out\n")

    def test_a_joint_at_the_end_of_a_line_goes_on_in_the_next(self):
        self.says("echo a &&\necho b", "a", "b")
        self.says("echo a \\\nb", "a b")

    def test_quotes(self):
        self.says("""echo 'a  b' "c  d" e\\ \\ f""", "a  b c  d e  f")
        self.says("""echo 'it'"'"'s' "\\"" '\\' """, "it's \" \\")
        self.says("""echo 'a;b&&c|d>e#f'""", "a;b&&c|d>e#f")
        self.says("echo ''x\"\"", "x")

    def test_a_quote_may_have_several_lines(self):
        self.says("echo 'a\nb'\necho c", "a", "b", "c")
        done = self.script("echo \"a\n\nb\"\necho c\n")
        self.assertEqual(done.text, "a\n\nb\nc\n")

    def test_what_is_not_finished_is_told_at_the_end(self):
        self.complains("echo 'a", "quote is not closed", "character 6")
        self.complains("echo a &&", "&&")
        self.complains("echo a |", "|")
        done = self.script("echo a\necho \"b", status=2)
        self.assertEqual(done.text, "a\n")
        self.assertIn("quote is not closed", self.assert_one_line(done))

    def test_what_makes_no_sense_is_told(self):
        self.complains("&& echo a", "&&")
        self.complains("echo a > ", "no file name")
        self.complains("echo a > b > c", "one file")
        self.complains("echo a < b", "input")
        self.complains("echo ${", "${")

    def test_variables(self):
        self.says("x=1\necho $x ${x}2 \"$x\" '$x' $none.", "1 12 1 $x .")
        self.says("x='a   b'; y=\"$x c\"\necho $y", "a   b c")
        self.says("x=a; x=b; echo $x", "b")
        self.says("echo $HOME", str(self.home))
        self.says("HOME=/elsewhere; echo $HOME", "/elsewhere")
        self.says("!exit 4\necho $? $status", "4 4", status=0)

    def test_set_lists_settings_and_variables(self):
        text = self.commands("x='a b'; set timeout 7; set").text
        self.assertRegex(text, r"(?m)^set timeout +7 ")
        self.assertIn("x='a b'", text.replace('"', "'").replace("a\\ b", "'a b'"))

    def test_a_wrong_setting_is_told_with_what_is_wanted(self):
        self.complains("set timeuot 7", "timeuot", "'timeout'")
        self.complains("set timeout soon", "timeout", "seconds")
        self.complains("set type text", "binary or ascii")

    def test_aliases(self):
        self.says("alias hi 'echo hello'\nhi you", "hello you")
        self.says("alias two 'echo 1; echo 2'\ntwo && echo 3", "1", "2", "3")
        self.says("alias echo 'echo again'\necho x", "again x")
        self.says("alias a b\nalias b 'echo both'\na", "both")
        self.complains("alias hi 'echo hello'\nunalias hi\nhi", "there is no command 'hi'")
        self.assertIn("hi", self.commands("alias hi 'echo hello'\nalias").text)

    def test_aliases_and_settings_come_from_the_configuration(self):
        config = self.write("config.toml", '[shell]\ntimeout = 9\n[alias]\nhi = "echo hello"\n')
        env = self.environment(FERRY_CONFIG=str(config))
        done = self.commands("hi; set timeout", env=env)
        self.assertRegex(done.text, r"^hello\nset timeout +9 ")
        config.write_text('[shell]\ntimeout = "soon"\n')
        self.assertIn("config.toml:2", self.commands("hi", env=env, status=2).stderr)

    def test_a_mistyped_command_gets_the_nearest_one(self):
        self.complains("ehco a", "'ehco'", "did you mean 'echo'")
        self.complains("bmu", "did you mean")
        self.complains("xyzzyplugh", "help lists them")

    def test_commands_may_be_shortened_where_that_is_clear(self):
        self.says("ech a", "a")
        self.complains("mo x", "more", "modtime")

    def test_too_few_and_too_many_words(self):
        self.complains("get", "usage: get")
        self.complains("lcd a b", "usage: lcd")
        self.complains("get --nonsense x", "--nonsense")
        self.complains("ls --timeout 3", "belongs to open")

    def test_local_commands(self):
        self.says("!printf 'a b\\n'; echo c", "a b", "c")
        self.says("!echo 'x; y' && echo z", "x; y", "z")
        self.assertEqual(self.commands("!exit 7", status=7).stderr, "")

    def test_a_local_command_may_be_killed(self):
        self.commands("!kill -9 $$", status=128 + 9)


class Ends(ShellCase):
    """Exit statuses, and which failures end a script."""

    def test_the_status_is_that_of_the_last_command(self):
        server = self.serve()
        self.commands("cat nothere; pwd", server)
        self.commands("pwd; cat nothere", server, status=5)
        self.script("cat nothere\npwd\n", server)
        self.script("pwd\ncat nothere", server, status=5)
        self.commands("nonsense", status=2)
        self.commands("# nothing to do", server)
        self.script("", server)

    def test_exit_ends_with_its_status(self):
        for text, status in (("exit 7; echo no", 7), ("nonsense; exit", 2), ("exit 0", 0),
                             ("nonsense; exit 0", 0), ("quit 3", 3), ("bye 4", 4)):
            with self.subTest(text=text):
                done = self.commands(text, status=status)
                self.assertEqual(done.text, "")
        for wrong in ("exit 256", "exit -1", "exit soon"):
            self.commands(wrong, status=2)

    def test_exit_in_a_file_ends_all_of_it(self):
        self.write("inner", "exit 9\necho no\n")
        self.assertEqual(self.commands("source inner; echo no\necho no", status=9).text, "")

    def test_set_e_ends_at_the_first_failure(self):
        server = self.serve()
        done = self.commands("set -e\npwd\ncat nothere\necho no", server, status=5)
        self.assertEqual(done.text, "/\n")
        self.assertEqual(self.script("set -e\nnonsense\necho no\n", status=2).text, "")

    def test_set_e_leaves_alone_what_is_looked_at(self):
        self.assertEqual(self.commands("set -e\nlcd nowhere || echo yes\necho on").text,
                         "yes\non\n")
        self.assertEqual(self.commands("set -e\nset +e\nnonsense\necho on").text, "on\n")

    def test_set_e_holds_in_a_file_too(self):
        self.write("inner", "nonsense\necho no\n")
        self.assertEqual(self.commands("set -e; source inner; echo no", status=2).text, "")

    def test_without_a_session_commands_say_what_to_do(self):
        for command in ("ls", "get x", "pwd", "cd x", "put x", "quote NOOP", "size x", "close"):
            with self.subTest(command=command):
                done = self.commands(command, status=2)
                self.assertRegex(self.assert_one_line(done), "not connected.*open HOST")

    def test_a_server_that_is_not_there_or_refuses_ends_a_script_before_it_begins(self):
        with FakeServer() as server:
            nowhere = server.url()
        self.assertEqual(self.commands("echo no", nowhere, status=3).text, "")
        self.assertEqual(self.script("echo no", nowhere, status=3).text, "")
        server = self.serve()
        done = self.commands("echo no", server, status=4,
                             env=self.environment(FERRY_PASSWORD="wrong"))
        self.assertEqual(done.text, "")
        self.assertNotIn("wrong", done.stderr)

    def test_a_url_alone_opens_a_shell(self):
        server = self.serve()
        done = self.assert_status(self.ferry(self.url(server), input=b"pwd\n"), 0)
        self.assertEqual(done.text, "/\n")


    def test_a_password_that_nobody_can_be_asked_for(self):
        env = self.environment()
        del env["FERRY_PASSWORD"]
        done = self.commands("echo no", self.serve(), env=env, status=2, start_new_session=True)
        self.assertEqual(done.text, "")
        done = self.commands("user alice; echo on", self.serve(), start_new_session=True)
        self.assertEqual(done.text, "on\n")
        self.assertIn("no terminal to ask", done.stderr)


class Messages(ShellCase):
    """Who says it, and in which line."""

    def lines_of(self, done):
        return done.stderr.splitlines()

    def test_a_file_is_named_with_the_line(self):
        self.write("nightly", "echo a\n\nnonsense\necho 'b\n'\nlcd nowhere\n")
        done = self.commands("source nightly\nnonsense", status=2)
        first, second, third = self.lines_of(done)
        self.assertTrue(first.startswith("nightly:3: nonsense: "), first)
        self.assertTrue(second.startswith("nightly:6: lcd: "), second)
        self.assertTrue(third.startswith("ferry:2: nonsense: "), third)

    def test_standard_input_has_lines_too(self):
        done = self.script("echo a\necho 'b\nc'\nnonsense\n", status=2)
        self.assertTrue(self.assert_one_line(done).startswith("ferry:4: nonsense: "), repr(done))

    def test_a_file_that_is_not_there(self):
        done = self.commands("source nowhere", status=8)
        self.assertIn("nowhere", self.assert_one_line(done))

    def test_a_file_in_a_file_that_runs_itself_ends(self):
        self.write("again", "echo x\nsource again\n")
        done = self.commands("source again; echo on", timeout=20)
        self.assertTrue(done.text.endswith("on\n"), repr(done))
        self.assertIn("too deeply", done.stderr)
        self.assertLess(len(done.text), 200)

    def test_a_file_without_an_end_of_line_and_one_that_is_binary(self):
        self.write("short", "echo a")
        self.assertEqual(self.commands("source short").text, "a\n")
        (self.local / "binary").write_bytes(bytes(range(256)) * 4)
        self.assertLess(len(self.commands("source binary; echo on").stderr), 100_000)


class Input(ShellCase):
    """Commands on standard input."""

    def test_lines_run_as_they_come(self):
        process = self.start("shell", stdin=subprocess.PIPE)
        process.stdin.write(b"echo first\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"first\n")
        process.stdin.write(b"exit 6\n")
        process.stdin.flush()
        self.assertEqual(process.wait(20), 6)

    def test_a_local_command_reads_what_follows(self):
        done = self.script("!read x; echo \"got $x\"\nhello\necho after\n")
        self.assertEqual(done.text, "got hello\nafter\n")

    def test_a_here_document_of_a_shell(self):
        server = self.serve()
        (self.served / "a.txt").write_text("content")
        script = (f'"$FERRY" shell "{self.url(server)}" <<END\nget a.txt -o "$NAME"\nls\nEND\n')
        done = subprocess.run(["bash", "-c", script], cwd=self.local, capture_output=True,
                              env=self.environment(FERRY=os.environ["FERRY"], NAME="b.txt"))
        self.assertEqual((done.returncode, done.stdout), (0, b"a.txt\n"), done.stderr)
        self.assertEqual((self.local / "b.txt").read_text(), "content")

    def test_carriage_returns_of_files_from_elsewhere(self):
        self.write("dos", "echo a\r\necho b\r\n")
        self.assertEqual(self.commands("source dos").text, "a\nb\n")

    def test_a_closed_reader_of_the_output_ends_it_quietly(self):
        script = '"$FERRY" shell -c "help; help; help" | head -n 1; exit ${PIPESTATUS[0]}'
        done = subprocess.run(["bash", "-c", script], capture_output=True, cwd=self.local,
                              env=self.environment(FERRY=os.environ["FERRY"]))
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.stdout, b"Session:\n")

    def test_output_that_cannot_be_written_is_a_failure(self):
        full = open("/dev/full", "wb")
        self.addCleanup(full.close)
        done = self.finish(self.start("shell", "-c", "echo hello", stdout=full))
        self.assert_status(done, 8)


class Interrupted(ShellCase):
    """Ctrl-C in a script ends it, and what has come is kept."""

    def setUp(self):
        super().setUp()
        self.content = bytes_of(CUT * 2)
        self.part = part_of(self.local / "file")

    def interrupt(self, *arguments, **start):
        pause = Pause(self.content)
        server = self.fake({"SIZE": f"213 {len(self.content)}", "RETR": pause})
        process = self.start("shell", *arguments, server.url(), **start)
        if start:
            process.stdin.write(b"get file\necho no\n")
            process.stdin.flush()
        self.wait_for_cut()
        process.send_signal(signal.SIGINT)
        done = self.assert_status(self.finish(process, timeout=20), 130)
        self.assertEqual(done.text, "")
        self.assertEqual(self.part.read_bytes(), self.content[:CUT])
        return done

    def resume(self):
        server = self.serve()
        (self.served / "file").write_bytes(self.content)
        done = self.commands("reget file", server)
        self.assertIn("continued at", done.stderr)
        self.assertEqual((self.local / "file").read_bytes(), self.content)
        self.assert_left(self.local, "file")

    def test_commands_end_with_130_and_a_part_that_can_be_continued(self):
        done = self.interrupt("-c", "get file; echo no\necho no")
        self.assertIn("-c", self.assert_one_line(done))
        self.resume()

    def test_standard_input_does(self):
        self.interrupt(stdin=subprocess.PIPE)

    def test_a_file_does(self):
        self.write("inner", "get file || echo no\necho no\n")
        self.interrupt("-c", "source inner; echo no")
        (self.local / "inner").unlink()
        self.resume()


if __name__ == "__main__":
    unittest.main()
