"""A relay between ferry and a real server, which breaks what passes through it where a test says.

    with Relay(server, Fault("RETR", "cut", byte=100_000)) as relay:
        ... run ferry on relay.url("file") ...
        relay.commands    # what the clients sent, over all connections: ["USER alice", ...]
        relay.struck      # the faults that came about, see faults.py

It speaks plain FTP to both sides and follows the dialogue, so that it knows which command a reply
belongs to. Replies 227 and 229 and the commands PORT and EPRT name the relay when they leave it, so
data connections pass through it as well; their bytes belong to the transfer that was asked for last
on their control connection. It runs in a thread of its own, in which `call` of a fault is called.
"""

import asyncio
import collections
import re
import socket
import struct
import threading

BLOCK = 1 << 16
LINE = 1 << 20
HOST = "127.0.0.1"
UPLOADS = ("STOR", "APPE", "STOU")
DOWNLOADS = ("RETR", "LIST", "NLST", "MLSD")


class End(Exception):
    """A connection has come to its end, by one side or by a fault."""


class Link:
    """One connection through the relay: a client's side, a server's, and what goes between them."""

    def __init__(self, client, server):
        (self.from_client, self.to_client), (self.from_server, self.to_server) = client, server
        self.verb = ""  # whose data this is
        self.is_frozen = False

    async def run(self, *directions, until):
        """Until both directions have ended, or the first (asyncio's FIRST_...)."""
        tasks = [asyncio.create_task(self.thaw_never(each)) for each in directions]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=until)
            if any(isinstance(task.exception(), OSError) for task in ended):
                self.reset()
            for task in ended:
                if not isinstance(task.exception(), (End, OSError, type(None))):
                    raise task.exception()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.close()

    async def thaw_never(self, direction):
        try:
            await direction()
        except (End, OSError):
            if not self.is_frozen:
                raise
            await asyncio.Event().wait()

    def close(self):
        self.to_client.close()
        self.to_server.close()

    def reset(self):
        """Both sides get a RST, and what has not left yet is lost."""
        for side in (self.to_client, self.to_server):
            if not side.is_closing():
                side.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                                         struct.pack("ii", 1, 0))
                side.transport.abort()


async def settle():
    """Lets transports that are coming about, or ending, do so: it takes some rounds."""
    for _ in range(5):
        await asyncio.sleep(0)


async def send(to, what):
    to.write(what)
    await to.drain()


async def read_line(source):
    line = await source.readline()
    if not line.endswith(b"\n"):
        raise End
    return line


async def read_reply(source):
    """(code, all its bytes) of a reply, which may have several lines (RFC 959, 4.2)."""
    whole = line = await read_line(source)
    while whole[3:4] == b"-" and not line.startswith(whole[:3] + b" "):
        line = await read_line(source)
        whole += line
    return int(whole[:3]), whole


def port_in(text, is_extended):
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    return numbers[-1] if is_extended else numbers[-2] * 256 + numbers[-1]


