"""Mirrors that go straight from one server to another: RFC 959, 5.2, known as FXP."""

import shutil
import unittest

import peers
from ferrycase import FerryCase
from server_tls import Tls
from trees import bytes_of, make_tree, temp_dir, tree_of

# Not of this program's own address, so that each is a stranger to the other.
ADDRESSES = ("127.0.0.2", "127.0.0.3")
TREE = {"small": b"hello", "empty": b"", "large": bytes_of(3_000_000), "a/b/deep": b"deep",
        **{f"many/{i:02}": bytes_of(i * 500, i) for i in range(20)}}


def tree(*names):
    return {name: TREE[name] for name in names}


class Fxp(FerryCase):
    def serve(self, server_class, address, **options):
        home = temp_dir()
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        return self.enterContext(server_class(home, address=address, **options))

    def pair(self, from_class=peers.Pyftpdlib, to_class=peers.Pyftpdlib, files=None, **options):
        """Two servers, the first with a tree."""
        classes = (from_class, to_class)
        servers = [self.serve(each, address,
                              **({"foreign": True} if each is peers.Pyftpdlib else {}), **options)
                   for each, address in zip(classes, ADDRESSES, strict=True)]
        make_tree(servers[0].home / "tree", TREE if files is None else files)
        peers.own(servers[0].home / "tree")
        peers.own(servers[1].home)
        return servers

    def mirror(self, source, target, *arguments):
        """With --fxp. The outcome, and what was said on the control connections."""
        done = self.succeed("mirror", "--fxp", "-v", "--json", "--no-keep-time", *arguments,
                            source.url("tree"), target.url("copy"))
        self.assertEqual(tree_of(target.home / "copy"), tree_of(source.home / "tree"))
        return done, done.stderr

    def notices(self, outcome):
        return [event["text"] for event in outcome.events if event["event"] == "notice"]

    def files_moved_here(self, said):
        """Of the conversations: data connections that this program opened for files. Listings are
        begun with EPSV, and files with PASV and PORT at the two servers."""
        return said.count("> EPSV\n") - said.count("> MLSD")

    def test_a_tree_goes_past_here(self):
        source, target = self.pair()
        # pyftpdlib loses events of active connections when there are several at a time.
        done, said = self.mirror(source, target, "--jobs=1")
        self.assertEqual(self.notices(done), [])
        self.assertEqual(done.event("summary")["copied"], len(TREE))
        self.assertEqual(self.files_moved_here(said), 0, said)
        # The destination listens, and the source is told where.
        self.assertEqual(said.count("PORT 127,0,0,3,"), len(TREE))
        self.assertEqual(said.count("RETR "), len(TREE))
        proofs = {event["proof"]["kind"] for event in done.events
                  if event["event"] == "done" and event["step"] == "copy"}
        self.assertEqual(proofs, {"size"})
        self.assertEqual(list(target.home.rglob("*.ferry-part")), [])

    def test_ferry_refuses_on_either_side(self):
        for classes in ((peers.FerryServer, peers.Pyftpdlib), (peers.Pyftpdlib, peers.FerryServer)):
            with self.subTest(source=classes[0].name, target=classes[1].name):
                source, target = self.pair(*classes)
                # ferry serve drops a stranger in silence, and pyftpdlib may never notice.
                done, said = self.mirror(source, target, "--timeout=2")
                self.assertEqual(len(self.notices(done)), 1)
                self.assertIn("through here", self.notices(done)[0])
                self.assertEqual(done.event("summary")["copied"], len(TREE))
                # Each of four connections tries once, or once either way.
                self.assertIn(said.count("PORT 127,0,0,"), range(1, 9))
                self.assertEqual(list(target.home.rglob("*.ferry-part")), [])

    def test_the_other_way_round_where_the_destination_cannot_listen(self):
        source = self.serve(peers.Pyftpdlib, ADDRESSES[0], foreign=True)
        target = self.serve(peers.Pyftpdlib, ADDRESSES[1], foreign=True, disable=["PASV", "EPSV"])
        make_tree(source.home / "tree", tree("small", "large"))
        done, said = self.mirror(source, target, "--jobs=1")
        self.assertEqual(self.notices(done), [])
        self.assertEqual(said.count("PORT 127,0,0,2,"), 2, said)

    def test_a_source_that_cannot_be_read_is_no_matter_of_the_way(self):
        source = self.serve(peers.Pyftpdlib, ADDRESSES[0], foreign=True, disable=["RETR"])
        target = self.serve(peers.Pyftpdlib, ADDRESSES[1], foreign=True)
        make_tree(source.home / "tree", tree("small"))
        done = self.ferry("mirror", "--fxp", "--json", source.url("tree"), target.url("copy"))
        self.assert_status(done, 9)
        self.assertEqual(tree_of(target.home / "copy"), {})

    def test_protected_data_needs_a_server_that_can_be_a_client(self):
        source, target = self.pair(files=tree("small", "large"), tls=Tls())
        done, said = self.mirror(source, target, "--tls=require", "--insecure")
        self.assertEqual(len(self.notices(done)), 1)
        self.assertIn("CPSV", self.notices(done)[0])
        self.assertNotIn("PORT 127", said)

    def test_it_is_for_two_servers(self):
        server = self.serve(peers.Pyftpdlib, ADDRESSES[0])
        self.assert_status(self.ferry("mirror", "--fxp", "here", server.url()), 2)
        done = self.ferry("mirror", "--fxp", "--verify=hash", server.url("x"), server.url("y"))
        self.assert_status(done, 2)
        self.assertIn("--verify=hash", done.stderr)


if __name__ == "__main__":
    unittest.main()
