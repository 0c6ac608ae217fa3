"""What is tried again, and what is not: connections cut at every step and at any byte, servers that
are busy, replies that are lost, files that change in between."""

import random
import re
import signal
import time
import unittest

from fake_server import DECENT, Download, FakeServer, Gone, Session, hang_up
from ferrycase import FerryCase, part_of, wait_until
from trees import bytes_of

RETRYING = re.compile(r"; retrying (now|in \d+ s) \((\d) of (\d)\)")


class OneFile:
    """The remote side of a test that outlives its connections: a file that is read and written."""

    def __init__(self, content=b"", cut=None):
        self.content, self.cut = content, list(cut or [])
        self.offset = 0
        self.files = {}

    def rest(self, session, argument):
        self.offset = int(argument)
        session.say("350 go on")

    def size(self, session, argument):
        if argument in self.files:
            session.say(f"213 {len(self.files[argument])}")
        elif argument == "file" and self.content:
            session.say(f"213 {len(self.content)}")
        else:
            session.say("550 no such file")

    def retr(self, session, argument):
        content = self.files.get(argument, self.content)
        offset, self.offset = self.offset, 0
        count = self.cut.pop(0) if self.cut else None
        if count is None:
            Download(content[offset:])(session, argument)
            return
        Download(content[offset:offset + count], after=None, end="reset")(session, argument)
        raise Gone

    def stor(self, session, argument):
        offset, self.offset = self.offset, 0
        count = self.cut.pop(0) if self.cut else None
        session.answer("150 send it")
        data = session.open_data()
        taken = b""
        while count is None or len(taken) < count:
            block = data.recv(65536)
            if not block:
                break
            taken += block
        data.close()
        self.files[argument] = self.files.get(argument, b"")[:offset] + taken[:count]
        if count is not None:
            raise Gone
        session.answer("226 got it")

    def rename(self, session, argument):
        self.files[argument] = self.files.pop(self.renamed)
        session.say("250 renamed")

    def name(self, session, argument):
        self.renamed = argument
        session.say("350 to what?" if argument in self.files else "550 no such file")

    def dele(self, session, argument):
        session.say("250 gone" if self.files.pop(argument, None) is not None
                    else "550 no such file")

    def answers(self, **more):
        return {"REST": self.rest, "SIZE": self.size, "RETR": self.retr, "STOR": self.stor,
                "RNFR": self.name, "RNTO": self.rename, "DELE": self.dele,
                "MDTM": "213 20200101000000", **more}


def then_lost(answer):
    """Does what is asked, and hangs up before it says so."""
    def act(session, argument):
        said = session.say
        session.say = lambda reply: None if reply.startswith("2") else said(reply)
        answer(session, argument)
        session.say = said
        raise Gone
    return act


class RetryCase(FerryCase):
    retries = None

    def retried(self, outcome, times):
        self.assertEqual(len(RETRYING.findall(outcome.stderr)), times, repr(outcome))
        return outcome


