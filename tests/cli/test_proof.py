"""What proves a transfer, as a user sees it: hashes that agree, differ once or always, are refused or
never come, and connections that are lost when all but the last word was said."""

import hashlib
import os
import unittest

from fake_server import Download, FakeServer, Gone, Upload
from ferrycase import FerryCase, part_of
from trees import bytes_of

CONTENT = bytes_of(300_000)
LARGE = 16 << 20  # from which on the end of an upload is read back
BROKEN = CONTENT[:-1] + b"#"
FEAT = "211-Features\r\n REST STREAM\r\n SIZE\r\n HASH SHA-256*;MD5\r\n211 End"


def hash_of(content, name="file"):
    return f"213 SHA-256 0-{len(content) - 1} {hashlib.sha256(content).hexdigest()} {name}"


def all_but_the_last_word(session, _argument):
    """Sends the file, and when the client has seen its end, hangs up without a 226."""
    session.answer("150 here it comes")
    data = session.open_data()
    data.sendall(CONTENT)
    data.shutdown(1)
    while data.recv(1000):
        pass
    raise Gone


class Proof(FerryCase):
    def server(self, **answers):
        answers = {"FEAT": FEAT, "SIZE": f"213 {len(CONTENT)}", "MDTM": "213 20200101000000",
                   "HASH": hash_of(CONTENT), **answers}
        return self.enterContext(FakeServer(answers))

    def left(self):
        return sorted(path.name for path in self.local.iterdir())

    def test_damaged_once_is_fetched_again_without_retries(self):
        server = self.server(RETR=[Download(BROKEN), Download(CONTENT)])
        done = self.succeed("get", "--json", server.url("file"))
        self.assertEqual((self.local / "file").read_bytes(), CONTENT)
        self.assertEqual(done.event("done")["proof"],
                         {"kind": "hash", "algorithm": "SHA-256",
                          "value": hashlib.sha256(CONTENT).hexdigest()})
        self.assertIn("from the start", done.event("notice")["text"])
        self.assertEqual(server.verbs().count("RETR"), 2)

    def test_damaged_twice_is_status_10_and_the_old_file_stays(self):
        for retries in ("0", "3"):
            with self.subTest(retries=retries):
                (self.local / "file").write_text("the old one")
                server = self.server(RETR=Download(BROKEN))
                done = self.ferry("get", "--retries", retries, server.url("file"))
                self.assert_status(done, 10)
                self.assertIn("SHA-256", done.stderr)
                self.assertEqual(server.verbs().count("RETR"), 2)
                self.assertEqual((self.local / "file").read_text(), "the old one")
                self.assertEqual(self.left(), ["file"])

    def test_an_upload_that_arrives_damaged_gets_no_name(self):
        (self.local / "file").write_bytes(CONTENT)
        server = self.server(STOR=Upload(), HASH=hash_of(BROKEN), DELE="250 gone")
        self.assert_status(self.ferry("put", "file", server.url("file")), 10)
        self.assertEqual(server.verbs().count("STOR"), 2)
        self.assertNotIn("RNTO", server.verbs())
        self.assertIn("DELE .file.ferry-part", server.commands)

    def large_upload(self, *ends, mode="auto"):
        """Of a file that is large enough for a sample, to a server without hashes whose files end
        so, one after the other."""
        with open(self.local / "large", "wb") as file:
            file.truncate(LARGE - len(CONTENT))
            file.seek(0, os.SEEK_END)
            file.write(CONTENT)
        server = self.server(FEAT="211-Features\r\n REST STREAM\r\n SIZE\r\n211 End",
                             SIZE=f"213 {LARGE}", STOR=Upload(), DELE="250 gone", MFMT="502 what",
                             RETR=list(ends))
        done = self.ferry("put", "--json", f"--verify={mode}", "--no-keep-time", "large",
                          server.url("large"))
        return server, done

    def test_a_large_upload_without_a_hash_has_its_end_read_back(self):
        server, done = self.large_upload(Download(CONTENT[-65536:]))
        self.assert_status(done, 0)
        self.assertEqual(done.event("done")["proof"], {"kind": "sample"})
        self.assertIn(f"REST {LARGE - 65536}", server.commands)
        verbs = server.verbs()
        self.assertLess(verbs.index("RETR"), verbs.index("RNTO"))

    def test_an_end_that_is_damaged_once_is_sent_again(self):
        server, done = self.large_upload(Download(BROKEN[-65536:]), Download(CONTENT[-65536:]))
        self.assert_status(done, 0)
        self.assertEqual(done.event("done")["proof"], {"kind": "sample"})
        self.assertIn("from the start", done.event("notice")["text"])
        self.assertEqual(server.verbs().count("STOR"), 2)
        self.assertEqual(server.verbs().count("RNTO"), 1)

    def test_an_end_that_is_damaged_twice_gets_no_name(self):
        server, done = self.large_upload(Download(BROKEN[-65536:]))
        self.assert_status(done, 10)
        self.assertIn("end of the file", done.event("failed")["error"]["message"])
        self.assertEqual(server.verbs().count("STOR"), 2)
        self.assertNotIn("RNTO", server.verbs())
        self.assertIn("DELE .large.ferry-part", server.commands)

    def test_no_sample_where_nobody_may_read_or_nobody_asked(self):
        for mode, retr, asked in (("auto", "550 write only", 1), ("size", Download(BROKEN), 0),
                                  ("none", Download(BROKEN), 0)):
            with self.subTest(mode=mode):
                server, done = self.large_upload(retr, mode=mode)
                self.assert_status(done, 0)
                self.assertEqual(done.event("done")["proof"],
                                 {"kind": "none" if mode == "none" else "size"})
                self.assertEqual(server.verbs().count("RETR"), asked)

    def test_a_hash_is_demanded_and_there_is_none(self):
        server = self.server(FEAT="211-Features\r\n SIZE\r\n211 End", RETR=Download(CONTENT))
        done = self.ferry("get", "--retries", "3", "--verify=hash", server.url("file"))
        self.assert_status(done, 10)
        self.assertIn("--verify=size", done.stderr)
        self.assertNotIn("RETR", server.verbs())
        self.assertEqual(self.left(), [])

    def test_a_refused_hash_leaves_a_part_that_can_be_taken_by_its_size(self):
        server = self.server(RETR=Download(CONTENT), HASH="550 too large for me")
        done = self.ferry("get", "--retries", "3", "--verify=hash", server.url("file"))
        self.assert_status(done, 10)
        self.assertIn("too large for me", done.stderr)
        self.assertEqual(self.left(), [part_of("file").name])
        self.assertEqual(server.verbs().count("RETR"), 1)
        done = self.succeed("get", "--json", server.url("file"))
        self.assertEqual(done.event("done")["proof"], {"kind": "size_and_time"})

    def test_cat_of_what_is_damaged_fails(self):
        server = self.server(RETR=Download(BROKEN))
        done = self.ferry("cat", server.url("file"))
        self.assert_status(done, 10)
        self.assertEqual(server.verbs().count("RETR"), 1)

    def test_the_226_is_lost_after_all_has_come(self):
        """Proved by hash or size, it is not fetched twice."""
        for mode, kind in (("auto", "hash"), ("size", "size_and_time")):
            with self.subTest(mode=mode):
                server = self.server(RETR=all_but_the_last_word)
                done = self.succeed("get", "--retries", "1", "--json", f"--verify={mode}",
                                    server.url("file"))
                self.assertEqual((self.local / "file").read_bytes(), CONTENT)
                self.assertEqual(done.event("done")["proof"]["kind"], kind)
                self.assertEqual(server.verbs().count("RETR"), 1)
                (self.local / "file").unlink()

    def test_the_226_is_lost_and_what_came_is_damaged(self):
        server = self.server(RETR=[all_but_the_last_word, Download(BROKEN)],
                             HASH=hash_of(BROKEN))
        self.succeed("get", "--retries", "1", server.url("file"))
        self.assertEqual((self.local / "file").read_bytes(), BROKEN)

    def test_the_226_of_an_upload_is_lost_after_all_was_sent(self):
        (self.local / "file").write_bytes(CONTENT)

        def take_all(session, argument):
            Upload(after=None)(session, argument)
            raise Gone

        for mode, kind in (("auto", "hash"), ("size", "size")):
            with self.subTest(mode=mode):
                server = self.server(STOR=take_all, RETR=Download(CONTENT[-65536:]),
                                     RNFR="350 to what", RNTO="250 renamed", MFMT="502 what")
                done = self.succeed("put", "--retries", "1", "--json", f"--verify={mode}",
                                    "--no-keep-time", "file", server.url("file"))
                self.assertEqual(done.event("done")["proof"]["kind"], kind)
                self.assertEqual(server.verbs().count("STOR"), 1)
                self.assertIn("RNTO file", server.commands)
                # By size alone, the end of it is read back.
                self.assertEqual(server.verbs().count("RETR"), 0 if mode == "auto" else 1)

    def test_a_hash_that_takes_too_long_is_done_without(self):
        def never(session, _argument):
            session.drain()
            raise Gone

        server = self.server(RETR=Download(CONTENT), HASH=never)
        done = self.succeed("get", "--retries", "1", "--timeout", "0.1", "--json",
                            server.url("file"))
        self.assertEqual(done.event("done")["proof"], {"kind": "size_and_time"})
        self.assertEqual(server.verbs().count("HASH"), 1)
        self.assertEqual(server.verbs().count("RETR"), 1)

    def test_none_asks_nothing(self):
        server = self.server(RETR=Download(CONTENT))
        done = self.succeed("get", "--json", "--verify=none", server.url("file"))
        self.assertEqual(done.event("done")["proof"], {"kind": "none"})
        self.assertFalse({"FEAT", "SIZE", "HASH"} & set(server.verbs()))

    def test_a_word_that_is_no_mode(self):
        done = self.ferry("get", "--verify=maybe", "ftp://localhost/x")
        self.assert_status(done, 2)
        self.assertIn("auto, hash, size or none", done.stderr)


if __name__ == "__main__":
    unittest.main()
