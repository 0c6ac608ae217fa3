"""Every operation of the client against one real server: the cases that test_client_*.py run.

A server runs for the whole class; each test works in a directory of its own on it.
"""

import hashlib
import os
import pathlib
import random
import shutil
import signal
import zlib

from ferrycase import FerryCase, file_size_limit, part_of, size_of, wait_until
from trees import bytes_of, own, temp_dir, tree_of

ODD_NAMES = ["with space.txt", 'double"quote', "single'quote", "-dash", "~tilde", "grüße-日本.txt",
             "percent%41", "hash#sharp", "question?mark", "semi;type=a", "back\\slash",
             "[brackets]", "star*", "{a,b}"]
GIB5 = 5 << 30


def digest_of(algorithm, content):
    if algorithm == "CRC32":
        return f"{zlib.crc32(content):08x}"
    return hashlib.new(algorithm.replace("-", ""), content).hexdigest()


class ClientTests(FerryCase):
    server_class = None        # set by each test file
    time_verb = "MFMT"         # what sets the time of an upload
    refused_names = ()
    long_upload = 1 << 29      # bytes that take long enough for a signal to come in the middle

    @classmethod
    def setUpClass(cls):
        cls.root = temp_dir()
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        cls.server = cls.enterClassContext(cls.server_class(cls.root))

    def setUp(self):
        super().setUp()
        self.password = self.server.password
        self.remote = pathlib.Path(self.root) / self.id().rpartition(".")[2]
        self.remote.mkdir()
        own(self.remote)

    def at(self, path="", server=None):
        """A URL below the directory of this test."""
        return self.url(server or self.server, f"{self.remote.name}/{path}")

    def put_there(self, name, content=b""):
        path = self.remote / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        own(self.remote)
        return path

    def there_and_back(self, *options, server=None, expect=()):
        """Uploads, lists and downloads a file; -v must show one of the commands expected."""
        content = bytes_of(100_000)
        (self.local / "file").write_bytes(content)
        done = self.succeed("put", "-v", *options, "file", self.at("", server))
        if expect:
            self.assertTrue([verb for verb in expect if f"{verb} " in done.stderr + " "
                             or f"{verb}\n" in done.stderr], repr(done))
        self.assertEqual((self.remote / "file").read_bytes(), content)
        listed = self.succeed("ls", "--json", *options, self.at("", server)).json()
        self.assertEqual([(entry["name"], entry["size"]) for entry in listed],
                         [("file", len(content))])
        self.succeed("get", *options, self.at("file", server), "-o", "back")
        self.assertEqual((self.local / "back").read_bytes(), content)

    # Data connections.
    def test_passive(self):
        self.there_and_back("--passive", expect=("EPSV", "PASV"))

    def test_active(self):
        self.there_and_back("--active", expect=("EPRT", "PORT"))

    def test_ipv6_passive_and_active(self):
        with self.server_class(self.root, address="::1") as server:
            self.there_and_back("--passive", server=server, expect=("EPSV",))
            (self.remote / "file").unlink()
            self.there_and_back("--active", server=server, expect=("EPRT",))

    # Files.
    def test_sizes_from_nothing_to_some_blocks(self):
        sizes = (0, 1, 4096, 65_536, 262_144, 262_145, 3_000_001)
        names = [f"size-{size}" for size in sizes]
        for size, name in zip(sizes, names):
            (self.local / name).write_bytes(bytes_of(size, seed=size))
        self.succeed("put", *names, self.at())
        (self.local / "back").mkdir()
        done = self.succeed("get", "--json", "-d", "back", *(self.at(name) for name in names))
        self.assertEqual(done.event("summary")["bytes"], sum(sizes))
        for name in names:
            self.assert_same(self.local / name, self.remote / name)
            self.assert_same(self.local / name, self.local / "back" / name)
        self.assert_left(self.remote, *names)

    def test_odd_names(self):
        names = [name for name in ODD_NAMES if name not in self.refused_names]
        for name in names:
            (self.local / name).write_text(name)
        self.succeed("put", *("./" + name for name in names), self.at())
        self.assert_left(self.remote, *names)
        listed = self.succeed("ls", "--json", self.at()).json()
        self.assertEqual(sorted(entry["name"] for entry in listed), sorted(names))
        (self.local / "back").mkdir()
        self.succeed("get", "-d", "back", *(
            self.at("".join(f"%{byte:02X}" for byte in name.encode())) for name in names))
        self.assertEqual(tree_of(self.local / "back"), {name: name.encode() for name in names})

    def test_stdin_and_stdout(self):
        content = bytes_of(500_000)
        self.succeed("put", "-", self.at("piped"), input=content)
        self.assertEqual((self.remote / "piped").read_bytes(), content)
        self.assertEqual(self.succeed("cat", self.at("piped"), self.at("piped")).stdout,
                         content * 2)

    def test_ascii_both_ways(self):
        text = b"one\ntwo\n\nlast without end"
        (self.local / "lines").write_bytes(text)
        self.succeed("put", "--ascii", "lines", self.at())
        self.assertEqual((self.remote / "lines").read_bytes(), text)
        self.succeed("get", "--ascii", self.at("lines"), "-o", "back")
        self.assertEqual((self.local / "back").read_bytes(), text)
        # The session goes back to TYPE I by itself: bytes that look like line ends stay.
        binary = self.put_there("binary", b"a\r\nb\nc\r")
        self.assertEqual(self.succeed("cat", self.at("binary")).stdout, binary.read_bytes())

    def test_append(self):
        self.put_there("log", b"first\n")
        (self.local / "more").write_bytes(b"second\n")
        self.succeed("put", "--append", "more", self.at("log"))
        self.assertEqual((self.remote / "log").read_bytes(), b"first\nsecond\n")

    def test_a_file_is_replaced_whole(self):
        self.put_there("file", b"x" * 10_000)
        (self.local / "file").write_bytes(b"short")
        self.succeed("put", "file", self.at())
        self.assertEqual((self.remote / "file").read_bytes(), b"short")
        self.assert_left(self.remote, "file")

    def test_times_are_kept(self):
        os.utime(self.put_there("down", b"x"), (1_000_000_000, 1_000_000_000))
        self.succeed("get", self.at("down"))
        self.assertEqual((self.local / "down").stat().st_mtime, 1_000_000_000)
        self.assert_times_of_uploads_are_kept(self.server, self.time_verb)

    def assert_times_of_uploads_are_kept(self, server, verb):
        """By this command, without a doubt from the second file on."""
        names = ["up", "up two", "up three"]
        for number, name in enumerate(names):
            (self.local / name).write_bytes(b"x")
            os.utime(self.local / name, (1_100_000_000 + number, 1_100_000_000 + number))
        done = self.succeed("put", "-v", *names, self.at("", server))
        for number, name in enumerate(names):
            self.assertEqual((self.remote / name).stat().st_mtime, 1_100_000_000 + number)
        sent = [line for line in done.stderr.splitlines() if line.startswith(f"> {verb} ")]
        self.assertEqual(len(sent), len(names) + (verb == "MDTM"), repr(done))

    # Proof.
    def assert_proofs(self, server, algorithm):
        """Both ways, and all modes: what the server has, or why it cannot be had."""
        content = bytes_of(700_000, seed=5)
        (self.local / "a file").write_bytes(content)
        by_hash = {"kind": "hash", "algorithm": algorithm,
                   "value": algorithm and digest_of(algorithm, content)}
        for mode, kinds in (("auto", ("size", "size_and_time")), ("size", ("size", "size_and_time")),
                            ("none", ("none",)), ("hash", ())):
            if mode in ("auto", "hash") and algorithm:
                kinds = ("hash",)
            for command in (["put", "a file", self.at("", server)],
                            ["get", self.at("a%20file", server), "-o", "back"]):
                with self.subTest(mode=mode, command=command[0]):
                    done = self.ferry(command[0], "--json", f"--verify={mode}", *command[1:])
                    if not kinds:
                        self.assert_status(done, 10)
                        continue
                    self.assert_status(done, 0)
                    proof = done.event("done")["proof"]
                    self.assertIn(proof["kind"], kinds)
                    if proof["kind"] == "hash":
                        self.assertEqual(proof, by_hash)
                    self.assert_same(self.remote / "a file", self.local / "a file")
        self.assert_same(self.local / "back", self.local / "a file")
        self.assert_left(self.remote, "a file")

    def test_proofs(self):
        self.assert_proofs(self.server, self.server.hashes)

    # Resume.
    def test_a_download_interrupted_at_any_byte_goes_on_there(self):
        source = self.put_there("file", bytes_of(3_000_000))
        cut = random.randrange(1, 3_000_000)
        with self.subTest(cut=cut):
            self.assert_status(self.ferry("get", self.at("file"),
                                          preexec_fn=file_size_limit(cut)), 8)
            self.assert_left(self.local, part_of("file").name)
            there = size_of(part_of(self.local / "file"))
            self.assertLessEqual(there, cut)
            done = self.succeed("get", "-c", "--json", self.at("file"))
            self.assertEqual(done.event("done")["resumed_at"], there)
            self.assertEqual(done.event("done")["bytes"], 3_000_000 - there)
            self.assert_same(self.local / "file", source)
            self.assert_left(self.local, "file")

    def test_an_interrupted_upload_goes_on(self):
        # Large enough that the signal comes in the middle; sparse, so that it is made in no time.
        with open(self.local / "file", "wb") as file:
            for mark in range(0, self.long_upload, self.long_upload // 16):
                file.seek(mark + mark // 7)
                file.write(bytes_of(5000, seed=mark))
            file.truncate(self.long_upload)
        part = part_of(self.remote / "file")
        process = self.start("put", "file", self.at())
        wait_until(lambda: size_of(part) > 0 or process.poll() is not None, what="the remote part")
        process.send_signal(signal.SIGINT)
        self.assert_status(self.finish(process), 130)
        self.assertFalse((self.remote / "file").exists())
        there = size_of(part)
        self.assertGreater(there, 0)
        done = self.succeed("put", "-c", "--json", "file", self.at())
        event = done.event("done")
        self.assertEqual((event["resumed_at"], event["bytes"]), (there, self.long_upload - there))
        self.assert_same(self.remote / "file", self.local / "file")
        self.assert_left(self.remote, "file")

    def test_resume_of_a_finished_or_never_begun_file(self):
        source = self.put_there("file", bytes_of(10_000))
        self.succeed("get", "-c", self.at("file"))
        self.succeed("get", "-c", self.at("file"))
        self.assert_same(self.local / "file", source)
        part_of(self.local / "file").write_bytes(source.read_bytes())
        self.succeed("get", "-c", self.at("file"))
        self.assert_same(self.local / "file", source)
        self.assert_left(self.local, "file")

    def sparse(self, path, size, tail=b""):
        with open(path, "wb") as file:
            file.truncate(size)
            file.seek(0, os.SEEK_END)
            file.write(tail)
        return path

    def test_beyond_4_gib(self):
        tail = bytes_of(500_000)
        source = own(self.sparse(self.remote / "huge", GIB5, tail))
        begun = GIB5 + 123_456
        self.sparse(part_of(self.local / "huge"), GIB5, tail[:123_456])
        done = self.succeed("get", "-c", "--json", "--verify=size", self.at("huge"))
        event = done.event("done")
        self.assertEqual((event["resumed_at"], event["bytes"], event["size"]),
                         (begun, 500_000 - 123_456, GIB5 + 500_000))
        self.assert_ends_with(self.local / "huge", GIB5, tail)
        [entry] = self.succeed("ls", "--json", self.at()).json()
        self.assertEqual(entry["size"], GIB5 + 500_000)
        self.assertEqual(self.succeed("stat", "--json", self.at("huge")).json()["size"],
                         GIB5 + 500_000)
        source.unlink()
        own(self.sparse(part_of(self.remote / "huge"), GIB5, tail[:123_456]))
        done = self.succeed("put", "-c", "--json", "--verify=size", "huge", self.at())
        self.assertEqual(done.event("done")["resumed_at"], begun)
        self.assert_ends_with(self.remote / "huge", GIB5, tail)

    def assert_ends_with(self, path, offset, tail):
        with open(path, "rb") as file:
            file.seek(offset)
            self.assertEqual(file.read(), tail)
        self.assertLess(path.stat().st_blocks * 512, 100 << 20)  # still sparse

    # Directories and facts.
    def test_directories(self):
        self.succeed("mkdir", self.at("one two"))
        self.assertNotEqual(self.ferry("mkdir", self.at("a/b/c")).status, 0)
        self.succeed("mkdir", "-p", self.at("a/b/c"), self.at("a/b/c"))
        self.assertEqual(tree_of(self.remote), {"one two": None, "a": None, "a/b": None,
                                                "a/b/c": None})
        self.succeed("rmdir", self.at("one%20two"), self.at("a/b/c"))
        self.assert_status(self.ferry("rmdir", self.at("a")), 6)
        self.assertEqual(tree_of(self.remote), {"a": None, "a/b": None})

    def test_rm(self):
        for name in ("one", "tree/two", "tree/deep/-three", "stays"):
            self.put_there(name, b"x")
        for name in ("tree/.hidden", "tree/deep/.hidden", "tree/.deep/.hidden/.file"):
            self.put_there(name, b"x")
        self.succeed("rm", self.at("one"))
        self.succeed("rm", "-r", self.at("tree"))
        self.assert_left(self.remote, "stays")

    def test_mv(self):
        self.put_there("old", b"content")
        self.put_there("dir/other", b"x")
        self.succeed("mv", self.at("old"), self.at("dir/new%20name"))
        self.assertEqual(tree_of(self.remote), {"dir": None, "dir/other": b"x",
                                                "dir/new name": b"content"})

    def test_chmod(self):
        path = self.put_there("file", b"x")
        self.succeed("chmod", "604", self.at("file"))
        self.assertEqual(path.stat().st_mode & 0o777, 0o604)

    def test_stat(self):
        os.utime(self.put_there("dir/file", b"12345"), (1_234_567_890, 1_234_567_890))
        one = self.succeed("stat", "--json", self.at("dir/file")).json()
        self.assertEqual((one["name"], one["type"], one["size"], one["mtime"]),
                         ("file", "file", 5, "2009-02-13T23:31:30Z"))
        self.assertEqual(self.succeed("stat", "--json", self.at("dir")).json()["type"],
                         "directory")
        self.assert_status(self.ferry("stat", self.at("nowhere")), 5)

    def test_ls(self):
        names = [f"file {number:04}" for number in range(2000)]
        for number, name in enumerate(names):
            (self.remote / name).write_bytes(b"x" * (number % 7))
        self.put_there("dir/inner", b"1")
        self.put_there(".hidden", b"")
        (self.remote / "link").symlink_to("file 0001")
        own(self.remote)
        entries = {entry["name"]: entry
                   for entry in self.succeed("ls", "--json", self.at()).json()}
        self.assertEqual(set(entries) - {".hidden", "link"}, {*names, "dir"})
        self.assertIn("link", entries)
        self.assertEqual({entries[name]["type"] for name in names}, {"file"})
        self.assertEqual(entries["dir"]["type"], "directory")
        self.assertEqual(entries["file 0006"]["size"], 6)
        self.assertEqual(self.succeed("ls", self.at("dir")).text, "inner\n")

    def assert_hidden_names_can_be_had(self, server):
        """Names that begin with a dot, and one that looks like an option before them."""
        for name in ("-tree/.hidden", "-tree/.dir/.file", "-tree/plain", "-tree/.dir/.empty/x"):
            self.put_there(name, b"x")
        (self.remote / "-tree/.dir/.empty/x").unlink()
        at = self.at("-tree", server)
        names = lambda outcome: sorted(line for line in outcome.text.splitlines() if line)
        self.assertEqual(names(self.succeed("ls", at)), ["plain"])
        self.assertEqual(names(self.succeed("ls", "-a", at)), [".dir", ".hidden", "plain"])
        self.assertEqual(names(self.succeed("ls", "-R", at)), [".:", "plain"])
        self.assertEqual(
            names(self.succeed("ls", "-R", "-a", at)),
            [".:", ".dir", ".dir/.empty:", ".dir:", ".empty", ".file", ".hidden", "plain"])
        listed = self.succeed("ls", "--json", at).json()
        self.assertEqual(sorted(entry["name"] for entry in listed), [".dir", ".hidden", "plain"])
        done = self.succeed("ls", "--json", self.at("-tree/.dir/.empty", server))
        self.assertEqual(done.json(), [])
        self.assert_status(self.ferry("ls", "-a", self.at("-tree/.nowhere", server)), 5)
        self.succeed("rm", "-r", at)
        self.assert_left(self.remote)

    def test_hidden_names(self):
        self.assert_hidden_names_can_be_had(self.server)

    def test_ls_r(self):
        for name in ("top", "a/one", "a/b c/two"):
            self.put_there(name, b"x")
        listed = self.succeed("ls", "-R", "--json", self.at()).json()
        self.assertEqual(sorted(entry["name"] for entry in listed),
                         ["a", "b c", "one", "top", "two"])
        self.assertTrue([entry for entry in listed if entry["path"].endswith("a/b c/two")])

    def test_an_empty_directory(self):
        self.assertEqual(self.succeed("ls", "--json", self.at()).json(), [])

    # What the server refuses.
    def test_statuses(self):
        self.put_there("there", b"x")
        (self.local / "new").write_bytes(b"x")
        for status, arguments in (
                (5, ["get", self.at("nowhere")]), (5, ["ls", self.at("nowhere/")]),
                (5, ["rm", self.at("nowhere")]), (5, ["mv", self.at("nowhere"), self.at("x")]),
                (9, ["get", self.at("there"), self.at("nowhere")])):
            with self.subTest(arguments=arguments):
                self.assert_status(self.ferry(*arguments), status)
        self.assert_status(self.ferry("ls", self.at(),
                                      env=self.environment(FERRY_PASSWORD="wrong")), 4)
        with self.server_class(self.root, read_only=True) as server:
            self.assert_status(self.ferry("put", "new", self.at("", server)), 6)
            self.assert_status(self.ferry("rm", self.at("there", server)), 6)
        self.assert_left(self.remote, "there")

    def test_anonymous(self):
        self.put_there("file", b"public")
        with self.server_class(self.root, anonymous=True) as server:
            url = server.anonymous_url(f"{self.remote.name}/file")
            self.assertEqual(self.succeed("cat", url).stdout, b"public")
