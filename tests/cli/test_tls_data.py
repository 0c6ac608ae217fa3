"""Data connections in TLS: how they begin, how they end, and servers that do both badly."""

import os
import select
import signal
import socket
import time
import unittest

import certificates
import openssl_calls
from fake_server import Download, Upload, hang_up
from fake_tls_server import drain_in_background, say_goodbye
from ferrycase import part_of, wait_until
from tlscase import CONTENT, TlsCase
from trees import bytes_of

VERSIONS = ("1.2", "1.3")


def cork(sock, value):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, value)


class DataCase(TlsCase):
    def run_on(self, server, command, *arguments, path="file"):
        """With short patience: a server here may never say what is waited for."""
        return self.ferry(*self.trusting(command, "--tls=require", "--timeout", "5", *arguments,
                                         server.url(path, "alice")))

    def both(self, answers=None, **more):
        """The same server in each version of TLS."""
        return [self.server(answers, version=version, **more) for version in VERSIONS]


class Resumption(DataCase):
    def test_all_but_the_first_handshake_resume(self):
        for server in self.both(demand_reuse=True):
            (self.local / "up").write_bytes(CONTENT)
            names = [server.url(f"file-{number:02}", "alice") for number in range(50)]
            directory = self.local / server.version
            directory.mkdir()
            self.succeed(*self.trusting("get", "-d", str(directory), *names))
            kinds = [(done.kind, done.resumed) for done in server.handshakes]
            self.assertEqual(kinds, [("control", False)] + [("data", True)] * 50)
            self.assertEqual(len(list(directory.iterdir())), 50)
            # A ticket that is used twice lets who listens join the two (RFC 8446, C.4).
            self.assertEqual(len(set(server.tickets_used)), len(server.tickets_used))
            self.assertEqual(len(server.tickets_used), 50 if server.version == "1.3" else 0)

    def test_one_ticket_only(self):
        for tickets in (1, 2, 5):
            server = self.server(version="1.3", demand_reuse=True, tickets=tickets)
            urls = [server.url("file")] * 3
            done = self.succeed(*self.trusting("cat", *urls))
            self.assertEqual(done.stdout, CONTENT * 3)

    def test_a_ticket_that_comes_late(self):
        def late(session, _argument):
            session.protects_data = True
            session.answer_with_ticket("200 ok")
        server = self.server({"PROT": late}, version="1.3", demand_reuse=True, tickets=0)
        self.assertEqual(self.succeed(*self.trusting("cat", server.url("file"))).stdout, CONTENT)
        self.assertEqual(server.new_sessions("data"), 0)

    def test_a_ticket_that_comes_with_the_last_reply_before_the_data(self):
        def late(session, argument):
            openssl_calls.new_ticket(session.control)
            session.epsv(argument)
        server = self.server({"EPSV": late}, version="1.3", demand_reuse=True, tickets=0)
        self.assertEqual(self.succeed(*self.trusting("cat", server.url("file"))).stdout, CONTENT)

    def test_no_ticket_at_all(self):
        server = self.server(version="1.3", tickets=0)
        done = self.succeed(*self.trusting("cat", "-v", server.url("file")))
        self.assertEqual(done.stdout, CONTENT)
        self.assertRegex(done.stderr, r"TLS: data connection, .* not resumed")

    def test_what_is_demanded_and_cannot_be_had_is_said(self):
        server = self.server(version="1.3", tickets=0, demand_reuse=True)
        done = self.assert_status(self.run_on(server, "get"), 7)
        self.assertIn("session reuse required", self.assert_one_line(done))
        self.assert_left(self.local)

    def test_a_session_is_not_taken_to_another_server(self):
        for version in VERSIONS:
            one, two = (self.server(version=version, demand_reuse=True) for _ in range(2))
            self.succeed(*self.trusting("cat", one.url("f"), two.url("f"), one.url("f")))
            for server in (one, two):
                self.assertEqual(server.new_sessions("data"), 0)
                self.assertFalse(server.handshakes[0].resumed)


