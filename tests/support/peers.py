"""FTP servers for the net tests: each class is a context manager that starts one on loopback.

    with Vsftpd(home) as server:
        run_ferry("ls", server.url("dir/"))

Vsftpd, Proftpd, Pureftpd and Pyftpdlib are Debian's; the first three are unpacked by
tools/fetch_peers and, started by root, serve their sessions as the account `nobody` (whom `own`
gives files to). FerryServer is `ferry serve`, the program named by $FERRY. A server that cannot be
had is a failure, not a skip. What tests need of programs.py and trees.py can be had from here too.
"""

import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time

from programs import ferry_program, is_alive, processes_of, run, run_ferry, stop_process
from trees import (GID, IS_ROOT, UID, bytes_of, make_tree, own, same_bytes, temp_dir, tree_of)

__all__ = ["ALL", "FOREIGN", "FerryServer", "Proftpd", "Pureftpd", "Pyftpdlib", "Vsftpd",
           "bytes_of", "ferry_program", "is_alive", "make_tree", "own", "processes_of", "run",
           "run_ferry", "same_bytes", "temp_dir", "tree_of"]

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = pathlib.Path(os.environ.get("FERRY_PEERS", ROOT / "build/peers"))
READER = 65533  # an account that owns nothing: whoever may only read
START_SECONDS = 20
PORTS_EACH = 100  # a server's block: the control port, then its passive ports


class Server:
    """What all servers share: ports, the process, its log, and its end."""

    name = ""
    needs_root = False
    can_disable = False  # may single verbs be switched off?
    errors_on_stdin = False
    hashes = None  # the best that it gives, as it is started here
    is_told_port = True  # or it is given 0 at first, and says where it listens

    def __init__(self, home, *, user="tester", password="secret", anonymous=False,
                 read_only=False, address="127.0.0.1", disable=(), config=(), tls=None):
        """`disable`: verbs to refuse ("MLSD", "EPSV"). `config`: what the server's own
        configuration takes, appended: lines for vsftpd and proftpd, arguments for the others.
        `tls`: a Tls of server_tls.py; without, the server has none."""
        if disable and not self.can_disable:
            raise ValueError(f"{self.name} cannot switch off {disable}")
        self.home = pathlib.Path(home).resolve()
        self.user, self.password = user, password
        self.anonymous, self.read_only = anonymous, read_only
        self.address, self.disable, self.config = address, tuple(disable), list(config)
        self.tls = tls
        self.port = 0
        self.process = None
        self.run_dir = None

    # What each server says of itself.
    def command(self):
        """The argument list to start it with; may write files into self.run_dir."""
        raise NotImplementedError

    def environment(self):
        return dict(os.environ, LC_ALL="C.UTF-8")

    def openssl_config(self):
        """What the environment says to a server that cannot be told the version of TLS."""
        if not self.tls:
            return {}
        return {"OPENSSL_CONF": str(self.write("openssl.cnf", self.tls.openssl_config()))}

    def clean_up(self):
        pass

    def write(self, file_name, text, mode=0o644):
        path = self.run_dir / file_name
        path.write_text(text)
        path.chmod(mode)
        return path

    # For the tests.
    def url(self, path="", *, user=None, password=None):
        """ftp://user:password@host:port/path; a leading %2F makes the path absolute. ftps:// where
        TLS is implicit."""
        login = f"{user or self.user}:{self.password if password is None else password}"
        return f"{self.scheme()}://{login}@{self.host()}:{self.port}/{path}"

    def anonymous_url(self, path=""):
        return f"{self.scheme()}://{self.host()}:{self.port}/{path}"

    def scheme(self):
        return "ftps" if self.is_implicit() else "ftp"

    def is_implicit(self):
        return bool(self.tls and self.tls.implicit)

    def host(self):
        return f"[{self.address}]" if ":" in self.address else self.address

    def log(self):
        """All it has written so far: for the message of a failed test."""
        parts = []
        for path in sorted(self.run_dir.glob("*.log")) if self.run_dir else []:
            parts.append(f"--- {self.name}: {path.name}\n{path.read_text(errors='replace')}")
        return "".join(parts)

    def __enter__(self):
        if self.needs_root and not IS_ROOT:
            raise RuntimeError(f"{self.name} has to be started by root: run the net tests as root")
        for attempt in range(3):  # another test may take the port between our look and its bind
            try:
                return self._start()
            except _PortTaken:
                self.__exit__()
            except BaseException:
                self.__exit__()
                raise
        raise RuntimeError(f"{self.name} found no free port")

    def __exit__(self, *_):
        try:
            if self.process:
                stop_process(self.process)
        finally:
            self.process = None
            self.clean_up()
            if self.run_dir:
                shutil.rmtree(self.run_dir, ignore_errors=True)
                self.run_dir = None

    def _start(self):
        self.run_dir = pathlib.Path(tempfile.mkdtemp(prefix=f"ferry-{self.name}-"))
        self.run_dir.chmod(0o755)
        first = free_ports(self.address)
        self.port = first if self.is_told_port else 0
        self.passive = (first + 1, first + PORTS_EACH - 1)
        return self.launch()

    def __repr__(self):
        return self.name

    def kill(self):
        """Ends it and its sessions without a word, as a crash does."""
        stop_process(self.process, gently=False)

    def launch(self):
        """Starts it, or after `kill` again: on the same port."""
        with open(self.run_dir / "output.log", "wb") as output:
            self.process = subprocess.Popen(
                [str(part) for part in self.command()], env=self.environment(), cwd=self.run_dir,
                stdin=output if self.errors_on_stdin else subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True)
        self._wait_until_ready()
        return self

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                said = self.log()
                if "in use" in said.lower():
                    raise _PortTaken
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}\n{said}")
            if self._greets():
                return
            time.sleep(0.01)
        raise RuntimeError(f"{self.name} did not answer in {START_SECONDS} s\n{self.log()}")

    def _connect(self):
        control = socket.create_connection((self.address, self.port), timeout=5)
        return self.tls.hello(control) if self.is_implicit() else control

    def _greets(self):
        try:
            with self._connect() as control:
                greeting = control.recv(512)
                control.sendall(b"QUIT\r\n")
                while control.recv(512):
                    pass
                return greeting.startswith(b"220")
        except OSError:
            return False


