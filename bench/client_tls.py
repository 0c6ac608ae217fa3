"""The client over TLS beside its rivals: a large file both ways, a tiny one, and many small ones.

The servers demand that data connections resume the session of their control connection. In the same
run tls_bench tells what bare loops of OpenSSL need for ferry's cipher, and `openssl speed` what the
ciphers need alone.
"""

import collections
import os
import re
import subprocess

from contest import FERRY, GIB, MIB, ROOT, Contest

import certificates
from peers import Proftpd, Vsftpd
from server_tls import Tls

TLS_BENCH = os.environ.get("TLS_BENCH") or str(ROOT / "build/release/bench/tls_bench")
BARE = "gathering BIO, 64 KiB"  # the bare loop that is best both ways
# What is asked of ferry: CPU s/GiB, and that to a bare loop of the same run.
AIMS = {"get to /dev/null": (0.50, ("receiving", BARE), 1.16),
        "put": (0.58, ("sending", f"{BARE}, file"), 1.21)}
# What the servers' logs say of a handshake: the cipher, and whether it resumed a session.
VSFTPD = re.compile(r"SSL cipher: ([\w-]+), (not reused|reused)")
PROFTPD_FULL = re.compile(r"TLSv[\d.]+ connection accepted, using cipher ([\w-]+)")
PROFTPD_RESUMED = re.compile(r"client reused TLS session for data connection")


def handshakes(server):
    """{(cipher or "", "full" or "resumed"): how many} so far, as the server's log tells."""
    log = server.log()
    if isinstance(server, Vsftpd):
        return collections.Counter((cipher, "full" if how == "not reused" else "resumed")
                                   for cipher, how in VSFTPD.findall(log))
    seen = collections.Counter((cipher, "full") for cipher in PROFTPD_FULL.findall(log))
    seen[("", "resumed")] = len(PROFTPD_RESUMED.findall(log))
    return seen


def count_of(seen):
    """(full, resumed, [cipher])"""
    count = collections.Counter()
    for (_, how), times in seen.items():
        count[how] += times
    return count["full"], count["resumed"], sorted({cipher for cipher, _ in seen if cipher})


def reason(name, failed):
    """The line in which a program says why."""
    return next((line[line.index(name):] for line in str(failed).splitlines()
                 if f"{name}: " in line), failed)