class OtherEnds(DataCase):
    """What is not the server of the control connection gives no files and gets none."""

    def test_another_certificate(self):
        for server in self.both(data_certificate=certificates.other()):
            done = self.assert_status(self.run_on(server, "get"), 7)
            self.assertIn("certificate", self.assert_one_line(done))
            self.assert_left(self.local)
            (self.local / "up").write_bytes(CONTENT)
            self.assert_status(self.run_on(server, "put", "up"), 7)
            self.assertNotIn(CONTENT, server.stored.values())
            self.assert_status(self.run_on(server, "ls", path=""), 7)
            (self.local / "up").unlink()

    def test_a_certificate_that_is_not_even_good(self):
        for bad in (certificates.self_signed(), certificates.expired()):
            server = self.server(data_certificate=bad)
            self.assert_status(self.run_on(server, "get"), 7)
            self.assert_left(self.local)

    def test_plain_text_in_place_of_tls(self):
        def plain(session, argument):
            session.protects_data = False
            Download(CONTENT)(session, argument)
        server = self.server({"RETR": plain})
        done = self.run_on(server, "get")
        self.assertIn(done.status, (3, 7), repr(done))
        self.assertFalse((self.local / "file").exists())
        self.assertNotIn(CONTENT.decode(), repr(done))

    def test_an_upload_does_not_go_out_in_plain_text(self):
        def plain(session, argument):
            session.protects_data = False
            Upload()(session, argument)
        server = self.server({"STOR": plain})
        (self.local / "file").write_bytes(CONTENT)
        done = self.run_on(server, "put", "--timeout", "1", "file", path="")
        self.assertNotEqual(done.status, 0, repr(done))
        self.assertFalse([taken for taken in server.stored.values() if CONTENT in taken])

    def test_prot_refused(self):
        (self.local / "up").write_bytes(CONTENT)
        for code in (431, 500, 504, 521, 533, 534, 536):
            with self.subTest(code=code):
                server = self.server({"PROT": f"{code} no"})
                done = self.assert_status(self.run_on(server, "get"), 7)
                self.assertIn(f"{code} no", self.assert_one_line(done))
                self.assert_status(self.run_on(server, "put", "up"), 7)
                self.assert_status(self.run_on(server, "ls", path=""), 7)
                self.assertFalse({"RETR", "STOR", "LIST", "MLSD"} & set(server.verbs()))
                self.assertEqual(server.stored, {})

    def test_pbsz_refused_is_no_harm_where_prot_is_not(self):
        server = self.server({"PBSZ": "500 what?"})
        self.assertEqual(self.run_on(server, "cat").stdout, CONTENT)

    def test_prot_accepted_and_data_refused(self):
        server = self.server({"RETR": "521 not like this"})
        done = self.assert_status(self.run_on(server, "get"), 7)
        self.assertIn("521 not like this", self.assert_one_line(done))