class _PortTaken(Exception):
    pass


class _Unpacked(Server):
    """A server from build/peers: an executable, and the libraries unpacked beside it."""

    can_disable = True
    executable = ""

    def path(self, inside):
        found = PEERS / self.name / inside
        if not found.exists():
            subprocess.run([ROOT / "tools/fetch_peers"], check=True)
        if not found.exists():
            raise RuntimeError(f"{found} is missing: run tools/fetch_peers")
        return found

    def environment(self):
        folders = {path.parent for path in (PEERS / self.name).rglob("lib*.so.*")}
        more = {"LD_LIBRARY_PATH": ":".join(map(str, sorted(folders)))}
        return dict(super().environment(), **more, **self.openssl_config())

    def library(self, file_name):
        return next((PEERS / self.name).rglob(file_name))

    def with_accounts(self, environment):
        """Adds the accounts `nobody` and `ftp`, at home in self.home, for this process alone."""
        passwd = self.write("passwd", "root:x:0:0::/root:/bin/sh\n" + "".join(
            f"{name}:x:{uid}:{GID}::{self.home}:/bin/sh\n"
            for name, uid in (("nobody", UID), ("ftp", READER))))
        group = self.write("group", f"root:x:0:\nnogroup:x:{GID}:\n")
        return dict(environment, LD_PRELOAD=str(self.library("libnss_wrapper.so")),
                    NSS_WRAPPER_PASSWD=str(passwd), NSS_WRAPPER_GROUP=str(group))


