"""An FTP server that does what a test says: a table from verb to answer, played by one thread.

    with FakeServer({"SIZE": "213 5", "RETR": Download(b"hello")}) as server:
        ... run ferry on server.url("file") ...
        server.commands     # what the client sent: ["USER anonymous", ...]

An answer is text (a reply, CRLF added), bytes (sent as they are), a list of answers to be used one
after another (the last one again and again), or a function of (session, argument). What the table
does not name is answered as a plain, decent server would.
"""

import os
import socket
import struct
import threading

PATIENCE = 30  # no wait of the server is longer, so that a test ends even when ferry misbehaves


class Gone(Exception):
    """The client closed, or the test is over."""


def silent(session, _argument=""):
    """Says nothing more, until the client goes."""
    session.drain()
    raise Gone


def hang_up(_session, _argument=""):
    """Closes the control connection."""
    raise Gone


class Download:
    """Sends bytes over the data connection: the answer to RETR, LIST and the like.

    `payload` may be an iterable of blocks. `end` is what happens behind it: "close", "reset", or
    "stall" (everything stays open, nothing moves, until the client closes one or the other).
    """

    def __init__(self, payload, before="150 here it comes", after="226 done", end="close"):
        self.payload, self.before, self.after, self.end = payload, before, after, end

    def __call__(self, session, _argument):
        session.answer(self.before)
        data = session.open_data()
        try:
            for block in [self.payload] if isinstance(self.payload, bytes) else self.payload:
                data.sendall(block)
        except OSError:
            data.close()  # the client had enough
            session.answer(self.after)
            return
        if self.end == "stall":
            silent(session)
        if self.end == "reset":
            data.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        data.close()
        session.answer(self.after)


class Upload:
    """Takes what the client sends, into `server.stored[path]`: the answer to STOR and the like."""

    def __init__(self, before="150 send it", after="226 got it", stop_after=None):
        self.before, self.after, self.stop_after = before, after, stop_after

    def __call__(self, session, argument):
        session.answer(self.before)
        data = session.open_data()
        taken = bytearray()
        while self.stop_after is None or len(taken) < self.stop_after:
            block = data.recv(65536)
            if not block:
                break
            taken += block
        session.server.stored[argument] = bytes(taken)
        data.close()
        session.answer(self.after)


