"""What Python's ssl module does not offer of OpenSSL, for servers that misbehave: it calls the
library on the connection inside an SSLSocket."""

import ctypes

_library = ctypes.CDLL("libssl.so.3")
_library.SSL_get_version.restype = ctypes.c_char_p
for _name in ("SSL_get_version", "SSL_new_session_ticket", "SSL_renegotiate", "SSL_do_handshake"):
    getattr(_library, _name).argtypes = [ctypes.c_void_p]
_library.SSL_key_update.argtypes = [ctypes.c_void_p, ctypes.c_int]


def _connection(sock):
    """The SSL* of an SSLSocket: CPython keeps it behind the object's head and a weak reference."""
    inner = sock._sslobj
    place = id(inner) + object.__basicsize__ + ctypes.sizeof(ctypes.c_void_p)
    connection = ctypes.c_void_p.from_address(place).value
    if _library.SSL_get_version(connection).decode() != sock.version():
        raise RuntimeError("this Python keeps its TLS connections elsewhere")
    return connection


def _call(sock, *calls):
    """Each of `calls` is a name and its arguments behind the connection."""
    connection = _connection(sock)  # while no handshake runs: then it has no version
    for name, *arguments in calls:
        if getattr(_library, name)(connection, *arguments) != 1:
            raise RuntimeError(f"{name} failed")


def new_ticket(sock):
    """One more ticket (TLS 1.3); it goes out with what is written next."""
    _call(sock, ("SSL_new_session_ticket",))


def ask_for_renegotiation(sock):
    """Sends a HelloRequest (TLS 1.2); the client's answer is read with what it sends next."""
    _call(sock, ("SSL_renegotiate",), ("SSL_do_handshake",))


def update_keys(sock, ask=True):
    """Sends a KeyUpdate (TLS 1.3), and may ask the other side for one."""
    _call(sock, ("SSL_key_update", 1 if ask else 0), ("SSL_do_handshake",))
