"""The servers of tests/support/peers.py over TLS, by Python's own client, curl and lftp: so that a
failure of ferry's tests with them is one of ferry."""

import ftplib
import io
import shutil
import ssl
import unittest

import certificates
import peers
from programs import run
from server_tls import VERSIONS, Tls

CONTENT = peers.bytes_of(100_000)


class Client(ftplib.FTP_TLS):
    """ftplib's, but it can resume sessions and do without the question for the certificate."""

    def __init__(self, server, *, resume=True):
        context = ssl.create_default_context(cafile=certificates.authority().certificate)
        super().__init__(context=context, timeout=20)
        self.resume, self.resumed = resume, []
        self.implicit = server.is_implicit()
        self.connect(server.address, server.port)

    def getresp(self):
        if self.implicit and not isinstance(self.sock, ssl.SSLSocket):
            self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host)
            self.file = self.sock.makefile("r", encoding=self.encoding)
        return super().getresp()

    def ntransfercmd(self, cmd, rest=None):
        data, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:
            session = self.sock.session if self.resume else None
            data = self.context.wrap_socket(data, server_hostname=self.host, session=session)
            self.resumed.append(data.session_reused)
        return data, size


class PeersOverTls(unittest.TestCase):
    def setUp(self):
        self.home = peers.temp_dir()
        self.addCleanup(shutil.rmtree, self.home)
        peers.make_tree(self.home, {"file": CONTENT, "sub/deep.bin": b"deep"})

    def login(self, server, secure=True, protect=True, **client):
        ftp = Client(server, **client)
        self.addCleanup(ftp.close)
        ftp.login("tester", "secret", secure=secure)
        if protect:
            ftp.prot_p()
        return ftp

    def fetch(self, ftp, name="file"):
        got = io.BytesIO()
        ftp.retrbinary(f"RETR {name}", got.write)
        return got.getvalue()

    def check(self, server, version):
        with server:
            ftp = self.login(server)
            self.assertEqual(ftp.sock.version(), VERSIONS[version])
            self.assertIn("file", [name.lstrip("./") for name in ftp.nlst()])
            self.assertEqual(self.fetch(ftp), CONTENT, server.log())
            ftp.storbinary("STOR up", io.BytesIO(CONTENT))
            self.assertEqual((self.home / "up").read_bytes(), CONTENT)
            # pure-ftpd keeps no sessions in TLS 1.3.
            resumes = not (server.name == "pureftpd" and version == "1.3")
            self.assertEqual(ftp.resumed, [resumes] * 3)

    def check_demands(self, peer, demands_reuse=True):
        with peer(self.home, tls=Tls()) as server:
            with self.assertRaises(ftplib.Error):
                self.login(server, secure=False, protect=False)
            with self.assertRaises((ftplib.Error, OSError)):
                self.fetch(self.login(server, protect=False))
            if demands_reuse:
                with self.assertRaises((ftplib.Error, OSError)):
                    self.fetch(self.login(server, resume=False))
        with peer(self.home, tls=Tls(required=False, reuse=False)) as server:
            self.login(server, secure=False, protect=False)
            ftp = self.login(server, resume=False)
            self.assertEqual(self.fetch(ftp), CONTENT, server.log())
            self.assertEqual(ftp.resumed, [False])

    def test_vsftpd_demands(self):
        self.check_demands(peers.Vsftpd)

    def test_proftpd_demands(self):
        self.check_demands(peers.Proftpd)

    def test_pureftpd_demands(self):
        self.check_demands(peers.Pureftpd, demands_reuse=False)

    def test_pyftpdlib_demands(self):
        self.check_demands(peers.Pyftpdlib, demands_reuse=False)

    def test_client_certificates(self):
        for peer in (peers.Vsftpd, peers.Proftpd, peers.Pyftpdlib):
            tls = Tls(clients=certificates.authority().certificate)
            with self.subTest(peer.name), peer(self.home, tls=tls) as server:
                with self.assertRaises((ftplib.Error, OSError, EOFError)):
                    self.login(server)

    def test_a_stapled_answer(self):
        revoked, response = certificates.revoked()
        with peers.Pyftpdlib(self.home, tls=Tls(revoked, stapled=response)) as server:
            done = run(["openssl", "s_client", "-connect", f"{server.host()}:{server.port}",
                        "-starttls", "ftp", "-status"])
        self.assertIn("Cert Status: revoked", done.text, repr(done))

    def test_curl(self):
        # Not pyftpdlib: curl shakes hands before it asks for the file, which that one takes amiss.
        for peer in (peers.Vsftpd, peers.Proftpd, peers.Pureftpd):
            with self.subTest(peer.name), peer(self.home, tls=Tls()) as server:
                done = run(["curl", "-sS", "--ssl-reqd", "--cacert",
                            certificates.authority().certificate, server.url("file")])
                self.assertEqual((done.status, done.stdout), (0, CONTENT), repr(done))

    def test_lftp(self):
        for peer in peers.FOREIGN:
            with self.subTest(peer.name), peer(self.home, tls=Tls()) as server:
                done = run(["lftp", "-c", "set ftp:ssl-force true; set ftp:ssl-protect-data true; "
                            f"set ssl:ca-file {certificates.authority().certificate}; "
                            f"set net:max-retries 1; cat {server.url('file')}"])
                self.assertEqual((done.status, done.stdout), (0, CONTENT), repr(done))


for peer in peers.FOREIGN:
    for version in VERSIONS:
        def explicit(self, peer=peer, version=version):
            self.check(peer(self.home, tls=Tls(version=version)), version)

        setattr(PeersOverTls, f"test_{peer.name}_tls_{version.replace('.', '_')}", explicit)
    if peer is not peers.Pureftpd:
        def implicit(self, peer=peer):
            self.check(peer(self.home, tls=Tls(implicit=True)), "1.3")

        setattr(PeersOverTls, f"test_{peer.name}_implicit", implicit)

if __name__ == "__main__":
    unittest.main()
