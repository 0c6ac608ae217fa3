"""tests/support/terminal_screen.py shows what a terminal would; pty_session.py drives programs."""

import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from programs import is_alive
from pty_session import bytes_of_key, PtySession
from terminal_screen import Screen

# What was written to a screen of 4 rows and 10 columns, its text, and where the cursor is.
SCREENS = (
    ("text", "abc", "abc", (0, 3)),
    ("lines", "a\r\nb\nc", "a\nb\n c", (2, 2)),
    ("carriage return", "abc\rX", "Xbc", (0, 1)),
    ("backspace", "abc\b\bX", "aXc", (0, 2)),
    ("backspace at the edge", "\b\bX", "X", (0, 1)),
    ("tabs", "a\tb\tc", "a       bc", (0, 9)),
    ("a full row waits", "0123456789", "0123456789", (0, 9)),
    ("a full row wraps at the next character", "0123456789X", "0123456789\nX", (1, 1)),
    ("a full row and a newline", "0123456789\r\nX", "0123456789\nX", (1, 1)),
    ("scrolling", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5", (3, 1)),
    ("moves", "\x1b[2;3Hx\x1b[Ay\x1b[2Bz\x1b[4Dw", "   y\n  x\n w  z", (2, 2)),
    ("moves stop at the edges", "\x1b[99;99H\x1b[9A\x1b[99Dx", "x", (0, 1)),
    ("columns", "abc\x1b[8Gx\x1b[Gy", "ybc    x", (0, 1)),
    ("home", "abc\x1b[Hx", "xbc", (0, 1)),
    ("erase to the end of the line", "abcdef\x1b[3D\x1b[K", "abc", (0, 3)),
    ("erase to the start of the line", "abcdef\x1b[3D\x1b[1K", "    ef", (0, 3)),
    ("erase the line", "abcdef\x1b[2K", "", (0, 6)),
    ("erase below", "ab\r\ncd\r\nef\x1b[2;2H\x1b[J", "ab\nc", (1, 1)),
    ("erase above", "ab\r\ncd\r\nef\x1b[2;1H\x1b[1J", "\n d\nef", (1, 0)),
    ("erase all", "ab\r\ncd\x1b[2J", "", (1, 2)),
    ("insert characters", "abcd\r\x1b[2@XY", "XYabcd", (0, 2)),
    ("insert mode", "abcd\r\x1b[4hXY\x1b[4lZ", "XYZbcd", (0, 3)),
    ("delete characters", "abcdef\r\x1b[2P", "cdef", (0, 0)),
    ("erase characters", "abcdef\r\x1b[2X", "  cdef", (0, 0)),
    ("colours and titles", "\x1b[1;31mred\x1b[0m\x1b]0;title\x07!", "red!", (0, 4)),
    ("private modes and keypad", "\x1b[?2004h\x1b[?1049h\x1b=a\x1b>", "a", (0, 1)),
    ("saved cursor", "ab\x1b7cd\x1b8X", "abXd", (0, 3)),
    ("up at the top", "\x1bMa", "a", (0, 1)),
    ("bell", "a\x07b", "ab", (0, 2)),
    ("wide characters", "日本x", "日本x", (0, 5)),
    ("a wide one that does not fit", "012345678日", "012345678\n日", (1, 2)),
    ("half of a wide one overwritten", "日本\r\x1b[CX", " X本", (0, 2)),
    ("a combining one", "e\u0301x", "e\u0301x", (0, 2)),
    ("a combining one behind a wide one", "日\u0301x", "日\u0301x", (0, 3)),
)


class ScreenTest(unittest.TestCase):
    def screen(self, text):
        screen = Screen(4, 10)
        screen.feed(text.encode())
        return screen

    def test_what_is_written_is_where_a_terminal_shows_it(self):
        for name, written, text, cursor in SCREENS:
            with self.subTest(name):
                screen = self.screen(written)
                self.assertEqual((screen.text(), screen.cursor), (text, cursor))
                self.assertEqual(screen.unknown, [])

    def test_it_comes_byte_by_byte(self):
        for name, written, text, cursor in SCREENS:
            with self.subTest(name):
                screen = Screen(4, 10)
                for byte in written.encode():
                    screen.feed(bytes([byte]))
                self.assertEqual((screen.text(), screen.cursor), (text, cursor))

    def test_plain_text_has_no_sequences(self):
        self.assertEqual(self.screen("\x1b[1ma\x1b[0m\r\n\x1b]0;t\x07b\x1b[3").plain, "a\r\nb")

    def test_lines_that_left(self):
        screen = self.screen("1\r\n2\r\n3\r\n4\r\n5\r\n6")
        self.assertEqual(screen.scrolled, ["1", "2"])

    def test_what_is_not_known_is_told(self):
        self.assertEqual(self.screen("\x1b[5Zx").unknown, ["\x1b[5Z"])

    def test_bytes_that_are_not_utf8(self):
        screen = Screen(4, 10)
        screen.feed(b"a\xffb")
        self.assertEqual(screen.text(), "a\ufffdb")

    def test_before_the_cursor(self):
        self.assertEqual(self.screen("日> abc\x1b[2D").before_cursor(), "日> a")

    def test_resize(self):
        screen = self.screen("1\r\n2\r\n3\r\n0123456789")
        screen.resize(2, 5)
        self.assertEqual((screen.text(), screen.cursor), ("3\n01234", (1, 4)))
        self.assertEqual(screen.scrolled, ["1", "2"])
        screen.resize(4, 12)
        screen.feed(b"\r\nx")
        self.assertEqual(screen.text(), "3\n01234\nx")


class SessionTest(unittest.TestCase):
    def start(self, script, **options):
        return self.enterContext(PtySession(["/bin/sh", "-c", script], **options))

    def test_keys(self):
        for name, wanted in (("ctrl-c", b"\x03"), ("ctrl-Z", b"\x1a"), ("ctrl-[", b"\x1b"),
                             ("alt-b", b"\x1bb"), ("up", b"\x1b[A"), ("tab", b"\t")):
            self.assertEqual(bytes_of_key(name), wanted)
        for name in ("", "no", "ctrl-", "ctrl-ab"):
            self.assertRaises(ValueError, bytes_of_key, name)

    def test_a_conversation(self):
        session = self.start('printf "name> "; read name; echo "hello $name"; exit 3')
        session.expect_prompt()
        session.send("wörld")
        session.send_key("enter")
        self.assertEqual(session.expect("hello (.*)\r\n").group(1), "wörld")
        self.assertEqual(session.wait(), 3)
        self.assertEqual(session.screen(), "name> wörld\nhello wörld")

    def test_expect_looks_at_what_is_new(self):
        session = self.start('echo one; read line; echo one')
        session.expect("one")
        session.send_key("enter")
        session.expect("one")
        self.assertEqual(session.wait(), 0)

    def test_the_size_and_a_new_one(self):
        session = self.start('trap "stty size; exit 0" WINCH; stty size; while :; do read x; done',
                             size=(10, 40))
        session.expect("10 40\r\n")
        session.resize(20, 60)
        session.expect("20 60\r\n")
        self.assertEqual(session.wait(), 0)

    def test_ctrl_c_reaches_the_program(self):
        session = self.start("echo ready; exec cat")
        session.expect("ready")
        session.send_key("ctrl-c")
        self.assertEqual(session.wait(), -signal.SIGINT)

    def test_directory_and_environment(self):
        session = self.start('echo "$PWD $WORD"', cwd="/", env={"WORD": "there", "PATH": "/bin"})
        session.expect(r"^/ there\r\n")

    def test_much_in_both_directions_does_not_block(self):
        session = self.start("stty -echo; echo ready; exec cat")
        session.expect("ready\r\n")
        lines = [f"line {number}" for number in range(5000)]
        session.send("\n".join(lines) + "\nthe end\n")
        session.expect("the end\r\n")
        self.assertEqual(session.terminal.plain.split("\r\n")[1:-2], lines)

    def test_what_does_not_come_is_told_with_the_screen(self):
        session = self.start("echo something else; read line")
        session.expect_screen("something")
        with self.assertRaisesRegex(AssertionError, r"'never'(.|\n)*\|something else"):
            session.expect("never", timeout=0.05)
        with self.assertRaisesRegex(AssertionError, "does not end"):
            session.wait(timeout=0.05)

    def test_a_program_that_ended_is_not_waited_for(self):
        session = self.start("echo bye; exit 4")
        with self.assertRaisesRegex(AssertionError, "ended with status 4(.|\n)*bye"):
            session.expect("never")

    def test_output_at_the_very_end_is_seen(self):
        session = self.start("echo last words")
        self.assertEqual(session.wait(), 0)
        session.expect("last words")

    def test_close_ends_the_children_too(self):
        session = PtySession(["/bin/sh", "-c", "sleep 1000 & echo child $!; wait"])
        child = int(session.expect(r"child (\d+)\r\n").group(1))
        session.close()
        self.assertFalse(is_alive(session.pid))
        self.assertFalse(is_alive(child))
        session.close()  # again: nothing

    def test_no_such_program(self):
        session = self.enterContext(PtySession(["/no/such/program"], env=dict(os.environ)))
        self.assertEqual(session.wait(), 127)


if __name__ == "__main__":
    unittest.main()