class Ends(DataCase):
    """A connection that ends without close_notify was cut by anybody."""

    def test_a_download_is_never_complete(self):
        for answers in ({}, {"SIZE": "502 no"}):
            for server in self.both(answers, goodbye="cut"):
                done = self.run_on(server, "get")
                self.assertIn(done.status, (3, 10), repr(done))
                self.assertNotIn("file", [path.name for path in self.local.iterdir()])
                done = self.run_on(server, "cat")
                self.assertIn(done.status, (3, 10), repr(done))

    def test_a_cut_download_is_continued(self):
        content = bytes_of(300_000)
        for version in VERSIONS:
            cut = self.server({"SIZE": "213 300000", "RETR": Download(content[:200_000])},
                              goodbye="cut", version=version)
            self.assertIn(self.run_on(cut, "get").status, (3, 10))
            there = part_of(self.local / "file").read_bytes()
            self.assertEqual(there, content[:len(there)])
            self.assertGreater(len(there), 0)
            seam = len(there) - min(64 << 10, (len(there) + 1) // 2)  # compared from here on
            whole = self.server({"SIZE": "213 300000", "RETR": Download(content[seam:])},
                                version=version)
            self.assert_status(self.run_on(whole, "get", "-c"), 0)
            self.assertIn(f"REST {seam}", whole.commands)
            self.assertEqual((self.local / "file").read_bytes(), content)
            (self.local / "file").unlink()

    def test_a_listing_is_never_complete(self):
        for server in self.both(goodbye="cut"):
            done = self.run_on(server, "ls", path="")
            self.assertIn(done.status, (3, 10), repr(done))

    def test_a_good_end_in_the_middle_of_the_file(self):
        for server in self.both({"SIZE": "213 1000"}):
            self.assert_status(self.run_on(server, "get"), 10)
            self.assertFalse((self.local / "file").exists())

    def test_a_server_that_says_goodbye_and_does_not_hang_up(self):
        (self.local / "up").write_bytes(CONTENT)
        for server in self.both(goodbye="hold"):
            begin = time.monotonic()
            patient = ("--timeout", "30")
            self.assertEqual(self.run_on(server, "cat", *patient).stdout, CONTENT)
            self.assertEqual(self.run_on(server, "ls", *patient, path="").text, "one\ntwo\n")
            self.assert_status(self.run_on(server, "put", *patient, "up", path="x"), 0)
            self.assertLess(time.monotonic() - begin, 25)  # nobody waited for --timeout

    def test_an_upload_says_goodbye(self):
        for server in self.both({"SIZE": lambda session, name: session.say(
                f"213 {len(session.server.stored.get(name, b''))}")}):
            for size in (0, 1, 100_000):
                (self.local / "up").write_bytes(bytes_of(size))
                self.assert_status(self.run_on(server, "put", "up", path="x"), 0)
                self.assertIn(bytes_of(size), server.stored.values())
                server.stored.clear()
            self.assertNotIn("* data cut off", server.log)

    def test_an_upload_that_is_interrupted_says_none(self):
        """Or the server would take the half of the file for the whole."""
        def slow(session, argument):
            session.say("150 send it")
            data = session.open_data()
            data.recv(1000)
            session.server.log.append("* begun")
            select.select([session.control], [], [], 20)  # until it comes with ABOR
            while data.recv(65536):
                pass
            data.close()
            session.say("426 broken off")
        with open(self.local / "up", "wb") as file:
            file.truncate(1 << 30)
        for server in self.both({"STOR": slow}):
            process = self.start(*self.trusting("put", "up", server.url("x", "alice")))
            wait_until(lambda: "* begun" in server.log)
            process.send_signal(signal.SIGINT)
            self.assert_status(self.finish(process), 130)
            self.assertIn("* data cut off", server.log)

    def test_an_upload_waits_until_the_server_has_hung_up(self):
        def slow(session, argument):
            session.say("150 send it")
            data = session.open_data()
            taken = b""
            while block := data.recv(65536):
                taken += block
            session.server.stored[argument] = taken
            say_goodbye(data.sock)
            # A client that has gone answers that with a reset.
            gone = select.poll()
            gone.register(data.sock, select.POLLERR)
            session.server.log.append("* gone" if gone.poll(200) else "* still there")
            data.sock.close()
            session.say("226 got it")
        (self.local / "up").write_bytes(CONTENT)
        for server in self.both({"STOR": slow}):
            self.assert_status(self.run_on(server, "put", "up", path="x"), 0)
            self.assertIn("* still there", server.log)

    def test_an_upload_whose_226_never_comes(self):
        (self.local / "up").write_bytes(CONTENT)
        for server in self.both({"STOR": Upload(after=hang_up)}):
            done = self.run_on(server, "put", "up", path="x")
            self.assertNotEqual(done.status, 0, repr(done))

    def test_the_handshake_waits_for_no_reply(self):
        """Some servers shake hands before they say 150, others after it."""
        def handshake_first(session, argument):
            data = session.open_data()
            session.say("150 here it comes")
            data.sendall(CONTENT)
            data.close()
            session.say("226 done")

        def all_replies_first(session, argument):
            session.say("150 here it comes\r\n226 done")
            data = session.open_data()
            data.sendall(CONTENT)
            data.close()
        for retr in (handshake_first, all_replies_first):
            for server in self.both({"RETR": retr}, demand_reuse=True):
                self.assertEqual(self.run_on(server, "cat").stdout, CONTENT)
                self.assertEqual(self.run_on(server, "cat", "--active").stdout, CONTENT)

    def test_no_handshake_on_the_data_connection(self):
        def silent_there(session, _argument):
            session.say("150 soon")
            session.protects_data = False
            session.open_data()
            session.drain()
        (self.local / "up").write_bytes(CONTENT)
        for verb, arguments in (("RETR", ("get",)), ("STOR", ("put", "up"))):
            server = self.server({verb: silent_there})
            done = self.run_on(server, *arguments, "--timeout", "0.5")
            self.assert_status(done, 3)
            self.assertIn("TLS handshake", self.assert_one_line(done))
            self.assertFalse((self.local / "file").exists())

    def test_an_upload_that_the_server_neither_ends_nor_confirms(self):
        def keep(session, argument):
            session.say("150 send it")
            session.kept = session.open_data()
            while session.kept.recv(65536):
                pass
            session.server.log.append("* all is here")
            session.drain()
        (self.local / "up").write_bytes(CONTENT)
        for server in self.both({"STOR": keep}):
            self.assert_status(self.run_on(server, "put", "--timeout", "1", "up", path="x"), 3)
            self.assertIn("* all is here", server.log)

    def test_empty_files_shake_hands_too(self):
        answers = {"SIZE": "213 0", "RETR": Download(b"")}
        (self.local / "up").write_bytes(b"")
        for server in self.both(answers):
            self.assert_status(self.run_on(server, "get", "-o", "down"), 0)
            self.assertEqual((self.local / "down").read_bytes(), b"")
            self.assert_status(self.run_on(server, "put", "up", path="x"), 0)
            data = [done.resumed for done in server.handshakes if done.kind == "data"]
            self.assertEqual(data, [True, True])


class InTheSession(DataCase):
    def test_cut_anywhere_after_the_handshake(self):
        for verb in ("USER", "PASS", "PBSZ", "PROT", "EPSV", "RETR"):
            for server in self.both({verb: hang_up, **({"PASV": hang_up} if verb == "EPSV"
                                                       else {})}):
                with self.subTest(verb=verb):
                    self.assert_status(self.run_on(server, "get"), 3)
                    self.assert_left(self.local)

    def test_a_reply_in_plain_text(self):
        def plain(session, _argument):
            raw = socket.socket(fileno=session.control.fileno())
            raw.sendall(b"230 welcome\r\n")
            raw.detach()
        for server in self.both({"USER": plain}):
            done = self.run_on(server, "get")
            self.assertIn(done.status, (3, 7), repr(done))
            self.assertNotIn("PASS", server.verbs())

    def test_renegotiation_does_no_harm(self):
        def in_the_session(session, argument):
            openssl_calls.ask_for_renegotiation(session.control)
            session.epsv(argument)

        def in_the_data(session, _argument):
            session.say("150 here it comes")
            data = session.open_data()
            data.sendall(CONTENT[:5])
            openssl_calls.ask_for_renegotiation(data.sock)
            data.sendall(CONTENT[5:])
            data.close()
            session.say("226 done")
        for answers in ({"EPSV": in_the_session}, {"RETR": in_the_data}):
            server = self.server(answers, version="1.2")
            done = self.run_on(server, "get", "-o", "file")
            if done.status == 0:
                self.assertEqual((self.local / "file").read_bytes(), CONTENT)
                (self.local / "file").unlink()
            else:
                self.assert_status(done, 7)
                self.assertFalse((self.local / "file").exists())

    def test_key_updates(self):
        content = bytes_of(1_000_000)

        def download(session, _argument):
            session.say("150 here it comes")
            data = session.open_data()
            for begin in range(0, len(content), 100_000):
                data.sendall(content[begin:begin + 100_000])
                openssl_calls.update_keys(data.sock)
            say_goodbye(data.sock)
            session.say("226 done")
            drain_in_background(data.sock).join()  # with what it asked for unread: a reset

        def upload(session, argument):
            session.say("150 send it")
            data = session.open_data()
            taken = b""
            while block := data.recv(65536):
                taken += block
                openssl_calls.update_keys(data.sock)
            session.server.stored[argument] = taken
            data.close()
            session.say("226 got it")

        def feature(session, _argument):
            openssl_calls.update_keys(session.control)
            session.say(f"213 {len(content)}")
        server = self.server({"SIZE": feature, "RETR": download, "STOR": upload}, version="1.3")
        self.assert_status(self.run_on(server, "get"), 0)
        self.assertEqual((self.local / "file").read_bytes(), content)
        self.assert_status(self.run_on(server, "put", "file", path="x"), 0)
        self.assertIn(content, server.stored.values())

    def test_records_of_one_byte(self):
        def bytewise(session, _argument):
            for byte in b"331 password, please\r\n":
                session.control.sendall(bytes([byte]))
        blocks = [bytes([byte]) for byte in CONTENT]
        for server in self.both({"USER": bytewise, "RETR": Download(blocks)}):
            self.assertEqual(self.run_on(server, "cat").stdout, CONTENT)

    def test_the_protocols_that_are_offered(self):
        """Of a server that knows them, another one's connections can not be taken for FTP's."""
        for server in self.both():
            self.assertEqual(self.run_on(server, "cat").stdout, CONTENT)
            self.assertEqual([(done.kind, done.protocol) for done in server.handshakes],
                             [("control", "ftp"), ("data", "ftp-data")])

    def test_key_updates_without_end(self):
        def flood(session, _argument):
            session.say("150 here it comes")
            data = session.open_data()
            try:
                for _ in range(100_000):
                    openssl_calls.update_keys(data.sock)
            except RuntimeError:  # the client has had enough
                session.server.log.append("* had enough")
            data.close()
            session.say("426 oh well")
        server = self.server({"RETR": flood}, version="1.3")
        done = self.run_on(server, "get")
        self.assertIn(done.status, (3, 7), repr(done))
        self.assertIn("* had enough", server.log)
        self.assertFalse((self.local / "file").exists())

    def test_ccc(self):
        server = self.server()
        done = self.run_on(server, "cat", "--ccc")
        self.assertEqual(done.stdout, CONTENT, repr(done))
        clear = server.clear[1:]
        self.assertIn("RETR file", clear)
        self.assertFalse({"USER", "PASS", "PROT", "CCC"} & {line.split(" ")[0] for line in clear})
        self.assertEqual([done.kind for done in server.handshakes], ["control", "data"])

    def test_ccc_refused(self):
        server = self.server({"CCC": "534 no"})
        done = self.run_on(server, "cat", "--ccc")
        self.assertNotEqual(done.status, 0)
        self.assertIn("534 no", self.assert_one_line(done))

    def test_bytes_behind_the_goodbye_of_ccc(self):
        def forged(session, _argument):
            session.say("200 back to clear text")
            cork(session.control, 1)  # one segment, so that the client gets it as one
            say_goodbye(session.control)
            with socket.socket(fileno=os.dup(session.control.fileno())) as raw:
                raw.sendall(b"257 \"/forged\"\r\n")
            cork(session.control, 0)
        server = self.server({"CCC": forged})
        done = self.run_on(server, "cat", "--ccc")
        self.assertNotEqual(done.status, 0, repr(done))
        self.assertEqual(done.stdout, b"")

    def test_clear_data(self):
        server = self.server()
        self.assertEqual(self.run_on(server, "cat", "--clear-data").stdout, CONTENT)
        self.assertIn("PROT C", server.commands)
        self.assertEqual([done.kind for done in server.handshakes], ["control"])


if __name__ == "__main__":
    unittest.main()
