"""`ferry serve` with clients that mean harm or just die: what they get, and what others keep."""

import ftplib
import io
import os
import signal
import socket
import struct
import time
import unittest

from ferrycase import FerryCase, size_of, wait_until
from peers import FerryServer
from servercase import ServerCase

MIB = 1 << 20


class Bounce(ServerCase):
    """Data connections go to and come from the control peer only (threats S1, S2)."""

    def test_port_to_another_host_or_a_low_port(self):
        session = self.ftp()
        for command in ("PORT 127,0,0,2,200,1", "PORT 192,0,2,1,200,1", "PORT 127,0,0,1,0,25",
                        "PORT 127,0,0,1,3,255", "EPRT |1|127.0.0.2|51201|",
                        "EPRT |1|127.0.0.1|25|", "EPRT |1|127.0.0.1|99999|", "EPRT |3|x|5000|",
                        "EPRT |2|::ffff:127.0.0.2|51201|", "PORT 1,2,3", "PORT 256,0,0,1,200,1",
                        "EPRT", "EPRT |1|127.0.0.1|"):
            with self.subTest(command=command):
                self.assert_refused(session, command)
                self.assert_refused(session, "NLST", 425, 503)

    def test_port_to_oneself_is_fine(self):
        session = self.ftp()
        session.set_pasv(False)
        self.assertEqual(len(session.nlst()), 3)

    def test_a_stolen_passive_port_serves_its_owner_only(self):
        session = self.ftp()
        session.sendcmd("TYPE I")
        host, port = ftplib.parse227(session.sendcmd("PASV"))
        thief = socket.create_connection((host, port), 5, source_address=("127.0.0.2", 0))
        self.addCleanup(thief.close)
        with socket.create_connection((host, port), 5) as owner:
            session.sendcmd("RETR file")
            taken = b""
            while block := owner.recv(65536):
                taken += block
        session.voidresp()
        self.assertEqual(taken, self.content)
        thief.settimeout(5)
        try:
            self.assertEqual(thief.recv(100), b"")
        except ConnectionError:
            pass

    def test_passive_ports_are_not_in_order(self):
        session = self.ftp()
        ports = [ftplib.parse229(session.sendcmd("EPSV"), ("127.0.0.1", 0))[1] for _ in range(20)]
        steps = {b - a for a, b in zip(ports, ports[1:])}
        self.assertGreater(len(steps), 3, ports)


class Paths(ServerCase):
    """No name leads out of the directory that is served (threats S3, S4)."""

    def setUp(self):
        super().setUp()
        (self.dir / "secret").write_bytes(b"top secret")
        self.mode = (self.dir / "secret").stat().st_mode & 0o777
        (self.served / "out").symlink_to("..")
        (self.served / "abs").symlink_to(str(self.dir / "secret"))
        (self.served / "in").symlink_to("dir")

    def test_reading(self):
        session = self.ftp()
        for path in ("../secret", "/../secret", "dir/../../secret", "out/secret", "abs",
                     "/..//../secret", str(self.dir / "secret"), "....//secret", "..\\secret",
                     "/proc/self/root" + str(self.dir / "secret"), "dir/../out/secret"):
            for verb in ("RETR", "SIZE", "MDTM", "MLST"):
                with self.subTest(path=path, verb=verb):
                    if verb == "MLST" and path == "abs":
                        continue  # the link itself may be told of
                    if verb == "RETR":
                        with self.assertRaises(ftplib.Error):
                            session.retrbinary(f"RETR {path}", lambda block: self.fail(block))
                    else:
                        self.assert_refused(session, f"{verb} {path}")

    def test_changing(self):
        session = self.ftp()
        for command in ("DELE ../secret", "DELE out/secret", "MKD out/new", "RMD ../home",
                        "SITE CHMOD 777 ../secret", "SITE CHMOD 777 abs",
                        "MFMT 20200101000000 out/secret", "CWD out", "RNFR ../secret",
                        "RNFR out/secret"):
            with self.subTest(command=command):
                self.assert_refused(session, command)
        session.sendcmd("RNFR file")
        self.assert_refused(session, "RNTO out/moved")
        with self.assertRaises(ftplib.Error):
            session.storbinary("STOR out/planted", io.BytesIO(b"evil"))
        try:  # may replace the link, and must not write through it
            session.storbinary("STOR abs", io.BytesIO(b"evil"))
        except ftplib.Error:
            pass
        # "/.." is "/", as on any UNIX.
        session.storbinary("STOR ../../planted", io.BytesIO(b"inside"))
        self.assertEqual((self.served / "planted").read_bytes(), b"inside")
        self.assertEqual((self.served / "file").read_bytes(), self.content)
        self.assert_outside_is_untouched()

    def assert_outside_is_untouched(self):
        self.assert_left(self.dir, "home", "local", "secret", "served")
        self.assertEqual((self.dir / "secret").read_bytes(), b"top secret")
        self.assertEqual((self.dir / "secret").stat().st_mode & 0o777, self.mode)

    def test_listing(self):
        session = self.ftp()
        for path in ("..", "out", "/..", "out/", "dir/../.."):
            for verb in ("LIST", "NLST", "MLSD"):
                lines = []
                try:
                    session.retrlines(f"{verb} {path}", lines.append)
                except ftplib.Error:
                    pass
                names = {line.split(" ")[-1] for line in lines}
                self.assertFalse(names & {"secret", "home", "out/secret"}, (verb, path))

    def test_links_inside_are_followed_inside(self):
        lines = []
        self.ftp().retrlines("NLST in", lines.append)
        self.assertEqual([line.rpartition("/")[2] for line in lines], ["with space"])

    def test_nul_and_line_ends_in_names(self):
        control = self.raw()
        control.sendall(b"USER alice\r\nPASS secret\r\n")
        self.read_until(control, b"230 ")
        control.sendall(b"DELE file\0.txt\r\nMKD a\rb\r\nNOOP\r\n")
        said = self.read_until(control, b"200 ")
        self.assertTrue(said.startswith(b"5"), said)
        self.assertTrue((self.served / "file").exists())

    def test_a_name_with_a_line_end_forges_no_entry(self):
        (self.served / "x\r\ntype=file;size=1; forged").write_bytes(b"")
        session = self.ftp()
        for verb in ("LIST", "NLST", "MLSD"):
            lines = []
            session.retrlines(verb, lines.append)
            self.assertFalse([line for line in lines if line.endswith(" forged")], lines)

    def read_until(self, control, wanted):
        said = b""
        while wanted not in said:
            block = control.recv(65536)
            self.assertTrue(block, said)
            said += block
        return said


