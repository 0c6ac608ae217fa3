"""ferry serve: its options about TLS, and the certificate it makes for itself."""

import hashlib
import json
import os
import re
import signal
import socket
import ssl
import unittest

from ferrycase import FerryCase


class ServeTls(FerryCase):
    def run_server(self, *options, env=None):
        """Starts `ferry serve --json`; the process, and what it announces."""
        process = self.start("serve", self.served, "--anonymous", "--port", "0", "--json", *options,
                             env=env or self.environment())
        line = process.stdout.readline()
        self.assertTrue(line, process.stderr.read() if not line else "")
        return process, json.loads(line)

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        return self.finish(process)

    def shown(self, port):
        """The certificate that a server shows, as PEM."""
        return ssl.get_server_certificate(("127.0.0.1", port))

    @property
    def kept(self):
        return self.home / ".local/share/ferry"

    def test_one_is_made_and_stays(self):
        process, said = self.run_server("--ftps-port", "0")
        self.assertEqual(said["ftps_url"], f"ftps://127.0.0.1:{said['ftps_port']}/")
        shown = self.shown(said["ftps_port"])
        self.assertEqual((self.kept / "server.crt").read_text().strip(), shown.strip())
        self.assertEqual((self.kept / "server.key").stat().st_mode & 0o777, 0o600)
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(shown)).hexdigest()
        self.assertEqual(said["fingerprint"], "sha256:" + digest)
        self.assert_left(self.kept, "server.crt", "server.key")
        self.stop(process)
        process, again = self.run_server()
        self.assertEqual(again["fingerprint"], said["fingerprint"])
        self.assertNotIn("ftps_url", again)

    def test_its_names(self):
        process, said = self.run_server("--ftps-port", "0", "--listen", "127.0.0.2")
        context = ssl.create_default_context(cafile=self.kept / "server.crt")
        for name in ("localhost", "127.0.0.1", "::1", "127.0.0.2", socket.gethostname()):
            with self.subTest(name=name):
                bare = socket.create_connection(("127.0.0.2", said["ftps_port"]), timeout=20)
                context.wrap_socket(bare, server_hostname=name).close()

    def test_xdg_data_home(self):
        self.run_server(env=self.environment(XDG_DATA_HOME=str(self.dir / "data")))
        self.assert_left(self.dir / "data/ferry", "server.crt", "server.key")
        self.assertFalse(self.kept.exists())

    def test_damaged_or_of_two_kinds(self):
        process, first = self.run_server()
        self.stop(process)
        other = self.dir / "other"
        process, _ = self.run_server(env=self.environment(XDG_DATA_HOME=str(other)))
        self.stop(process)
        seen = {first["fingerprint"]}
        for name, content in (("server.crt", b""), ("server.key", b"no key"),
                              ("server.key", (other / "ferry/server.key").read_bytes())):
            with self.subTest(name=name):
                (self.kept / name).write_bytes(content)
                process, said = self.run_server("--ftps-port", "0")
                self.shown(said["ftps_port"])
                self.stop(process)
                self.assertNotIn(said["fingerprint"], seen)
                seen.add(said["fingerprint"])

    def test_many_at_once(self):
        started = [self.start("serve", self.served, "--anonymous", "--port", "0", "--json",
                              "--ftps-port", "0") for _ in range(8)]
        said = [json.loads(process.stdout.readline()) for process in started]
        self.assertEqual(len({one["fingerprint"] for one in said}), 1)
        for one in said:
            self.shown(one["ftps_port"])
        self.assert_left(self.kept, "server.crt", "server.key")

    def test_nowhere_to_keep_it(self):
        for home in ("/proc/nowhere", ""):
            with self.subTest(home=home):
                process, said = self.run_server("--ftps-port", "0",
                                                env=self.environment(HOME=home))
                self.shown(said["ftps_port"])
                done = self.stop(process)
                self.assertRegex(done.stderr, "the certificate cannot be kept and is another one "
                                              "at the next start: ")
                self.assertEqual(done.stderr.count("cannot be kept"), 1)

    def test_one_that_is_given(self):
        process, made = self.run_server()
        self.stop(process)
        mine = self.dir / "mine"
        mine.mkdir()
        for name in ("server.crt", "server.key"):
            os.rename(self.kept / name, mine / name)
        both = mine / "both.pem"
        both.write_bytes((mine / "server.crt").read_bytes() + (mine / "server.key").read_bytes())
        for options in (("--tls-cert", mine / "server.crt", "--tls-key", mine / "server.key"),
                        ("--tls-cert", both)):
            process, said = self.run_server(*options)
            self.assertEqual(said["fingerprint"], made["fingerprint"])
            self.stop(process)
        self.assert_left(self.kept)
        self.fail_to_serve(8, "--tls-cert", mine / "nowhere")
        self.fail_to_serve(8, "--tls-cert", mine / "server.crt")
        self.fail_to_serve(8, "--tls-cert", mine / "server.key", "--tls-key", mine / "server.key")

    def fail_to_serve(self, status, *options):
        outcome = self.ferry("serve", self.served, "--anonymous", "--port", "0", *options)
        self.assert_status(outcome, status)
        self.assertRegex(outcome.stderr, "^ferry:? serve: .")

    def test_options_that_do_not_go_together(self):
        self.fail_to_serve(2, "--tls-key", "file")
        self.fail_to_serve(2, "--tls", "off", "--tls-required")
        self.fail_to_serve(2, "--tls", "off", "--ftps-port", "0")
        self.fail_to_serve(2, "--tls", "maybe")
        self.fail_to_serve(2, "--tls-min", "1.1")
        self.fail_to_serve(2, "--ftps-port", "x")

    def test_off(self):
        process, said = self.run_server("--tls", "off")
        self.assertNotIn("fingerprint", said)
        self.assertFalse(self.kept.exists())

    def test_announcement_for_people(self):
        process = self.start("serve", self.served, "--anonymous", "--port", "0", "--ftps-port", "0")
        line = process.stdout.readline().decode()
        self.assertTrue(re.search(r" on ftp://127\.0\.0\.1:\d+/ and ftps://127\.0\.0\.1:\d+/ as "
                                  r"anonymous \(read only\), TLS certificate sha256:[0-9a-f]{64}\n$",
                                  line), line)


if __name__ == "__main__":
    unittest.main()
