"""The configuration file: where it is looked for, what it does to commands, and `ferry config`."""

import pathlib
import re
import subprocess
import unittest

from fake_server import Download, FakeServer
from ferrycase import FerryCase
from trees import bytes_of

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "config.md"


class ConfigCase(FerryCase):
    def write(self, text, path=".config/ferry/config.toml"):
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def options(self, *operands, **run):
        """What `ferry config --json` tells: {option: (value, line)}."""
        told = self.succeed("config", "--json", *operands, **run).json()
        return {each["option"]: (each["value"], each["line"]) for each in told}

    def assert_refused(self, words, *arguments, **run):
        done = self.assert_status(self.ferry(*arguments, **run), 2)
        self.assertEqual(done.stdout, b"")
        for word in words if isinstance(words, (list, tuple)) else [words]:
            self.assertIn(word, done.stderr)
        return done


class Place(ConfigCase):
    def test_no_file(self):
        done = self.succeed("config")
        self.assertIn(f"{self.home}/.config/ferry/config.toml is not there", done.text)
        self.assertEqual(self.options()["timeout"], (None, None))

    def test_in_the_home(self):
        file = self.write("[defaults]\ntimeout = 30\n")
        told = self.succeed("config", "--json").json()
        self.assertIn({"option": "timeout", "value": "30", "origin": str(file), "line": 2}, told)
        self.assertIn(f"# {file}\n", self.succeed("config").text)

    def test_xdg_config_home(self):
        self.write("[defaults]\ntimeout = 30\n")
        self.write("[defaults]\ntimeout = 40\n", "xdg/ferry/config.toml")
        for folder, seconds in ((str(self.home / "xdg"), "40"), ("", "30"), ("xdg", "30"),
                                (str(self.home / "nowhere"), None)):
            with self.subTest(folder=folder):
                env = self.environment(XDG_CONFIG_HOME=folder)
                self.assertEqual(self.options(env=env, cwd=self.home)["timeout"][0], seconds)

    def test_ferry_config(self):
        self.write("[defaults]\ntimeout = 30\n")
        other = self.write("[defaults]\ntimeout = 50\n", "other.toml")
        env = self.environment(FERRY_CONFIG=str(other))
        self.assertEqual(self.options(env=env)["timeout"], ("50", 2))
        env = self.environment(FERRY_CONFIG="")
        self.assertEqual(self.options(env=env)["timeout"], (None, None))
        env = self.environment(FERRY_CONFIG="nowhere.toml")
        self.assert_refused("nowhere.toml", "config", env=env)

    def test_without_a_home(self):
        env = self.environment()
        del env["HOME"]
        self.assertIn("no file", self.succeed("config", env=env).text)

    def test_what_cannot_be_read_is_told(self):
        (self.home / ".config/ferry/config.toml").mkdir(parents=True)
        self.assert_refused("config.toml", "get", "ftp://127.0.0.1:1/x")
        self.succeed("config", env=self.environment(FERRY_CONFIG=""))


