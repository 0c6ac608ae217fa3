"""The scripted server of fake_server.py over TLS: as decent as that, and as bad as a test wants.

    with TlsServer({"RETR": Download(b"hello")}, certificate=certificates.expired()) as server:
        ... run ferry on server.url("file") ...
        server.log          # ["AUTH TLS", "* control TLSv1.3 new", "USER anonymous", ...]
        server.clear        # the commands that came unprotected: ["AUTH TLS"]
        server.handshakes   # [Handshake("control", resumed=False, ...), ...]
"""

import os
import socket
import ssl
import threading

import certificates
import openssl_calls
from fake_server import Gone, ManyServer, ManySession
from server_tls import VERSIONS

LIMITS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
PRE_SHARED_KEY = 41


class Refused(Exception):
    """The command was answered, and that was that."""


class Handshake:
    def __init__(self, kind, sock):
        self.kind, self.resumed, self.version = kind, sock.session_reused, sock.version()
        self.protocol = sock.selected_alpn_protocol()
        self.client = sock.getpeercert(binary_form=True)  # the client's certificate

    def __repr__(self):
        return f"* {self.kind} {self.version} {'resumed' if self.resumed else 'new'}"


class TlsSession(ManySession):
    protects_data = False
    certificate = None

    def is_protected(self):
        return isinstance(self.control, ssl.SSLSocket) and self.control.version() is not None

    def answer(self, what, argument=""):
        try:
            super().answer(what, argument)
        except Refused:
            pass

    def read_line(self):
        line = super().read_line()
        text = line.decode("utf-8", "replace")
        self.server.log.append(text)
        if not self.is_protected():
            self.server.clear.append(text)
        return line

    def auth(self, _argument):
        self.say("234 go on")
        self.protect()

    def protect(self):
        self.control = self.server.shake_hands(self.control, "control", self.certificate)

    def prot(self, argument):
        self.protects_data = argument == "P"
        self.say("200 ok")

    def ccc(self, _argument):
        self.say("200 back to clear text")
        self.control = self.control.unwrap()

    def open_data(self):
        data = super().open_data()
        if not self.protects_data:
            return data
        data = self.server.shake_hands(data, "data", self.server.data_certificate or
                                       self.certificate)
        if self.server.demand_reuse and not data.session_reused:
            data.close()
            self.say("522 SSL connection failed: session reuse required")
            raise Refused
        return Protected(data, self.server)

    def answer_with_ticket(self, reply):
        """For a reply of the table: a ticket goes ahead of it."""
        openssl_calls.new_ticket(self.control)
        self.say(reply)


class Protected:
    """A data connection that ends as TLS wants it, or as the server's `goodbye` says: "notify",
    "cut" (without close_notify), "hold" (with it, but the connection stays open until the client
    closes it)."""

    def __init__(self, sock, server):
        self.sock, self.server = sock, server

    def __getattr__(self, name):
        return getattr(self.sock, name)

    def recv(self, count):
        """What a client sends; nothing once it has said goodbye. It must do that."""
        try:
            return self.sock.recv(count)
        except (ssl.SSLError, ConnectionResetError):
            self.server.log.append("* data cut off")
            return b""

    def close(self):
        if self.server.goodbye != "cut":
            say_goodbye(self.sock)
        if self.server.goodbye == "hold":
            self.server.holding.append(drain_in_background(self.sock))
            return
        self.sock.close()


def say_goodbye(sock):
    """Sends close_notify, and does not wait for the other side's."""
    patience = sock.gettimeout()
    sock.setblocking(False)
    try:
        sock.unwrap()
    except OSError:  # SSLWantReadError: sent; others: the client has gone
        pass
    sock.settimeout(patience)


def drain_in_background(sock):
    """Waits until the client closes a connection, whatever it sends before."""
    raw = socket.socket(fileno=sock.detach())
    raw.settimeout(30)

    def drain():
        with raw:
            try:
                while raw.recv(65536):
                    pass
            except OSError:
                pass

    waiter = threading.Thread(target=drain, daemon=True)
    waiter.start()
    return waiter


