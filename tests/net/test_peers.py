"""The servers of tests/support/peers.py: each starts, serves a login, and leaves nothing behind."""

import ftplib
import io
import os
import shutil
import unittest

import peers


class PeersTest(unittest.TestCase):
    def setUp(self):
        self.home = peers.temp_dir()
        self.addCleanup(shutil.rmtree, self.home)
        peers.make_tree(self.home, {"hello.txt": "hello\n", "sub/deep.bin": peers.bytes_of(1000)})

    def login(self, server, user="tester", password="secret"):
        ftp = ftplib.FTP(timeout=20)
        self.addCleanup(ftp.close)
        ftp.connect(server.address, server.port)
        ftp.login(user, password)
        return ftp

    def check(self, server):
        try:
            with server:
                leader = server.process.pid
                ftp = self.login(server)
                self.assertIn("hello.txt", [name.lstrip("./") for name in ftp.nlst()])
                got = io.BytesIO()
                ftp.retrbinary("RETR sub/deep.bin", got.write)
                self.assertEqual(got.getvalue(), peers.bytes_of(1000))
                ftp.storbinary("STOR up.txt", io.BytesIO(b"up"))
                self.assertEqual((self.home / "up.txt").read_bytes(), b"up")
                with self.assertRaises(ftplib.error_perm):
                    self.login(server, password="wrong")
                members = peers.processes_of(leader)  # the session is still open: its process too
        except Exception:
            print(server.log())
            raise
        self.assertEqual([pid for pid in members if peers.is_alive(pid)], [])

    def check_read_only_anonymous(self, server):
        with server:
            ftp = self.login(server, "anonymous", "someone@example.org")
            self.assertIn("hello.txt", [name.lstrip("./") for name in ftp.nlst()])
            with self.assertRaises((ftplib.error_perm, ftplib.error_temp)):
                ftp.storbinary("STOR up.txt", io.BytesIO(b"up"))
            ftp = self.login(server)
            with self.assertRaises((ftplib.error_perm, ftplib.error_temp)):
                ftp.storbinary("STOR up.txt", io.BytesIO(b"up"))
        self.assertFalse((self.home / "up.txt").exists())

    def test_disabled_verbs_are_refused(self):
        for peer in (peers.Vsftpd, peers.Proftpd, peers.Pyftpdlib):
            with self.subTest(peer.name), peer(self.home, disable=["EPSV"]) as server:
                with self.assertRaises(ftplib.error_perm):
                    self.login(server).sendcmd("EPSV")

    def test_two_at_once(self):
        with peers.Vsftpd(self.home) as one, peers.Vsftpd(self.home, password="other") as two:
            self.login(one)
            self.login(two, password="other")
        self.assertEqual([name for name in os.listdir("/etc/pam.d") if name.startswith(
            f"ferry-test-{os.getpid()}-")], [])


for peer in peers.ALL:
    def v4(self, peer=peer):
        self.check(peer(self.home))

    def v6(self, peer=peer):
        self.check(peer(self.home, address="::1"))

    def read_only(self, peer=peer):
        self.check_read_only_anonymous(peer(self.home, anonymous=True, read_only=True))

    setattr(PeersTest, f"test_{peer.name}_on_ipv4", v4)
    setattr(PeersTest, f"test_{peer.name}_on_ipv6", v6)
    setattr(PeersTest, f"test_{peer.name}_read_only_and_anonymous", read_only)

if __name__ == "__main__":
    unittest.main()