class Show(ConfigCase):
    TEXT = ("[defaults]\ntimeout = 30\nactive = true\n"
            "[host.\"*.Example.org\"]\ntimeout = 40\nuser = \"alice\"\n"
            "[host.\"ftp.example.org:2121\"]\npassive = true\ntimeout = 0.5\n"
            "[host.\"::1\"]\nuser = \"six\"\n")

    def test_hosts(self):
        self.write(self.TEXT)
        cases = {(): ("30", None, False, True),
                 ("ftp.example.org",): ("40", "alice", False, True),
                 ("ftp://bob:secret@FTP.example.org/x",): ("40", "alice", False, True),
                 ("ftp.example.org:2121",): ("0.5", "alice", True, False),
                 ("ftp://ftp.example.org:2121/",): ("0.5", "alice", True, False),
                 ("example.org",): ("30", None, False, True),
                 ("ftp://[::1]:2121/",): ("30", "six", False, True),
                 ("::1",): ("30", "six", False, True)}
        for operands, wanted in cases.items():
            with self.subTest(operands=operands):
                told = self.options(*operands)
                self.assertEqual(tuple(told[name][0] for name in
                                       ("timeout", "user", "passive", "active")), wanted)

    def test_the_output_is_a_configuration_that_says_the_same(self):
        self.write(self.TEXT + "[shell]\nprompt = \"\\u001b[1m%h\\\\ \\\"x\\\" \"\n"
                               "[alias]\nll = \"ls -l\"\n\"l.a\" = \"ls -a\"\n")
        for operands in ((), ("ftp.example.org:2121",), ("ftp://[::1]:2121/",)):
            with self.subTest(operands=operands):
                shown = self.succeed("config", *operands).text
                self.assertTrue(shown.replace("\n", "").isprintable(), shown)
                env = self.environment(FERRY_CONFIG=str(self.write(shown, "again.toml")))
                again = {name: value[0] for name, value in
                         self.options(*operands, env=env).items()}
                self.assertEqual(again, {name: value[0] for name, value in
                                         self.options(*operands).items()})

    def test_each_line_tells_where_it_comes_from(self):
        file = self.write(self.TEXT)
        lines = self.succeed("config", "ftp.example.org").text.splitlines()
        self.assertEqual(lines[0], f"# {file}")
        self.assertIn('[host."ftp.example.org"]', lines)
        origins = {line.split(" = ")[0]: line.rsplit("# ", 1)[1] for line in lines if " = " in line}
        self.assertEqual(origins["timeout"], f"{file}:5")
        self.assertEqual(origins["user"], f"{file}:6")
        self.assertEqual(origins["resume"], "default")

    def test_no_password_of_a_url_is_shown(self):
        done = self.succeed("config", "ftp://bob:secret@h/")
        self.assertNotIn("secret", done.text + done.stderr)

    def test_wrong_operands(self):
        for operand in ("ftp://", "ftp://h:99999/", "h:x", "a b", ""):
            with self.subTest(operand=operand):
                self.assert_refused("config: ", "config", operand)
        self.assert_refused("ferry config:", "config", "a", "b")


class Wrong(ConfigCase):
    def test_is_told_with_its_line_and_nothing_is_sent(self):
        cases = {"[defaults]\ntimeout = \"soon\"\n": (":2: timeout wants seconds", "such as 30"),
                 "[defaults]\n\ntimout = 1\n": (":3: there is no option timout", "mean timeout?"),
                 "[defaults]\njson = true\n": (":2: json is no default", "--json"),
                 "[host.\"h\"]\npassword = \"s3cret\"\n": (":2: passwords", "password-command"),
                 "[defaults\n": (":1: not TOML",),
                 "[[[": (":1: not TOML",),
                 "[host.a.b]\nuser = \"x\"\n": (":1: b is a table", "quotes")}
        with FakeServer() as server:
            for text, words in cases.items():
                with self.subTest(text=text):
                    file = self.write(text)
                    for arguments in (["config"], ["ls", server.url("")]):
                        done = self.assert_refused(words, *arguments)
                        self.assertIn(str(file), done.stderr)
                        self.assertNotIn("s3cret", done.stderr)
            self.assertEqual(server.commands, [])

    def test_help_and_version_need_no_file(self):
        self.write("[[[")
        for arguments in (["--help"], ["--version"], ["help", "get"], ["get", "--help"],
                          ["config", "--help"], ["completions", "bash"], ["man"]):
            with self.subTest(arguments=arguments):
                self.succeed(*arguments)


