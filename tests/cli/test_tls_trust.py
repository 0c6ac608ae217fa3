"""Whom ferry trusts over TLS: pins, what it remembers of servers, and the question it asks."""

import json
import shlex
import socket
import unittest

import certificates
from fake_tls_server import TlsSession
from tlscase import CONTENT, TrustCase, fingerprint

QUESTION = r"Trust this certificate from now on\? \[y/N\] "


class InScripts(TrustCase):
    def test_the_advice_of_the_refusal_works(self):
        server = self.strange()
        line = self.assert_refused(self.cat(server), server, "self-signed")
        advice = shlex.split(line[line.index("ferry trust --add"):].rstrip("."))
        self.assertEqual(self.known_servers(), [])
        self.assertIn("is trusted", self.succeed(*advice[1:5]).text)
        self.assertEqual(self.known_servers(),
                         [f"{self.name(server)} {fingerprint(self.certificate)}"])
        self.assertEqual(self.cat(server).stdout, CONTENT)
        self.assertEqual(self.cat(server).stderr, "")

    def test_a_changed_certificate_is_refused(self):
        server = self.strange(certificate=[self.certificate, certificates.other_self_signed()])
        self.know(f"{self.name(server)} {fingerprint(self.certificate)}")
        self.assertEqual(self.cat(server).stdout, CONTENT)
        told = len(server.secrets())
        done = self.assert_status(self.cat(server), 7)
        line = self.assert_one_line(done)
        self.assertIn(f"the certificate of {self.name(server)} has changed", line)
        self.assertIn(fingerprint(certificates.other_self_signed()), line)
        self.assertIn("ferry trust --remove", line)
        self.assertEqual(len(server.secrets()), told)

    def test_trust_is_for_one_port_of_one_host(self):
        one, two = self.strange(), self.strange()
        self.know(f"{self.name(one)} {fingerprint(self.certificate)}")
        self.assert_status(self.cat(one), 0)
        self.assert_refused(self.cat(two), two, "self-signed")
        url = one.url("file", "alice").replace("127.0.0.1", "localhost")
        told = len(one.secrets())
        self.assert_status(self.ferry("cat", url), 7)
        self.assertEqual(len(one.secrets()), told)

    def test_what_was_trusted_stays_so_expired_or_for_another_host(self):
        for certificate in (certificates.expired(), certificates.wrong_host()):
            server = self.strange(certificate=certificate)
            self.know(f"{self.name(server)} {fingerprint(certificate)}")
            self.assert_status(self.cat(server), 0)

    def test_several_certificates_of_one_server(self):
        both = [self.certificate, certificates.other_self_signed()]
        server = self.strange(certificate=both)
        self.know(*(f"{self.name(server)} {fingerprint(each)}" for each in both))
        for _ in both:
            self.assert_status(self.cat(server), 0)

    def test_a_host_that_spoke_tls_must_go_on_so(self):
        server = self.server({"AUTH": [TlsSession.auth, "502 no"]})
        self.succeed(*self.trusting("cat", server.url("file", "alice")))
        self.assertEqual(self.known_servers(), [f"{self.name(server)} verified"])
        told = len(server.secrets())
        for code in (502, 534):
            server.answers["AUTH"] = [f"{code} no"]
            for mode in ((), ("--tls=auto",), ("--tls=require",)):
                done = self.assert_status(self.cat(server, *mode), 7)
                self.assertIn("spoke TLS before", self.assert_one_line(done))
        self.assertEqual(len(server.secrets()), told)
        self.assertEqual(self.known_servers(), [f"{self.name(server)} verified"])

    def test_so_must_one_that_was_trusted(self):
        server = self.server({"AUTH": "502 no"})
        self.know(f"{self.name(server)} {fingerprint(self.certificate)}")
        self.assert_refused(self.cat(server), server, "spoke TLS before")

    def test_a_server_without_tls_may_get_it_and_keeps_it(self):
        server = self.server({"AUTH": ["502 no", TlsSession.auth, "502 no"]})
        for status in (0, 0, 7):
            self.assert_status(self.ferry(*self.trusting("cat", server.url("file"))), status)

    def test_pins(self):
        key = f"sha256:{self.certificate.key_fingerprint}"
        server = self.strange()
        for pin in (fingerprint(self.certificate), key, key.upper().replace("SHA", "sha"),
                    key[:9] + ":" + key[9:]):
            self.assert_status(self.cat(server, "--pin", pin), 0)
            self.assert_status(self.cat(server, "--pin", f"sha256:{'0' * 64}", "--pin", pin), 0)
        self.assert_status(self.cat(server), 7)  # a pin is for once

    def test_a_pin_holds_even_for_a_verified_certificate(self):
        server = self.server(certificate=[certificates.good(), certificates.renewed()])
        wrong = f"sha256:{'0' * 63}1"
        done = self.ferry(*self.trusting("cat", "--pin", wrong, server.url("file", "alice")))
        self.assert_refused(done, server, fingerprint(certificates.good()), "pinned")
        key = f"sha256:{certificates.good().key_fingerprint}"
        self.assert_status(self.cat(server, "--pin", key), 0)  # the renewed one
        told = len(server.secrets())
        self.assert_status(self.cat(server, "--pin", fingerprint(certificates.good())), 7)
        self.assertEqual(len(server.secrets()), told)

    def test_a_pin_wants_tls(self):
        server = self.server({"AUTH": "502 no"})
        done = self.cat(server, "--pin", fingerprint(self.certificate))
        self.assert_refused(done, server)

    def test_pins_that_are_none(self):
        server = self.strange()
        for pin in ("", "sha256:", "sha256:12", "md5:" + "0" * 32, self.certificate.fingerprint,
                    "sha256:" + "g" * 64, "sha256:" + "0" * 65):
            self.assert_status(self.cat(server, "--pin", pin), 2)
        self.assertEqual(server.log, [])

    def test_insecure(self):
        for certificate in (self.certificate, certificates.expired(), certificates.wrong_host()):
            server = self.strange(certificate=certificate)
            self.assertEqual(self.cat(server, "--insecure").stdout, CONTENT)
            self.assertEqual(server.handshakes[-1].kind, "data")
            self.assertFalse([line for line in self.known_servers() if "sha256" in line])
            self.assertEqual(self.cat(server).status, 7)

    def test_my_own_server(self):
        server = self.strange(certificate=[self.certificate, certificates.other_self_signed()])
        own = self.store.with_name("server.crt")
        own.parent.mkdir(parents=True)
        own.write_bytes(self.certificate.certificate.read_bytes())
        done = self.assert_status(self.cat(server), 0)
        self.assertEqual(done.stderr, "")
        told = len(server.secrets())
        self.assert_status(self.cat(server), 7)
        self.assertEqual(len(server.secrets()), told)

    def test_the_store_is_where_xdg_says(self):
        data = self.dir / "data"
        server = self.strange()
        env = self.environment(XDG_DATA_HOME=str(data))
        self.succeed("trust", "--add", fingerprint(self.certificate), server.url(), env=env)
        self.assertTrue((data / "ferry/known_servers").exists())
        self.assertEqual(self.known_servers(), [])
        self.assert_status(self.cat(server, env=env), 0)
        self.assert_status(self.cat(server), 7)


