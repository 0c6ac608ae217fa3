"""get, put and cat against `ferry serve`: what arrives, what is printed, and what the names are."""

import hashlib
import os
import pathlib
import unittest

from ferrycase import FerryCase, part_of
from trees import bytes_of

# Names that a URL, a shell, a listing or a reply could trip over.
ODD_NAMES = ["with space.txt", " leading and trailing ", 'double"quote', "single'quote", "-dash",
             "--help", "~tilde", "|pipe", "grüße-日本.txt", "percent%41", "hash#sharp",
             "question?mark", "semi;type=a", "back\\slash", "[brackets]", "a:b@c", "star*"]


def quoted(name):
    """A name as a URL writes it: everything encoded that may be."""
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}"
                   for byte in os.fsencode(name))


class Get(FerryCase):
    def setUp(self):
        super().setUp()
        self.content = bytes_of(300_000)
        (self.served / "pub").mkdir()
        (self.served / "pub" / "file.bin").write_bytes(self.content)
        self.server = self.serve()

    def test_takes_the_last_part_of_the_url_as_the_name(self):
        self.succeed("get", self.url(self.server, "pub/file.bin"))
        self.assertEqual((self.local / "file.bin").read_bytes(), self.content)
        self.assert_left(self.local, "file.bin")

    def test_writes_to_the_file_that_o_names(self):
        self.succeed("get", self.url(self.server, "pub/file.bin"), "-o", "other")
        self.assertEqual((self.local / "other").read_bytes(), self.content)
        self.assert_left(self.local, "other")

    def test_writes_into_the_directory_that_d_names(self):
        (self.local / "sub").mkdir()
        self.succeed("get", self.url(self.server, "pub/file.bin"), "-d", "sub")
        self.assertEqual((self.local / "sub" / "file.bin").read_bytes(), self.content)

    def test_o_minus_writes_only_the_bytes_to_stdout(self):
        done = self.succeed("get", self.url(self.server, "pub/file.bin"), "-o", "-")
        self.assertEqual(done.stdout, self.content)
        self.assert_left(self.local)

    def test_a_device_is_written_to_and_not_replaced(self):
        self.succeed("get", self.url(self.server, "pub/file.bin"), "-o", "/dev/null")
        self.assertTrue(pathlib.Path("/dev/null").is_char_device())
        self.assertFalse(part_of("/dev/null").exists())
        os.mkfifo(self.local / "pipe")
        process = self.start("get", self.url(self.server, "pub/file.bin"), "-o", "pipe")
        self.assertEqual((self.local / "pipe").read_bytes(), self.content)
        self.assert_status(self.finish(process), 0)
        self.assertTrue((self.local / "pipe").is_fifo())

    def test_cat_joins_several_urls(self):
        (self.served / "tail").write_bytes(b"the end\n")
        done = self.succeed("cat", self.url(self.server, "pub/file.bin"),
                            self.url(self.server, "tail"))
        self.assertEqual(done.stdout, self.content + b"the end\n")

    def test_several_urls_and_an_empty_file(self):
        for name in ("one", "two", "empty"):
            (self.served / name).write_text("" if name == "empty" else name)
        done = self.succeed("get", "--json",
                            *(self.url(self.server, name) for name in ("one", "two", "empty")))
        self.assertEqual({name: (self.local / name).read_text() for name in os.listdir(self.local)},
                         {"one": "one", "two": "two", "empty": ""})
        summary = done.event("summary")
        self.assertEqual((summary["command"], summary["files"], summary["failed"],
                          summary["bytes"], summary["exit_status"]), ("get", 3, 0, 6, 0))

    def test_json_tells_what_was_done(self):
        url = self.url(self.server, "pub/file.bin")
        done = self.succeed("get", "--json", url)
        self.assertEqual([event["event"] for event in done.events if event["event"] != "progress"],
                         ["start", "done", "summary"])
        event = done.event("done")
        self.assertEqual(event["url"], url)
        self.assertEqual(pathlib.Path(event["path"]).name, "file.bin")
        self.assertEqual((event["bytes"], event["resumed_at"], event["size"]),
                         (300_000, 0, 300_000))
        self.assertEqual(event["proof"], {"kind": "hash", "algorithm": "SHA-256",
                                          "value": hashlib.sha256(self.content).hexdigest()})
        self.assertGreater(event["seconds"], 0)
        self.assertEqual(done.stderr, "")

    def test_quiet_prints_nothing(self):
        done = self.succeed("get", "--quiet", self.url(self.server, "pub/file.bin"))
        self.assertEqual((done.stdout, done.stderr), (b"", ""))

    def test_replaces_an_older_file_and_keeps_the_time_of_the_server(self):
        (self.local / "file.bin").write_bytes(b"older and different")
        os.utime(self.served / "pub" / "file.bin", (1_000_000_000, 1_000_000_000))
        self.succeed("get", self.url(self.server, "pub/file.bin"))
        self.assertEqual((self.local / "file.bin").read_bytes(), self.content)
        self.assertEqual((self.local / "file.bin").stat().st_mtime, 1_000_000_000)

    def test_resumes_behind_the_part_that_is_there(self):
        part_of(self.local / "file.bin").write_bytes(self.content[:123_457])
        done = self.succeed("get", "-c", "--json", self.url(self.server, "pub/file.bin"))
        self.assertEqual((self.local / "file.bin").read_bytes(), self.content)
        event = done.event("done")
        self.assertEqual((event["resumed_at"], event["bytes"], event["size"]),
                         (123_457, 300_000 - 123_457, 300_000))
        self.assert_left(self.local, "file.bin")

    def test_without_c_a_part_is_not_used(self):
        part_of(self.local / "file.bin").write_bytes(b"x" * 1000)
        done = self.succeed("get", "--json", self.url(self.server, "pub/file.bin"))
        self.assertEqual((self.local / "file.bin").read_bytes(), self.content)
        self.assertEqual(done.event("done")["resumed_at"], 0)

    def test_absolute_path_and_type_a(self):
        (self.served / "lines").write_bytes(b"one\ntwo\n")
        done = self.succeed("cat", self.url(self.server, "%2Flines;type=a"))
        self.assertEqual(done.stdout, b"one\ntwo\n")

    def test_odd_names_arrive_as_they_are(self):
        for name in ODD_NAMES:
            (self.served / name).write_text(name)
        self.succeed("get", *(self.url(self.server, quoted(name)) for name in ODD_NAMES))
        self.assert_left(self.local, *ODD_NAMES)
        for name in ODD_NAMES:
            with self.subTest(name=name):
                self.assertEqual((self.local / name).read_text(), name)

    def test_a_name_that_is_not_utf8_arrives_and_json_stays_valid(self):
        name = b"latin-\xe9"
        path = os.path.join(os.fsencode(self.served), name)
        with open(path, "wb") as file:
            file.write(b"caf\xe9")
        done = self.succeed("get", "--json", self.url(self.server, "latin-%E9"))
        self.assertEqual(os.listdir(os.fsencode(self.local)), [name])
        self.assertEqual(done.event("done")["size"], 4)
        listed = self.succeed("ls", "--json", self.url(self.server, "")).json()
        self.assertEqual(len(listed), 2)

    def test_names_typed_without_encoding(self):
        (self.served / "my ümläut file").write_text("hello")
        self.succeed("get", self.url(self.server, "my ümläut file"))
        self.assertEqual((self.local / "my ümläut file").read_text(), "hello")