class TlsServer(ManyServer):
    session_class = TlsSession

    def __init__(self, answers=None, *, certificate=None, data_certificate=None, version=None,
                 implicit=False, tickets=2, demand_reuse=False, goodbye="notify", clients=None,
                 **more):
        """`certificate`: one, or a list: one after another for the control connections, the last
        again and again. `version`: "1.2" or "1.3" alone. `tickets`: how many of TLS 1.3 follow a
        handshake. `clients`: the authority whose clients alone are let in."""
        super().__init__({"AUTH": TlsSession.auth, "PBSZ": "200 PBSZ=0", "PROT": TlsSession.prot,
                          "CCC": TlsSession.ccc, **(answers or {})}, **more)
        chosen = certificate or certificates.good()
        self.certificates = chosen if isinstance(chosen, list) else [chosen]
        self.data_certificate = data_certificate
        self.version, self.implicit, self.tickets = version, implicit, tickets
        self.demand_reuse, self.goodbye, self.clients = demand_reuse, goodbye, clients
        self.contexts = {}
        self.handshakes, self.log, self.clear, self.holding = [], [], [], []
        self.tickets_used = []  # what clients offered to resume (TLS 1.3)
        self.server_names = []  # what they asked for
        self.hellos = []        # of those that were left without an answer
        self.lock = threading.Lock()

    def url(self, path="", user=None):
        plain = super().url(path, user)
        return "ftps" + plain.removeprefix("ftp") if self.implicit else plain

    def context(self, certificate):
        """One for each certificate: the sessions of one are not known to the other."""
        with self.lock:
            if certificate not in self.contexts:
                self.contexts[certificate] = self.make_context(certificate)
            return self.contexts[certificate]

    def make_context(self, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.pem)
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # a missing close_notify is to be seen
        context.num_tickets = self.tickets
        context.set_alpn_protocols(["ftp-data", "ftp"])
        if self.version:
            context.minimum_version = context.maximum_version = LIMITS[self.version]
        if self.clients:
            context.load_verify_locations(self.clients)
            context.verify_mode = ssl.CERT_REQUIRED
        context._msg_callback = self.note_message
        context.sni_callback = lambda _sock, name, _context: self.server_names.append(name)
        return context

    def note_message(self, _sock, direction, _version, _kind, message, content):
        if direction == "read" and message == 1:  # ClientHello
            offered = ticket_in(content)
            if offered:
                self.tickets_used.append(offered)

    def shake_hands(self, sock, kind, certificate):
        protected = self.guard(self.context(certificate).wrap_socket(
            sock, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=False))
        protected.do_handshake()
        done = Handshake(kind, protected)
        self.handshakes.append(done)
        self.log.append(repr(done))
        return protected

    def converse(self, session):
        with self.lock:
            session.certificate = self.certificates[0]
            if len(self.certificates) > 1:
                self.certificates.pop(0)
        if self.implicit:
            session.protect()
        super().converse(session)

    def __exit__(self, *exception):
        super().__exit__(*exception)
        for waiter in self.holding:
            waiter.join()

    def shut(self, sock):
        if sock.fileno() >= 0:  # behind the back of TLS, which another thread uses
            with socket.socket(fileno=os.dup(sock.fileno())) as raw:
                super().shut(raw)

    def cut(self):
        """Ends all connections, as somebody between would: nobody says goodbye."""
        for sock in self.sockets:
            if sock is not self.listener:
                self.shut(sock)

    def new_sessions(self, kind):
        """How many handshakes of this kind resumed nothing."""
        return sum(not done.resumed for done in self.handshakes if done.kind == kind)

    def secrets(self):
        """What a client told that is for the right server alone, protected or not."""
        return [line for line in self.log if line.split(" ")[0].upper() in ("USER", "PASS", "ACCT")]


def ticket_in(client_hello):
    """The first identity of its pre_shared_key (RFC 8446, 4.2.11), None if it has none."""
    at = 4 + 2 + 32                                     # header, version, random
    at += 1 + client_hello[at]                          # session id
    at += 2 + int.from_bytes(client_hello[at:at + 2])   # cipher suites
    at += 1 + client_hello[at]                          # compression methods
    end = at + 2 + int.from_bytes(client_hello[at:at + 2])
    at += 2
    while at < end:
        kind, size = (int.from_bytes(client_hello[place:place + 2]) for place in (at, at + 2))
        if kind == PRE_SHARED_KEY:
            length = int.from_bytes(client_hello[at + 6:at + 8])
            return client_hello[at + 8:at + 8 + length]
        at += 4 + size
    return None


# Answers to AUTH of servers, or of somebody in between, that mean no good.

def injecting(text):
    """Says more behind the reply than there is to say before TLS begins."""
    def auth(session, _argument):
        session.say(b"234 go on\r\n" + text)
        session.protect()
    return auth


def after_hello(what):
    """Sends this in place of its side of the handshake, and hangs up."""
    def auth(session, _argument):
        session.say("234 go on")
        session.control.recv(65536)
        session.control.sendall(what)
        raise Gone
    return auth


def half_a_handshake(session, _argument):
    """Sends the beginning of its side of the handshake, and hangs up."""
    session.say("234 go on")
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    half = session.server.context(session.certificate).wrap_bio(into, out, server_side=True)
    into.write(session.control.recv(65536))
    try:
        half.do_handshake()
    except ssl.SSLWantReadError:
        pass
    flight = out.read()
    session.control.sendall(flight[:len(flight) // 2])
    raise Gone


def silent_in_handshake(session, _argument):
    session.say("234 go on")
    session.server.hellos.append(session.control.recv(65536))
    session.drain()
    raise Gone


__all__ = ["Handshake", "TlsServer", "TlsSession", "VERSIONS", "after_hello", "half_a_handshake",
           "injecting", "silent_in_handshake"]