class EveryCommand(TrustCase):
    def commands(self, server):
        url = server.url("file", "alice")
        (self.local / "up").write_bytes(CONTENT)
        return [["get", url], ["put", "up", url], ["cat", url], ["ls", url], ["stat", url],
                ["mkdir", url], ["rmdir", url], ["rm", url], ["rm", "-r", url],
                ["mv", url, server.url("new", "alice")], ["chmod", "600", url], ["find", url],
                ["du", url], ["tree", url], ["shell", "-c", "ls", url]]

    def test_none_tells_anything_to_a_stranger(self):
        server = self.strange()
        for command in self.commands(server):
            with self.subTest(command=command[0]):
                done = self.assert_status(self.ferry(*command), 7)
                self.assertIn("self-signed", done.stderr)
                self.assertIn(f"ferry trust --add {fingerprint(self.certificate)}", done.stderr)
        self.assertEqual(server.secrets(), [])

    def test_none_goes_on_without_tls_that_is_required(self):
        server = self.server({"AUTH": "502 no"})
        for name, *arguments in self.commands(server):
            with self.subTest(command=name):
                self.assert_status(self.ferry(name, "--tls=require", *arguments), 7)
        self.assertEqual(server.secrets(), [])

    def test_one_stranger_among_friends(self):
        friend, stranger = self.server(), self.strange()
        urls = [server.url(name, "alice") for server, name in (
            (friend, "one"), (stranger, "two"), (friend, "three"))]
        done = self.assert_status(self.ferry(*self.trusting("get", *urls)), 9)
        self.assertIn("self-signed", done.stderr)
        self.assert_left(self.local, "one", "three")
        self.assertEqual(stranger.secrets(), [])


