"""Lets ferry and its rivals take turns at the same work, and prints what each needed.

Data are in memory (/dev/shm) where there is room. The contenders take turns, every other round in
reverse order, so that what else the machine does hits all of them alike; medians are printed, and
ratios to the best rival of the same run, which say more than the numbers. Every copy is checked:
its size each time, its bytes once.
"""

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
from peers import own, same_bytes  # noqa: E402

MIB, GIB = 1 << 20, 1 << 30
FERRY = os.environ.get("FERRY") or str(ROOT / "build/release/bin/ferry")


class Sample:
    """What one run cost."""

    def __init__(self, wall, user, system, peak_kib):
        self.wall, self.cpu, self.peak = wall, user + system, peak_kib * 1024


class Contest:
    def __init__(self, options):
        self.quick = options.quick
        self.rounds = options.runs or (2 if options.quick else 5)
        self.size = 128 * MIB if options.quick else GIB
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
        for directory in (self.served, self.local, self.home):
            directory.mkdir()
        block = os.urandom(8 * MIB)
        with open(self.served / "big", "wb") as file:
            for _ in range(self.size // len(block)):
                file.write(block)
        (self.served / "tiny").write_bytes(block[:1000])
        self.add_files(block)
        own(self.served)

    def add_files(self, block):
        """What else is served."""

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
        self.record(what, server, samples, gib)

    def record(self, what, server, samples, gib=None, **more):
        """Keeps and shows the medians of {name: [Sample]}."""
        rows = {}
        for name, taken in samples.items():
            cpu = statistics.median(sample.cpu for sample in taken)
            rows[name] = {"wall_s": statistics.median(sample.wall for sample in taken),
                          "wall_min_s": min(sample.wall for sample in taken),
                          "cpu_s": cpu, "cpu_s_per_gib": cpu / gib if gib else None,
                          "peak_bytes": statistics.median(sample.peak for sample in taken)}
        self.results.append({"what": what, "server": server.name, "gib": gib, "contenders": rows,
                             **more})
        show(self.results[-1])


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
