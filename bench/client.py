#!/usr/bin/python3
"""The client beside its rivals, in one run: large files, a tiny file, and a large directory.

    ./dev bench client [--quick] [--json FILE]

All work is on loopback, against vsftpd and proftpd, with the data in memory (/dev/shm) where there
is room. The contenders take turns, every other round in reverse order, so that what else the
machine does hits all of them alike; medians are printed, and ratios to the best rival of the same
run, which say more than the numbers. Every copy is checked: its size each time, its bytes once.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))
sys.dont_write_bytecode = True
from peers import Proftpd, Vsftpd, own, same_bytes  # noqa: E402

MIB, GIB = 1 << 20, 1 << 30
FERRY = os.environ.get("FERRY") or str(ROOT / "build/release/bin/ferry")
RIVALS = ("curl", "lftp", "wget", "ncftpget", "ncftpput")


class Sample:
    """What one run cost."""

    def __init__(self, wall, user, system, peak_kib):
        self.wall, self.cpu, self.peak = wall, user + system, peak_kib * 1024


class Bench:
    def __init__(self, options):
        self.quick = options.quick
        self.rounds = options.runs or (2 if options.quick else 5)
        self.size = 128 * MIB if options.quick else GIB
        self.entries = 20_000 if options.quick else 100_000
        self.memory = pathlib.Path("/dev/shm")
        room = shutil.disk_usage(self.memory).free if self.memory.is_dir() else 0
        self.in_memory = room > 4 * self.size
        self.work = pathlib.Path(tempfile.mkdtemp(
            prefix="ferry-bench-", dir=self.memory if self.in_memory else None))
        self.work.chmod(0o755)
        self.served, self.local, self.home = (self.work / name
                                              for name in ("served", "local", "home"))
        self.measure = self.work / "measure"
        self.results = []

    def __enter__(self):
        try:
            self.set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.work, ignore_errors=True)

    def set_up(self):
        subprocess.run(["cc", "-O1", "-static", "-o", self.measure,
                        pathlib.Path(__file__).with_name("measure.c")], check=True)
        for directory in (self.served, self.local, self.home, self.served / "many"):
            directory.mkdir()
        block = os.urandom(8 * MIB)
        with open(self.served / "big", "wb") as file:
            for _ in range(self.size // len(block)):
                file.write(block)
        (self.served / "tiny").write_bytes(block[:1000])
        for number in range(self.entries):
            (self.served / "many" / f"entry-{number:06}.dat").touch()
        own(self.served)

    def run(self, command, expect=None):
        """Runs one contender; `expect` is (path, size) of what it must have made."""
        result = self.work / "result"
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        with open(self.work / "stderr", "wb") as stderr:
            subprocess.run([self.measure, result, *map(str, command)], env=environment, check=True,
                           stdin=subprocess.DEVNULL, cwd=self.local, timeout=600,
                           stdout=subprocess.DEVNULL, stderr=stderr)
        *numbers, status = result.read_text().split()
        said = (self.work / "stderr").read_text(errors="replace")
        if status != "0":
            raise RuntimeError(f"{command} ended with {status}\n{said}")
        if isinstance(expect, tuple) and expect[0].stat().st_size != expect[1]:
            raise RuntimeError(f"{command}: {expect[0]} has {expect[0].stat().st_size} bytes, "
                               f"not {expect[1]}\n{said}")
        return Sample(*map(float, numbers))

    def compare(self, what, server, contenders, *, rounds=None, result=None, original=None,
                gib=None):
        """Lets the contenders {name: command} take turns; `result` is the file each makes."""
        samples = {name: [] for name in contenders}
        names = list(contenders)
        for turn in range(rounds or self.rounds):
            for name in names if turn % 2 == 0 else reversed(names):
                if result:
                    result.unlink(missing_ok=True)
                expect = (result, original.stat().st_size) if result else None
                samples[name].append(self.run(contenders[name], expect))
                if result and turn == 0:
                    difference = same_bytes(result, original)
                    if difference:
                        raise RuntimeError(f"{name}: {difference}")
        if result:
            result.unlink()
        rows = {}
        for name, taken in samples.items():
            cpu = statistics.median(sample.cpu for sample in taken)
            rows[name] = {"wall_s": statistics.median(sample.wall for sample in taken),
                          "wall_min_s": min(sample.wall for sample in taken),
                          "cpu_s": cpu, "cpu_s_per_gib": cpu / gib if gib else None,
                          "peak_bytes": statistics.median(sample.peak for sample in taken)}
        self.results.append({"what": what, "server": server.name, "gib": gib, "contenders": rows})
        show(self.results[-1])

    def lftp(self, server):
        return f"set ftp:ssl-allow no; set xfer:clobber yes; open {server.url()}; "

    def ncftp(self, server):
        return ["-V", "-u", server.user, "-p", server.password, "-P", server.port]

    def whole_file(self, server):
        gib = self.size / GIB
        url, place = server.url("big"), self.local / "big"
        self.compare("get to /dev/null", server, {
            "ferry": [FERRY, "get", "-q", url, "-o", "/dev/null"],
            "curl": ["curl", "-sS", "-o", "/dev/null", url],
            "lftp": ["lftp", "-c", self.lftp(server) + "get big -o /dev/null"],
            "wget": ["wget", "-q", "-O", "/dev/null", url],
        }, gib=gib)
        self.compare("get to a file", server, {
            "ferry": [FERRY, "get", "-q", url],
            "curl": ["curl", "-sS", "-O", url],
            "lftp": ["lftp", "-c", self.lftp(server) + "get big"],
            "wget": ["wget", "-q", url],
        }, gib=gib, result=place, original=self.served / "big")
        target, upload = self.served / "up", self.served / "big"
        renamed = self.local / "up"
        os.link(upload, renamed)
        self.compare("put", server, {
            "ferry": [FERRY, "put", "-q", renamed, server.url()],
            "curl": ["curl", "-sS", "-T", renamed, server.url()],
            "lftp": ["lftp", "-c", self.lftp(server) + f"put {renamed}"],
            "ncftpput": ["ncftpput", *self.ncftp(server), server.address, ".", renamed],
        }, gib=gib, result=target, original=upload)
        renamed.unlink()

    def tiny_file(self, server):
        url = server.url("tiny")
        self.compare("tiny get", server, {
            "ferry": [FERRY, "get", "-q", url],
            "curl": ["curl", "-sS", "-O", url],
            "lftp": ["lftp", "-c", self.lftp(server) + "get tiny"],
            "wget": ["wget", "-q", url],
            "ncftpget": ["ncftpget", *self.ncftp(server), server.address, ".", "tiny"],
        }, rounds=5 if self.quick else 25, result=self.local / "tiny",
            original=self.served / "tiny")

    def large_directory(self, server, verb):
        url = server.url("many/")
        self.compare(f"ls of {self.entries:,} entries ({verb})", server, {
            "ferry": [FERRY, "ls", "-l", url],
            f"curl, raw {verb}": ["curl", "-sS", "-X", verb, url],
            "lftp cls": ["lftp", "-c", self.lftp(server) + "cls -l many/"],
        })

    def all(self):
        with Vsftpd(self.served) as server:
            self.whole_file(server)
            self.tiny_file(server)
            self.large_directory(server, "LIST")
        with Proftpd(self.served) as server:
            self.whole_file(server)
            self.large_directory(server, "MLSD")


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def rivals_of(result):
    return {name: row for name, row in result["contenders"].items() if name != "ferry"}


def ratio(result, key):
    """ferry's figure divided by the best rival's; None where there is no such figure."""
    mine = result["contenders"]["ferry"][key]
    best = min((row[key] for row in rivals_of(result).values() if row[key]), default=None)
    return mine / best if mine is not None and best else None


def show(result):
    print(f"\n{result['what']}, {result['server']}")
    print(f"  {'':22}{'ms':>9}{'best ms':>9}{'MiB/s':>8}{'CPU ms':>8}{'CPU s/GiB':>11}"
          f"{'peak MiB':>10}")
    for name, row in sorted(result["contenders"].items(), key=lambda item: item[1]["wall_s"]):
        rate = result["gib"] * 1024 / row["wall_s"] if result["gib"] else None
        print(f"  {name:22}{number(row['wall_s'] * 1000, 1):>9}"
              f"{number(row['wall_min_s'] * 1000, 1):>9}{number(rate, 0):>8}"
              f"{number(row['cpu_s'] * 1000, 1):>8}{number(row['cpu_s_per_gib'], 3):>11}"
              f"{number(row['peak_bytes'] / MIB, 1):>10}")
    print(f"  ferry / best rival    {number(ratio(result, 'wall_s')):>9}"
          f"{number(ratio(result, 'wall_min_s')):>9}{'':8}{number(ratio(result, 'cpu_s')):>8}"
          f"{number(ratio(result, 'cpu_s_per_gib')):>11}{number(ratio(result, 'peak_bytes')):>10}",
          flush=True)


def load():
    """What else the machine does, in processes that want to run."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg()[:2])


