"""What TAB makes of a line: commands, options, paths on both sides, settings and other names."""

import re
import time
import unittest

from fake_server import Download
from shellcase import Pause, ShellCase
from trees import make_tree


def listing_of(names):
    return b"".join(b"-rw-r--r-- 1 a b 2 Jan  1 2020 " + name.encode() + b"\r\n"
                    for name in names)


class Completing(ShellCase):
    def assert_completed(self, session, typed, line, screen=""):
        """TAB behind what is typed makes this line of it; then the line is given up."""
        with self.subTest(typed=typed):
            session.send(typed)
            session.send_key("tab")
            session.expect_screen(rf"> {re.escape(line.rstrip())}\s*\Z")
            session.expect_cursor(session.cursor[0], len(self.prompt) + len(line))
            if screen:
                session.expect_screen(screen)
            session.send_key("ctrl-c")
            session.expect_prompt()

    def assert_all_completed(self, session, *pairs):
        for typed, line in pairs:
            self.assert_completed(session, typed, line)

    def connected(self, tree, **terminal):
        make_tree(self.served, tree)
        self.prompt = "127.0.0.1:/> "
        return self.shell(self.serve(), **terminal)

    def alone(self, **terminal):
        self.prompt = "ferry> "
        return self.shell(**terminal)


class Names(Completing):
    def test_commands_and_aliases(self):
        session = self.alone()
        session.run("alias mkall 'mkdir -p a b'")
        self.assert_all_completed(
            session, ("mkd", "mkdir "), ("mka", "mkall "), ("  modt", "  modtime "),
            ("pwd; rmd", "pwd; rmdir "), ("pwd && bina", "pwd && binary "), ("help mkd",
                                                                            "help mkdir "),
            ("mk", "mk"), ("zz", "zz"))
        self.assert_completed(session, "mk", "mk", r"^mkall +mkdir$|^mkdir +mkall$")

    def test_options(self):
        session = self.alone()
        self.assert_all_completed(
            session, ("ls --rev", "ls --reverse "), ("get --res", "get --resume "),
            ("open --tim", "open --timeout "), ("mkdir --par", "mkdir --parents "),
            ("find --max", "find --max-depth "), ("pwd --he", "pwd --he"))

    def test_settings_and_their_values(self):
        session = self.alone()
        self.assert_all_completed(
            session, ("set time", "set timeout "), ("set type a", "set type ascii "),
            ("set keys v", "set keys vi "), ("set verbose r", "set verbose replies "),
            ("set progress of", "set progress off "), ("set timeout x", "set timeout x"))

    def test_bookmarks_and_aliases_by_name(self):
        session = self.alone()
        session.run("bookmark add work ftp://host/; alias listing ls")
        self.assert_all_completed(
            session, ("open wo", "open work "), ("bookmark rem", "bookmark remove "),
            ("bookmark open w", "bookmark open work "), ("unalias li", "unalias listing "))

    def test_hosts(self):
        (self.home / ".netrc").write_text("machine ftp.example.org login alice\n"
                                          "machine files.example.net login bob\n")
        session = self.alone()
        session.run("bookmark add work ftp://host/")
        self.assert_all_completed(session, ("open ftp.", "open ftp.example.org "),
                                  ("open fi", "open files.example.net "),
                                  ("open wo", "open work "))

    def test_jobs(self):
        self.prompt = "127.0.0.1:/> "
        pause = Pause(b"x" * 1000, cut=10)
        session = self.shell(self.fake({"SIZE": "213 1000", "RETR": pause}))
        session.run("get a &")
        pause.wait_until_waiting()
        self.assert_all_completed(session, ("fg %", "fg %1 "), ("kill ", "kill %1 "))
        pause.go_on()
        session.run("wait")


class LocalPaths(Completing):
    def setUp(self):
        super().setUp()
        make_tree(self.local, {"report.txt": "report\n", "with space.txt": "spaced\n",
                               "dir/inner.txt": "", "disk.img": "", ".hidden": "",
                               "it's $5": "", "größe": ""})
        make_tree(self.home, {"from home.txt": "", "downloads/x": ""})

    def test_files_and_directories(self):
        session = self.alone()
        self.assert_all_completed(
            session, ("put rep", "put report.txt "), ("put dir", "put dir/"),
            ("put dir/i", "put dir/inner.txt "), ("lcd di", "lcd dir/"),
            ("put .h", "put .hidden "), ("source rep", "source report.txt "),
            ("put ./rep", "put ./report.txt "), ("put gr", "put größe "),
            ("lls rep", "lls report.txt "), (f"put {self.local}/rep",
                                             f"put {self.local}/report.txt "))

    def test_names_that_have_to_be_quoted(self):
        session = self.alone()
        self.assert_all_completed(
            session, ("put wi", "put with\\ space.txt "), ("put 'wi", "put 'with space.txt' "),
            ('put "wi', 'put "with space.txt" '), ("put with\\ s", "put with\\ space.txt "))
        self.write("it's $5", "odd\n")
        session.send("!cat it")
        session.send_key("tab")
        session.expect_screen(r"\$5\S* *\Z")
        session.send("\r")
        session.expect("\nodd\r\n")

    def test_home(self):
        session = self.alone()
        self.assert_all_completed(
            session, ("put ~/fr", "put ~/from\\ home.txt "), ("lcd ~/do", "lcd ~/downloads/"),
            ("put ~/downloads/", "put ~/downloads/x "))

    def test_where_output_goes_and_local_commands(self):
        session = self.alone()
        self.assert_all_completed(
            session, ("ls > rep", "ls > report.txt "), ("help >> wi", "help >> with\\ space.txt "),
            ("!cat rep", "!cat report.txt "), ("help | grep x rep", "help | grep x report.txt "))