class Downloads(RetryCase):
    content = bytes_of(300_000)

    def test_cut_at_every_step(self):
        for verb in ("greeting", "USER", "PASS", "TYPE", "SIZE", "MDTM", "EPSV",
                     "RETR"):
            with self.subTest(verb=verb):
                there = OneFile(self.content)
                answers = there.answers()
                decent = {**DECENT, **answers}
                greeting = "220 ready"
                if verb == "greeting":
                    lines = [hang_up, "220 ready"]
                    greeting = lambda session, _: session.answer(lines.pop(0))
                else:
                    answers[verb] = [hang_up, decent[verb]]
                with FakeServer(answers, greeting=greeting) as server:
                    done = self.ferry("get", server.url("file"))
                self.retried(self.assert_status(done, 0), 1)
                self.assertEqual((self.local / "file").read_bytes(), self.content)
                self.assert_left(self.local, "file")

    def test_cut_at_random_bytes_goes_on_where_it_was(self):
        chance = random.Random(4)
        for _ in range(5):
            cuts = [chance.randrange(70_000, 90_000) for _ in range(3)]
            there = OneFile(self.content, cuts)
            with FakeServer(there.answers()) as server:
                done = self.ferry("get", "--json", server.url("file"))
            self.assert_status(done, 0)
            # Progress lets the count begin anew: each time at once.
            self.assertEqual([(e["attempt"], e["of"], e["seconds"]) for e in done.events
                              if e["event"] == "retry"], [(1, 3, 0)] * 3)
            self.assertEqual(server.verbs().count("REST"), 3)
            self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_into_a_pipe_goes_on_behind_what_was_handed_out(self):
        there = OneFile(self.content, [50_000, 0, 100_000])
        with FakeServer(there.answers()) as server:
            done = self.succeed("cat", server.url("file"))
        self.assertEqual(done.stdout, self.content)
        self.assertIn("REST 50000", server.commands)

    def test_no_progress_is_bounded(self):
        there = OneFile(self.content, [0] * 9)
        with FakeServer(there.answers()) as server:
            done = self.ferry("get", server.url("file"), "--retries=1")
        self.retried(self.assert_status(done, 3), 1)
        self.assertEqual(server.verbs().count("RETR"), 2)

    def test_replaced_between_cut_and_retry(self):
        there = OneFile(self.content, [150_000])
        new = bytes_of(200_000)[::-1]

        def replaced(session, argument):
            if there.cut == []:
                there.content = new
            there.size(session, argument)

        with FakeServer(there.answers(SIZE=replaced)) as server:
            done = self.succeed("get", server.url("file"))
        self.assertIn("the remote file has changed", done.stderr)
        self.assertEqual((self.local / "file").read_bytes(), new)

    def test_replaced_with_one_of_the_same_size_and_time(self):
        there = OneFile(self.content, [150_000])
        new = self.content[:100_000] + bytes(200_000)

        def replaced(session, argument):
            if there.cut == []:
                there.content = new
            there.size(session, argument)

        with FakeServer(there.answers(SIZE=replaced)) as server:
            done = self.succeed("get", server.url("file"))
        self.assertIn("does not fit", done.stderr)
        self.assertEqual((self.local / "file").read_bytes(), new)

    def test_a_part_of_an_earlier_run_is_not_used_without_c(self):
        part_of(self.local / "file").write_bytes(self.content[:200_000][::-1])
        there = OneFile(self.content)
        with FakeServer(there.answers(EPSV=[hang_up, Session.epsv])) as server:
            self.succeed("get", server.url("file"))
        self.assertNotIn("REST", server.verbs())
        self.assertEqual((self.local / "file").read_bytes(), self.content)

    def test_an_old_shorter_file_is_not_gone_on_with(self):
        (self.local / "file").write_bytes(b"old")
        there = OneFile(self.content, [0])
        with FakeServer(there.answers()) as server:
            self.succeed("get", server.url("file"))
        self.assertEqual((self.local / "file").read_bytes(), self.content)


class Uploads(RetryCase):
    content = bytes_of(300_000)

    def put(self, there, *options, **answers):
        (self.local / "file").write_bytes(self.content)
        with FakeServer(there.answers(CWD="550 no directory", **answers)) as server:
            return self.ferry("put", "file", server.url("file"), *options), server

    def test_cut_goes_on_behind_what_is_there(self):
        there = OneFile(cut=[100_000])
        done, server = self.put(there)
        self.retried(self.assert_status(done, 0), 1)
        self.assertIn("REST 100000", server.commands)
        self.assertEqual(there.files, {"file": self.content})

    def test_the_reply_to_the_last_byte_or_to_the_rename_is_lost(self):
        for verb in ("STOR", "RNTO"):
            with self.subTest(verb=verb):
                there = OneFile()
                act = there.stor if verb == "STOR" else there.rename
                done, server = self.put(there, **{verb: [then_lost(act), act]})
                self.retried(self.assert_status(done, 0), 1)
                self.assertEqual(server.verbs().count("STOR"), 1)
                self.assertEqual(there.files, {"file": self.content})

    def test_from_a_pipe_is_not_sent_twice(self):
        there = OneFile(cut=[1000])
        with FakeServer(there.answers(CWD="550 no directory")) as server:
            done = self.ferry("put", "-", server.url("file"), input=self.content)
        self.retried(self.assert_status(done, 3), 0)

    def test_appended_once(self):
        there = OneFile(b"before ")
        there.files["file"] = b"before "

        def appe(session, _argument):
            there.offset = len(there.files["file"])
            there.stor(session, "file")

        there.cut = [100_000]
        done, server = self.put(there, "--append", APPE=appe)
        self.assert_status(done, 0)
        self.assertEqual(there.files["file"], b"before " + self.content)

    def test_half_of_it_swallowed_is_repeated_once(self):
        def swallow(session, argument):
            there.stor(session, argument)
            there.files[argument] = there.files[argument][:100_000]

        there = OneFile()
        done, server = self.put(there, STOR=swallow)
        self.retried(self.assert_status(done, 10), 1)
        self.assertEqual(there.files, {})
        done, server = self.put(there, STOR=[swallow, there.stor])
        self.retried(self.assert_status(done, 0), 1)
        self.assertEqual(there.files, {"file": self.content})

    def test_full_server_is_no_storm(self):
        done, server = self.put(OneFile(), STOR="452 disk full")
        self.retried(self.assert_status(done, 6), 0)


