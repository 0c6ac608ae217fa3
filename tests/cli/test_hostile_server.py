"""Servers that lie about addresses, sizes and names, or flood: ferry against a scripted one."""

import os
import socket
import unittest

from fake_server import Download, FakeServer, hang_up
from ferrycase import FerryCase, part_of
from trees import bytes_of

MIB = 1 << 20


class DataAddress(FerryCase):
    """What a passive reply names is not believed."""

    def test_a_foreign_address_in_227_is_replaced_by_the_control_peer(self):
        def foreign(session, _argument):
            port = session.listen()
            session.say(f"227 Entering Passive Mode (192,0,2,1,{port >> 8},{port & 255})")
        with FakeServer({"EPSV": "500 what?", "PASV": foreign, "SIZE": "213 5",
                         "RETR": Download(b"hello")}) as server:
            done = self.succeed("cat", "-v", server.url("file"), "--timeout", "5")
        self.assertEqual(done.stdout, b"hello")
        self.assertIn("192.0.2.1", done.stderr)  # -v says that it was not followed

    def test_a_listener_on_another_address_gets_no_connection(self):
        with socket.create_server(("127.0.0.2", 0)) as bait:
            port = bait.getsockname()[1]
            reply = f"227 Entering Passive Mode (127,0,0,2,{port >> 8},{port & 255})"
            with FakeServer({"EPSV": "500 what?", "PASV": reply, "RETR": "425 no"}) as server:
                self.assertNotEqual(
                    self.ferry("cat", "--passive", server.url("f"), "--timeout", "3").status, 0)
            bait.settimeout(0)
            with self.assertRaises(BlockingIOError):
                bait.accept()

    def test_low_ports_and_nonsense_are_refused(self):
        for epsv, pasv in (("500 what?", "227 Entering Passive Mode (127,0,0,1,0,25)"),
                           ("500 what?", "227 Entering Passive Mode (127,0,0,1,0,0)"),
                           ("500 what?", "227 Entering Passive Mode (127,0,0,1,999,1)"),
                           ("500 what?", "227 Entering Passive Mode"),
                           ("229 ok (|||25|)", "500 what?"),
                           ("229 ok (|||99999|)", "500 what?")):
            with self.subTest(epsv=epsv, pasv=pasv):
                with FakeServer({"EPSV": epsv, "PASV": pasv,
                                 "RETR": Download(b"hello")}) as server:
                    done = self.ferry("cat", "--passive", server.url("file"), "--timeout", "5")
                    self.assert_status(done, 3)
                    self.assertNotIn("RETR", server.verbs())

    def test_passive_refused_falls_to_active(self):
        with FakeServer({"EPSV": "500 what?", "PASV": "500 what?", "SIZE": "213 5",
                         "RETR": Download(b"hello")}) as server:
            self.assertEqual(self.succeed("cat", server.url("file")).stdout, b"hello")
            self.assertTrue({"EPRT", "PORT"} & set(server.verbs()))