class Vsftpd(_Unpacked):
    """vsftpd: no MLSD. Its users are PAM's, so a service file for PAM lives as long as it does."""

    name = "vsftpd"
    needs_root = True
    errors_on_stdin = True  # it writes "500 OOPS" to descriptor 0, where inetd puts the client
    service_file = None

    def command(self):
        users = self.write("users", f"{self.user}:{hashed(self.password)}\n", 0o600)
        module = self.library("pam_pwdfile.so")
        service = f"ferry-test-{os.getpid()}-{self.port}"
        self.service_file = pathlib.Path("/etc/pam.d") / service
        self.service_file.write_text(f"auth required {module} pwdfile={users}\n"
                                     "account required pam_permit.so\n"
                                     "session required pam_permit.so\n")
        empty = self.run_dir / "empty"
        empty.mkdir(exist_ok=True)
        v6 = ":" in self.address
        write = "NO" if self.read_only else "YES"
        lines = [
            f"listen={'NO' if v6 else 'YES'}", f"listen_ipv6={'YES' if v6 else 'NO'}",
            f"listen_address{'6' if v6 else ''}={self.address}", f"listen_port={self.port}",
            "background=NO",
            "isolate=NO", "isolate_network=NO", "seccomp_sandbox=NO", "connect_from_port_20=NO",
            f"pam_service_name={service}", "session_support=NO", "local_enable=YES",
            "guest_enable=YES", "guest_username=nobody", "nopriv_user=nobody",
            "virtual_use_local_privs=YES", "chroot_local_user=YES", "allow_writeable_chroot=YES",
            f"local_root={self.home}", f"secure_chroot_dir={empty}",
            f"anonymous_enable={'YES' if self.anonymous else 'NO'}", "ftp_username=ftp",
            f"anon_root={self.home}", "anon_world_readable_only=NO",
            f"write_enable={write}", "local_umask=022", "file_open_mode=0666",
            "chmod_enable=YES", "mdtm_write=YES", "ls_recurse_enable=YES",
            "ascii_download_enable=YES", "ascii_upload_enable=YES",
            f"pasv_min_port={self.passive[0]}", f"pasv_max_port={self.passive[1]}",
            "max_login_fails=3", "delay_failed_login=0", "max_clients=0", "max_per_ip=0",
            "xferlog_enable=YES", "log_ftp_protocol=YES", "dual_log_enable=NO",
            f"vsftpd_log_file={self.run_dir / 'protocol.log'}",
        ]
        if self.disable:
            lines.append("cmds_denied=" + ",".join(self.disable))
        if self.tls:
            lines += self.tls.vsftpd()
        config = self.write("vsftpd.conf", "\n".join(lines + self.config) + "\n", 0o600)
        return [self.path("usr/sbin/vsftpd"), config]

    def environment(self):
        return self.with_accounts(super().environment())

    def clean_up(self):
        if self.service_file:
            self.service_file.unlink(missing_ok=True)
            self.service_file = None


class Proftpd(_Unpacked):
    """proftpd: MLSD, EPSV, MFMT, SITE CHMOD; runs without root too."""

    name = "proftpd"

    def command(self):
        users = self.write("users", "".join(
            f"{name}:{hashed(self.password)}:{UID}:{GID}::{self.home}:/bin/sh\n"
            for name in (self.user, "anonymous")), 0o600)
        own(users)
        account = ("nobody", "nogroup") if IS_ROOT else (f"#{UID}", f"#{GID}")
        lines = [
            "ServerName test", "ServerType standalone", "DefaultServer on", "UseIPv6 on",
            f"DefaultAddress {self.address}", "SocketBindTight on", f"Port {self.port}",
            f"PassivePorts {self.passive[0]} {self.passive[1]}", "MaxInstances 300",
            f"ModulePath {self.path('usr/lib/proftpd')}",
            f"PidFile {self.run_dir}/pid", f"ScoreboardFile {self.run_dir}/scoreboard",
            f"SystemLog {self.run_dir}/system.log", "TransferLog none", "WtmpLog off",
            'LogFormat commands "%a %r %s"', f"ExtendedLog {self.run_dir}/protocol.log ALL commands",
            "UseReverseDNS off", "AuthOrder mod_auth_file.c", f"AuthUserFile {users}",
            "RequireValidShell off", "Umask 022 022", "AllowOverwrite on", "AllowStoreRestart on",
            "AllowRetrieveRestart on", "TimeoutIdle 300",
            "<IfModule mod_delay.c>", "DelayEngine off", "</IfModule>",
            "<IfModule mod_ident.c>", "IdentLookups off", "</IfModule>",
            "<IfModule mod_ctrls.c>", "ControlsEngine off", "</IfModule>",
        ]
        if self.tls:
            self.path("usr/lib/proftpd/mod_tls.so")  # fetches what an older build/peers lacks
            lines += self.tls.proftpd(self.run_dir)
        if IS_ROOT:
            lines += [f"User {account[0]}", f"Group {account[1]}", "DefaultRoot ~"]
        if self.disable:
            lines += [f"<Limit {' '.join(self.disable)}>", "DenyAll", "</Limit>"]
            if {"MLSD", "MLST"} & set(self.disable):
                lines.append("FactsAdvertise off")
        if self.read_only:
            lines += ["<Limit WRITE>", "DenyAll", "</Limit>"]
        if self.anonymous:
            lines += [f"<Anonymous {self.home}>", "User anonymous", f"Group {account[1]}",
                      "UserAlias ftp anonymous", "<Limit WRITE>", "DenyAll", "</Limit>",
                      "</Anonymous>"]
        config = self.write("proftpd.conf", "\n".join(lines + self.config) + "\n")
        return [self.path("usr/sbin/proftpd"), "-n", "-c", config]