class Changes(RetryCase):
    def test_done_and_not_said_is_done(self):
        there = OneFile()
        there.files = {"a": b"1", "b": b"2"}
        with FakeServer(there.answers(CWD="550 none", DELE=[then_lost(there.dele), there.dele],
                                      RNTO=[then_lost(there.rename), there.rename])) as server:
            self.retried(self.succeed("rm", server.url("a")), 1)
            self.retried(self.succeed("mv", server.url("b"), server.url("c")), 1)
        self.assertEqual(there.files, {"c": b"2"})
        self.assertEqual([server.verbs().count(verb) for verb in ("DELE", "RNTO")], [1, 1])

    def test_not_done_is_done_again(self):
        there = OneFile()
        there.files = {"a": b"1"}
        with FakeServer(there.answers(DELE=[hang_up, there.dele])) as server:
            self.retried(self.succeed("rm", server.url("a")), 1)
        self.assertEqual(there.files, {})

    def test_a_directory_made_and_not_said(self):
        with FakeServer({"MKD": [hang_up, "550 exists"], "SIZE": "550 a directory",
                         "CWD": "250 ok"}) as server:
            self.retried(self.succeed("mkdir", server.url("d")), 1)
        self.assertEqual(server.verbs().count("MKD"), 1)

    def test_a_listing_that_is_cut_names_each_file_once(self):
        lines = b"".join(b"-rw-r--r-- 1 a a 1 Jan  1  2020 f%05d\r\n" % i for i in range(5000))

        def cut(session, argument):
            Download(lines[:len(lines) // 2], after=None, end="reset")(session, argument)
            raise Gone

        with FakeServer({"LIST": [cut, Download(lines)]}) as server:
            done = self.retried(self.succeed("ls", server.url("")), 1)
        self.assertEqual(done.stdout.split(), [b"f%05d" % i for i in range(5000)])


class Servers(RetryCase):
    def test_busy_then_not(self):
        for verb, busy in (("USER", "421 too many users"), ("PASS", "530 too many connections"),
                           ("RETR", "450 busy"), ("RETR", "550 Broken pipe")):
            with self.subTest(busy=busy):
                answers = {"RETR": Download(b"hello"), "SIZE": "213 5"}
                answers[verb] = [busy, {**DECENT, **answers}[verb]]
                with FakeServer(answers) as server:
                    done = self.ferry("get", server.url("file"))
                self.retried(self.assert_status(done, 0), 1)
                # A second, and up to a quarter more.
                self.assertRegex(done.stderr, r"retrying in [12] s \(1 of 3\)")

    def test_final_answers_are_final(self):
        for verb, answer, status in (("PASS", "530 wrong password", 4),
                                     ("RETR", "550 no such file", 5),
                                     ("RETR", "553 not allowed", 6)):
            with self.subTest(answer=answer):
                with FakeServer({verb: answer}) as server:
                    done = self.ferry("get", server.url("file"))
                self.retried(self.assert_status(done, status), 0)

    def test_nobody_listens_or_no_such_host_fails_at_once(self):
        with FakeServer() as server:
            url = server.url("file")
        for nowhere in (url, "ftp://no-such-host.invalid/file"):
            started = time.monotonic()
            done = self.ferry("get", nowhere)
            self.retried(self.assert_status(done, 3), 0)
            self.assertLess(time.monotonic() - started, 5)

    def test_back_in_the_directory_without_a_second_question(self):
        with FakeServer({"RETR": [hang_up, Download(b"hello")], "SIZE": "213 5"}) as server:
            self.succeed("get", "--cd", "/deep", server.url("file", user="bob"))
        self.assertEqual([c for c in server.commands if c.startswith(("USER", "PASS", "CWD"))],
                         ["USER bob", f"PASS {self.password}", "CWD /deep"] * 2)

    def test_none_and_quiet(self):
        with FakeServer({"SIZE": hang_up}) as server:
            done = self.assert_status(self.ferry("get", server.url("f"), "--retries=0"), 3)
            self.retried(done, 0)
            done = self.assert_status(self.ferry("get", server.url("f"), "-q", "--retries=1"), 3)
        self.assert_one_line(done)
        self.assertEqual(server.verbs().count("SIZE"), 3)

    def test_a_limit_of_time(self):
        with FakeServer({"SIZE": hang_up}) as server:
            done = self.ferry("get", server.url("f"), "--retries=9", "--retry-max-time=0.5")
        self.retried(self.assert_status(done, 3), 1)

    def test_ctrl_c_ends_the_wait_at_once(self):
        with FakeServer({"USER": "421 too many users"}) as server:
            running = self.start("get", server.url("file"), "--retries=9")
            wait_until(lambda: server.verbs().count("USER") == 3)  # the next wait is 4 s
            started = time.monotonic()
            running.send_signal(signal.SIGINT)
            done = self.finish(running)
        self.assert_status(done, 130)
        self.assertLess(time.monotonic() - started, 2)

    def test_in_the_shell(self):
        there = OneFile(bytes_of(100_000), [40_000])
        with FakeServer(there.answers(CWD="250 ok")) as server:
            done = self.ferry(server.url(""), "-c", "cd deep; get file")
        self.retried(self.assert_status(done, 0), 1)
        self.assertEqual((self.local / "file").read_bytes(), there.content)


if __name__ == "__main__":
    unittest.main()
