"""What the tests of `ferry serve` over TLS share."""

import ftplib
import re
import socket
import ssl

from server_tls import Tls
from servercase import ServerCase


class ResumingFtp(ftplib.FTP_TLS):
    """ftplib does not resume the session of the control connection by itself."""

    reuse = True

    def ntransfercmd(self, cmd, rest=None):
        data, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:
            session = self.sock.session if self.reuse else None
            data = self.context.wrap_socket(data, server_hostname=self.host, session=session)
        return data, size


class ImplicitFtp(ResumingFtp):
    """TLS before the greeting; data is protected without PROT."""

    def connect(self, host, port, timeout):
        self._prot_p = True
        self.host, self.port, self.timeout = host, port, timeout
        bare = socket.create_connection((host, port), timeout)
        self.af = bare.family
        self.sock = self.context.wrap_socket(bare, server_hostname=host)
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()
        return self.welcome


class OwnTls(Tls):
    """A certificate that the server makes for itself."""

    def ferry(self):
        return []


class TlsCase(ServerCase):
    """A running `ferry serve` with both ways to begin TLS and a certificate of its own."""

    options = ("--ftps-port", "0")
    tls = OwnTls()
    version = None  # the only one that clients speak

    def setUp(self):
        super().setUp()
        self.certificate = self.server.certificate
        found = re.search(r"ftps://\S+:(\d+)/", self.server.log())
        self.ftps_port = int(found.group(1)) if found else None
        if self.certificate.exists():
            self.context = ssl.create_default_context(cafile=self.certificate)
        if self.version:
            self.context.minimum_version = self.context.maximum_version = self.version

    def safe_ftp(self, kind=ResumingFtp, *, login=True, protect=True):
        """A session over TLS; it ends with the test."""
        ftp = kind(context=self.context, timeout=20, encoding="utf-8")
        self.addCleanup(ftp.close)
        implicit = kind is ImplicitFtp
        ftp.connect(self.server.address, self.ftps_port if implicit else self.server.port, 20)
        if not implicit:
            ftp.auth()
        if login:
            ftp.login("alice", "secret", secure=False)
            if protect and not implicit:
                ftp.prot_p()
        return ftp

    def tls_over(self, bare, session=None):
        return self.context.wrap_socket(bare, server_hostname=self.server.address,
                                          session=session)

    def visible(self):
        """Names in the served directory that are not of `setUp`."""
        return sorted(path.name for path in self.served.iterdir()
                      if path.name not in ("dir", "file", "empty"))