class RemotePaths(Completing):
    TREE = {"file.txt": "content\n", "with space.txt": "spaced\n", "dir/inner.txt": "inner\n",
            "disk.img": "", ".hidden": "", "it's $5; [x]*": "odd\n", "größe": "wide\n",
            "abc one": "", "abc two": "", "dir/deep/er": "deeper\n"}

    def test_files_and_directories(self):
        session = self.connected(self.TREE)
        self.assert_all_completed(
            session, ("get fi", "get file.txt "), ("cd di", "cd dir/"), ("cat dir/i",
                                                                         "cat dir/inner.txt "),
            ("ls dir/d", "ls dir/deep/"), ("get /fi", "get /file.txt "), ("cat .h", "cat .hidden "),
            ("rename fi", "rename file.txt "), ("rename file.txt di", "rename file.txt di"),
            ("get none", "get none"), ("cat gr", "cat größe "), ("rmdir dir/de", "rmdir dir/deep/"),
            ("pwd; size fi", "pwd; size file.txt "))

    def test_several_are_completed_to_what_they_share_and_then_listed(self):
        session = self.connected(self.TREE)
        session.send("get ab")
        session.send_key("tab")
        session.expect_screen(r"> get abc\\\s*$")
        session.send_key("tab")
        session.expect_screen(r"^abc one +abc two$")
        session.send("t")
        session.send_key("tab")
        session.expect_screen(r"> get abc\\ two$")

    def test_names_that_have_to_be_quoted_reach_the_server_as_they_are(self):
        session = self.connected(self.TREE)
        for typed, content in (("cat wi", "spaced"), ("cat 'wi", "spaced"), ('cat "it', "odd"),
                               ("cat it", "odd"), ("cat 'it", "odd"), ("cat gr", "wide")):
            with self.subTest(typed=typed):
                session.send(typed)
                before = len(session.terminal.plain)
                session.send_key("tab")
                session._wait_for(lambda: session.terminal.plain[before:].endswith(" "), 20,
                                  "the end of the word")
                session.send("\r")
                session.expect(f"\n{content}\r\n")
                session.expect_prompt()

    def test_the_directory_that_the_shell_is_in(self):
        session = self.connected(self.TREE)
        session.run("cd dir")
        self.prompt = "127.0.0.1:/dir> "
        self.assert_all_completed(session, ("cat in", "cat inner.txt "), ("cat ../fi",
                                                                          "cat ../file.txt "))
        session.run("cd deep")
        self.prompt = "127.0.0.1:/dir/deep> "
        self.assert_completed(session, "cat ", "cat er ")

    def test_what_the_shell_changes_is_known(self):
        session = self.connected(self.TREE)
        self.assert_completed(session, "cat fi", "cat file.txt ")
        session.run("rename file.txt fresh.txt; mkdir fridge")
        self.assert_all_completed(session, ("cat fi", "cat fi"), ("cat fre", "cat fresh.txt "),
                                  ("cd fr", "cd fridge/"))
        self.write("upload.txt", "new")
        session.run("put upload.txt")
        self.assert_completed(session, "cat up", "cat upload.txt ")
        session.run("delete upload.txt")
        self.assert_completed(session, "cat up", "cat up")

    def test_a_listing_is_asked_for_once_and_again_after_its_time(self):
        self.prompt = "127.0.0.1:/> "
        server = self.fake({"LIST": Download(listing_of(["name"]))})
        session = self.shell(server)
        lists = lambda: server.verbs().count("LIST")  # noqa: E731
        self.assert_all_completed(session, ("cat n", "cat name "), ("get na", "get name "))
        self.assertEqual(lists(), 1)
        self.assertRegex(session.run("cache"), r"1 names? .* /$")
        session.run("cache clear")
        self.assert_completed(session, "cat n", "cat name ")
        self.assertEqual(lists(), 2)

    def test_names_with_control_characters(self):
        self.prompt = "127.0.0.1:/> "
        names = ["evil\x1b[2J1", "evil\x1b[2J2", "ok"]
        session = self.shell(self.fake({"LIST": Download(listing_of(names))}))
        session.send("cat ")
        session.send_key("tab")
        session.expect_screen("ok")
        session.send("e")
        session.send_key("tab", "tab")
        session.expect_screen("cat .*evil")
        self.assertNotIn(b"\x1b[2J", session.raw)

    def test_names_that_are_not_utf_8_reach_the_server_as_they_are(self):
        self.prompt = "127.0.0.1:/> "
        listing = b"-rw-r--r-- 1 a b 2 Jan  1 2020 na\xefve\r\n"
        server = self.fake({"LIST": Download(listing), "SIZE": "213 5"})
        session = self.shell(server)
        session.send("size na")
        session.send_key("tab")
        session.expect_screen("> size na.*ve$")
        session.send("\r")
        session.expect("5 bytes")
        self.assertIn("SIZE na\udcefve", server.commands)

    def test_without_a_session_and_where_nothing_can_be_listed(self):
        session = self.alone()
        self.assert_completed(session, "cat fi", "cat fi", "^not connected$")
        self.prompt = "127.0.0.1:/> "
        session = self.connected(self.TREE)
        self.assert_completed(session, "cat nowhere/x", "cat nowhere/x",
                              "^/nowhere cannot be listed$")

    def test_a_connection_that_was_dropped_is_made_again(self):
        make_tree(self.served, self.TREE)
        self.prompt = "127.0.0.1:/dir> "
        server = self.serve()
        session = self.shell(server, "dir")
        server.__exit__()
        again = self.server_kind(self.served, user="alice", password=self.password,
                                 config=["--port", str(server.port)])
        self.enterContext(again)
        self.assert_completed(session, "cat in", "cat inner.txt ")
        self.assertEqual(session.run("cat inner.txt"), "inner")

    def test_the_conversation_is_not_shown_in_the_line(self):
        session = self.connected(self.TREE)
        session.run("debug on")
        self.assert_completed(session, "cat fi", "cat file.txt ")
        self.assertIn("> RETR file.txt", session.run("cat file.txt"))


