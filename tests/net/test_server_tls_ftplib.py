"""Python's ftplib over TLS with `ferry serve`."""

import ftplib
import io
import socket
import ssl
import unittest

from ferrycase import wait_until
from servertlscase import ImplicitFtp, ResumingFtp, TlsCase

NOT_RESUMED = ("522 The data connection does not resume the TLS session of the control connection: "
               "switch session reuse on in the client")
NO_HANDSHAKE = "522 The TLS handshake of the data connection failed"


def get(ftp, path, rest=None):
    blocks = []
    ftp.retrbinary(f"RETR {path}", blocks.append, rest=rest)
    return b"".join(blocks)


class Tls13(TlsCase):
    version = ssl.TLSVersion.TLSv1_3

    def check_transfers(self, ftp):
        """Both ways, in each way to connect, and empty."""
        for passive in (True, False):
            ftp.set_pasv(passive)
            self.assertEqual(get(ftp, "file"), self.content)
            ftp.storbinary("STOR up", io.BytesIO(self.content))
            self.assertEqual((self.served / "up").read_bytes(), self.content)
            self.assertEqual(get(ftp, "empty"), b"")
            ftp.storbinary("STOR hollow", io.BytesIO(b""))
            self.assertEqual((self.served / "hollow").read_bytes(), b"")
            self.assertEqual(sorted(ftp.nlst()), ["dir", "empty", "file", "hollow", "up"])
            self.assertIn("file", [name for name, _ in ftp.mlsd()])

    def test_explicit(self):
        ftp = self.safe_ftp()
        self.assertEqual(ftp.sock.version(), self.version.name.replace("_", "."))
        self.check_transfers(ftp)
        self.assertTrue(ftp.quit().startswith("221"))

    def test_implicit(self):
        ftp = self.safe_ftp(ImplicitFtp)
        self.assertEqual(ftp.welcome, "220 ferry ready")
        self.check_transfers(ftp)
        self.assertTrue(ftp.quit().startswith("221"))

    def test_clear_data(self):
        ftp = self.safe_ftp(protect=False)
        self.check_transfers(ftp)
        ftp.prot_p()
        self.check_transfers(ftp)
        ftp.prot_c()
        self.check_transfers(ftp)

    def test_rest(self):
        ftp = self.safe_ftp()
        self.assertEqual(get(ftp, "file", rest=999_990), self.content[-10:])
        ftp.storbinary("STOR file", io.BytesIO(b"the end"), rest=10)
        self.assertTrue((self.served / "file").read_bytes().startswith(
            self.content[:10] + b"the end"))

    def test_ccc(self):
        ftp = self.safe_ftp()
        ftp.ccc()
        self.assertIsNone(ftp.sock.version())
        self.assertEqual(ftp.pwd(), "/")

    def test_rein(self):
        ftp = self.safe_ftp()
        self.assertEqual(ftp.voidcmd("REIN"), "220 Logged out")
        ftp.sock = ftp.sock.unwrap()
        ftp.file = ftp.sock.makefile("r", encoding="utf-8")
        self.assertTrue(ftp.sendcmd("USER alice").startswith("331"))

    def test_many_small_files(self):
        for number in range(200):
            (self.served / f"f{number}").write_bytes(b"%d" % number)
        ftp = self.safe_ftp()
        for number in range(200):
            self.assertEqual(get(ftp, f"f{number}"), b"%d" % number)

    def test_abor(self):
        ftp = self.safe_ftp()
        (self.served / "large").write_bytes(bytes(64 << 20))
        ftp.voidcmd("TYPE I")
        data = ftp.transfercmd("RETR large")
        self.assertGreater(len(data.recv(1000)), 0)
        self.assertEqual(self.abort(ftp), ["426", "226"])
        data.close()
        self.assertEqual(get(ftp, "file"), self.content)

    def abort(self, ftp):
        ftp.putcmd("ABOR")
        return [ftp.getmultiline()[:3] for _ in range(2)]

    def test_another_session_or_none(self):
        ftp, other = self.safe_ftp(), self.safe_ftp()
        ftp.reuse = False
        with self.assertRaises(ftplib.Error) as refused:
            get(ftp, "file")
        self.assertEqual(str(refused.exception), NOT_RESUMED)
        for session in (None, other.sock.session):
            data = self.tls_over(self.dial_data(ftp, "STOR planted"), session)
            try:
                data.sendall(b"planted")
                data.unwrap()
            except OSError:
                pass  # it is closed already
            self.assertEqual(ftp.getmultiline(), NOT_RESUMED)
            data.close()
        self.assertEqual(self.visible(), [])
        ftp.reuse = True
        self.assertEqual(get(ftp, "file"), self.content)

    def dial_data(self, ftp, command):
        """A bare data connection, behind the 150."""
        host, port = ftp.makepasv()
        data = socket.create_connection((host, port), timeout=20)
        self.addCleanup(data.close)
        self.assertTrue(ftp.sendcmd(command).startswith("150"))
        return data

    def test_upload_without_close_notify(self):
        ftp = self.safe_ftp()
        for command in ("STOR new", "STOR file", "STOU"):
            with self.subTest(command=command):
                bare = self.dial_data(ftp, command)
                data = self.tls_over(bare, ftp.sock.session)
                data.sendall(b"half of it")
                bare = socket.socket(fileno=data.detach())
                self.addCleanup(bare.close)
                bare.shutdown(socket.SHUT_WR)  # an end that TLS knows nothing of
                self.assertEqual(ftp.getmultiline(), "426 The data connection ended without the "
                                                     "end of TLS, aborted")
        self.assertEqual(self.visible(), [])
        self.assertEqual((self.served / "file").read_bytes(), self.content)

    def test_client_that_only_writes(self):
        """curl and others close an upload without a look at what they have been sent."""
        ftp = self.safe_ftp()
        ftp.voidcmd("TYPE I")
        content = self.content * 4
        for number in range(5):
            bare = self.dial_data(ftp, f"STOR up{number}")
            arrived, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = self.context.wrap_bio(arrived, leaving, server_hostname=self.server.address,
                                        session=ftp.sock.session)

            def until_done(step):
                while True:
                    try:
                        return step()
                    except ssl.SSLWantReadError:
                        bare.sendall(leaving.read())
                        arrived.write(bare.recv(65536))

            until_done(tls.do_handshake)
            tls.write(content)
            with self.assertRaises(ssl.SSLWantReadError):
                tls.unwrap()
            bare.sendall(leaving.read())
            bare.close()
            self.assertTrue(ftp.getmultiline().startswith("226"))
            self.assertEqual((self.served / f"up{number}").read_bytes(), content)

    def test_clear_bytes_where_tls_was_agreed(self):
        ftp = self.safe_ftp()
        data = self.dial_data(ftp, "STOR planted")
        data.sendall(b"these bytes are not TLS")
        self.assertEqual(ftp.getmultiline(), NO_HANDSHAKE)
        self.dial_data(ftp, "STOR planted").close()
        self.assertEqual(ftp.getmultiline(), NO_HANDSHAKE)
        self.assertEqual(self.visible(), [])

    def test_killed_client_leaves_nothing(self):
        ftp = self.safe_ftp()
        data = self.tls_over(self.dial_data(ftp, "STOR planted"), ftp.sock.session)
        data.sendall(bytes(100_000))
        ftp.close()
        data.close()
        wait_until(lambda: "STOR /planted failed" in self.server.log(), what="the abort")
        self.assertEqual(self.visible(), [])


