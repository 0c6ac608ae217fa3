"""Python's ftplib with `ferry serve`: the verbs one by one, and their replies."""

import ftplib
import io
import os
import socket
import unittest

from ferrycase import size_of, wait_until
from servercase import ServerCase


class Ftplib(ServerCase):
    def setUp(self):
        super().setUp()
        self.session = self.ftp()

    def get(self, path, rest=None):
        blocks = []
        self.session.retrbinary(f"RETR {path}", blocks.append, rest=rest)
        return b"".join(blocks)

    def lines(self, command):
        lines = []
        self.session.retrlines(command, lines.append)
        return lines

    def test_get_and_put_passive_and_active(self):
        for passive in (True, False):
            self.session.set_pasv(passive)
            self.assertEqual(self.get("file"), self.content)
            self.session.storbinary("STOR up", io.BytesIO(self.content[:99_999]))
            self.assertEqual((self.served / "up").read_bytes(), self.content[:99_999])
            self.assertEqual(sorted(self.session.nlst()), ["dir", "empty", "file", "up"])

    def test_pasv_of_rfc_959(self):
        host, port = ftplib.parse227(self.session.sendcmd("PASV"))
        self.assertEqual(host, "127.0.0.1")
        self.assertGreaterEqual(port, 1024)
        with socket.create_connection((host, port), timeout=20) as data:
            self.session.sendcmd("RETR empty")
            self.assertEqual(data.recv(10), b"")
        self.session.voidresp()

    def test_rest(self):
        self.assertEqual(self.get("file", rest=999_990), self.content[-10:])
        self.assertEqual(self.get("file", rest=1_000_000), b"")
        self.session.storbinary("STOR file", io.BytesIO(b"the end"), rest=10)
        self.assertTrue((self.served / "file").read_bytes().startswith(
            self.content[:10] + b"the end"))
        for wrong in ("REST -1", "REST x", "REST 99999999999999999999", "REST"):
            self.assert_refused(self.session, wrong, 501, 554)

    def test_rest_does_not_outlive_the_next_transfer(self):
        self.session.sendcmd("TYPE I")
        self.session.sendcmd("REST 5")
        self.lines("NLST")
        self.assertEqual(self.get("file"), self.content)

    def test_stor_beyond_the_end_is_refused(self):
        with self.assertRaises(ftplib.Error):
            self.session.storbinary("STOR empty", io.BytesIO(b"x"), rest=1 << 50)
        self.assertEqual((self.served / "empty").read_bytes(), b"")

    def test_appe_and_stou(self):
        self.session.storbinary("APPE log", io.BytesIO(b"one\n"))
        self.session.storbinary("APPE log", io.BytesIO(b"two\n"))
        self.assertEqual((self.served / "log").read_bytes(), b"one\ntwo\n")
        before = set(os.listdir(self.served))
        self.session.storbinary("STOU", io.BytesIO(b"unique"))
        self.session.storbinary("STOU", io.BytesIO(b"unique"))
        new = set(os.listdir(self.served)) - before
        self.assertEqual(len(new), 2)
        for name in new:
            self.assertEqual((self.served / name).read_bytes(), b"unique")

    def test_ascii(self):
        self.session.storlines("STOR lines", io.BytesIO(b"one\ntwo\n"))
        self.assertEqual((self.served / "lines").read_bytes(), b"one\ntwo\n")
        self.assertEqual(self.lines("RETR lines"), ["one", "two"])

    def test_facts_of_one_file(self):
        os.utime(self.served / "file", (1_234_567_890, 1_234_567_890))
        self.session.sendcmd("TYPE I")
        self.assertEqual(self.session.size("file"), 1_000_000)
        self.assertEqual(self.session.sendcmd("MDTM file"), "213 20090213233130")
        facts = self.session.sendcmd("MLST file")
        self.assertIn("size=1000000;", facts.lower())
        self.assertIn("modify=20090213233130;", facts.lower())
        self.session.sendcmd("MFMT 20010909014640 file")
        self.assertEqual((self.served / "file").stat().st_mtime, 1_000_000_000)
        self.session.sendcmd("SITE CHMOD 600 file")
        self.assertEqual((self.served / "file").stat().st_mode & 0o777, 0o600)
        self.session.sendcmd("SITE UTIME 20010909014641 file")
        self.assertEqual((self.served / "file").stat().st_mtime, 1_000_000_001)

    def test_mlsd_and_list(self):
        entries = dict(self.session.mlsd())
        self.assertEqual(sorted(name for name in entries if name not in (".", "..")),
                         ["dir", "empty", "file"])
        self.assertEqual(entries["file"]["size"], "1000000")
        self.assertEqual(entries["dir"]["type"], "dir")
        listing = self.lines("LIST")
        self.assertTrue([line for line in listing if line.startswith("-") and
                         line.endswith(" file")])
        self.assertEqual(sorted(self.lines("LIST -la"))[-1], sorted(listing)[-1])
        self.assertEqual([line.rpartition("/")[2] for line in self.lines("NLST dir")],
                         ["with space"])

    def test_directories(self):
        self.assertEqual(self.session.pwd(), "/")
        self.assertEqual(self.session.mkd('a "quoted" name'), '/a "quoted" name')
        self.session.cwd('a "quoted" name')
        self.assertEqual(self.session.pwd(), '/a "quoted" name')
        self.session.sendcmd("CDUP")
        self.session.sendcmd("XCWD dir")
        self.assertIn('"/dir"', self.session.sendcmd("XPWD"))
        self.session.sendcmd("XCUP")
        self.session.sendcmd("XMKD x")
        self.session.sendcmd("XRMD x")
        self.session.rename("dir", "moved")
        self.session.delete("moved/with space")
        self.session.rmd("moved")
        self.assert_left(self.served, 'a "quoted" name', "empty", "file")

    def test_small_talk(self):
        for command, code in (("SYST", 215), ("NOOP", 200), ("HELP", 214), ("STAT", 211),
                              ("FEAT", 211), ("OPTS UTF8 ON", 200), ("TYPE A", 200),
                              ("TYPE I", 200), ("MODE S", 200), ("STRU F", 200), ("ALLO 100", 0),
                              ("CLNT test", 200), ("LANG en", 200), ("SITE HELP", 0),
                              ("OPTS MLST type;size;", 200)):
            with self.subTest(command=command):
                reply = self.session.sendcmd(command)
                if code:
                    self.assertEqual(int(reply[:3]), code, reply)
        for command in ("TYPE E", "MODE Z", "STRU R", "NOSUCH", "SITE NOSUCH", "RNTO x", "SIZE dir",
                        "MDTM nowhere", "RETR dir", "STOR dir", "DELE dir", "RMD file", "CWD file"):
            with self.subTest(command=command):
                self.assert_refused(self.session, command)

    def test_help_and_feat_name_the_verbs(self):
        text = self.session.sendcmd("HELP") + self.session.sendcmd("FEAT")
        for verb in ("RETR", "STOR", "EPSV", "MLST", "MDTM", "MFMT", "REST STREAM", "SIZE", "UTF8"):
            self.assertIn(verb, text)

    def test_before_login_nothing_is_told(self):
        stranger = self.ftp(login=False)
        for command in ("RETR file", "STOR x", "LIST", "NLST", "MLSD", "MLST", "SIZE file",
                        "CWD dir", "PWD", "MKD x", "DELE file", "RNFR file", "PASV", "EPSV",
                        "SITE CHMOD 777 file", "PORT 127,0,0,1,200,1", "STAT file"):
            with self.subTest(command=command):
                self.assert_refused(stranger, command, 530, 503)
        self.assert_left(self.served, "dir", "empty", "file")

    def test_rein_ends_the_login(self):
        self.session.sendcmd("REIN")
        self.assert_refused(self.session, "PWD", 530)
        self.session.login("alice", "secret")
        self.assertEqual(self.session.pwd(), "/")

    def test_abort_of_a_download(self):
        with open(self.served / "huge", "wb") as file:
            file.truncate(3 << 30)
        data = self.session.transfercmd("RETR huge")
        self.assertTrue(data.recv(1000))
        self.session.abort()
        data.close()
        self.settle()

    def test_abort_of_an_upload_leaves_nothing(self):
        data = self.session.transfercmd("STOR new")
        data.sendall(b"x" * 100_000)
        self.session.abort()
        data.close()
        self.settle()
        self.assertFalse((self.served / "new").exists())

    def test_abort_when_nothing_runs(self):
        self.assertIn(self.session.sendcmd("ABOR")[:3], ("225", "226"))
        self.assertEqual(self.get("file"), self.content)

    def settle(self):
        """The session is in step again: a NOOP is answered as one, and transfers work."""
        replies = []
        self.session.putcmd("NOOP")
        while not replies or not replies[-1].startswith("200"):
            replies.append(self.session.getmultiline())
            self.assertLess(len(replies), 4, replies)
        self.assertEqual(self.get("file"), self.content)

    def test_a_transfer_without_a_data_connection(self):
        self.assert_refused(self.session, "RETR file", 425, 503)

    def test_quit(self):
        self.assertEqual(self.session.quit()[:3], "221")

    def test_an_upload_is_visible_only_when_it_is_complete(self):
        data = self.session.transfercmd("STOR new")
        data.sendall(b"x" * 500_000)
        wait_until(lambda: sum(size_of(self.served / name) for name in os.listdir(self.served)
                               if "new" in name) >= 500_000, what="the bytes on disk")
        self.assertFalse((self.served / "new").exists())
        data.close()
        self.session.voidresp()
        self.assertEqual(size_of(self.served / "new"), 500_000)
        self.assert_left(self.served, "dir", "empty", "file", "new")


class FtplibIpv6(Ftplib):
    """The same over IPv6, where there is no PASV."""

    address = "::1"
    test_pasv_of_rfc_959 = None


if __name__ == "__main__":
    unittest.main()
