"""Whom ferry trusts over TLS: pins, what it remembers of servers, and the question it asks."""

import os
import shlex
import unittest

import certificates
from fake_tls_server import TlsSession
from tlscase import CONTENT, TlsCase

QUESTION = r"Trust this certificate from now on\? \[y/N\] "


def fingerprint(certificate):
    return f"sha256:{certificate.fingerprint}"


class TrustCase(TlsCase):
    def setUp(self):
        super().setUp()
        self.certificate = certificates.self_signed()

    def strange(self, *, certificate=None, **more):
        """A server that nobody vouches for."""
        return self.server(certificate=certificate or self.certificate, **more)

    def name(self, server):
        return f"127.0.0.1:{server.port}"

    def cat(self, server, *options, **run):
        return self.ferry("cat", *options, server.url("file", "alice"), **run)


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
        self.assertEqual(self.known_servers(), [f"{self.name(server)} tls"])
        told = len(server.secrets())
        for code in (502, 534):
            server.answers["AUTH"] = [f"{code} no"]
            for mode in ((), ("--tls=auto",), ("--tls=require",)):
                done = self.assert_status(self.cat(server, *mode), 7)
                self.assertIn("spoke TLS before", self.assert_one_line(done))
        self.assertEqual(len(server.secrets()), told)
        self.assertEqual(self.known_servers(), [f"{self.name(server)} tls"])

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


class TrustCommand(TrustCase):
    def test_looking(self):
        server = self.strange()
        done = self.assert_status(self.ferry("trust", server.url()), 7)
        for text in (fingerprint(self.certificate), f"sha256:{self.certificate.key_fingerprint}",
                     "CN=self", "127.0.0.1", "self-signed"):
            self.assertIn(text, done.text)
        self.assertEqual(server.secrets(), [])
        self.assertEqual(self.known_servers(), [])

    def test_looking_at_one_that_is_verified(self):
        for implicit in (False, True):
            server = self.server(implicit=implicit)
            done = self.succeed(*self.trusting("trust", server.url()))
            self.assertIn(fingerprint(certificates.good()), done.text)
            self.assertIn("CN=Test Authority", done.text)
            self.assertEqual(server.secrets(), [])

    def test_looking_in_json(self):
        server = self.strange(certificate=certificates.self_signed_and_expired())
        shown = self.assert_status(self.ferry("trust", "--json", server.url()), 7).json()
        self.assertEqual(shown["server"], self.name(server))
        self.assertEqual(shown["certificate"]["fingerprint"],
                         fingerprint(certificates.self_signed_and_expired()))
        self.assertEqual(sorted(each["problem"] for each in shown["problems"]),
                         ["expired", "self_signed"])
        self.assertIs(shown["trusted"], False)
        good = self.server()
        shown = self.succeed(*self.trusting("trust", "--json", good.url())).json()
        self.assertIs(shown["trusted"], True)
        self.assertEqual(shown["problems"], [])

    def test_looking_at_one_without_tls(self):
        server = self.server({"AUTH": "502 no"})
        done = self.assert_status(self.ferry("trust", server.url()), 7)
        self.assertIn("502 no", self.assert_one_line(done))

    def test_adding_connects_to_nobody(self):
        server = self.strange()
        for _ in range(2):
            self.succeed("trust", "--add", fingerprint(self.certificate), server.url())
        self.assertEqual(server.log, [])
        self.assertEqual(self.known_servers(),
                         [f"{self.name(server)} {fingerprint(self.certificate)}"])
        self.assertEqual(self.store.stat().st_mode & 0o077, 0)

    def test_removing(self):
        one, two = self.strange(), self.strange()
        self.know("# mine", f"{self.name(one)} tls", f"{self.name(two)} tls",
                  f"{self.name(one)} {fingerprint(self.certificate)}")
        self.succeed("trust", "--remove", one.url())
        self.assertEqual(self.known_servers(), ["# mine", f"{self.name(two)} tls"])
        self.assert_refused(self.cat(one), one, "self-signed")
        self.assertNotEqual(self.ferry("trust", "--remove", one.url()).status, 0)

    def test_listing(self):
        self.assertEqual(self.succeed("trust").text, "")
        lines = [f"ftp.example.org:21 {fingerprint(self.certificate)}", "[::1]:2121 tls"]
        self.know("# a comment", "", *lines)
        self.assertEqual(self.succeed("trust").text.splitlines(), lines)
        listed = [event["server"] for event in self.succeed("trust", "--json").events]
        self.assertEqual(listed, ["ftp.example.org:21", "[::1]:2121"])

    def test_wrong_usage(self):
        server = self.strange()
        for arguments in (["--add", "sha256:12", server.url()], ["--add", "x", server.url()],
                          ["--add", fingerprint(self.certificate)], ["--remove"],
                          ["--add", fingerprint(self.certificate), "--remove", server.url()]):
            self.assert_status(self.ferry("trust", *arguments), 2)
        self.assertEqual(self.known_servers(), [])

    def test_names_are_one_name(self):
        self.succeed("trust", "--add", fingerprint(self.certificate), "ftp://FTP.Example.ORG/")
        self.succeed("trust", "--add", fingerprint(self.certificate), "ftps://ftp.example.org/x/y")
        self.succeed("trust", "--add", fingerprint(self.certificate), "ftp://[::1]:2121/")
        names = [line.split(" ")[0] for line in self.known_servers()]
        self.assertEqual(names, ["ftp.example.org:21", "ftp.example.org:990", "[::1]:2121"])


