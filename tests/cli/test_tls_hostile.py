"""Servers, or somebody between, that mean no good before the server is trusted."""

import signal
import unittest

import certificates
import peers
from fake_server import hang_up, silent
from fake_tls_server import (TlsSession, after_hello, half_a_handshake, injecting,
                             silent_in_handshake)
from ferrycase import wait_until
from server_tls import Tls
from tlscase import CONTENT, TlsCase

MODES = ("auto", "require")


class BeforeTheHandshake(TlsCase):
    """Nothing that comes unprotected is believed, and nothing secret is told."""

    def attempt(self, auth, mode, *options, **more):
        """A download from a server that answers AUTH so."""
        server = self.server({"AUTH": auth}, **more)
        return self.ferry(*self.trusting("cat", f"--tls={mode}", "--timeout", "5", *options,
                                         server.url("file", "alice"))), server

    def test_bytes_behind_the_reply_to_auth(self):
        for mode in MODES:
            for text in (b"230 logged in\r\n", b"331 and?\r\n230 logged in\r\n200 ok\r\n", b"x",
                         b"\x15\x03\x03\x00\x02\x01\x00"):
                with self.subTest(mode=mode, text=text):
                    done, server = self.attempt(injecting(text), mode)
                    self.assert_refused(done, server, "bytes came before TLS began")

    def test_auth_refused_where_tls_is_required(self):
        for code in (421, 431, 500, 501, 502, 503, 504, 530, 534, 550):
            with self.subTest(code=code):
                done, server = self.attempt(f"{code} no", "require")
                self.assert_refused(done, server, f"{code} no", status=3 if code == 421 else 7)

    def test_auth_answered_with_what_is_no_answer(self):
        for mode in MODES:
            for reply in ("220 ready", "230 logged in", "200 fine", "331 password?", "120 wait"):
                with self.subTest(mode=mode, reply=reply):
                    done, server = self.attempt([reply, hang_up], mode, "--timeout", "1")
                    self.assertIn(done.status, (3, 7), repr(done))
                    self.assertEqual(server.secrets(), [])

    def test_auth_refused_where_it_is_optional(self):
        for code in (431, 500, 502, 504, 530, 534):
            with self.subTest(code=code):
                done, server = self.attempt(f"{code} no", "auto", "-v")
                self.assert_status(done, 0)
                self.assertEqual(done.stdout, CONTENT)
                self.assertEqual(server.log[0], "AUTH TLS")
                self.assertNotIn("PBSZ 0", server.log)
                self.assertEqual(self.known_servers(), [])

    def test_no_question_where_tls_is_off(self):
        done, server = self.attempt(TlsSession.auth, "off")
        self.assert_status(done, 0)
        self.assertNotIn("AUTH", server.verbs())

    def test_504_is_asked_for_the_old_name_where_tls_is_required(self):
        def auth(session, argument):
            if argument == "SSL":
                return session.auth(argument)
            session.say("504 no such thing")
        done, server = self.attempt(auth, "require")
        self.assert_status(done, 0)
        self.assertEqual(server.clear, ["AUTH TLS", "AUTH SSL"])

    def test_cut_at_auth_is_no_refusal(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                done, server = self.attempt(hang_up, mode)
                self.assert_refused(done, server, status=3)

    def test_no_answer_to_auth(self):
        done, server = self.attempt(silent, "auto", "--timeout", "1")
        self.assert_refused(done, server, status=3)

    def test_garbage_in_place_of_a_handshake(self):
        for mode in MODES:
            for garbage in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 4000,
                            b"230 logged in\r\n", b"\x16\x03\x03\xff\xff" + b"\x02" * 20000,
                            b"\x15\x03\x03\x00\x02\x02\x28"):  # the last: an alert
                with self.subTest(mode=mode, garbage=garbage[:8]):
                    done, server = self.attempt(after_hello(garbage), mode)
                    self.assertIn(done.status, (3, 7), repr(done))
                    self.assert_refused(done, server, status=done.status)

    def test_cut_in_the_handshake(self):
        for mode in MODES:
            for auth in (after_hello(b""), half_a_handshake):
                with self.subTest(mode=mode, auth=auth):
                    done, server = self.attempt(auth, mode)
                    self.assert_refused(done, server, status=3)

    def test_silence_in_the_handshake(self):
        done, server = self.attempt(silent_in_handshake, "auto", "--timeout", "1")
        self.assert_refused(done, server, status=3)

    def test_ctrl_c_in_the_handshake(self):
        server = self.server({"AUTH": silent_in_handshake})
        process = self.start(*self.trusting("cat", server.url("file", "alice")))
        wait_until(lambda: len(server.hellos) > 0)
        process.send_signal(signal.SIGINT)
        self.assert_refused(self.finish(process, timeout=5), server, status=130)

    def test_implicit_tls_with_a_server_that_speaks_plain(self):
        server = self.server()
        url = server.url("file", "alice").replace("ftp:", "ftps:")
        done = self.ferry(*self.trusting("cat", "--timeout", "3", url))
        self.assert_refused(done, server, status=7)

    def test_a_version_that_is_too_old(self):
        done, server = self.attempt(TlsSession.auth, "auto", "--tls-min", "1.3", version="1.2")
        self.assert_refused(done, server)

    def test_a_cipher_that_the_server_has_not(self):
        done, server = self.attempt(TlsSession.auth, "auto", "--tls-ciphers",
                                    "ECDHE-RSA-AES128-GCM-SHA256", version="1.2")
        self.assert_refused(done, server)


