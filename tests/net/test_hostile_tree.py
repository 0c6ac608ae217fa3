"""Trees that want out, or never end: mirrors of what a scripted server lists, and of local trees
with links planted in them."""

import os
import unittest

from fake_server import Download, ManyServer, Upload
from faultcase import FaultCase
from faults import Fault
from ferrycase import FerryCase
from relay import Relay
from trees import make_tree, tree_of

FEATURES = ("211-Features:\r\n MLST type*;size*;modify*;\r\n MFMT\r\n REST STREAM\r\n SIZE\r\n"
            " UTF8\r\n211 End")
TIME = "20200101000000"
FILE, DIRECTORY = f"type=file;size=5;modify={TIME};", f"type=dir;modify={TIME};"


class Listed:
    """Answers of a server whose directories are {path: lines of MLSD}, each file `hello`. Of what
    it does not have it says 550; `asked` are the directories that were."""

    def __init__(self, directories):
        self.directories, self.asked = directories, []

    def path(self, session, argument):
        return os.path.normpath(os.path.join(session.directory, argument)).lstrip("/") or "."

    def mlsd(self, session, argument):
        path = self.path(session, argument)
        self.asked.append(path)
        lines = self.directories.get(path, "550 no such directory")
        if callable(lines):
            lines = lines(path)
        if isinstance(lines, str):
            session.say(lines)
        else:
            Download("".join(f"{line}\r\n" for line in lines).encode())(session, argument)

    def server(self, **more):
        return ManyServer({"FEAT": FEATURES, "MLSD": self.mlsd, "SIZE": "213 5",
                           "MDTM": f"213 {TIME}", "RETR": Download(b"hello"), "MFMT": "213 set",
                           "MKD": "257 made", "DELE": "250 gone", "RMD": "250 gone",
                           "STOR": Upload(), **more})


class Names(FerryCase):
    """Of a server, to here."""

    evil = ("..", ".", "", "../escape", "/tmp/ferry-escape", "a/b", "a/../../escape", "/", ".../",
            "nul\x00")

    def mirror(self, directories, *options, status=None):
        there = Listed(directories)
        with there.server() as server:
            done = self.ferry("mirror", *options, server.url(""), "to", timeout=30)
        if status is not None:
            self.assert_status(done, status)
        self.assert_left(self.dir, "home", "local", "served")
        self.assertFalse(os.path.exists("/tmp/ferry-escape"))
        return done, there, server

    def test_names_that_lead_out_are_not_followed(self):
        make_tree(self.local / "to", {"old": "stays"})
        for kind in (FILE, DIRECTORY):
            for name in self.evil:
                with self.subTest(kind=kind, name=name):
                    done, _, server = self.mirror({".": [f"{kind} {name}", f"{FILE} good"]},
                                                  "--delete", status=9)
                    self.assertIn("listing", done.stderr)
                    self.assert_left(self.local / "to", "old")
                    asked = [command.partition(" ")[2] for command in server.commands]
                    self.assertFalse([path for path in asked
                                      if ".." in path.split("/") or "escape" in path], asked)

    def test_names_that_differ_in_case_or_in_form_arrive_all(self):
        names = ["File", "file", "FILE", "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"]
        self.mirror({".": [f"{FILE} {name}" for name in names]}, status=0)
        self.assert_left(self.local / "to", *names)

    def test_a_name_that_is_listed_twice(self):
        done, _, server = self.mirror({".": [f"{FILE} one", f"{FILE} one", f"{DIRECTORY} one"],
                                       "one": []})
        path = self.local / "to/one"
        if path.is_file():
            self.assertEqual(path.read_bytes(), b"hello")
        self.assert_left(self.local / "to", "one")

    def test_directories_without_end_end(self):
        done, there, _ = self.mirror({path: [f"{DIRECTORY} again", f"{FILE} file"] for path in
                                      (".", *("/".join(["again"] * n) for n in range(1, 4000)))})
        self.assertNotEqual(done.status, 0)
        self.assertLess(len(there.asked), 2000)

    def test_parts_of_another_run_are_no_files(self):
        self.mirror({".": [f"{FILE} .x.ferry-part", f"{FILE} x"]})
        self.assertNotIn(".x.ferry-part", os.listdir(self.local / "to"))

    def test_what_the_source_cannot_list_is_not_removed(self):
        old = {"sub/a": "1", "sub/deep/b": "2", "gone": "3", "sub2/c": "4"}
        for answer in ("550 Permission denied", "450 busy", "426 cut"):
            with self.subTest(answer=answer):
                make_tree(self.local / "to", old)
                done, _, _ = self.mirror({".": [f"{DIRECTORY} sub", f"{FILE} file"],
                                          "sub": answer}, "--delete", "--retries=0")
                self.assertNotEqual(done.status, 0)
                self.assertIn("sub", done.stderr)
                there = tree_of(self.local / "to")
                self.assertEqual({name: there.get(name) for name in ("sub/a", "sub/deep/b")},
                                 {"sub/a": b"1", "sub/deep/b": b"2"})
                self.assertEqual(there["file"], b"hello")

    def test_a_root_that_is_not_there_removes_nothing(self):
        make_tree(self.local / "to", {"a": "1", "d/b": "2"})
        for answer in ("550 no such directory", "550 Permission denied", []):
            with self.subTest(answer=answer):
                done, _, _ = self.mirror({".": answer}, "--delete", "--retries=0")
                self.assertNotEqual(done.status, 0)
                self.assertEqual(tree_of(self.local / "to"), {"a": b"1", "d": None, "d/b": b"2"})

    def test_a_listing_that_breaks_off_in_a_line_removes_nothing(self):
        make_tree(self.local / "to", {"file 1": "1", "file 12": "2", "file 123": "3"})
        line = "-rw-r--r-- 1 a a 5 Jan  1  2020 file 1"
        for answers in (dict(MLSD=Download(f"{FILE} file 1\r\n{FILE} file 1".encode())),
                        dict(FEAT="500 what?", LIST=Download(f"{line}\r\n{line}".encode()))):
            with self.subTest(answers=answers.keys()), Listed({}).server(**answers) as server:
                done = self.ferry("mirror", "--delete", "--retries=0", server.url(""), "to")
                self.assert_status(done, 9)
                self.assertIn("ends within a line", done.stderr)
            self.assert_left(self.local / "to", "file 1", "file 12", "file 123")