class OnATerminal(TrustCase):
    def ask(self, server, *options):
        session = self.on_terminal("cat", *options, server.url("file", "alice"))
        session.expect(QUESTION)
        return session

    def test_the_question_is_asked_once(self):
        server = self.strange()
        session = self.ask(server)
        self.assertIn("self-signed", session.screen())
        self.assertIn(fingerprint(self.certificate), session.screen())
        self.assertEqual(server.secrets(), [])
        self.assertEqual(self.known_servers(), [])
        session.send("y\r")
        session.expect(CONTENT.decode().strip())
        self.assertEqual(session.wait(), 0)
        self.assertEqual(self.known_servers(),
                         [f"{self.name(server)} {fingerprint(self.certificate)}"])
        again = self.on_terminal("cat", server.url("file", "alice"))
        again.expect(CONTENT.decode().strip())
        self.assertEqual(again.wait(), 0)
        self.assertNotIn("Trust", again.screen())

    def test_all_but_yes_is_no(self):
        for answer in ("n\r", "\r", "no\r", b"\x04"):
            with self.subTest(answer=answer):
                server = self.strange()
                session = self.ask(server)
                session.send(answer)
                self.assertEqual(session.wait(), 7, session.screen())
                self.assertIn("ferry trust --add", session.screen().replace("\n", ""))
                self.assertEqual(server.secrets(), [])
                self.assertEqual(self.known_servers(), [])

    def test_nonsense_is_asked_again(self):
        server = self.strange()
        session = self.ask(server)
        session.send("what?\r")
        session.expect(QUESTION)
        session.send("Yes\r")
        session.expect(CONTENT.decode().strip())
        self.assertEqual(session.wait(), 0)

    def test_ctrl_c(self):
        server = self.strange()
        session = self.ask(server)
        session.send_key("ctrl-c")
        self.assertEqual(session.wait(), 130)
        self.assertEqual(server.secrets(), [])
        self.assertEqual(self.known_servers(), [])

    def test_the_password_is_asked_for_only_behind_it(self):
        server = self.strange()
        session = self.on_terminal("cat", server.url("file", "alice"), without=["FERRY_PASSWORD"])
        session.expect(QUESTION)
        self.assertNotIn("assword", session.screen())
        session.send("n\r")
        self.assertEqual(session.wait(), 7)

    def test_no_question_about_a_changed_certificate(self):
        server = self.strange()
        self.know(f"{self.name(server)} {fingerprint(certificates.other_self_signed())}")
        session = self.on_terminal("cat", server.url("file", "alice"))
        self.assertEqual(session.wait(), 7)
        self.assertIn("has changed", session.screen())
        self.assertNotIn("Trust this", session.screen())
        self.assertEqual(server.secrets(), [])

    def test_no_question_about_a_downgrade_or_a_wrong_pin(self):
        server = self.server({"AUTH": "502 no"})
        self.know(f"{self.name(server)} tls")
        session = self.on_terminal("cat", server.url("file", "alice"))
        self.assertEqual(session.wait(), 7)
        self.assertIn("spoke TLS before", session.screen())
        strange = self.strange()
        session = self.on_terminal("cat", "--pin", f"sha256:{'0' * 64}",
                                   strange.url("file", "alice"))
        self.assertEqual(session.wait(), 7)
        self.assertNotIn("Trust this", session.screen())
        self.assertEqual(server.secrets() + strange.secrets(), [])

    def test_the_server_that_comes_behind_the_yes_must_be_the_same(self):
        server = self.strange(certificate=[self.certificate, certificates.other_self_signed()])
        session = self.ask(server)
        session.send("y\r")
        self.assertEqual(session.wait(), 7)
        self.assertIn("has changed", session.screen())
        self.assertEqual(server.secrets(), [])

    def test_a_quiet_question_is_none(self):
        """Where standard input is no terminal, nobody can be asked."""
        server = self.strange()
        self.assert_refused(self.cat(server, input=b"y\ny\n"), server, "self-signed")

    def test_trust_asks_too(self):
        server = self.strange()
        session = self.on_terminal("trust", server.url())
        session.expect(QUESTION)
        session.send("y\r")
        self.assertEqual(session.wait(), 0)
        self.assert_status(self.cat(server), 0)