class Lines(ServerCase):
    """What comes over the control connection is bounded and in order (threats S7, S8, S14)."""

    def talk(self, *sent):
        """Sends bytes, then QUIT; gives all that was answered."""
        control = self.raw()
        said = b""
        try:
            for block in sent:
                control.sendall(block)
            control.sendall(b"QUIT\r\n")
            while block := control.recv(65536):
                said += block
        except ConnectionError:
            pass
        return said

    def codes(self, said):
        return [line[:3].decode() for line in said.splitlines() if line[3:4] == b" "]

    LOGIN = b"USER alice\r\nPASS secret\r\n"

    def test_the_tail_of_an_overlong_line_is_no_command(self):
        said = self.talk(self.LOGIN, b"NOOP " + b"a" * 20_000 + b"DELE file\r\nNOOP\r\n")
        self.assertEqual(self.codes(said), ["331", "230", "500", "200", "221"])
        self.assertTrue((self.served / "file").exists())

    def test_a_line_without_end_ends_the_session(self):
        control = self.raw()
        with self.assertRaises(OSError):
            for _ in range(64):
                control.sendall(b"a" * MIB)
            while control.recv(65536):
                pass
            raise ConnectionResetError
        self.ftp().sendcmd("NOOP")

    def test_pipelined_commands_are_answered_in_order(self):
        said = self.talk(self.LOGIN + b"PWD\r\nNOOP\r\nSYST\r\nNOSUCH\r\nSIZE file\r\nTYPE I\r\n"
                         b"SIZE file\r\n")
        codes = self.codes(said)
        self.assertEqual(codes[:6], ["331", "230", "257", "200", "215", "500"])
        self.assertEqual(codes[-3:], ["200", "213", "221"])
        self.assertEqual(len(codes), 10)

    def test_one_byte_at_a_time_and_bare_line_feeds(self):
        said = self.talk(*(bytes([byte]) for byte in self.LOGIN + b"NOOP\nNOOP\r\n"))
        self.assertEqual(self.codes(said), ["331", "230", "200", "200", "221"])

    def test_telnet_commands_are_dropped(self):
        said = self.talk(self.LOGIN + b"\xff\xf4\xff\xf2NO\xff\xf1OP\r\n")
        self.assertEqual(self.codes(said), ["331", "230", "200", "221"])

    def test_an_http_request_is_not_obeyed(self):
        said = self.talk(b"POST / HTTP/1.1\r\nHost: x\r\n\r\nUSER alice\r\nPASS secret\r\n"
                         b"DELE file\r\n")
        self.assertNotIn(b"230", said)
        self.assertTrue((self.served / "file").exists())

    def test_guessing_passwords_ends(self):
        said = self.talk(b"USER alice\r\nPASS a\r\n" * 4)
        self.assertLessEqual(self.codes(said).count("530"), 3)
        self.assertNotIn(b"230", said)