class Session:
    """One control connection, and the data connections that belong to it."""

    def __init__(self, relay, control):
        self.relay, self.control = relay, control
        self.links = [control]
        self.pending = collections.deque(["greeting"])  # the verbs whose replies are still to come
        self.verb = self.path = ""  # of the transfer that was asked for last

    async def run(self):
        await self.control.run(self.commands, self.replies, until=asyncio.FIRST_COMPLETED)

    async def commands(self):
        while True:
            line = await read_line(self.control.from_client)
            said = line.lstrip(b"\xff\xf4\xf2").decode(errors="surrogateescape").rstrip("\r\n")
            self.relay.commands.append(said)
            verb, _, argument = said.partition(" ")
            verb = verb.upper()
            if verb in UPLOADS + DOWNLOADS:
                self.verb, self.path = verb, argument
            if verb in ("PORT", "EPRT"):
                line = await self.rename_client(port_in(said, verb == "EPRT"))
            times = await self.outcome(verb, "command")
            self.pending.extend([verb] * times)
            await send(self.control.to_server, line * times)

    async def replies(self):
        while True:
            code, reply = await read_reply(self.control.from_server)
            verb = self.pending[0] if self.pending else ""
            if code in (227, 229):
                reply = await self.rename_server(code, port_in(reply[4:].decode(), code == 229))
            times = await self.outcome(verb, "preliminary" if code < 200 else "reply")
            await send(self.control.to_client, reply * times)
            if code >= 200 and self.pending:
                self.pending.popleft()

    async def outcome(self, verb, moment):
        """How many times a command or a reply is to be passed on."""
        times = 1
        for fault in self.relay.faults_at(self, verb, moment):
            await self.strike(fault, self.control)
            times = {"lose": 0, "say": 0, "double": 2}.get(fault.kind, times)
        if self.control.is_frozen:
            raise End
        return times

    async def strike(self, fault, link):
        """Does what a fault does to connections."""
        self.relay.struck.append(fault)
        if fault.call:
            fault.call()
        match fault.kind:
            case "cut":
                link.close()
            case "reset":
                link.reset()
            case "gone":
                for each in self.links:
                    each.reset()
            case "stall":
                link.is_frozen = True
            case "delay":
                await asyncio.sleep(fault.seconds)
            case "say" | "bye":
                await send(self.control.to_client, fault.text.encode() + b"\r\n")
        if fault.kind == "bye":
            for each in self.links:
                each.close()
        if fault.kind in ("cut", "reset", "gone", "stall", "bye"):
            raise End

    async def rename_server(self, code, port):
        async def meet(*client):
            await self.move(client, await self.relay.reach(port))

        ours = await self.relay.listen(meet, once=True)
        if code == 229:
            return f"229 Entering Extended Passive Mode (|||{ours}|)\r\n".encode()
        return f"227 Entering Passive Mode (127,0,0,1,{ours >> 8},{ours & 255})\r\n".encode()

    async def rename_client(self, port):
        async def meet(*server):
            await self.move(await self.relay.reach(port), server)

        ours = await self.relay.listen(meet, once=True)
        return f"PORT 127,0,0,1,{ours >> 8},{ours & 255}\r\n".encode()

    async def move(self, client, server):
        link = Link(client, server)
        self.links.append(link)
        await link.run(lambda: self.pump(link, link.from_client, link.to_server, UPLOADS),
                       lambda: self.pump(link, link.from_server, link.to_client, DOWNLOADS),
                       until=asyncio.FIRST_EXCEPTION)

    async def pump(self, link, source, to, verbs):
        """One direction of a data connection; that of the data in transfers with these verbs."""
        passed, faults = 0, None
        while True:
            block = await source.read(BLOCK)
            link.verb = link.verb or self.verb
            if faults is None:
                faults = self.relay.faults_at(self, link.verb, "data") if link.verb in verbs else []
                faults.sort(key=lambda fault: fault.byte)
            while faults and (faults[0].byte < passed + len(block) or not block):
                fault = faults.pop(0)
                count = min(len(block), max(0, fault.byte - passed))
                await send(to, block[:count])
                passed, block = passed + count, block[count:]
                await self.strike(fault, link)
                if fault.kind == "lose":
                    to.write_eof()
                    while await source.read(BLOCK):
                        pass
                    return
            if link.is_frozen:
                raise End
            if not block:
                to.write_eof()
                return
            await send(to, block)
            passed += len(block)


class Relay:
    """Stands where `server`, one of peers.py, seems to be."""

    def __init__(self, server, *faults):
        self.server, self.faults = server, list(faults)
        self.user, self.password = server.user, server.password
        self.commands, self.moments, self.struck = [], [], []
        self.sessions = 0
        self.listeners, self.ends, self.tasks = [], [], []
        self.failure = None
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def host(self):
        return HOST

    def url(self, path="", **login):
        return self.server.url(path, **login).replace(f":{self.server.port}/", f":{self.port}/", 1)

    def verbs(self):
        return [command.split(" ")[0] for command in self.commands]

    def __enter__(self):
        self.thread.start()
        self.port = self.wait(self.listen(self.serve))
        return self

    def __exit__(self, kind, *_):
        self.wait(self.end_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        if self.failure and kind is None:
            raise self.failure

    def wait(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def end_all(self):
        for listener in self.listeners:
            listener.close()
        await settle()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=0.1)  # both sides may be gone already
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for end in self.ends:
            end.transport.abort()
        await settle()

    async def listen(self, meet, once=False):
        """The port of a new listener, which hands its connections, or the only one, to `meet`."""
        def accept(reader, writer):
            self.ends.append(writer)
            if once:
                listener.close()
            self.tasks.append(self.loop.create_task(self.attend(meet, reader, writer)))

        listener = await asyncio.start_server(accept, HOST, 0, limit=LINE)
        self.listeners.append(listener)
        return listener.sockets[0].getsockname()[1]

    async def attend(self, meet, reader, writer):
        try:
            await meet(reader, writer)
        except OSError:  # the other side cannot be reached
            writer.transport.abort()
        except Exception as failure:  # a mistake of the relay's own
            self.failure = failure
        finally:
            writer.close()

    async def reach(self, port):
        reader, writer = await asyncio.open_connection(HOST, port, limit=LINE)
        self.ends.append(writer)
        return reader, writer

    async def serve(self, *client):
        session = Session(self, Link(client, await self.reach(self.server.port)))
        self.sessions += 1
        try:
            await session.run()
        finally:
            self.sessions -= 1

    def faults_at(self, session, verb, moment):
        self.moments.append((verb, moment))
        return [fault for fault in self.faults if fault.strikes(session, verb, moment)]
