"""docs/mirror.md: its recipes are run as they are printed, and do what is said of them.

A recipe is a block of sh, or a line of a crontab, behind a comment with its name. The servers of
its URLs are replaced by two of `ferry serve`, nothing else is.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest

from ferrycase import FerryCase, part_of, size_of, wait_until
from peers import FerryServer
from programs import ferry_program, processes_of, run_ferry
from trees import bytes_of, make_tree, temp_dir, tree_of

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "mirror.md"
RECIPE = re.compile(r"^<!-- recipe: (.*?) -->\n\n```(sh|crontab)\n(.*?)^```$",
                    re.DOTALL | re.MULTILINE)
OLD = 1_500_000_000


def recipes():
    """{name: the commands}"""
    found = {}
    for name, kind, text in RECIPE.findall(DOCUMENT.read_text()):
        found[name] = re.sub(r"(?m)^(\S+ ){5}", "", text) if kind == "crontab" else text
    return found


def age(path, days):
    when = time.time() - days * 86400
    os.utime(path, (when, when))


def options_of_help(group=r"\w[^\n]*"):
    """The long options of ferry mirror, in the groups whose title fits."""
    groups = re.findall(rf"(?ms)^{group}:\n(.*?)^$", run_ferry("mirror", "--help").text)
    return {name for each in groups
            for name in re.findall(r"(?m)^ +(?:-\w, )?(--[a-z-]+)", each)}


class RecipeCase(FerryCase):
    def setUp(self):
        super().setUp()
        programs = self.dir / "bin"
        programs.mkdir()
        (programs / "ferry").symlink_to(pathlib.Path(ferry_program()).resolve())
        self.other = temp_dir()
        self.addCleanup(shutil.rmtree, self.other)
        servers = [self.serve(), self.enterContext(
            FerryServer(self.other, user="bob", password=self.password))]
        self.hosts = {"ftp://alice@host/": self.url(servers[0]),
                      "ftp://bob@other/": self.url(servers[1])}
        self.server = servers[0]
        self.env = self.environment(PATH=f"{programs}:{os.environ['PATH']}")

    def text(self, name):
        text = recipes()[name]
        for printed, real in self.hosts.items():
            text = text.replace(printed, real)
        self.assertNotRegex(text, r"ftps?://\w+@(?!127\.0\.0\.1)")
        return text

    def start_recipe(self, name):
        process = subprocess.Popen(["sh", "-ec", self.text(name)], cwd=self.local, env=self.env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(self.end, process)
        return process

    def run_recipe(self, name, status=0):
        return self.assert_status(self.finish(self.start_recipe(name)), status)


class Document(unittest.TestCase):
    text = DOCUMENT.read_text()

    def test_every_block_of_commands_is_a_recipe_with_a_test(self):
        self.assertEqual(len(re.findall(r"(?m)^```(?:sh|crontab)$", self.text)), len(recipes()))
        self.assertEqual([name for name in recipes()
                          if not hasattr(Recipes, f"test_{name.replace(' ', '_')}")], [])

    def test_every_option_of_it_exists(self):
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", self.text))
        self.assertGreater(len(named), 20)
        self.assertEqual(sorted(named - options_of_help()), [])

    def test_every_option_about_files_is_in_it(self):
        named = set(re.findall(r"(?<![\w-])--?[A-Za-z][a-z-]*", self.text))
        said_otherwise = {"--jobs": "-j", "--dry-run": "-n"}
        elsewhere = {"--reverse"}  # docs/shell.md
        self.assertEqual([option for option in sorted(options_of_help("Files") - elsewhere)
                          if said_otherwise.get(option, option) not in named], [])


class Recipes(RecipeCase):
    def test_back_up(self):
        www, backup = self.served / "www", self.local / "backup"
        make_tree(www, {"index.html": "1", "a/b.html": "2", ".htaccess": "3"})
        self.run_recipe("back up")
        self.assertEqual(tree_of(backup), tree_of(www))
        (www / "a/b.html").unlink()
        (www / "index.html").write_text("one")
        self.run_recipe("back up")
        kept = backup / ".trash"
        run, = kept.iterdir()
        self.assertRegex(run.name, r"^\d{14}$")
        self.assertEqual((run / "a/b.html").read_text(), "2")
        self.assertEqual({path: what for path, what in tree_of(backup).items()
                          if not path.startswith(".trash")}, tree_of(www))
        age(run, 89)
        self.run_recipe("back up")
        self.assertTrue(run.exists())
        age(run, 92)
        self.run_recipe("back up")
        self.assert_left(kept)

    def test_back_up_refuses_what_cannot_be_meant(self):
        www, backup = self.served / "www", self.local / "backup"
        make_tree(www, {"index.html": "1"})
        make_tree(backup, {f"page{number}": "x" for number in range(1001)})
        before = tree_of(backup)
        self.run_recipe("back up", status=9)
        self.assertLessEqual(before.items(), tree_of(backup).items())
        (www / "index.html").unlink()
        self.run_recipe("back up", status=9)
        self.assertLessEqual(before.items(), tree_of(backup).items())
        (backup / "page7").unlink()
        make_tree(www, {"index.html": "1"})
        self.run_recipe("back up")
        self.assert_left(backup, "index.html", ".trash")

    def test_deploy(self):
        site, www = self.local / "site", self.served / "www"
        make_tree(site, {"index.html": "1", "a/b.html": "2", ".git/HEAD": "x", "gone.html": "3"})
        first = self.run_recipe("deploy")
        self.assertIn("index.html", first.text)  # the plan
        self.assertEqual(sorted(tree_of(www)),
                         [".ferry-manifest", "a", "a/b.html", "gone.html", "index.html"])
        make_tree(self.served, {"www/uploads/cat.jpg": "theirs"})
        for path in site.rglob("*.html"):
            os.utime(path, (OLD, OLD))  # written anew
        (site / "a/b.html").write_text("two")
        (site / "gone.html").unlink()
        second = self.run_recipe("deploy")
        self.assertRegex(second.stderr, r"(?m)^copy +a/b\.html")
        self.assertNotRegex(second.stderr, r"(?m)^copy +index\.html")
        self.assertEqual((www / "a/b.html").read_text(), "two")
        self.assertFalse((www / "gone.html").exists())
        self.assertEqual((www / "uploads/cat.jpg").read_text(), "theirs")

    def test_watch(self):
        measured, archive = self.local / "measured", self.served / "archive"
        make_tree(measured, {"run1": "1", "now.tmp": "x"})
        process = self.start_recipe("watch")
        wait_until(lambda: size_of(archive / "run1") == 1 or process.poll() is not None)
        self.assertIsNone(process.poll(), "it does not stay")
        (measured / "day").mkdir()
        (measured / "day/run2").write_text("22")
        wait_until(lambda: size_of(archive / "day/run2") == 2, what="what was new")
        (measured / "run1").write_text("333")
        wait_until(lambda: size_of(archive / "run1") == 3, what="what was changed")
        (measured / "run1").unlink()
        self.assertIsNone(process.poll())
        ferry, = processes_of(process.pid) - {process.pid} or {process.pid}
        os.kill(ferry, signal.SIGINT)
        self.assert_status(self.finish(process), 130)
        self.assertEqual(tree_of(archive), {"run1": b"333", "day": None, "day/run2": b"22"})

    def test_cron(self):
        measured, archive = self.local / "measured", self.served / "archive"
        make_tree(measured, {"run1": "1", "now.tmp": "x"})
        done = self.run_recipe("cron")
        self.assertEqual((done.stdout, done.stderr), (b"", ""))
        self.assertEqual(tree_of(archive), {"run1": b"1"})
        (measured / "run1").unlink()
        make_tree(measured, {"run2": "2"})
        self.run_recipe("cron")
        self.assertEqual(tree_of(archive), {"run1": b"1", "run2": b"2"})

    def test_crash(self):
        data, copy = self.served / "data", self.local / "data"
        make_tree(data, {"small": "s", "big": b""})
        os.truncate(data / "big", 400 << 20)
        part = part_of(copy / "big")
        process = self.start_recipe("crash")
        wait_until(lambda: size_of(part) > 1 << 20 and (copy / "small").exists()
                   or process.poll() is not None)
        for pid in processes_of(process.pid):
            os.kill(pid, signal.SIGKILL)
        self.finish(process)
        self.assertFalse((copy / "big").exists())
        done = self.run_recipe("crash")
        self.assertRegex(done.stderr, r"(?m)^copy +big .*continued at")
        self.assertNotRegex(done.stderr, r"(?m)^copy +small")
        self.assert_same(copy / "big", data / "big")
        self.assert_left(copy, "small", "big")

    def test_servers(self):
        archive = self.served / "archive"
        make_tree(archive, {"a": bytes_of(1_000_000), "b/c": "c", "empty": None})
        before = tree_of(self.local)
        done = self.run_recipe("servers")
        self.assertEqual(tree_of(self.other / "archive"), tree_of(archive))
        self.assertEqual(tree_of(self.local), before)
        # Whether they connect to each other is for them to say: on one machine they may.
        self.assertLessEqual(done.stderr.count("through here"), 1, done)

    def test_some(self):
        data, papers = self.served / "data", self.served / "papers"
        make_tree(data, {"a": "a", "x.tmp": "x", "sub/keep.tmp": "k", "cache/c": "c",
                         "sub/cache/d": "d", "huge": b""})
        os.truncate(data / "huge", (100 << 20) + 1)
        make_tree(papers, {"new.pdf": "n", "sub/new.pdf": "n", "old.pdf": "o", "new.txt": "t"})
        age(papers / "old.pdf", 31)
        age(papers / "new.pdf", 29)
        self.run_recipe("some")
        self.assertEqual(tree_of(self.local / "data"),
                         {"a": b"a", "sub": None, "sub/keep.tmp": b"k", "sub/cache": None,
                          "sub/cache/d": b"d"})
        self.assertEqual(tree_of(self.local / "papers"),
                         {"new.pdf": b"n", "sub": None, "sub/new.pdf": b"n"})


if __name__ == "__main__":
    unittest.main()