class Put(FerryCase):
    def setUp(self):
        super().setUp()
        self.content = bytes_of(300_000, seed=2)
        (self.local / "file.bin").write_bytes(self.content)
        self.server = self.serve()

    def test_into_a_directory_and_under_another_name(self):
        (self.served / "in").mkdir()
        self.succeed("put", "file.bin", self.url(self.server, "in/"))
        self.succeed("put", "file.bin", self.url(self.server, "renamed"))
        self.assertEqual((self.served / "in" / "file.bin").read_bytes(), self.content)
        self.assertEqual((self.served / "renamed").read_bytes(), self.content)
        self.assert_left(self.served, "in", "renamed")

    def test_several_files(self):
        for name in ("one", "two", "empty"):
            (self.local / name).write_text("" if name == "empty" else name)
        done = self.succeed("put", "--json", "one", "two", "empty", self.url(self.server, ""))
        self.assert_left(self.served, "one", "two", "empty")
        self.assertEqual((self.served / "two").read_text(), "two")
        self.assertEqual(done.event("summary")["files"], 3)
        self.assertEqual(done.event("summary")["bytes"], 6)

    def test_json_tells_what_was_done(self):
        done = self.succeed("put", "--json", "file.bin", self.url(self.server, ""))
        event = done.event("done")
        self.assertEqual((event["bytes"], event["resumed_at"], event["size"]),
                         (300_000, 0, 300_000))
        self.assertEqual(event["proof"], {"kind": "hash", "algorithm": "SHA-256",
                                          "value": hashlib.sha256(self.content).hexdigest()})

    def test_minus_reads_stdin(self):
        self.succeed("put", "-", self.url(self.server, "piped"), input=self.content)
        self.assertEqual((self.served / "piped").read_bytes(), self.content)
        self.succeed("put", "-", self.url(self.server, "nothing"), input=b"")
        done = self.ferry("put", "-c", "-", self.url(self.server, "piped"), input=b"x")
        self.assertEqual(done.status, 2, done)
        self.assertIn("cannot continue standard input", done.stderr)
        self.assertEqual((self.served / "nothing").read_bytes(), b"")

    def test_append(self):
        (self.served / "log").write_bytes(b"first\n")
        (self.local / "more").write_bytes(b"second\n")
        self.succeed("put", "--append", "more", self.url(self.server, "log"))
        self.assertEqual((self.served / "log").read_bytes(), b"first\nsecond\n")

    def test_resumes_behind_the_part_that_is_there(self):
        part_of(self.served / "file.bin").write_bytes(self.content[:77_777])
        done = self.succeed("put", "-c", "--json", "file.bin", self.url(self.server, ""))
        self.assertEqual((self.served / "file.bin").read_bytes(), self.content)
        event = done.event("done")
        self.assertEqual((event["resumed_at"], event["bytes"]), (77_777, 300_000 - 77_777))
        self.assert_left(self.served, "file.bin")

    def test_ascii_both_ways_changes_line_ends_only_on_the_wire(self):
        (self.local / "lines").write_bytes(b"one\ntwo\n\nthree")
        self.succeed("put", "--ascii", "lines", self.url(self.server, ""))
        self.assertEqual((self.served / "lines").read_bytes(), b"one\ntwo\n\nthree")
        self.succeed("get", "--ascii", self.url(self.server, "lines"), "-o", "back")
        self.assertEqual((self.local / "back").read_bytes(), b"one\ntwo\n\nthree")

    def test_keeps_the_time_of_the_file(self):
        os.utime(self.local / "file.bin", (1_100_000_000, 1_100_000_000))
        self.succeed("put", "file.bin", self.url(self.server, ""))
        self.assertEqual((self.served / "file.bin").stat().st_mtime, 1_100_000_000)

    def test_odd_names_arrive_as_they_are(self):
        for name in ODD_NAMES:
            (self.local / name).write_text(name)
        self.succeed("put", *("./" + name for name in ODD_NAMES), self.url(self.server, ""))
        self.assert_left(self.served, *ODD_NAMES)
        for name in ODD_NAMES:
            with self.subTest(name=name):
                self.assertEqual((self.served / name).read_text(), name)

    def test_a_local_name_with_a_line_end_is_refused_and_the_rest_goes_on(self):
        (self.local / "a\r\nDELE b").write_text("evil")
        (self.served / "b").write_text("stays")
        done = self.ferry("put", "--json", "a\r\nDELE b", "file.bin", self.url(self.server, ""))
        self.assert_status(done, 9)
        self.assert_left(self.served, "b", "file.bin")


if __name__ == "__main__":
    unittest.main()