class Certificates(TlsCase):
    """Each kind that cannot be verified: why is said, and how one trusts it nevertheless."""

    def refuse(self, certificate, *words, host="127.0.0.1", mode="auto", implicit=False):
        server = self.server(certificate=certificate, implicit=implicit)
        url = server.url("file", "alice").replace("127.0.0.1", host)
        done = self.ferry(*self.trusting("cat", f"--tls={mode}", url))
        where = f"{'ftps' if implicit else 'ftp'}://{host}:{server.port}/"
        self.assert_refused(done, server, *words,
                            f"ferry trust --add sha256:{certificate.fingerprint} {where}")
        self.assertEqual(self.known_servers(), [])
        self.assertEqual(len(server.controls), 1)

    def test_expired(self):
        self.refuse(certificates.expired(), "the certificate expired at 20")

    def test_not_yet_valid(self):
        self.refuse(certificates.not_yet_valid(), "the certificate is valid only from 20")

    def test_wrong_host(self):
        words = "the certificate is for ftp.elsewhere.example, 192.0.2.1, not for "
        self.refuse(certificates.wrong_host(), words + "127.0.0.1")
        self.refuse(certificates.wrong_host(), words + "localhost", host="localhost")

    def test_a_name_in_the_subject_only(self):
        self.refuse(certificates.common_name_only(), "not for localhost", host="localhost")

    def test_unknown_authority(self):
        for mode in MODES:
            self.refuse(certificates.unknown_authority(),
                        "is signed by CN=Strange Authority, who is not known here", mode=mode)

    def test_self_signed(self):
        self.refuse(certificates.self_signed(), "the certificate is self-signed")
        self.refuse(certificates.self_signed(), "the certificate is self-signed", implicit=True)

    def test_all_that_is_wrong_is_said(self):
        self.refuse(certificates.self_signed_and_expired(), "is self-signed", "expired at")

    def test_a_certificate_for_clients(self):
        self.refuse(certificates.for_clients(), "not for 127.0.0.1")

    def test_revoked(self):
        revoked, response = certificates.revoked()
        (self.served / "file").write_bytes(CONTENT)
        with peers.Pyftpdlib(self.served, tls=Tls(revoked, stapled=response)) as server:
            done = self.ferry(*self.trusting("cat", server.url("file")))
            self.assert_status(done, 7)
            self.assertIn("the certificate was revoked", self.assert_one_line(done))
            self.assertNotIn("USER", server.log())

    def test_the_error_in_json(self):
        server = self.server(certificate=certificates.self_signed())
        error = self.fail_with(7, "untrusted", "get", server.url("file"))
        self.assertIn("self-signed", str(error))
        self.assertEqual(server.secrets(), [])

    def test_names_cannot_touch_the_terminal(self):
        server = self.server(certificate=certificates.odd_names())
        session = self.on_terminal("cat", "-v", server.url("file", "alice"))
        session.expect(r"\[y/N\] ")
        session.send("n\r")
        self.assertEqual(session.wait(), 7)
        _, *shown = self.ferry("trust", server.url())
        _, *told = self.ferry("get", "--json", server.url("file"))
        for text in [session.raw, *shown[:1], *told]:
            text = text if isinstance(text, str) else text.decode()
            self.assertIn("owned", text)
            for character in "\x07\x9b\u202e":
                self.assertNotIn(character, text)
            self.assertNotRegex(text, r"(?m)\x1b\]|^line two")
        self.assertEqual(server.secrets(), [])

    def test_what_is_verified(self):
        for host in ("127.0.0.1", "localhost", "LOCALHOST"):
            for implicit in (False, True):
                with self.subTest(host=host, implicit=implicit):
                    server = self.server(implicit=implicit)
                    url = server.url("file").replace("127.0.0.1", host)
                    done = self.succeed(*self.trusting("cat", "--tls=require", url))
                    self.assertEqual((done.stdout, done.stderr), (CONTENT, ""))
                    # An address is no server name (RFC 6066, 3).
                    sent = None if host[0] == "1" else "localhost"
                    self.assertEqual([name and name.lower() for name in server.server_names],
                                     [sent] * len(server.handshakes))

    def test_an_ipv6_address(self):
        server = self.server(address="::1")
        self.assertEqual(self.succeed(*self.trusting("cat", server.url("file"))).stdout, CONTENT)

    def named(self, host, certificate, name=None):
        """A download from a host that only this run of ferry can resolve."""
        server = self.server(certificate=certificate)
        return self.ferry(*self.trusting("cat", f"ftp://{host}:{server.port}/file"),
                          env=self.resolving(name or host))

    def test_wildcards_stand_for_one_label(self):
        for host in ("ftp.ferry.example", "FTP.Ferry.Example"):
            self.assert_status(self.named(host, certificates.wildcard()), 0)
        done = self.named("ftp.ferry.example.", certificates.wildcard(), "ftp.ferry.example")
        self.assert_status(done, 0)
        for host in ("ferry.example", "a.ftp.ferry.example"):
            done = self.assert_status(self.named(host, certificates.wildcard()), 7)
            self.assertIn(f"is for *.ferry.example, not for {host}", done.stderr)

    def test_international_names(self):
        for host in ("xn--bcher-kva.example", "b%C3%BCcher.example", "B%C3%9CCHER.example"):
            with self.subTest(host=host):
                self.assert_status(self.named(host, certificates.idn(), "xn--bcher-kva.example"),
                                   0)

    def test_authorities_that_are_no_file(self):
        server = self.server()
        (self.local / "no.pem").write_text("nothing of the kind\n")
        for name in ("nowhere.pem", "no.pem"):
            done = self.ferry("cat", "--cacert", name, server.url("file"))
            self.assertIn(done.status, (2, 7, 8), repr(done))
            self.assertIn(name, self.assert_one_line(done))
            self.assertEqual(server.secrets(), [])

    def test_a_client_certificate(self):
        own = certificates.for_clients()
        for version in ("1.2", "1.3"):
            server = self.server(clients=certificates.authority().certificate, version=version)
            done = self.ferry(*self.trusting("cat", server.url("file")))
            self.assertNotEqual(done.status, 0, repr(done))
            for options in (("--tls-cert", own.pem),
                            ("--tls-cert", own.certificate, "--tls-key", own.key)):
                done = self.succeed(*self.trusting("cat", *map(str, options), server.url("file")))
                self.assertEqual(done.stdout, CONTENT)
                self.assertEqual(server.handshakes[-1].client, own.der)

    def test_a_client_certificate_that_cannot_be_used(self):
        own = certificates.for_clients()
        server = self.server(clients=certificates.authority().certificate)
        for options, word in ((("--tls-cert", "nowhere.pem"), "nowhere.pem"),
                              (("--tls-cert", own.certificate), "no private key"),
                              (("--tls-cert", own.certificate, "--tls-key",
                                certificates.good().key), "is not the key of"),
                              (("--tls-cert", own.certificate, "--tls-key",
                                certificates.locked_key()), "encrypted")):
            done = self.ferry(*self.trusting("cat", *map(str, options), server.url("file")))
            self.assertIn(done.status, (2, 8), repr(done))
            self.assertIn(word, self.assert_one_line(done))
        self.assertEqual(server.secrets(), [])
        session = self.on_terminal(*self.trusting(  # the library asks nobody by itself
            "cat", "--tls-cert", str(own.certificate), "--tls-key",
            str(certificates.locked_key()), server.url("file")))
        self.assertEqual(session.wait(), 8)


if __name__ == "__main__":
    unittest.main()
