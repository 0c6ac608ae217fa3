"""Every operation of the client over TLS, and what is to be said of TLS itself: the cases that
test_client_tls_*.py run, for each server and each version."""

import re

import certificates
from client_tests import ClientTests
from server_tls import VERSIONS, Tls
from trees import bytes_of

DATA_COMMANDS = ("RETR", "STOR", "APPE", "STOU", "LIST", "NLST", "MLSD")


class TlsClientTests(ClientTests):
    """`ferry` trusts the tests' authority and nobody else, and never does without TLS."""

    peer = None            # set by each test file, with the next three
    version = "1.3"
    implicit = False
    resumes = True         # does the server keep sessions in this version?
    has_ccc = False
    long_upload = 1 << 27  # TLS is slower
    options = ("--tls=require",)

    @classmethod
    def server_class(cls, root, **more):
        more.setdefault("tls", Tls(version=cls.version, implicit=cls.implicit))
        return cls.peer(root, **more)

    def url(self, server, path=""):
        return super().url(server, path).replace("ftp:", f"{server.scheme()}:", 1)

    def start(self, command, *arguments, **more):
        return super().start(command, *self.options, "--cacert",
                             certificates.authority().certificate, *arguments, **more)

    def assert_all_protected(self, outcome, resumed=None):
        """By what -v said: each data connection is in TLS, and resumed the session. Their number.
        """
        lines = outcome.stderr.splitlines()
        control = [line for line in lines if re.match(r"\* TLS: TLSv", line)]
        data = [line for line in lines if line.startswith("* TLS: data connection, ")]
        sent = [line for line in lines if line.startswith("> ")
                and line[2:].split(" ")[0] in DATA_COMMANDS]
        self.assertEqual(len(control), 1, repr(outcome))
        self.assertIn(f"{VERSIONS[self.version]}, ", control[0])
        self.assertIn("not resumed", control[0])
        self.assertEqual(len(data), len(sent), repr(outcome))
        wanted = self.resumes if resumed is None else resumed
        for line in data:
            self.assertIn(f"{VERSIONS[self.version]}, ", line)
            self.assertEqual("not resumed" not in line, wanted, line)
        return len(data)

    def test_the_order_of_commands(self):
        self.put_there("file", b"content")
        done = self.succeed("get", "-v", self.at("file"))
        sent = [line[2:].split(" ")[0] for line in done.stderr.splitlines() if line[:2] == "> "]
        begin = [verb for verb in sent if verb in ("AUTH", "USER", "PASS", "PBSZ", "PROT", "RETR")]
        self.assertEqual(begin, [*(() if self.implicit else ("AUTH",)),
                                 "USER", "PASS", "PBSZ", "PROT", "RETR"], repr(done))

    def test_each_data_connection_resumes_the_session(self):
        for number in range(3):
            (self.local / f"up-{number}").write_bytes(bytes_of(70_000, seed=number))
        (self.local / "empty").write_bytes(b"")
        done = self.succeed("put", "-v", "up-0", "up-1", "up-2", "empty", self.at())
        self.assertGreaterEqual(self.assert_all_protected(done), 4)
        done = self.succeed("cat", "-v", *(self.at(f"up-{number}") for number in range(3)),
                            self.at("empty"))
        self.assertGreaterEqual(self.assert_all_protected(done), 4)
        self.assertEqual(len(done.stdout), 210_000)
        done = self.succeed("ls", "-v", "-R", self.at())
        self.assertGreaterEqual(self.assert_all_protected(done), 1)
        done = self.succeed("cat", "-v", "--active", self.at("up-1"))
        self.assertEqual(self.assert_all_protected(done), 1)

    def test_walks(self):
        for name in ("a/one", "a/b/two", "three"):
            self.put_there(name, b"12345")
        self.assertEqual(sorted(self.succeed("find", self.at(), "--type", "f").text.split()),
                         [f"{self.remote.name}/{name}" for name in ("a/b/two", "a/one", "three")])
        self.assertIn("15", self.succeed("du", self.at()).text)
        self.assertIn("two", self.succeed("tree", self.at()).text)

    def test_many_small_files(self):
        names = [f"small-{number:02}" for number in range(50)]
        for number, name in enumerate(names):
            (self.local / name).write_bytes(bytes_of(number * 97, seed=number))
        done = self.succeed("put", "-v", *names, self.at())
        self.assertGreaterEqual(self.assert_all_protected(done), 50)
        self.assert_left(self.remote, *names)
        (self.local / "back").mkdir()
        done = self.succeed("get", "-v", "-d", "back", *(self.at(name) for name in names))
        self.assertGreaterEqual(self.assert_all_protected(done), 50)
        for name in names:
            self.assert_same(self.local / "back" / name, self.remote / name)

    def loose(self, **more):
        """A server that does not insist on protected data connections."""
        return self.server_class(self.root, tls=Tls(version=self.version, implicit=self.implicit,
                                                    required=False, reuse=False), **more)

    def test_data_in_the_clear_where_asked_for(self):
        (self.local / "file").write_bytes(b"content")
        with self.loose() as server:
            done = self.succeed("put", "-v", "--clear-data", "file", self.at("", server))
            self.assertIn("> PROT C", done.stderr.splitlines())
            done = self.succeed("cat", "-v", "--clear-data", self.at("file", server))
        self.assertEqual(done.stdout, b"content")
        self.assertNotIn("TLS: data connection", done.stderr)
        self.assertRegex(done.stderr, r"\* TLS: TLSv1")

    def test_clear_control_connection_where_asked_for(self):
        self.put_there("file", b"content")
        with self.loose() as server:
            done = self.ferry("cat", "-v", "--ccc", self.at("file", server))
        if self.has_ccc:
            self.assert_status(done, 0)
            self.assertEqual(done.stdout, b"content")
            self.assertEqual(done.stderr.count("TLS: data connection"), 1, repr(done))
            sent = [line[2:] for line in done.stderr.splitlines() if line[:2] == "> "]
            self.assertLess(sent.index("PROT P"), sent.index("CCC"))
        else:
            self.assertNotEqual(done.status, 0, repr(done))
            self.assertIn("CCC", done.stderr)

    def test_only_the_version_that_is_asked_for(self):
        self.put_there("file", b"content")
        minimum = self.ferry("cat", "--tls-min", "1.3", self.at("file"))
        if self.version == "1.3":
            self.assert_status(minimum, 0)
            one = ("--tls-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256")
        else:
            self.assert_status(minimum, 7)
            self.assertEqual(minimum.stdout, b"")
            one = ("--tls-ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305")
        done = self.succeed("cat", "-v", *one, self.at("file"))
        self.assertEqual(done.stderr.count("CHACHA20"), 2, repr(done))

    def test_nobody_is_trusted_without_reason(self):
        (self.local / "file").write_bytes(b"content")
        done = self.ferry("put", "--cacert", certificates.stranger().certificate, "file",
                          self.at())
        self.assert_status(done, 7)
        self.assert_left(self.remote)


def without(*names):
    """For a class of tests: not these of its base."""
    def choose(cls):
        for name in names:
            setattr(cls, name, None)
        return cls
    return choose


def only(*names):
    """For a class of tests that a whole one runs too, but for what it changes: these tests only."""
    def choose(cls):
        for name in dir(cls):
            if name.startswith("test_") and name not in names:
                setattr(cls, name, None)
        return cls
    return choose


# What may differ when TLS begins with the first byte, or is older.
IMPLICIT = ("test_passive", "test_active", "test_the_order_of_commands", "test_anonymous",
            "test_sizes_from_nothing_to_some_blocks", "test_ls_r", "test_rm", "test_append",
            "test_each_data_connection_resumes_the_session", "test_many_small_files",
            "test_a_download_interrupted_at_any_byte_goes_on_there",
            "test_data_in_the_clear_where_asked_for", "test_nobody_is_trusted_without_reason")
