"""Mirrors in both directions against one real server, plain and over TLS: the cases that
test_mirror_*.py run."""

import os
import pathlib
import shutil

import certificates
from ferrycase import FerryCase
from server_tls import Tls
from trees import bytes_of, make_tree, own, temp_dir, tree_of

NAMES = ["with space.txt", "-dash", "grüße-日本.txt", "percent%41", "semi;type=a", "star*",
         "[brackets]", ".hidden", "back\\slash"]
OLD = 1_100_000_000  # so old that a listing tells the day only


def mirrored_tree():
    """Files of many sizes, names that need care, empty directories, a few levels."""
    files = {f"many/{i:03}": bytes_of(i * 37, i) for i in range(60)}
    files.update({f"names/{name}": name.encode() for name in NAMES})
    files.update({"empty": b"", "large": bytes_of(2_500_000), "hollow": None,
                  "a/b/c/d/deep": b"deep", ".config/inner/.x": b"x"})
    return files


def times_of(root):
    """{relative path: modification time} of the files in a tree."""
    root = pathlib.Path(root)
    return {str(path.relative_to(root)): int(path.stat().st_mtime)
            for path in root.rglob("*") if path.is_file()}


class MirrorTests(FerryCase):
    server_class = None     # set by each test file, with the next ones
    keeps_times = True      # does the server take the time of an upload?
    sets_modes = True
    tls = False
    refused_names = ()      # the server cannot have these

    @classmethod
    def setUpClass(cls):
        cls.root = temp_dir()
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        more = {"tls": Tls()} if cls.tls else {}
        cls.server = cls.enterClassContext(cls.server_class(cls.root, **more))

    def setUp(self):
        super().setUp()
        self.password = self.server.password
        self.remote = pathlib.Path(self.root) / self.id().rpartition(".")[2]
        self.remote.mkdir()
        own(self.remote)

    def at(self, path=""):
        return self.url(self.server, f"{self.remote.name}/{path}")

    def start(self, command, *arguments, **more):
        if self.tls:
            arguments = ("--tls=require", "--cacert", certificates.authority().certificate,
                         *arguments)
        return super().start(command, *arguments, **more)

    def tree(self, root):
        """The tree that is mirrored, its files of three ages."""
        files = {path: content for path, content in mirrored_tree().items()
                 if path.rpartition("/")[2] not in self.refused_names}
        make_tree(root, files)
        for number, path in enumerate(sorted(pathlib.Path(root).rglob("*"))):
            if path.is_file():
                os.utime(path, (OLD, OLD + number) if number % 3 else (1_790_000_000 + number,) * 2)
        return root

    def mirror(self, *arguments, status=0):
        outcome = self.ferry("mirror", "--json", *arguments)
        self.assert_status(outcome, status)
        self.assertEqual(outcome.event("summary")["exit_status"], status)
        return outcome

    def assert_nothing_moves(self, *arguments):
        summary = self.mirror(*arguments).event("summary")
        moved = {key: summary[key] for key in ("copied", "bytes", "changed", "removed", "failed")}
        self.assertEqual(moved, dict.fromkeys(moved, 0))

    def test_upload_and_once_more(self):
        source = self.tree(self.local / "source")
        summary = self.mirror(source, self.at("new/tree")).event("summary")
        there = self.remote / "new/tree"
        self.assertEqual(tree_of(there), tree_of(source))
        self.assertEqual(summary["copied"], len(times_of(source)))
        if self.keeps_times:
            self.assertEqual(times_of(there), times_of(source))
        self.assert_nothing_moves(source, self.at("new/tree"))

    def test_download_and_once_more(self):
        source = self.tree(self.remote / "tree")
        self.mirror(self.at("tree"), self.local / "copy")
        self.assertEqual(tree_of(self.local / "copy"), tree_of(source))
        self.assertEqual(times_of(self.local / "copy"), times_of(source))
        self.assert_nothing_moves(self.at("tree"), self.local / "copy")

    def test_from_the_server_to_itself(self):
        source = self.tree(self.remote / "tree")
        self.mirror(self.at("tree"), self.at("copy"))
        self.assertEqual(tree_of(self.remote / "copy"), tree_of(source))
        self.assert_nothing_moves(self.at("tree"), self.at("copy"))

    def test_only_what_changed(self):
        source = self.tree(self.local / "source")
        self.mirror(source, self.at("tree"))
        (source / "many/007").write_bytes(b"other")
        (source / "many/new").write_bytes(b"new")
        (source / "many/008").unlink()
        done = self.mirror(source, self.at("tree"))
        copied = [event["path"] for event in done.events
                  if event["event"] == "done" and event["step"] == "copy"]
        self.assertEqual(sorted(copied), ["many/007", "many/new"])
        self.assertIn("many/008", tree_of(self.remote / "tree"))

    def test_delete_in_both_directions(self):
        for source, target, here, there, gone in (
                (self.tree(self.local / "a"), self.at("a"), self.local / "a", self.remote / "a",
                 "many"),
                (self.at("a"), self.local / "b", self.remote / "a", self.local / "b", "names")):
            with self.subTest(target=str(target)):
                self.mirror(source, target)
                make_tree(there, {"extra/deep/file": b"x", ".extra": b"x", "many/extra": b"x",
                                  "kept/file": b"x"})
                shutil.rmtree(here / gone)
                extra = tree_of(there).keys() - tree_of(here).keys() - {"kept", "kept/file"}
                done = self.mirror("--delete", "--exclude", "kept", source, target)
                left = tree_of(there)
                self.assertEqual(left.pop("kept/file"), b"x")
                self.assertEqual({path: left[path] for path in left if path != "kept"},
                                 {path: content for path, content in tree_of(here).items()
                                  if not path.startswith("kept")})
                self.assertEqual(done.event("summary")["removed"], len(extra))

    def test_a_plan_changes_nothing(self):
        source = self.tree(self.local / "source")
        make_tree(self.remote / "tree", {"extra": b"x", "empty": b"not empty"})
        before = tree_of(self.remote)
        done = self.mirror("--dry-run", "--delete", source, self.at("tree"))
        self.assertEqual(tree_of(self.remote), before)
        planned = {(event["step"], event["path"]) for event in done.events
                   if event["event"] == "planned"}
        self.assertLessEqual({("remove", "extra"), ("copy", "empty"), ("make_directory", "a/b/c")},
                             planned)

    def test_modes(self):
        source = self.tree(self.local / "source")
        (source / "empty").chmod(0o640)
        (source / "many").chmod(0o750)
        self.mirror("--modes", source, self.at("tree"))
        if self.sets_modes:
            self.assertEqual((self.remote / "tree/empty").stat().st_mode & 0o777, 0o640)
        self.assert_nothing_moves("--modes", source, self.at("tree"))
        (self.remote / "tree/large").chmod(0o600)
        own(self.remote)
        self.mirror("--modes", self.at("tree"), self.local / "back")
        self.assertEqual((self.local / "back/large").stat().st_mode & 0o777, 0o600)

    def test_get_and_put_of_directories(self):
        source = self.tree(self.local / "source")
        self.succeed("put", "-r", "source", self.at(""))
        self.assertEqual(tree_of(self.remote / "source"), tree_of(source))
        self.succeed("get", "-r", self.at("source"), "-d", "into")
        self.assertEqual(tree_of(self.local / "into/source"), tree_of(source))


class TlsMirrorTests(MirrorTests):
    tls = True

    def url(self, server, path=""):
        return super().url(server, path).replace("ftp:", f"{server.scheme()}:", 1)


def plain_and_over_tls(namespace, peer, **facts):
    """Gives a test file its two classes."""
    for name, base in (("Plain", MirrorTests), ("OverTls", TlsMirrorTests)):
        namespace[name] = type(name, (base,), {"server_class": peer, **facts,
                                               "__module__": namespace["__name__"]})
