#!/usr/bin/python3
"""The client beside its rivals, in one run: large files, a tiny file, and a large directory; with
--tls large and small files over TLS.

    ./dev bench client [--tls] [--quick] [--json FILE]

All work is on loopback, against vsftpd and proftpd. contest.py has the rules.
"""

import argparse
import json
import os
import pathlib
import shutil
import sys

from contest import FERRY, GIB, MIB, Contest, load
from peers import Proftpd, Vsftpd


class PlainContest(Contest):
    rivals = ("curl", "lftp", "wget", "ncftpget", "ncftpput")

    def __init__(self, options):
        super().__init__(options)
        self.entries = 20_000 if options.quick else 100_000

    def add_files(self, block):
        (self.served / "many").mkdir()
        for number in range(self.entries):
            (self.served / "many" / f"entry-{number:06}.dat").touch()

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

    def aims(self):
        """(text, figure, limit, unit) of what ferry means to reach."""
        for result in self.results:
            mine = result["contenders"]["ferry"]
            where = f"{result['what']}, {result['server']}"
            limit = {"get to /dev/null": 0.06, "get to a file": 0.45,
                     "put": 0.12}.get(result["what"])
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
    parser.add_argument("--tls", action="store_true", help="over TLS")
    parser.add_argument("--quick", action="store_true", help="smaller files and fewer rounds")
    parser.add_argument("--runs", type=int, help="rounds for each comparison")
    parser.add_argument("--json", metavar="FILE", help="write the results there too")
    options = parser.parse_args()
    if options.tls:
        from client_tls import TlsContest as contest
    else:
        contest = PlainContest
    missing = [name for name in (FERRY, "cc", *contest.rivals) if not shutil.which(name)]
    if missing:
        sys.exit(f"bench: not here: {', '.join(missing)}")
    with contest(options) as bench:
        print(f"{bench.size // MIB} MiB, {bench.rounds} rounds, on loopback, data in "
              f"{'memory' if bench.in_memory else bench.work}, load {load()}")
        bench.all()
        print(f"\nload {load()}: where it is above 1, believe ratios, not the aims below")
    print("\naims")
    verdicts = []
    for where, figure, limit, unit in bench.aims():
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
