"""The shell over TLS."""

import re
import unittest

import certificates
import peers
from fake_server import Gone
from fake_tls_server import TlsSession, say_goodbye
from server_tls import Tls
from shellcase import CUT, Pause, ShellCase
from tlscase import CONTENT, TlsCase
from trees import bytes_of, make_tree


class TlsShell(ShellCase, TlsCase):
    """The system's authority is the tests', in these."""

    def environment(self, **more):
        return super().environment(SSL_CERT_FILE=str(certificates.authority().certificate), **more)

    def peer(self, kind=peers.Vsftpd, **tls):
        make_tree(self.served, {"file": CONTENT, "large": bytes_of(3_000_000), "dir/in": b"in"})
        return self.enterContext(kind(self.served, user="alice", password=self.password,
                                      tls=Tls(**tls)))

    def place(self, server, path=""):
        text = super().place(server, path)
        implicit = not isinstance(server, str) and getattr(server, "tls", None)
        return text.replace("ftp:", "ftps:", 1) if implicit and server.tls.implicit else text


class OnRealServers(TlsShell):
    """vsftpd demands that each data connection resumes the session."""

    WORK = ("ls; cat file; get large; put -o back large; mkdir new; rename back new/moved; cd new; "
            "ls; size moved; cd; get -o again new/moved; rm -r new; ls")

    def check(self, server):
        done = self.commands(self.WORK, server)
        lines = done.text.splitlines()
        self.assertEqual((lines[:4], lines[-3:]), (["dir", "file", "large", CONTENT.decode()[:-1]],
                                                   ["dir", "file", "large"]), repr(done))
        self.assertIn("moved", lines)
        for name in ("large", "again"):
            self.assert_same(self.local / name, self.served / "large")
        self.assert_left(self.served, "file", "large", "dir")

    def test_a_session_of_everything(self):
        for version in ("1.2", "1.3"):
            for implicit in (False, True):
                with self.subTest(version=version, implicit=implicit):
                    self.check(self.peer(version=version, implicit=implicit))

    def test_all_of_it_is_protected(self):
        done = self.commands("debug on; " + self.WORK, self.peer())
        data = re.findall(r"(?m)^\* TLS: data connection.*", done.stderr)
        sent = re.findall(r"(?m)^> (?:LIST|RETR|STOR|NLST|MLSD)", done.stderr)
        self.assertEqual(len(data), len(sent), done.stderr)
        self.assertFalse([line for line in data if "not resumed" in line])

    def test_status_says_so(self):
        self.assertIn("TLSv1.3", self.commands("status", self.peer()).text)

    def test_jobs_have_connections_of_their_own(self):
        server = self.peer()
        done = self.commands("get large & get -o two large & put -o name /etc/hostname & wait; ls",
                             server)
        self.assertEqual(done.text.splitlines()[-4:], ["dir", "file", "large", "name"], repr(done))
        for name in ("large", "two"):
            self.assert_same(self.local / name, self.served / "large")
        self.assertNotIn("OOPS", server.log())


