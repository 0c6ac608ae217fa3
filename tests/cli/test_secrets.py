"""Where a password comes from, and where it must never be seen."""

import unittest

from fake_server import Download, FakeServer, silent
from ferrycase import FerryCase, wait_until

SECRET = "Tr0ub4dor&3 mit Ü"


class Sources(FerryCase):
    """In order: URL, FERRY_PASSWORD, --password-file, --password-command, ~/.netrc."""

    def sent(self, *options, url=None, user="alice", env=None):
        """The USER and PASS that a command sends."""
        with FakeServer({"RETR": Download(b"hello")}) as server:
            target = url.format(port=server.port) if url else server.url("f", user=user)
            done = self.ferry("cat", *options, target, env=env or self.bare())
            words = {line.split(" ")[0]: line.partition(" ")[2] for line in server.commands}
            return done, words.get("USER"), words.get("PASS")

    def bare(self, **more):
        env = self.environment(**more)
        if "FERRY_PASSWORD" not in more:
            del env["FERRY_PASSWORD"]
        return env

    def assert_sent(self, login, password, *options, **how):
        done, *sent = self.sent(*options, **how)
        self.assertEqual(sent, [login, password], repr(done))
        self.assert_status(done, 0)

    def write(self, name, text, mode=0o600):
        path = self.home / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def test_url(self):
        self.assert_sent("alice", "p@ss:wörd/", env=self.bare(FERRY_PASSWORD="other"),
                         url="ftp://alice:p%40ss%3Aw%C3%B6rd%2F@127.0.0.1:{port}/f")

    def test_environment(self):
        self.assert_sent("alice", SECRET, env=self.bare(FERRY_PASSWORD=SECRET))

    def test_file_takes_the_first_line_whole(self):
        self.assert_sent("alice", SECRET, "--password-file",
                         str(self.write("pw", SECRET + "\nsecond line\n")))

    def test_file_that_is_missing(self):
        done, user, password = self.sent("--password-file", "nowhere")
        self.assertNotEqual(done.status, 0)
        self.assertIsNone(password)

    def test_command(self):
        self.write("pw", SECRET + "\n")
        self.assert_sent("alice", SECRET, "--password-command", 'cat "$HOME/pw"; echo more')

    def test_command_that_fails(self):
        done, _, password = self.sent("--password-command", "echo guess; exit 3")
        self.assertNotEqual(done.status, 0)
        self.assertIsNone(password)

    def test_netrc(self):
        self.write(".netrc", "machine other login x password y\n"
                             "machine 127.0.0.1 login alice password s3cret\n"
                             "default login bob password b0b\n")
        self.assert_sent("alice", "s3cret")
        self.assert_sent("alice", "s3cret", user=None)

    def test_netrc_entry_of_another_user_is_not_used(self):
        self.write(".netrc", "machine 127.0.0.1 login bob password b0b\n")
        _, _, password = self.sent()
        self.assertNotEqual(password, "b0b")

    def test_netrc_that_others_can_read_gives_no_password(self):
        self.write(".netrc", "machine 127.0.0.1 login alice password s3cret\n", 0o644)
        done, _, password = self.sent()
        self.assertNotEqual(password, "s3cret", repr(done))

    def test_nobody_named_is_anonymous(self):
        self.assert_sent("anonymous", "anonymous@", user=None)

    def test_user_without_any_password_and_no_terminal_is_told(self):
        done, _, password = self.sent()
        self.assertIsNone(password)
        self.assertIn(done.status, (2, 4), repr(done))


class Leaks(FerryCase):
    def test_v_shows_the_conversation_without_passwords(self):
        answers = {"PASS": "332 account?", "ACCT": "230 ok", "RETR": Download(b"hello")}
        with FakeServer(answers) as server:
            done = self.succeed("cat", "-v", "--account", "acc0unt", server.url("f", user="alice"),
                                env=self.environment(FERRY_PASSWORD=SECRET))
            self.assertIn("PASS " + SECRET, server.commands)
        self.assertIn("USER alice", done.stderr)
        self.assertIn("****", done.stderr)
        self.assertIn("230 ok", done.stderr)
        self.assertNotIn(SECRET, done.stderr)
        self.assertNotIn("acc0unt", done.stderr)
        self.assertEqual(done.stdout, b"hello")

    def test_no_message_repeats_the_password_of_a_url(self):
        with FakeServer({"RETR": "550 no", "SIZE": "550 no"}) as server:
            url = f"ftp://alice:hush-hush@127.0.0.1:{server.port}/file"
            for options in ([], ["--json"], ["-v"]):
                done = self.assert_status(self.ferry("get", *options, url), 5)
                self.assertNotIn("hush-hush", done.text + done.stderr)
        done = self.ferry("get", url)  # nobody listens any more
        self.assert_status(done, 3)
        self.assertNotIn("hush-hush", done.stderr)

    def test_the_process_list_does_not_show_it(self):
        with FakeServer({"RETR": silent}) as server:
            url = f"ftp://alice:hush-hush@127.0.0.1:{server.port}/file"
            process = self.start("get", url, "--timeout", "30")
            wait_until(lambda: "RETR" in server.verbs(), what="RETR")
            with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                self.assertNotIn(b"hush-hush", file.read())

    def test_the_events_of_serve_do_not_show_it(self):
        server = self.serve()
        self.ferry("ls", self.url(server), env=self.environment(FERRY_PASSWORD="wr0ng-guess"))
        self.succeed("ls", self.url(server))
        log = server.log()
        self.assertNotIn("wr0ng-guess", log)
        self.assertNotIn(self.password, log)

    def test_serve_without_a_password_for_its_user_does_not_start(self):
        env = self.environment()
        del env["FERRY_PASSWORD"]
        done = self.ferry("serve", str(self.served), "--port", "0", "--user", "alice", env=env,
                          timeout=10)
        self.assertEqual(done.status, 2, repr(done))


if __name__ == "__main__":
    unittest.main()