class Pureftpd(_Unpacked):
    """pure-ftpd: MLSD, EPSV; wants root. Single verbs cannot be switched off."""

    name = "pureftpd"
    needs_root = True
    can_disable = False

    def command(self):
        database = self.run_dir / "accounts.pdb"
        accounts = self.write("accounts", ":".join(
            [self.user, hashed(self.password), str(READER if self.read_only else UID), str(GID),
             "", str(self.home)] + [""] * 12) + "\n", 0o600)
        subprocess.run([self.path("usr/bin/pure-pw"), "mkdb", database, "-f", accounts],
                       check=True, capture_output=True, env=self.environment())
        command = [self.path("usr/sbin/pure-ftpd"), "-S", f"{self.address},{self.port}",
                   "-l", f"puredb:{database}", "-p", f"{self.passive[0]}:{self.passive[1]}",
                   "-H", "-A", "-u", "1", "-U", "022:022", "-c", "200", "-C", "200",
                   "-L", "1000000:64", "-O", f"clf:{self.run_dir}/transfer.log",
                   "-g", f"{self.run_dir}/pid", "-Y", "0"]
        command.append("-i" if self.anonymous else "-E")
        if self.tls:
            command += self.tls.pureftpd()
        return command + self.config

    def environment(self):
        return self.with_accounts(super().environment())


class Pyftpdlib(Server):
    """pyftpdlib: MLSD, EPSV, UTF-8; one process, its sessions run as whoever starts the tests."""

    name = "pyftpdlib"
    can_disable = True

    def __init__(self, home, *, foreign=False, **more):
        """`foreign`: data connections may be with others than the client (PORT, PASV)."""
        super().__init__(home, **more)
        self.foreign = foreign

    def command(self):
        options = dict(address=self.address, port=self.port, passive=self.passive,
                       home=str(self.home), user=self.user, password=self.password,
                       anonymous=self.anonymous, read_only=self.read_only, disable=self.disable,
                       foreign=self.foreign, tls=self.tls and self.tls.pyftpdlib())
        code = pathlib.Path(__file__).with_name("pyftpdlib_server.py")
        return ["/usr/bin/python3", code, repr(options), *self.config]


class FerryServer(Server):
    """`ferry serve`; `config` is further arguments."""

    name = "ferry"
    hashes = "SHA-256"
    is_told_port = False

    def command(self):
        command = [ferry_program(), "serve", self.home, "--port", str(self.port),
                   "--listen", self.address, "--user", self.user]
        if self.anonymous:
            command.append("--anonymous")
        if self.read_only:
            command.append("--read-only")
        command += self.tls.ferry() if self.tls else ["--tls", "off"]
        return command + self.config

    def environment(self):
        # Its home is where it would keep a certificate.
        more = {"FERRY_PASSWORD": self.password, "HOME": str(self.run_dir),
                "XDG_DATA_HOME": str(self.run_dir / "data")}
        return dict(super().environment(), **more, **self.openssl_config())

    @property
    def certificate(self):
        """What it made for itself, for clients that are to trust it."""
        return self.run_dir / "data/ferry/server.crt"

    def _greets(self):
        said = (self.run_dir / "output.log").read_text(errors="replace")
        line = said.partition("\n")[0] if "\n" in said else ""
        listening = re.search(f"{self.scheme()}://{re.escape(self.host())}" + r":(\d+)", line)
        if not listening:
            return False
        self.port = int(listening.group(1))
        return super()._greets()


FOREIGN = (Vsftpd, Proftpd, Pureftpd, Pyftpdlib)
ALL = FOREIGN + (FerryServer,)


def hashed(password):
    """A hash that servers check in no time, unlike those that their own tools make."""
    return subprocess.run(["openssl", "passwd", "-1", "-stdin"], input=password, check=True,
                          text=True, capture_output=True).stdout.strip()


def free_ports(address):
    """The first port of a free block of PORTS_EACH, below the ports the kernel gives out itself
    (servers fail when a passive port is some client's)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for _ in range(200):
        port = random.randrange(10000, 32000, PORTS_EACH)
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")