class OnATerminal(TlsShell):
    def test_the_question_comes_before_the_prompt(self):
        server = self.server(certificate=certificates.self_signed())
        session = self.on_terminal(peers.ferry_program(), "shell", server.url(user="alice"))
        session.expect(r"\[y/N\] ")
        self.assertEqual(server.secrets(), [])
        session.send("y\r")
        session.expect_prompt()
        self.assertEqual(session.run("ls"), "one  two")
        self.assertEqual(len(self.known_servers()), 1)

    def test_a_no_leaves_a_shell_without_a_session(self):
        server = self.server(certificate=certificates.self_signed())
        session = self.on_terminal(peers.ferry_program(), "shell")
        session.expect_prompt()
        session.enter(f"open {server.url(user='alice')}")
        session.expect(r"\[y/N\] ")
        session.send("n\r")
        session.expect_prompt()
        self.assertEqual(session.run("echo $status"), "7")
        self.assertIn("not connected", session.run("status"))
        self.assertEqual(server.secrets(), [])

    def test_a_lost_session_is_begun_anew_in_tls(self):
        server = self.server()
        session = self.shell(server, "pub")
        self.assertEqual(session.run("ls"), "one  two")
        server.cut()
        self.assertEqual(session.run("ls").split("\n"), ["connected again", "one  two"])
        self.assertEqual(session.run("pwd"), "/pub")
        self.assertEqual(server.clear, ["AUTH TLS", "AUTH TLS"])
        self.assertEqual([done.kind for done in server.handshakes],
                         ["control", "data", "control", "data"])

    def test_a_server_that_says_why_it_closes_and_goodbye(self):
        def goodbye(session, _argument):
            session.say("200 ok\r\n421 You have slept for too long")
            say_goodbye(session.control)
            raise Gone
        server = self.server({"NOOP": [goodbye, "200 ok"]})
        session = self.shell(server, "pub")
        told = session.run("quote NOOP") + "\n" + session.run("ls")
        self.assertEqual(told.split("\n")[-2:], ["connected again", "one  two"])
        self.assertEqual(server.clear, ["AUTH TLS", "AUTH TLS"])

    def test_another_server_in_its_place_gets_nothing(self):
        server = self.server(certificate=[
            certificates.self_signed(), certificates.other_self_signed()])
        self.know(f"127.0.0.1:{server.port} sha256:{certificates.self_signed().fingerprint}")
        session = self.shell(server)
        self.assertEqual(session.run("ls"), "one  two")
        told = len(server.secrets())
        server.cut()
        self.assertIn("has changed", session.run("ls").replace("\n", ""))
        self.assertEqual(session.run("echo $status"), "7")
        self.assertEqual(len(server.secrets()), told)

    def test_nor_does_one_without_tls(self):
        server = self.server({"AUTH": [TlsSession.auth, "502 no"]})
        session = self.shell(server)
        told = len(server.secrets())
        server.cut()
        self.assertIn("spoke TLS before", session.run("ls").replace("\n", " "))
        self.assertEqual(len(server.secrets()), told)

    def test_a_job_in_the_background(self):
        content = bytes_of(CUT * 2)
        pause = Pause(content)
        server = self.server({"SIZE": f"213 {len(content)}", "RETR": pause})
        session = self.shell(server)
        self.assertEqual(session.run("get file &"), "[1] started")
        pause.wait_until_waiting()
        self.assertEqual(session.run("ls"), "one  two")  # meanwhile
        pause.go_on()
        self.assertIn("[1] done", session.run("wait"))
        self.assertEqual((self.local / "file").read_bytes(), content)
        self.assertEqual(server.clear, ["AUTH TLS"] * 2)
        self.assertEqual(server.new_sessions("data"), 0)

    def test_a_job_that_meets_another_server(self):
        server = self.server(certificate=[certificates.self_signed(),
                                          certificates.other_self_signed()])
        self.know(f"127.0.0.1:{server.port} sha256:{certificates.self_signed().fingerprint}")
        session = self.shell(server)
        told = len(server.secrets())
        session.run("get file &")
        self.assertIn("has changed", session.run("wait").replace("\n", ""))
        self.assertEqual(len(server.secrets()), told)
        self.assert_left(self.local)

    def test_ctrl_c_in_a_download(self):
        content = bytes_of(CUT * 2)
        pause = Pause(content)
        server = self.server({"SIZE": f"213 {len(content)}", "RETR": pause})
        session = self.shell(server)
        session.enter("get file")
        pause.wait_until_waiting()
        session.send_key("ctrl-c")
        self.assertIn("interrupted", session.until_prompt())
        self.assertEqual(session.run("ls").split("\n")[-1], "one  two")
        self.assertNotIn("file", [path.name for path in self.local.iterdir()])

    def test_completion(self):
        session = self.shell(self.peer())
        session.send("cat fi\t")
        session.expect_screen("cat file$")
        session.send("\r")
        session.expect_prompt()
        self.assertIn(CONTENT.decode().strip(), session.screen())


class Scripts(TlsShell):
    def test_a_server_that_is_not_trusted(self):
        server = self.server(certificate=certificates.self_signed())
        done = self.script(f"open {server.url(user='alice')}\nls\n", status=2)
        self.assertIn("self-signed", done.stderr)
        self.assertIn("ferry trust --add", done.stderr)
        self.assertEqual(server.secrets(), [])
        done = self.commands("ls", server, status=7)
        self.assertEqual(server.secrets(), [])

    def test_options_of_open(self):
        server = self.server(certificate=certificates.self_signed())
        self.assertEqual(self.commands(f"open --insecure {server.url()}; cat file").stdout, CONTENT)
        plain = self.server({"AUTH": "502 no"})
        self.commands(f"open --tls=require {plain.url(user='alice')}", status=7)
        self.assertEqual(plain.secrets(), [])

    def test_options_of_the_shell_hold_for_open(self):
        plain = self.server({"AUTH": "502 no"})
        done = self.ferry("shell", "--tls=require", "-c", f"open {plain.url(user='alice')}")
        self.assert_status(done, 7)
        self.assertEqual(plain.secrets(), [])


if __name__ == "__main__":
    unittest.main()