class TlsContest(Contest):
    rivals = ("curl", "lftp", "openssl")

    def __init__(self, options):
        super().__init__(options)
        self.files = 100 if options.quick else 500
        self.bare = {}  # {("receiving", name of the loop): CPU s/GiB}
        self.suite = None
        self.authority = certificates.authority().certificate

    def add_files(self, block):
        (self.served / "small").mkdir()
        for number in range(self.files):
            (self.served / f"small/file-{number:03}").write_bytes(
                block[number * 4096:(number + 1) * 4096])

    def ferry(self, command, *words):
        return [FERRY, command, "-q", "--tls", "require", "--cacert", self.authority, *words]

    def curl(self, *words):
        return ["curl", "-sS", "--ssl-reqd", "--cacert", self.authority, *words]

    def lftp(self, server, command):
        return ["lftp", "-c", "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; "
                f"set ssl:ca-file {self.authority}; set xfer:clobber yes; "
                f"open {server.url()}; {command}"]

    def show_handshakes(self, server, contenders):
        """Runs each once, and tells what the server's log says of it."""
        print(f"\nhandshakes of one get, {server.name}")
        for name, command in contenders.items():
            before = handshakes(server)
            self.run(command)
            full, resumed, ciphers = count_of(handshakes(server) - before)
            print(f"  {name:22}{full} full, {resumed} resumed, {' '.join(ciphers)}", flush=True)
            if name == "ferry":
                self.suite = self.suite or ciphers[0]

    def whole_file(self, server):
        gib = self.size / GIB
        url = server.url("big")
        gets = {
            "ferry": self.ferry("get", url, "-o", "/dev/null"),
            "curl": self.curl("-o", "/dev/null", url),
            "lftp": self.lftp(server, "get big -o /dev/null"),
        }
        self.show_handshakes(server, gets)
        self.compare("get to /dev/null", server, gets, gib=gib)
        self.compare("get to a file", server, {
            "ferry": self.ferry("get", url),
            "curl": self.curl("-O", url),
            "lftp": self.lftp(server, "get big"),
        }, gib=gib, result=self.local / "big", original=self.served / "big")
        renamed = self.local / "up"
        os.link(self.served / "big", renamed)
        self.compare("put", server, {
            "ferry": self.ferry("put", renamed, server.url()),
            "curl": self.curl("-T", renamed, server.url()),
            "lftp": self.lftp(server, f"put {renamed}"),
        }, gib=gib, result=self.served / "up", original=self.served / "big")
        renamed.unlink()

    def tiny_file(self, server):
        url = server.url("tiny")
        self.compare("tiny get", server, {
            "ferry": self.ferry("get", url),
            "curl": self.curl("-O", url),
            "lftp": self.lftp(server, "get tiny"),
        }, rounds=5 if self.quick else 25, result=self.local / "tiny",
            original=self.served / "tiny")

    def small_files(self, server):
        """All with one command each; curl's standard way, one after the other, takes minutes."""
        urls = [server.url(f"small/file-{number:03}") for number in range(self.files)]
        contenders = {
            "ferry": self.ferry("get", *urls),
            "curl -Z, 8 at once": self.curl("-Z", "--parallel-max", "8", "--remote-name-all",
                                            server.url(f"small/file-[000-{self.files - 1:03}]")),
            "lftp": self.lftp(server, "mget small/*"),
            "lftp, 8 at once": self.lftp(server, "mirror -P 8 small ."),
        }
        samples = {name: [] for name in contenders}
        counts = {}
        for _ in range(2 if self.quick else 3):
            for name in list(samples):
                before = handshakes(server)
                try:
                    samples[name].append(self.run(contenders[name]))
                except RuntimeError as failed:
                    if name == "ferry":
                        raise
                    print(f"\n{name} fails: {reason(name.split()[0].rstrip(','), failed)}")
                    del samples[name]
                    self.clear()
                    continue
                full, resumed, _ = count_of(handshakes(server) - before)
                counts[name] = {"full": full, "resumed": resumed}
                self.check_small()
        self.record(f"get of {self.files} files of 4 KiB", server, samples, handshakes=counts)
        for name in samples:
            count = counts[name]
            print(f"  {name:22}{count['full']} full handshakes, {count['resumed']} resumed")

    def check_small(self):
        for path in sorted((self.served / "small").iterdir()):
            copy = self.local / path.name
            if not copy.is_file() or copy.read_bytes() != path.read_bytes():
                raise RuntimeError(f"{path.name} is not as it was served")
        self.clear()

    def clear(self):
        for path in self.local.iterdir():
            path.unlink()

    def limits(self):
        """What the ciphers and bare loops of OpenSSL need, in this run."""
        print()
        for cipher in ("aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"):
            done = subprocess.run(["openssl", "speed", "-mr", "-seconds", "1", "-bytes", "16384",
                                   "-evp", cipher], capture_output=True, text=True, check=True)
            each = float(re.search(r"^\+F:.*:([\d.]+)$", done.stdout, re.MULTILINE).group(1))
            print(f"openssl speed -evp {cipher}: {GIB / each:.3f} CPU s/GiB")
        done = subprocess.run([TLS_BENCH, str(self.size // MIB), str(self.rounds), self.suite,
                               f"^(ferry|socket BIO|{BARE})(, file)?$"],
                              capture_output=True, text=True, check=True)
        print(done.stdout, flush=True)
        way = None
        for line in done.stdout.splitlines():
            way = line.split()[0] if line.startswith(("receiving", "sending")) else way
            row = re.fullmatch(r"  (.*?) +([\d.]+) +[\d.]+ +\d+ +[\d.]+", line)
            if way and row:
                self.bare[way, row[1]] = float(row[2])

    def all(self):
        for kind in (Vsftpd, Proftpd):
            with kind(self.served, tls=Tls()) as server:
                self.whole_file(server)
                self.tiny_file(server)
                self.small_files(server)
        self.limits()

    def aims(self):
        """(text, figure, limit, unit) of what ferry means to reach."""
        for result in self.results:
            if result["what"] not in AIMS:
                continue
            limit, loop, ratio = AIMS[result["what"]]
            figure = result["contenders"]["ferry"]["cpu_s_per_gib"]
            where = f"{result['what']}, {result['server']}"
            yield where, figure, limit, "CPU s/GiB"
            yield where, figure / self.bare[loop], ratio, "times the bare loop"