class Effect(ConfigCase):
    """What commands do with it."""

    def test_user_and_password_of_a_host(self):
        self.write("[host.\"127.0.0.?\"]\nuser = \"alice\"\npassword-command = \"echo s3cret\"\n"
                   "[host.\"other\"]\nuser = \"bob\"\n")
        env = self.environment()
        del env["FERRY_PASSWORD"]
        with FakeServer({"RETR": Download(b"hello")}) as server:
            done = self.succeed("cat", f"ftp://127.0.0.1:{server.port}/f", env=env)
            self.assertEqual(done.text, "hello")
            self.assertEqual([line for line in server.commands if line[:4] in ("USER", "PASS")],
                             ["USER alice", "PASS s3cret"])

    def test_the_command_line_counts_more(self):
        self.write("[defaults]\nuser = \"nobody\"\n")
        with FakeServer({"RETR": Download(b"hello")}) as server:
            self.succeed("cat", "--user", "alice", f"ftp://127.0.0.1:{server.port}/f")
            self.assertIn("USER alice", server.commands)
            self.assertNotIn("USER nobody", server.commands)

    def test_hosts_of_one_command_get_their_own(self):
        with FakeServer({"RETR": Download(b"1")}) as one, \
                FakeServer({"RETR": Download(b"2")}) as other:
            self.write(f"[host.\"*:{one.port}\"]\nuser = \"first\"\n"
                       f"[host.\"*:{other.port}\"]\nuser = \"second\"\n")
            done = self.succeed("cat", f"ftp://127.0.0.1:{one.port}/f",
                                f"ftp://127.0.0.1:{other.port}/f")
            self.assertEqual(done.text, "12")
            self.assertIn("USER first", one.commands)
            self.assertIn("USER second", other.commands)

    def test_what_is_for_one_host_is_not_told_to_another(self):
        env = self.environment()
        del env["FERRY_PASSWORD"]
        with FakeServer({"RETR": Download(b"1")}) as one, \
                FakeServer({"RETR": Download(b"2")}) as other:
            self.write(f"[host.\"*:{one.port}\"]\nuser = \"alice\"\n"
                       "password-command = \"echo s3cret\"\n")
            self.succeed("cat", f"ftp://127.0.0.1:{one.port}/f",
                         f"ftp://127.0.0.1:{other.port}/f", env=env)
            self.assertIn("PASS s3cret", one.commands)
            self.assertIn("USER anonymous", other.commands)
            self.assertNotIn("s3cret", "".join(other.commands))

    def test_options_of_get(self):
        content = bytes_of(100_000)
        (self.served / "file").write_bytes(content)
        server = self.serve()
        self.write("[defaults]\nquiet = true\ndirectory = \"~/in\"\n")
        done = self.succeed("get", self.url(server, "file"))
        self.assertEqual((self.home / "in" / "file").read_bytes(), content)
        self.assertEqual((done.stdout, done.stderr), (b"", ""))
        # -o would exclude -d: the default gives way.
        self.succeed("get", self.url(server, "file"), "-o", "here")
        self.assertEqual((self.local / "here").read_bytes(), content)

    def test_what_rm_does_stays_on_the_command_line(self):
        (self.served / "d").mkdir()
        (self.served / "d" / "f").write_text("stays")
        server = self.serve()
        self.write("[defaults]\nrecursive = true\n")
        self.assertNotEqual(self.ferry("rm", self.url(server, "d")).status, 0)
        self.assertTrue((self.served / "d" / "f").exists())
        self.assertIn("f", self.succeed("ls", self.url(server, "")).text.split())

    def test_a_user_in_the_file_is_not_the_user_of_a_server(self):
        self.write("[defaults]\nuser = \"alice\"\nport = 0\n")
        env = self.environment()
        del env["FERRY_PASSWORD"]
        process = self.start("serve", "--anonymous", str(self.served), env=env,
                             stderr=subprocess.DEVNULL)
        line = process.stdout.readline().decode()
        self.assertIn("anonymous", line)
        self.assertNotIn("alice", line)


class Document(ConfigCase):
    """docs/config.md holds what it says."""

    def test_the_example_is_read(self):
        blocks = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
        self.assertEqual(len(blocks), 1)
        file = self.write(blocks[0])
        names = {each.split(" = ")[0] for each in blocks[0].splitlines() if " = " in each}
        told = self.succeed("config", "--json").json()
        said = {each["option"].removeprefix("shell.").removeprefix("alias.")
                for each in told} & names
        self.assertEqual(said, names)
        self.assertEqual(self.options()["directory"][0], str(self.home / "Downloads"))
        self.assertEqual(self.options()["alias.ll"][0], "ls -l")
        self.assertEqual(self.options("ftp.example.org")["user"][0], "alice")
        self.assertIs(self.options("ftp.example.org")["resume"][0], True)
        self.assertIs(self.options("old.example.org")["resume"][0], False)
        self.assertIs(self.options("old.example.org")["passive"][0], True)
        self.assertEqual(self.options("old.example.org")["user"][0], "alice")
        self.assertEqual(self.options("localhost:2121")["user"][0], "test")
        self.assertIsNone(self.options("localhost")["user"][0])
        self.assertTrue(file.exists())


if __name__ == "__main__":
    unittest.main()
