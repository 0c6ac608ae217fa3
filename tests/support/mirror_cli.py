"""What the tests of `ferry mirror` on the command line share: a local tree, a server, and what came
of a run."""

from ferrycase import FerryCase
from trees import GID, IS_ROOT, make_tree, own, tree_of, UID


def files_of(root):
    """{relative path: bytes} of the files in a tree."""
    return {path: content for path, content in tree_of(root).items() if content is not None}


def paths(outcome, kind, step):
    """The paths that events of a kind tell of."""
    return sorted(event["path"] for event in outcome.events
                  if event["event"] == kind and event["step"] == step)


class MirrorCase(FerryCase):
    """A local tree to mirror, and a server."""

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.source = self.local / "source"
        make_tree(self.source, {"one": b"1", "dir/two": b"22", "dir/deep/three": b"333"})

    def at(self, path=""):
        return self.url(self.server, path)

    def mirror(self, *arguments, status=0, **run):
        return self.assert_status(self.ferry("mirror", *arguments, **run), status)

    def events(self, *arguments, status=0, **run):
        """A run with --json that ends with a summary."""
        outcome = self.mirror("--json", *arguments, status=status, **run)
        self.assertEqual(outcome.events[0]["event"], "start")
        self.assertEqual(outcome.events[-1]["event"], "summary")
        self.assertEqual(outcome.events[-1]["exit_status"], status)
        return outcome

    def as_nobody(self):
        """How a run begins that may not do everything, as root may."""
        home = self.dir / "nobody"
        home.mkdir(exist_ok=True)
        who = {"user": UID, "group": GID, "extra_groups": []} if IS_ROOT else {}
        return {"env": self.environment(HOME=str(own(home))), **who}