class Tls12(Tls13):
    version = ssl.TLSVersion.TLSv1_2


class Ipv6(Tls13):
    address = "::1"


class NoReuse(TlsCase):
    options = ("--no-tls-reuse",)

    def test_sessions_need_not_be_resumed(self):
        ftp = self.safe_ftp()
        ftp.reuse = False
        self.assertEqual(get(ftp, "file"), self.content)
        ftp.storbinary("STOR up", io.BytesIO(self.content))
        self.assertEqual((self.served / "up").read_bytes(), self.content)


class Required(TlsCase):
    options = ("--tls-required", "--tls-min", "1.3")

    def test_nothing_without(self):
        ftp = self.ftp(login=False)
        self.assert_refused(ftp, "USER alice", 530)
        with self.assertRaisesRegex(ftplib.error_perm, "use AUTH TLS first"):
            ftp.login("alice", "secret")
        ftp = self.safe_ftp(protect=False)
        for command in ("RETR file", "STOR x", "LIST", "MLSD", "NLST"):
            self.assert_refused(ftp, command, 521)
        ftp.voidcmd("PBSZ 0")
        self.assert_refused(ftp, "PROT C", 534)
        self.assert_refused(ftp, "CCC", 534)
        ftp.prot_p()
        self.assertEqual(get(ftp, "file"), self.content)

    def test_older_versions(self):
        self.context.maximum_version = ssl.TLSVersion.TLSv1_2
        with self.assertRaises(ssl.SSLError):
            self.safe_ftp()


class RequiredLogin(TlsCase):
    options = ("--tls-required-login",)

    def test_only_the_login(self):
        self.assert_refused(self.ftp(login=False), "USER alice", 530)
        ftp = self.safe_ftp(protect=False)
        self.assertEqual(get(ftp, "file"), self.content)
        ftp.ccc()
        self.assertEqual(get(ftp, "file"), self.content)
        self.assert_refused(ftp, "USER alice", 530)


class Off(TlsCase):
    tls = None
    options = ()

    def test_there_is_no_such_thing(self):
        ftp = self.ftp(login=False)
        for command in ("AUTH TLS", "PBSZ 0", "PROT P", "CCC"):
            self.assert_refused(ftp, command, 502)
        self.assertNotIn("AUTH", ftp.sendcmd("FEAT"))
        self.assertNotIn("sha256", self.server.log())


if __name__ == "__main__":
    unittest.main()
