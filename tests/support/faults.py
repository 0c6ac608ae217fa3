"""What a Relay breaks: values that say where, which time, and what happens.

A moment is a verb and one of

    "command"      the command is here, and the server has not got it
    "preliminary"  the server has said that it begins (150); the client has not heard it
    "reply"        the server has done it and said so; the client has not heard it
    "data"         so many bytes of the data have passed; the end counts if it comes earlier

The greeting is the "reply" of a verb "greeting". What happens then is one of

    "cut"     this connection is closed, decently, towards both sides
    "reset"   it is reset towards both
    "gone"    it is reset, and all connections of the same session with it
    "stall"   nothing passes any more, either way, not even that one side has closed
    "delay"   it waits for `seconds`
    "lose"    it is dropped: a command, or a reply; of data, all that follows, with a decent end
    "double"  a command or a reply is passed on twice
    "say"     the client gets `text` for an answer in its place (at "data": besides)
    "bye"     the client is told `text`, and all connections of the session are closed: a 421
    "none"    nothing, but for `call`
"""

import collections
import dataclasses
import typing

ALWAYS = float("inf")


@dataclasses.dataclass(repr=False)
class Fault:
    """`nth` counts the moments that fit, over all connections, from 1; the fault strikes at that
    one and the `times - 1` behind it. A moment counts only if `when(session)`, where that is given.
    `call()` comes before all else."""

    at: str
    kind: str
    moment: str = "reply"
    byte: int = 0  # given, it implies the moment "data"
    nth: int = 1
    times: float = 1
    text: str = "421 closing down"
    seconds: float = 0
    when: typing.Optional[typing.Callable] = None
    call: typing.Optional[typing.Callable] = None
    seen: int = 0

    def __post_init__(self):
        if self.byte:
            self.moment = "data"

    def __repr__(self):
        where = f"byte {self.byte}" if self.byte else self.moment
        return f"<{self.kind} at {where} of {self.at} number {self.nth}>"

    def strikes(self, session, verb, moment):
        if (verb, moment) != (self.at, self.moment) or (self.when and not self.when(session)):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


def too_many(limit):
    """Refuses connections beyond `limit` at a time, as servers do."""
    return Fault("greeting", "bye", times=ALWAYS, text="421 too many connections",
                 when=lambda session: session.relay.sessions > limit)


def steps_of(moments):
    """{verb, moment and nth of a Fault}, for each moment that a relay has met."""
    counts = collections.Counter()
    for verb, moment in moments:
        counts[verb, moment] += 1
        yield dict(at=verb, moment=moment, nth=counts[verb, moment])


def at_random(chance, count, moments, kinds):
    """`count` faults at some of the moments that a relay has met."""
    for step in chance.sample(list(steps_of(moments)), count):
        byte = chance.randrange(1, 5000) if step["moment"] == "data" else 0
        yield Fault(kind=chance.choice(kinds), byte=byte, **step)
