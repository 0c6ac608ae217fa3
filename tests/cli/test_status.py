"""The exit status and the error object of each class of failure (docs: exit status)."""

import os
import socket
import subprocess
import unittest

from fake_server import FakeServer, hang_up
from ferrycase import FerryCase, file_size_limit, part_of
from trees import bytes_of


class Usage(FerryCase):
    """2: nothing is sent."""

    def test_wrong_words(self):
        for arguments in (["get"], ["put", "file"], ["no-such-command"],
                          ["get", "--no-such-option"], ["get", "not a url"],
                          ["get", "http://127.0.0.1/file"],
                          ["get", "ftp://127.0.0.1:99999/file"], ["chmod", "ftp://127.0.0.1/x"],
                          ["get", "--timeout", "soon", "ftp://127.0.0.1/x"],
                          ["rm", "--resume", "ftp://127.0.0.1/x"], []):
            with self.subTest(arguments=arguments):
                done = self.assert_status(self.ferry(*arguments), 2)
                self.assertEqual(done.stdout, b"")
                self.assertNotEqual(done.stderr, "")

    def test_one_output_file_for_two_urls(self):
        with FakeServer() as server:
            done = self.ferry("get", server.url("a"), server.url("b"), "-o", "file")
            self.assert_status(done, 2)
            self.assertEqual(server.commands, [])

    def test_control_characters_in_a_url_reach_no_server(self):
        with FakeServer() as server:
            for path in ("a%0D%0ADELE%20b", "a%0a", "a%00b", "a\nb", "a\rb", "%0d", "a%0Ab/c",
                         "a;type=a%0d%0a"):
                for command in ("get", "cat", "ls", "stat", "rm", "mkdir"):
                    with self.subTest(path=path, command=command):
                        self.assert_status(self.ferry(command, server.url(path)), 2)
            self.assert_status(self.ferry("get", f"ftp://a%0D%0AX@127.0.0.1:{server.port}/f"), 2)
            self.assert_status(self.ferry("get", f"ftp://a:b%0AX@127.0.0.1:{server.port}/f"), 2)
            self.assertEqual(server.commands, [])

    def test_a_password_with_a_line_end_reaches_no_server(self):
        with FakeServer() as server:
            done = self.ferry("get", server.url("f", user="alice"),
                              env=self.environment(FERRY_PASSWORD="a\r\nDELE b"))
            self.assertIn(done.status, (2, 4))
            self.assertFalse([line for line in server.commands if "DELE" in line])