class TheStore(TrustCase):
    def test_a_damaged_line_is_not_passed_over(self):
        for line in ("what is this", "127.0.0.1:21", "127.0.0.1:21 sha256:12", "x" * 100_000,
                     "\x1b]0;owned\x07 tls2"):
            with self.subTest(line=line[:20]):
                server = self.strange()
                self.know("# fine", line, f"{self.name(server)} {fingerprint(self.certificate)}")
                done = self.assert_status(self.cat(server), 8)
                self.assertIn("known_servers", self.assert_one_line(done))
                self.assertEqual(server.secrets(), [])

    def test_bytes_that_are_no_text(self):
        server = self.strange()
        self.know()
        self.store.write_bytes(b"\xff\xfe\x00\x01\n" * 3)
        done = self.assert_status(self.cat(server), 8)
        self.assert_one_line(done)
        self.assertEqual(server.secrets(), [])

    def test_a_last_line_without_end(self):
        server = self.strange()
        self.know()
        self.store.write_text("ftp.example.org:21 tls")
        self.succeed("trust", "--add", fingerprint(self.certificate), server.url())
        self.assertEqual(self.known_servers(), [
            "ftp.example.org:21 tls", f"{self.name(server)} {fingerprint(self.certificate)}"])

    def test_a_store_that_cannot_be_written(self):
        """The transfer is what was asked for: it goes on, and says what was not kept."""
        self.home.joinpath(".local").write_text("no directory")
        server = self.server()
        done = self.succeed(*self.trusting("cat", server.url("file")))
        self.assertEqual(done.stdout, CONTENT)
        self.assertIn("not remembered", self.assert_one_line(done))
        done = self.ferry("trust", "--add", fingerprint(self.certificate), server.url())
        self.assert_status(done, 8)
        self.assert_one_line(done)

    def test_a_store_that_cannot_be_read(self):
        self.store.mkdir(parents=True)
        server = self.strange()
        done = self.assert_status(self.cat(server), 8)
        self.assertIn("known_servers", self.assert_one_line(done))
        self.assertEqual(server.secrets(), [])

    def test_a_full_disk_at_yes_trusts_nobody(self):
        self.store.parent.mkdir(parents=True)
        os.symlink("/dev/full", self.store)
        server = self.strange()
        done = self.ferry("trust", "--add", fingerprint(self.certificate), server.url())
        self.assert_status(done, 8)

    def test_many_add_at_once(self):
        urls = [f"ftp://host-{number}.example/" for number in range(30)]
        runs = [self.start("trust", "--add", fingerprint(self.certificate), url)
                for url in urls * 2]
        for run in runs:
            self.assert_status(self.finish(run), 0)
        self.assertEqual(sorted(self.known_servers()), sorted(
            f"host-{number}.example:21 {fingerprint(self.certificate)}" for number in range(30)))

    def test_many_add_and_remove_at_once(self):
        self.know(*(f"old-{number}.example:21 tls" for number in range(15)), "stays.example:21 tls")
        runs = [self.start("trust", "--remove", f"ftp://old-{number}.example/")
                for number in range(15)]
        runs += [self.start("trust", "--add", fingerprint(self.certificate),
                            f"ftp://new-{number}.example/") for number in range(15)]
        for run in runs:
            self.assert_status(self.finish(run), 0)
        self.assertEqual(sorted(line.split(" ")[0] for line in self.known_servers()), sorted(
            ["stays.example:21", *(f"new-{number}.example:21" for number in range(15))]))

    def test_two_transfers_remember_at_once(self):
        server = self.server()
        runs = [self.start(*self.trusting("cat", server.url("file"))) for _ in range(6)]
        for run in runs:
            self.assertEqual(self.finish(run).stdout, CONTENT)
        self.assertEqual(self.known_servers(), [f"{self.name(server)} tls"])


if __name__ == "__main__":
    unittest.main()