class MyOwnServer(TrustCase):
    """The certificate that `ferry serve` makes for itself is known to its user's clients."""

    def serve_at_home(self, home=None):
        """`ferry serve` of a user; what it says of itself."""
        process = self.start("serve", str(self.served), "--port", "0", "--ftps-port", "0",
                             "--listen", "127.0.0.1", "--user", "alice", "--json",
                             env=self.environment(HOME=str(home or self.home)))
        return process, json.loads(process.stdout.readline())

    def urls(self, said):
        return [said[name].replace("//", "//alice@") + "file" for name in ("url", "ftps_url")]

    def setUp(self):
        super().setUp()
        (self.served / "file").write_bytes(CONTENT)

    def test_no_question_to_its_own_user(self):
        seen = set()
        for _ in range(2):  # it keeps its certificate
            process, said = self.serve_at_home()
            seen.add(said["fingerprint"])
            for url in self.urls(said):
                done = self.succeed("cat", "--tls=require", url)
                self.assertEqual((done.stdout, done.stderr), (CONTENT, ""))
            self.end(process)
        self.assertEqual(len(seen), 1)

    def test_others_have_to_look(self):
        other = self.dir / "other"
        other.mkdir()
        _, said = self.serve_at_home(other)
        for url in self.urls(said):
            done = self.assert_status(self.ferry("cat", url), 7)
            self.assertIn("self-signed", done.stderr)
            self.assertIn(f"ferry trust --add {said['fingerprint']}", done.stderr)
            self.succeed("trust", "--add", said["fingerprint"], url)
            self.assertEqual(self.succeed("cat", url).stdout, CONTENT)


class PlainText(TrustCase):
    """A password that goes out unprotected is worth a word, unless it stays on this machine."""

    def own_address(self):
        """An address of this machine that is no loopback; what is sent there stays here too."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return probe.getsockname()[0]

    def test_a_warning(self):
        server = self.server({"AUTH": "502 no"}, address=self.own_address())
        done = self.assert_status(self.cat(server), 0)
        self.assertIn("without protection", self.assert_one_line(done))
        self.assertNotIn(self.password, done.stderr)
        self.assertEqual(self.cat(server, "--quiet").stderr, "")
        self.assertEqual(self.ferry("cat", server.url("file")).stderr, "")  # anonymous: no secret
        done = self.cat(server, "--tls=off")
        self.assertIn("without protection", self.assert_one_line(done))

    def test_none_on_this_machine_or_in_tls(self):
        self.assertEqual(self.cat(self.server({"AUTH": "502 no"})).stderr, "")
        server = self.server(certificate=self.certificate, address=self.own_address())
        self.assertEqual(self.cat(server, "--insecure").stderr, "")


if __name__ == "__main__":
    unittest.main()