class Deaths(ServerCase):
    def test_a_killed_uploader_leaves_the_old_file(self):
        for name in ("new", "file"):
            session = self.ftp()
            data = session.transfercmd(f"STOR {name}")
            data.sendall(b"x" * 300_000)
            wait_until(lambda: [entry for entry in os.listdir(self.served)
                                if entry not in ("dir", "empty", "file")], what="the upload")
            session.file.close()
            self.reset(session.sock)
            self.reset(data)
        wait_until(lambda: not [entry for entry in os.listdir(self.served)
                                if entry not in ("dir", "empty", "file")], what="the clean-up")
        self.assertEqual((self.served / "file").read_bytes(), self.content)

    def reset(self, sock):
        """Closes as a killed process or a pulled plug would: with RST."""
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    def test_a_client_that_goes_in_a_download_costs_nothing(self):
        with open(self.served / "huge", "wb") as file:
            file.truncate(3 << 30)
        descriptors = f"/proc/{self.server.process.pid}/fd"
        before = len(os.listdir(descriptors))
        for _ in range(20):
            session = self.ftp()
            data = session.transfercmd("RETR huge")
            data.recv(1000)
            data.close()
            session.close()
        wait_until(lambda: len(os.listdir(descriptors)) <= before + 1, what="closed descriptors")
        self.ftp().sendcmd("NOOP")

    def test_too_many_connections_from_one_address(self):
        sessions, refused = [], b""
        for _ in range(80):
            control = socket.create_connection((self.server.address, self.server.port), 20)
            self.addCleanup(control.close)
            greeting = control.recv(100)
            if not greeting.startswith(b"220"):
                refused = greeting
                break
            sessions.append(control)
        self.assertTrue(refused.startswith(b"421"), refused)
        self.assertGreater(len(sessions), 30)
        for control in sessions:
            control.close()
        wait_until(self.greets, what="room again")

    def greets(self):
        with socket.create_connection((self.server.address, self.server.port), 20) as control:
            return control.recv(100).startswith(b"220")


class FewDescriptors(FerryServer):
    """A server that may hold few descriptors."""

    def command(self):
        return ["/bin/sh", "-c", 'ulimit -n 40; exec "$@"', "sh", *super().command()]


class Exhaustion(FerryCase):
    def test_no_descriptors_left_for_new_sessions(self):
        server = self.enterContext(FewDescriptors(self.served, anonymous=True))
        refusals = lambda: server.log().count("cannot accept")
        controls = []
        for _ in range(45):
            controls.append(socket.create_connection((server.address, server.port), 20))
            self.addCleanup(controls[-1].close)
        wait_until(refusals, what="a server without descriptors")
        # It does not try again and again, which would take all of a processor.
        begun, before = time.monotonic(), refusals()
        wait_until(lambda: refusals() >= before + 5, what="more tries")
        self.assertGreater(time.monotonic() - begun, 0.3)
        # Those who are in are served, and those who wait get in when others leave.
        controls[0].sendall(b"NOOP\r\n")
        self.assertTrue(controls[0].recv(100).startswith(b"220"))
        for control in controls[1:-1]:
            control.close()
        controls[-1].settimeout(20)
        self.assertTrue(controls[-1].recv(100).startswith(b"220"))
        with ftplib.FTP(timeout=20) as session:
            session.connect(server.address, server.port)
            session.login()
            self.assertEqual(session.nlst(), [])


class End(FerryCase):
    def test_sigterm_lets_a_running_transfer_finish_and_takes_no_new_sessions(self):
        with open(self.served / "big", "wb") as file:
            file.write(os.urandom(MIB) * 40)
        server = self.serve(password="secret")
        session = ftplib.FTP(timeout=20)
        self.addCleanup(session.close)
        session.connect(server.address, server.port)
        session.login("alice", "secret")
        session.sendcmd("TYPE I")
        data = session.transfercmd("RETR big")
        taken = len(data.recv(1000))
        os.kill(server.process.pid, signal.SIGTERM)
        wait_until(lambda: not self.accepts(server), what="a closed door")
        while block := data.recv(MIB):
            taken += len(block)
        self.assertEqual(taken, 40 * MIB)
        self.assertTrue(session.voidresp().startswith("226"))
        self.assertEqual(server.process.wait(10), 0)
        self.assertEqual(size_of(self.served / "big"), 40 * MIB)

    def accepts(self, server):
        try:
            with socket.create_connection((server.address, server.port), 5) as control:
                return control.recv(100).startswith(b"220")
        except OSError:
            return False

    def test_idle_sessions_are_told_and_closed(self):
        server = self.serve(anonymous=True, config=["--idle-timeout", "0.2"])
        with socket.create_connection((server.address, server.port), 20) as control:
            control.sendall(b"USER ftp\r\nPASS x\r\n")
            said = b""
            while block := control.recv(4096):
                said += block
        self.assertIn(b"421", said)


if __name__ == "__main__":
    unittest.main()