class CutListings(FaultCase):
    """Of a real server, whose listing does not come to its end."""

    def test_nothing_is_removed_for_a_listing_that_was_cut(self):
        make_tree(self.served, {f"sub/{number:03}": "x" for number in range(200)})
        server = self.serve()
        for kind, byte in (("cut", 5003), ("reset", 5000), ("gone", 5000), ("bye", 5000),
                           ("lose", 5003), ("stall", 5000)):
            with self.subTest(kind=kind):
                make_tree(self.local / "to", tree_of(self.served))
                fault = Fault("MLSD", kind, byte=byte, times=99)
                with Relay(server, fault) as relay:
                    done = self.ferry("mirror", "--delete", "--retries=1", "--timeout=1",
                                      self.url(relay, "sub/"), "to/sub", timeout=30)
                self.assertTrue(relay.struck)
                self.assertNotEqual(done.status, 0, repr(done))
                self.assertEqual(tree_of(self.local / "to"), tree_of(self.served))


class LocalLinks(FerryCase):
    def setUp(self):
        super().setUp()
        self.outside = self.dir / "outside"
        make_tree(self.outside, {"precious": "stays", "dir/file": "stays"})

    def assert_outside_is_as_it_was(self):
        self.assertEqual(tree_of(self.outside), {"precious": b"stays", "dir": None,
                                                 "dir/file": b"stays"})

    def test_links_in_the_destination_are_not_gone_through(self):
        make_tree(self.served, {"dir/file": "new", "dir/more": "new", "precious": "new",
                                "plain": "new"})
        server = self.serve()
        for options in ([], ["--delete"], ["--delete", "--trash=.trash"], ["--links=follow"],
                        ["--links=copy", "--delete"]):
            with self.subTest(options=options):
                to = self.local / f"to{len(os.listdir(self.local))}"
                to.mkdir()
                (to / "dir").symlink_to(self.outside / "dir")
                (to / "precious").symlink_to(self.outside / "precious")
                (to / "gone").symlink_to(self.outside)
                self.ferry("mirror", *options, self.url(server, ""), str(to), timeout=30)
                self.assert_outside_is_as_it_was()
                self.assertEqual((to / "plain").read_text(), "new")

    def test_links_that_turn_up_while_it_runs(self):
        make_tree(self.served, {f"d/{number}": "new" for number in range(50)})
        server = self.serve()
        to = self.local / "to"

        def plant():
            os.rename(to / "d", to / "was")
            (to / "d").symlink_to(self.outside)

        with Relay(server, Fault("RETR", "none", "command", nth=20, call=plant)) as relay:
            self.ferry("mirror", "-j2", self.url(relay, ""), "to", timeout=30)
        self.assertTrue(relay.struck)
        self.assert_outside_is_as_it_was()

    def test_loops_in_the_source_end(self):
        source = make_tree(self.local / "from", {"dir/file": "x"})
        (source / "dir/up").symlink_to("..")
        (source / "dir/self").symlink_to("self")
        (source / "out").symlink_to(self.outside)
        server = self.serve()
        for mode in ("skip", "follow"):
            with self.subTest(mode=mode):
                done = self.ferry("mirror", f"--links={mode}", "from", self.url(server, mode + "/"),
                                  timeout=30)
                self.assertIn(done.status, (0, 9), repr(done))
                there = tree_of(self.served / mode)
                self.assertEqual(there["dir/file"], b"x")
                self.assertNotIn("out/precious", there)
                self.assertLess(len(there), 100)

    def test_what_is_no_file_is_left_alone(self):
        source = make_tree(self.local / "from", {"file": "x"})
        os.mkfifo(source / "pipe")
        server = self.serve()
        done = self.ferry("mirror", "from", self.url(server, "to/"), timeout=30)
        self.assertIn(done.status, (0, 9), repr(done))
        self.assertEqual(tree_of(self.served / "to"), {"file": b"x"})


if __name__ == "__main__":
    unittest.main()
