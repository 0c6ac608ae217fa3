"""What `ferry serve` does with those who break the rules of TLS."""

import os
import socket
import ssl
import unittest

from programs import run
from servertlscase import TlsCase


class HostileTls(TlsCase):
    def dial(self, port):
        connection = socket.create_connection((self.server.address, port), timeout=20)
        self.addCleanup(connection.close)
        return connection

    def rest_of(self, connection):
        """What still comes, to the end of the connection."""
        received = b""
        try:
            while block := connection.recv(4096):
                received += block
        except ConnectionError:
            pass
        return received

    def auth(self, behind=b""):
        """A bare control connection behind AUTH TLS, and what was said to that."""
        control = self.raw()
        control.sendall(b"AUTH TLS\r\n" + behind)
        return control, control.recv(4096)

    def assert_still_serves(self):
        self.assertEqual(self.safe_ftp().voidcmd("NOOP"), "200 OK")

    def test_commands_in_the_clear_behind_auth(self):
        control, said = self.auth(b"USER alice\r\nPASS secret\r\nDELE file\r\n")
        self.assertTrue(said.startswith(b"421 "), said)
        self.assertEqual(said.count(b"\r\n"), 1, said)
        self.assertEqual(self.rest_of(control), b"")
        self.assertNotIn("logged in", self.server.log())
        self.assertTrue((self.served / "file").exists())

    def test_commands_in_the_clear_in_place_of_the_handshake(self):
        control, said = self.auth()
        self.assertTrue(said.startswith(b"234 "), said)
        control.sendall(b"USER alice\r\nPASS secret\r\nDELE file\r\n")
        self.assertNotIn(b"331", self.rest_of(control))
        self.assertTrue((self.served / "file").exists())
        self.assertNotIn("logged in", self.server.log())

    def test_garbage_in_place_of_a_handshake(self):
        for garbage in (os.urandom(2000), b"\x16\x03\x01\xff\xff" + bytes(70_000), b"\x16\x03\x01",
                        b"\x80\x2e\x01\x00\x02" + bytes(44), b"\x15\x03\x03\x00\x02\x02\x28"):
            with self.subTest(garbage=garbage[:8]):
                for connection in (self.dial(self.ftps_port), self.auth()[0]):
                    try:
                        connection.sendall(garbage)
                        connection.shutdown(socket.SHUT_WR)
                    except OSError:
                        pass  # it has had enough already
                    self.assertNotIn(b"220", self.rest_of(connection))
        self.assert_still_serves()

    def test_http(self):
        request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        clear = self.dial(self.ftps_port)
        clear.sendall(request)
        self.assertNotIn(b"220", self.rest_of(clear))
        browser = self.enterContext(self.tls_over(self.dial(self.ftps_port)))
        self.assertEqual(browser.recv(4096), b"220 ferry ready\r\n")
        browser.sendall(request)
        self.assertEqual(self.rest_of(browser), b"421 This is an FTP server, closing\r\n")

    def test_protocols_of_others(self):
        self.context.set_alpn_protocols(["h2", "http/1.1"])
        with self.assertRaises(ssl.SSLError):
            self.tls_over(self.dial(self.ftps_port))
        for offered, agreed in ((["ftp"], "ftp"), (["http/1.1", "ftp"], "ftp"),
                                (["ftp", "x-filezilla-ftp"], "x-filezilla-ftp")):
            self.context.set_alpn_protocols(offered)
            with self.tls_over(self.dial(self.ftps_port)) as control:
                self.assertEqual(control.selected_alpn_protocol(), agreed)

    def test_renegotiation(self):
        done = run(["openssl", "s_client", "-connect", f"{self.server.address}:{self.ftps_port}",
                    "-tls1_2", "-CAfile", self.certificate], input=b"R\nQ\n")
        self.assertIn("no renegotiation", done.stderr)

    def test_versions_of_old(self):
        self.context.set_ciphers("ALL:@SECLEVEL=0")
        self.context.minimum_version = ssl.TLSVersion.TLSv1
        self.context.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises(ssl.SSLError):
            self.tls_over(self.dial(self.ftps_port))
        self.assertIn("no TLS: ", self.server.log())

    def test_cut_control_connection(self):
        """An end without close_notify, in the middle of a record."""
        for size in (1, 5, 20):
            ftp = self.safe_ftp()
            bare = socket.socket(fileno=ftp.sock.detach())
            bare.sendall((b"\x17\x03\x03\x40\x00" + bytes(30))[:size])
            bare.close()
        self.assert_still_serves()

    def test_many_who_never_shake_hands(self):
        waiting = [self.dial(self.ftps_port) for _ in range(30)]
        waiting += [self.auth()[0] for _ in range(30)]
        self.assert_still_serves()
        for connection in waiting:
            connection.close()
        self.assert_still_serves()

    def test_data_connection_that_never_shakes_hands(self):
        ftp = self.safe_ftp()
        host, port = ftp.makepasv()
        with socket.create_connection((host, port), timeout=20):
            self.assertTrue(ftp.sendcmd("RETR file").startswith("150"))
            ftp.putcmd("ABOR")
            self.assertEqual([ftp.getmultiline()[:3] for _ in range(2)], ["426", "226"])
        self.assert_still_serves()


if __name__ == "__main__":
    unittest.main()