class Network(FerryCase):
    """3: nobody there, or nobody speaking."""

    def test_refused_connection(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        error = self.fail_with(3, "connect_failed", "get", f"ftp://127.0.0.1:{port}/file")
        self.assertEqual(error["reply_code"], 0)
        self.assertIn(str(port), error["message"] + error["step"])

    def test_unknown_host(self):
        self.fail_with(3, "resolve_failed", "get", "ftp://no-such-host.invalid/file",
                       "--timeout", "10")

    def test_not_an_ftp_server(self):
        with FakeServer(greeting="SSH-2.0-OpenSSH_9.2") as server:
            self.fail_with(3, "protocol_error", "get", server.url("file"), "--timeout", "5")

    def test_closed_before_the_greeting(self):
        with FakeServer(greeting=hang_up) as server:
            self.fail_with(3, "connection_lost", "get", server.url("file"), "--timeout", "5")

    def test_421_as_greeting(self):
        with FakeServer(greeting="421 too many users") as server:
            error = self.fail_with(3, "service_unavailable", "get", server.url("file"))
            self.assertEqual((error["reply_code"], error["reply_text"]), (421, "too many users"))


class Login(FerryCase):
    """4."""

    def test_wrong_password(self):
        server = self.serve()
        error = self.fail_with(4, "login_refused", "get", self.url(server, "file"),
                               env=self.environment(FERRY_PASSWORD="wrong"))
        self.assertEqual(error["reply_code"], 530)
        self.assertEqual(error["exit_status"], 4)

    def test_user_refused_at_once(self):
        with FakeServer({"USER": "530 not you"}) as server:
            self.fail_with(4, "login_refused", "get", server.url("file"))
            self.assertNotIn("PASS", server.verbs())

    def test_account_wanted_and_given(self):
        answers = {"PASS": "332 account?", "ACCT": "230 ok", "SIZE": "550 no", "RETR": "550 no",
                   "STAT": "550 no"}
        with FakeServer(answers) as server:
            self.fail_with(4, "account_needed", "get", server.url("file"))
            self.assertNotIn("ACCT", server.verbs())
        with FakeServer(answers) as server:
            self.assert_status(self.ferry("get", "--account", "sales", server.url("file")), 5)
            self.assertIn("ACCT sales", server.commands)


class Server(FerryCase):
    """5 and 6: the server says no; 9: to some."""

    def test_not_found(self):
        server = self.serve()
        url = self.url(server, "nowhere/file")
        error = self.fail_with(5, "not_found", "get", url)
        self.assertEqual(error["reply_code"], 550)
        self.assertIn("nowhere/file", error["step"])
        self.assertTrue(error["reply_text"])
        done = self.ferry("get", url)
        line = self.assert_one_line(done)
        for part in ("not found", "nowhere/file", "550"):
            self.assertIn(part, line)
        self.assert_left(self.local)

    def test_read_only_server(self):
        (self.served / "file").write_text("stays")
        (self.local / "new").write_text("x")
        server = self.serve(read_only=True)
        for arguments in (["put", "new", self.url(server, "")], ["rm", self.url(server, "file")],
                          ["mkdir", self.url(server, "d")],
                          ["mv", self.url(server, "file"), self.url(server, "g")],
                          ["chmod", "777", self.url(server, "file")]):
            with self.subTest(arguments=arguments):
                self.assert_status(self.ferry(*arguments), 6)
        self.assert_left(self.served, "file")

    def test_anonymous_may_read_and_not_write(self):
        (self.served / "file").write_text("public")
        (self.local / "new").write_text("x")
        server = self.serve(anonymous=True)
        self.assertEqual(self.succeed("cat", server.anonymous_url("file")).text, "public")
        self.assert_status(self.ferry("put", "new", server.anonymous_url("")), 6)
        self.assert_left(self.served, "file")

    def test_anonymous_not_wanted(self):
        server = self.serve()
        self.assert_status(self.ferry("cat", server.anonymous_url("file")), 4)

    def test_some_of_several(self):
        (self.served / "there").write_text("x")
        server = self.serve()
        done = self.ferry("get", "--json", self.url(server, "gone"), self.url(server, "there"))
        self.assert_status(done, 9)
        self.assert_left(self.local, "there")
        self.assertEqual(done.event("failed")["error"]["exit_status"], 5)
        summary = done.event("summary")
        self.assertEqual((summary["files"], summary["failed"], summary["exit_status"]), (2, 1, 9))

    def test_all_of_several_for_one_reason(self):
        server = self.serve()
        done = self.ferry("get", self.url(server, "gone"), self.url(server, "gone too"))
        self.assertIn(done.status, (5, 9))

    def test_server_out_of_space(self):
        (self.local / "new").write_text("x")
        with FakeServer({"STOR": "452 no room"}) as server:
            self.fail_with(6, "no_space_there", "put", "new", server.url("new"))


class LocalDisk(FerryCase):
    """8: and nothing lies under the final name."""

    def setUp(self):
        super().setUp()
        self.content = bytes_of(400_000)
        (self.served / "file").write_bytes(self.content)
        self.server = self.serve()

    def test_no_such_directory(self):
        (self.local / "a file").write_text("x")
        self.assert_status(self.ferry("get", self.url(self.server, "file"), "-d", "a file/sub"), 8)
        self.fail_with(8, "local_not_found", "get", self.url(self.server, "file"),
                       "-o", "nowhere/file")

    def test_a_directory_in_the_way(self):
        (self.local / "file").mkdir()
        self.assert_status(self.ferry("get", self.url(self.server, "file")), 8)
        self.assert_left(self.local / "file")

    def test_no_such_file_to_put(self):
        self.fail_with(8, "local_not_found", "put", "nowhere", self.url(self.server, ""))
        self.assert_left(self.served, "file")

    def test_disk_full_keeps_the_part_and_resume_completes(self):
        url = self.url(self.server, "file")
        self.fail_with(8, "local_no_space", "get", url, preexec_fn=file_size_limit(150_001))
        self.assert_left(self.local, part_of("file").name)
        part = part_of(self.local / "file").read_bytes()
        self.assertEqual(part, self.content[:len(part)])
        done = self.succeed("get", "-c", "--json", url)
        self.assertEqual(done.event("done")["resumed_at"], len(part))
        self.assertGreater(len(part), 0)
        self.assert_same(self.local / "file", self.served / "file")

    @unittest.skipUnless(os.geteuid() == 0, "only root can mount")
    def test_a_really_full_disk(self):
        disk = self.local / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        (disk / "file").write_text("the old one")
        self.fail_with(8, "local_no_space", "get", self.url(self.server, "file"), "-d", "disk")
        self.assertEqual((disk / "file").read_text(), "the old one")

    def test_stdout_that_is_full(self):
        with open("/dev/full", "wb") as full:
            done = self.ferry("get", self.url(self.server, "file"), "-o", "-", stdout=full)
        self.assert_status(done, 8)

    def test_stdout_that_is_closed_early(self):
        reader, writer = os.pipe()
        os.close(reader)
        with open(writer, "wb") as pipe:
            done = self.ferry("cat", self.url(self.server, "file"), stdout=pipe)
        self.assertNotEqual(done.status, 0)


if __name__ == "__main__":
    unittest.main()