class Speed(Completing):
    def seconds_of_tab(self, session, typed, shown):
        """How long TAB takes behind what is typed: the best of a few, for others may be busy."""
        times = []
        while len(times) < 5 and min(times, default=1) >= 1:
            session.send(typed)
            session.expect(re.escape(typed))
            began = time.monotonic()
            session.send_key("tab")
            session.expect(shown)
            times.append(time.monotonic() - began)
            session.send_key("ctrl-c")
            session.expect_prompt()
        return min(times)

    def wait_for_listing(self, session):
        """Until TAB finds the names."""
        session.send("cat f")
        for _ in range(30):
            session.send_key("tab")
            try:
                session.expect_screen("> cat file0$", timeout=1)
                break
            except AssertionError:
                continue
        session.send_key("ctrl-c")
        session.expect_prompt()

    def test_a_directory_of_100000_completes_within_a_second(self):
        self.prompt = "127.0.0.1:/> "
        names = [f"file{number:06}.dat" for number in range(100_000)]
        session = self.shell(self.fake({"LIST": Download(listing_of(names))}))
        self.wait_for_listing(session)
        self.assertIn("100000 names", session.run("cache"))
        for typed, shown in (("cat f", "ile0"), ("cat file0", "100,000 names; type more"),
                             ("cat file09999", r"file099999\.dat"),
                             ("cat file099999", r"\.dat ")):
            with self.subTest(typed=typed):
                self.assertLess(self.seconds_of_tab(session, typed, shown), 1)

    def test_a_slow_server_does_not_block_the_keyboard(self):
        self.prompt = "127.0.0.1:/> "
        content = listing_of(["slowly.txt", "sometimes.txt"])
        pause = Pause(content, cut=20)
        server = self.fake({"LIST": pause})
        session = self.shell(server)
        session.send("cat slo")
        session.send_key("tab")
        pause.wait_until_waiting()
        began = time.monotonic()
        session.send("X")
        session.expect_screen(r"^listing / \.\.\.$")
        session.expect_screen(r"> cat sloX$")
        self.assertLess(time.monotonic() - began, 5)
        session.send_key("backspace")
        session.expect_screen(r"> cat slo$")
        pause.go_on()
        session.send_key("tab")
        session.expect_screen(r"> cat slowly\.txt$")
        self.assertEqual(server.verbs().count("LIST"), 1)

    def test_a_command_does_not_wait_for_a_listing_that_stalls(self):
        pause = Pause(listing_of(["slowly.txt"]), cut=20)
        server = self.fake({"LIST": pause})
        session = self.shell(server, "pub")
        session.send("cat slo")
        session.send_key("tab")
        session.expect_screen("^listing /pub")
        session.send_key("ctrl-c")
        session.expect_prompt()
        self.assertEqual(session.run("pwd").split("\n")[-1], "/pub")


if __name__ == "__main__":
    unittest.main()