class Session:
    """One control connection."""

    def __init__(self, server, control):
        self.server, self.control = server, control
        self.pending = b""
        self.listener = None
        self.active = None

    def say(self, reply):
        self.control.sendall(reply if isinstance(reply, bytes) else reply.encode() + b"\r\n")

    def answer(self, what, argument=""):
        if callable(what):
            what(self, argument)
        elif what is not None:
            self.say(what)

    def read_line(self):
        while b"\n" not in self.pending:
            block = self.control.recv(65536)
            if not block:
                raise Gone
            self.pending += block
        line, self.pending = self.pending.split(b"\n", 1)
        return line.rstrip(b"\r")

    def drain(self):
        while self.control.recv(65536):
            pass

    def listen(self):
        if self.listener:
            self.listener.close()
        host = self.control.getsockname()[0]
        self.listener = self.server.guard(socket.create_server(
            (host, 0), family=self.control.family))
        return self.listener.getsockname()[1]

    def open_data(self):
        if self.active:
            data = socket.create_connection(self.active, timeout=PATIENCE)
            self.active = None
        else:
            data = self.listener.accept()[0]
            self.listener.close()
        return self.server.guard(data)

    def epsv(self, _argument):
        self.say(f"229 Entering Extended Passive Mode (|||{self.listen()}|)")

    def pasv(self, _argument):
        port = self.listen()
        self.say(f"227 Entering Passive Mode (127,0,0,1,{port >> 8},{port & 255})")

    def port(self, argument):
        numbers = argument.split(",")
        self.active = (".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5]))
        self.say("200 ok")

    def eprt(self, argument):
        _, _, host, number, _ = argument.split(argument[0])
        self.active = (host, int(number))
        self.say("200 ok")


DECENT = {
    "USER": "331 password, please",
    "PASS": "230 welcome",
    "SYST": "215 UNIX Type: L8",
    "FEAT": "211-Features:\r\n EPSV\r\n MDTM\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End",
    "OPTS": "200 ok",
    "TYPE": "200 ok",
    "NOOP": "200 ok",
    "REST": "350 go on",
    "CWD": "250 ok",
    "PWD": '257 "/" is here',
    "RNFR": "350 and the new name?",
    "RNTO": "250 ok",
    "ABOR": "226 nothing runs",
    "EPSV": Session.epsv,
    "PASV": Session.pasv,
    "PORT": Session.port,
    "EPRT": Session.eprt,
}


class FakeServer:
    session_class = Session

    def __init__(self, answers=None, greeting="220 ready", address="127.0.0.1"):
        self.answers = {verb: answer if isinstance(answer, list) else [answer]
                        for verb, answer in {**DECENT, **(answers or {})}.items()}
        self.greeting = greeting
        self.commands = []
        self.stored = {}
        self.failure = None
        self.sockets = []
        self.closing = False
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = self.guard(socket.create_server((address, 0), family=family))
        self.host = f"[{address}]" if ":" in address else address
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def url(self, path="", user=None):
        login = f"{user}@" if user else ""
        return f"ftp://{login}{self.host}:{self.port}/{path}"

    def verbs(self):
        return [command.split(" ")[0] for command in self.commands]

    def guard(self, sock):
        """Bounds its waits, and closes it at the end of the test."""
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each reply takes 40 ms
        self.sockets.append(sock)
        return sock

    def shut(self, sock):
        """Ends a connection, whoever waits for it."""
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended already
            pass

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.closing = True
        for sock in list(self.sockets):
            self.shut(sock)
        self.thread.join(PATIENCE)
        for sock in self.sockets:
            sock.close()
        if self.failure and kind is None:
            raise self.failure

    def serve(self):
        while not self.closing:
            try:
                control = self.guard(self.listener.accept()[0])
            except OSError:
                return
            self.serve_one(control)

    def serve_one(self, control):
        session = self.session_class(self, control)
        try:
            self.converse(session)
        except (Gone, OSError):
            pass
        except Exception as failure:  # a mistake in the test's own answers
            self.failure = failure
        session.control.close()

    def converse(self, session):
        session.answer(self.greeting)
        while True:
            line = session.read_line()
            command = line.decode("utf-8", "surrogateescape").lstrip("\udcff\udcf4\udcf2")
            self.commands.append(command)
            verb, _, argument = command.partition(" ")
            verb = verb.upper()
            if verb == "QUIT" and verb not in self.answers:
                session.say("221 bye")
                raise Gone
            left = self.answers.get(verb, ["502 not known here"])
            answer = left.pop(0) if len(left) > 1 else left[0]
            session.answer(answer, argument)


class ManySession(Session):
    offset = 0
    directory = "/"

    def rest(self, argument):
        self.offset = int(argument)
        self.say("350 go on")

    def cwd(self, argument):
        self.directory = os.path.normpath(os.path.join(self.directory, argument))
        self.say("250 there")

    def pwd(self, _argument):
        self.say(f'257 "{self.directory}" is here')


class ManyServer(FakeServer):
    """A FakeServer for several connections at a time, that knows REST and where a session is."""

    session_class = ManySession

    def __init__(self, answers=None, **more):
        super().__init__({"REST": ManySession.rest, "CWD": ManySession.cwd,
                          "PWD": ManySession.pwd, **(answers or {})}, **more)
        self.sessions = []  # one thread each
        self.controls = []  # its connection

    def serve(self):
        while not self.closing:
            try:
                control = self.guard(self.listener.accept()[0])
            except OSError:
                break
            self.controls.append(control)
            self.sessions.append(threading.Thread(target=self.serve_one, args=(control,),
                                                  daemon=True))
            self.sessions[-1].start()
        for each in self.sessions:
            each.join()