class Sizes(FerryCase):
    """The final name never holds a damaged file."""

    def get(self, answers, *options):
        with FakeServer(answers) as server:
            done = self.ferry("get", "--json", server.url("file"), "--timeout", "3", *options)
            return done, server

    def test_truncated_and_yet_226(self):
        content = bytes_of(100_000)
        done, _ = self.get({"SIZE": "213 100000", "RETR": Download(content[:60_000])})
        self.assert_status(done, 10)
        self.assertEqual(done.event("failed")["error"]["code"], "truncated")
        self.assert_left(self.local, part_of("file").name)
        done, server = self.get({"SIZE": "213 100000", "RETR": Download(content[30_000:])}, "-c")
        self.assert_status(done, 0)
        self.assertIn("REST 30000", server.commands)  # half of what is there is compared
        self.assertEqual((self.local / "file").read_bytes(), content)

    def test_truncated_and_426_or_reset(self):
        for retr in (Download(b"x" * 1000, after="426 sorry"), Download(b"x" * 1000, end="reset"),
                     Download(b"x" * 1000, after=hang_up)):
            done, _ = self.get({"SIZE": "213 100000", "RETR": retr})
            self.assertIn(done.status, (3, 10), repr(done))
            self.assertFalse((self.local / "file").exists())

    def test_more_bytes_than_size(self):
        (self.local / "file").write_text("the old one")
        done, _ = self.get({"SIZE": "213 1000", "RETR": Download(b"x" * 5000)})
        self.assertNotEqual(done.status, 0, repr(done))
        self.assertEqual((self.local / "file").read_text(), "the old one")

    def test_size_unknown_is_said(self):
        done, _ = self.get({"SIZE": "502 no", "RETR": Download(b"x" * 5000)})
        self.assert_status(done, 0)
        self.assertEqual(done.event("done")["proof"], {"kind": "none"})
        self.assertEqual((self.local / "file").read_bytes(), b"x" * 5000)

    def test_sizes_that_are_no_size(self):
        for size in ("213 -1", "213 99999999999999999999", "213 twelve", "213", "213 0x10"):
            with self.subTest(size=size):
                done, _ = self.get({"SIZE": size, "RETR": Download(b"hello")}, "-o", "out")
                self.assert_status(done, 0)
                self.assertEqual((self.local / "out").read_bytes(), b"hello")

    def test_a_huge_size_does_not_take_the_disk(self):
        done, _ = self.get({"SIZE": f"213 {2 ** 62}", "RETR": Download(b"hello")})
        self.assertNotEqual(done.status, 0)
        self.assertFalse((self.local / "file").exists())
        part = part_of(self.local / "file")
        if part.exists():
            self.assertEqual(part.read_bytes(), b"hello")

    def test_resume_beyond_4_gib_asks_for_the_right_byte(self):
        with open(part_of(self.local / "file"), "wb") as part:
            part.truncate(5 << 30)
        overlap = 64 << 10  # compared with what is there: nothing but holes
        done, server = self.get({"SIZE": f"213 {(5 << 30) + 7}",
                                 "RETR": Download(bytes(overlap) + b"the end")}, "-c")
        self.assert_status(done, 0)
        self.assertIn(f"REST {(5 << 30) - overlap}", server.commands)
        self.assertEqual(done.event("done")["size"], (5 << 30) + 7)
        with open(self.local / "file", "rb") as file:
            file.seek(5 << 30)
            self.assertEqual(file.read(), b"the end")

    def test_rest_refused_starts_over_or_fails_but_never_glues(self):
        content = bytes_of(50_000)
        for rest in ("502 no", "350 ok"):  # the second says yes, and sends from the start
            with self.subTest(rest=rest):
                part_of(self.local / "file").write_bytes(content[:20_000])
                done, _ = self.get({"SIZE": "213 50000", "REST": rest,
                                    "RETR": Download(content)}, "-c")
                if done.status == 0:
                    self.assertEqual((self.local / "file").read_bytes(), content)
                    (self.local / "file").unlink()
                self.assertFalse((self.local / "file").exists())

    def test_a_part_longer_than_the_file_is_not_taken_for_it(self):
        part_of(self.local / "file").write_bytes(b"y" * 9000)
        done, _ = self.get({"SIZE": "213 5000", "RETR": Download(b"x" * 5000)}, "-c")
        if done.status == 0:
            self.assertEqual((self.local / "file").read_bytes(), b"x" * 5000)
        else:
            self.assertFalse((self.local / "file").exists())

    def test_an_upload_that_the_server_swallowed_is_noticed(self):
        (self.local / "file").write_bytes(b"x" * 5000)
        with FakeServer({"SIZE": "213 10", "RNFR": "350 ok", "RNTO": "250 ok", "DELE": "250 ok",
                         "STOR": Download(b"")}) as server:  # takes nothing, and says 226
            done = self.ferry("put", "--json", "file", server.url("file"), "--timeout", "3")
            self.assertNotEqual(done.status, 0, repr(done))
            self.assertNotIn("RNTO file", server.commands)


