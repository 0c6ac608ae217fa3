"""What the tests of `ferry serve` with foreign clients share."""

import ftplib
import socket

from ferrycase import FerryCase
from programs import run
from trees import bytes_of


class ServerCase(FerryCase):
    """A running `ferry serve` with some files; user alice, password secret."""

    address = "127.0.0.1"
    options = ()  # further ones of `ferry serve`
    tls = None

    def setUp(self):
        super().setUp()
        self.content = bytes_of(1_000_000)
        (self.served / "dir").mkdir()
        (self.served / "file").write_bytes(self.content)
        (self.served / "dir" / "with space").write_bytes(b"inner")
        (self.served / "empty").write_bytes(b"")
        self.server = self.serve(password="secret", address=self.address,
                                  config=self.options, tls=self.tls)

    def client(self, *command, status=0, **options):
        """Runs a foreign client in `self.local`."""
        done = run(command, cwd=self.local, **options)
        self.assertEqual(done.status, status, f"{command}\n{done!r}\n{self.server.log()}")
        return done

    def ftp(self, login=True):
        """An ftplib session; it ends with the test."""
        ftp = ftplib.FTP(timeout=20, encoding="utf-8")
        self.addCleanup(ftp.close)
        ftp.connect(self.server.address, self.server.port)
        if login:
            ftp.login("alice", "secret")
        return ftp

    def raw(self):
        """A bare control connection behind the greeting."""
        control = socket.create_connection((self.server.address, self.server.port), timeout=20)
        self.addCleanup(control.close)
        self.assertTrue(control.recv(4096).startswith(b"220"))
        return control

    def assert_refused(self, ftp, command, *codes):
        """The server answers a command with one of these codes, or any 4xx or 5xx."""
        try:
            reply = ftp.sendcmd(command)
        except ftplib.Error as error:
            reply = str(error)
        if codes:
            self.assertIn(int(reply[:3]), codes, f"{command}: {reply}")
        self.assertIn(reply[0], "45", f"{command}: {reply}")
