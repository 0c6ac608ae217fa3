"""What the tests of the program over TLS share."""

import certificates
import peers
from fake_server import Download, Upload
from fake_tls_server import TlsServer
from ferrycase import FerryCase
from programs import ferry_program
from pty_session import PtySession

CONTENT = b"the content of the file\n"
LISTING = b"-rw-r--r-- 1 a b 5 Jan 1 2020 one\r\n-rw-r--r-- 1 a b 5 Jan 1 2020 two\r\n"
DECENT = {"SIZE": f"213 {len(CONTENT)}", "RETR": Download(CONTENT), "STOR": Upload(),
          "LIST": Download(LISTING)}


class TlsCase(FerryCase):
    """Tests with a scripted server. Ferry trusts who is in its system's store, and that is none of
    ours, or whom a test says."""

    def server(self, answers=None, **more):
        """It ends with the test."""
        return self.enterContext(TlsServer({**DECENT, **(answers or {})}, **more))

    def trusting(self, *arguments):
        """A command line that trusts the tests' authority."""
        return (arguments[0], "--cacert", str(certificates.authority().certificate),
                *arguments[1:])

    def resolving(self, host):
        """An environment in which this name is 127.0.0.1."""
        unpacked = peers.Vsftpd(self.served)
        unpacked.path("usr/sbin/vsftpd")
        hosts = self.dir / "hosts"
        hosts.write_text(f"127.0.0.1 {host}\n")
        env = self.environment(LD_PRELOAD=str(unpacked.library("libnss_wrapper.so")),
                               NSS_WRAPPER_HOSTS=str(hosts))
        # The address sanitizer wants to be the first library.
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        return env

    def assert_refused(self, outcome, server, *words, status=7):
        """One line says why, and the server learned nothing but that somebody came."""
        self.assert_status(outcome, status)
        self.assertEqual(outcome.stdout, b"")
        line = self.assert_one_line(outcome)
        for each in words:
            self.assertIn(each, line)
        self.assertEqual(server.secrets(), [])
        self.assertNotIn("RETR", " ".join(server.log))
        return line

    def on_terminal(self, *arguments, without=()):
        """Ferry on a terminal, without these variables. It ends with the test."""
        env = self.environment(TERM="xterm")
        for name in without:
            del env[name]
        return self.enterContext(PtySession([ferry_program(), *arguments], env=env,
                                            cwd=self.local, size=(40, 200)))

    @property
    def store(self):
        return self.home / ".local/share/ferry/known_servers"

    def known_servers(self):
        """The lines of the trust store."""
        return self.store.read_text().splitlines() if self.store.exists() else []

    def know(self, *lines):
        self.store.parent.mkdir(parents=True, exist_ok=True)
        self.store.write_text("".join(line + "\n" for line in lines))


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


def fingerprint(certificate):
    """As the command line takes it."""
    return f"sha256:{certificate.fingerprint}"