class Names(FerryCase):
    """Names in listings are never used as paths out of the target, and never reach a terminal."""

    evil = ["../escape", "/tmp/escape", "..", "a/b", ".", ""]

    def listing(self):
        lines = [f"type=file;size=5; {name}" for name in self.evil + ["good"]]
        return "\r\n".join(lines).encode() + b"\r\n"

    def server(self, **more):
        return FakeServer({"FEAT": "211-Features:\r\n MLST type*;size*;\r\n SIZE\r\n211 End",
                           "MLSD": Download(self.listing()), "LIST": Download(self.listing()),
                           "SIZE": "213 5", "RETR": Download(b"hello"), **more})

    def test_ls_leaves_them_out(self):
        with self.server() as server:
            done = self.ferry("ls", "--json", server.url(""))
            self.assertEqual([entry["name"] for entry in done.json()], ["good"])

    def test_ls_r_does_not_walk_into_them(self):
        listing = b"type=dir; ../up\r\ntype=dir; ..\r\ntype=dir; good\r\n"
        with self.server(MLSD=[Download(listing), Download(b"")]) as server:
            self.ferry("ls", "-R", server.url("top/"))
            self.assertFalse([line for line in server.commands if ".." in line])

    def test_rm_r_does_not_reach_out_of_the_tree(self):
        listing = b"type=file; ../../precious\r\ntype=dir; ..\r\ntype=file; good\r\n"
        with self.server(MLSD=[Download(listing), Download(b"")], DELE="250 ok",
                         RMD="250 ok") as server:
            self.ferry("rm", "-r", server.url("top"))
            self.assertFalse([line for line in server.commands
                              if line.split(" ")[0] in ("DELE", "RMD", "MLSD", "CWD")
                              and ".." in line], server.commands)

    def test_a_directory_without_end_ends(self):
        with self.server(MLSD=Download(b"type=dir; again\r\n")) as server:
            done = self.ferry("ls", "-R", server.url(""), timeout=30)
            self.assertNotEqual(done.status, 0)

    def test_escape_sequences_are_shown_escaped(self):
        evil = "\x1b]0;owned\x07\x9b31m\x7f"
        with self.server(MLSD=Download(f"type=file;size=5; a{evil}b\r\n".encode())) as server:
            done = self.ferry("ls", server.url(""))
            for byte in b"\x1b\x07\x7f":
                self.assertNotIn(byte, done.stdout)
            self.assertNotIn("\x9b", done.text)
            self.assertIn("owned", done.text)
        with FakeServer({"RETR": f"550 no {evil}", "SIZE": f"550 no {evil}"},
                        greeting=f"220 {evil}") as server:
            done = self.assert_status(self.ferry("get", "-v", server.url("file")), 5)
            self.assertIn("owned", done.stderr)
            for character in "\x1b\x07\x7f\x9b":
                self.assertNotIn(character, done.stderr)

    def test_the_url_alone_names_the_local_file(self):
        for path in ("a/..", "a/%2e%2e", "..%2Fescape", "%2F", "a/."):
            with self.subTest(path=path), self.server() as server:
                self.ferry("get", server.url(path))
                self.assertFalse((self.dir / "escape").exists())
                self.assert_left(self.dir, "home", "local", "served", *(
                    name for name in os.listdir(self.dir) if name == "stderr"))

    def test_a_link_in_the_place_of_the_part_is_not_followed(self):
        (self.dir / "home" / "precious").write_text("stays")
        part_of(self.local / "file").symlink_to(self.home / "precious")
        with self.server() as server:
            self.ferry("get", server.url("file"))
            self.ferry("get", "-c", server.url("file"))
        self.assertEqual((self.home / "precious").read_text(), "stays")


class Floods(FerryCase):
    """What never ends is cut off: by a status, in bounded memory."""

    def flood(self, block, first=b""):
        def pour(session, _argument):
            session.say(first)
            for _ in range(400):
                session.say(block)
            hang_up(session)
        return pour

    def assert_bounded(self, server, *arguments):
        done = self.ferry_peak(*arguments, server.url(""), "--timeout", "10")
        self.assert_status(done, 3)
        self.assert_peak_below(done, 60 * MIB)

    def test_a_reply_line_without_end(self):
        with FakeServer(greeting=self.flood(b"a" * MIB, b"220 ")) as server:
            self.assert_bounded(server, "ls")
        with FakeServer({"USER": self.flood(b"a" * MIB, b"331 ")}) as server:
            self.assert_bounded(server, "ls")

    def test_a_banner_without_end(self):
        with FakeServer(greeting=self.flood(b"220-and on\r\n" * 87_000)) as server:
            self.assert_bounded(server, "ls")

    def test_preliminary_replies_without_end(self):
        with FakeServer({"CWD": self.flood(b"120 wait\r\n" * 100_000),
                         "LIST": self.flood(b"150 wait\r\n" * 100_000)}) as server:
            self.assert_bounded(server, "ls")

    def test_a_listing_line_without_end(self):
        with FakeServer({"LIST": Download([b"a" * MIB] * 300)}) as server:
            done = self.ferry_peak("ls", server.url(""), "--timeout", "10")
            self.assert_peak_below(done, 60 * MIB)

    def test_a_long_but_sane_banner_is_read(self):
        banner = "".join(f"220-line {number} {'-' * 60}\r\n" for number in range(500)) + "220 hi"
        with FakeServer({"RETR": Download(b"hello")}, greeting=banner) as server:
            self.assertEqual(self.succeed("cat", server.url("f")).stdout, b"hello")


if __name__ == "__main__":
    unittest.main()