def aims(results):
    """(text, figure, limit, unit) of what ferry means to reach."""
    for result in results:
        mine = result["contenders"]["ferry"]
        where = f"{result['what']}, {result['server']}"
        limit = {"get to /dev/null": 0.06, "get to a file": 0.45, "put": 0.12}.get(result["what"])
        if limit:
            yield where, mine["cpu_s_per_gib"], limit, "CPU s/GiB"
        elif result["what"] == "tiny get":
            yield where, mine["wall_s"] * 1000, 10, "ms"
            yield where, mine["peak_bytes"] / MIB, 6, "MiB"
        else:
            server_time = next(row["wall_s"] for name, row in result["contenders"].items()
                               if name.startswith("curl"))
            yield where, mine["wall_s"] - server_time, 0.3, "s more than the server takes"
            yield where, mine["peak_bytes"] / MIB, 40, "MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="smaller files and fewer rounds")
    parser.add_argument("--runs", type=int, help="rounds for each comparison")
    parser.add_argument("--json", metavar="FILE", help="write the results there too")
    options = parser.parse_args()
    missing = [name for name in (FERRY, "cc", *RIVALS) if not shutil.which(name)]
    if missing:
        sys.exit(f"bench: not here: {', '.join(missing)}")
    with Bench(options) as bench:
        print(f"{bench.size // MIB} MiB, {bench.rounds} rounds, on loopback, data in "
              f"{'memory' if bench.in_memory else bench.work}, load {load()}")
        bench.all()
        print(f"\nload {load()}: where it is above 1, believe ratios, not the aims below")
    print("\naims")
    verdicts = []
    for where, figure, limit, unit in aims(bench.results):
        verdicts.append({"aim": where, "figure": figure, "limit": limit, "unit": unit,
                         "met": figure < limit})
        print(f"  {'met    ' if figure < limit else 'NOT met'} {where}: {figure:.3f}, "
              f"aim below {limit} {unit}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {"size": bench.size, "rounds": bench.rounds, "in_memory": bench.in_memory,
             "load": load(), "results": bench.results, "aims": verdicts}, indent=1) + "\n")


if __name__ == "__main__":
    main()
