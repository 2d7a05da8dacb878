"""HTTP to Stripe within a time that holds for the whole request.

The time-out of an HTTP library is that of each wait for bytes: a server that sends one byte a second is never late.
Here every read from the socket gets what is left of the time, through headers and body. Not within it: the look-up of
the host's name, which the system bounds, and an answer through a proxy.
"""

import io
import socket
import threading
import time
from typing import Any

import requests
import stripe
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT_SECONDS = 2.0
"""For the connection alone: a network that is there answers in a fraction of it."""

_running = threading.local()


def _left() -> float:
    """Seconds that this thread's request has left. Raises TimeoutError."""
    left = float(getattr(_running, "until", float("inf")) - time.monotonic())
    if left <= 0:
        raise TimeoutError("The time for the whole request is over.")
    return left


class _Stream(io.RawIOBase):
    """Reads from the socket, each time for as long as is left."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = _left()
        if left != float("inf"):
            self._sock.settimeout(left)
        return self._sock.recv_into(buffer)


class _Socket:
    """A socket whose readers keep to the time; otherwise as it was."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        return _File(_Stream(self._sock), self._sock.makefile("rb"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _File(io.BufferedReader):
    """`held` keeps the socket open for as long as its answer is read, whoever closes the connection meanwhile."""

    def __init__(self, raw: io.RawIOBase, held: Any) -> None:
        super().__init__(raw)
        self._held = held

    def close(self) -> None:
        super().close()
        self._held.close()


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Socket(self.sock)


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Socket(self.sock)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *words: Any, **options: Any) -> None:
        super().init_poolmanager(*words, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class _Session(requests.Session):
    """Connections of one thread, which keep to the time."""

    def __init__(self) -> None:
        super().__init__()
        self.mount("https://", _Adapter())
        self.mount("http://", _Adapter())


class BoundedClient(stripe.RequestsClient):
    """`seconds` bound a request from its connection to the last byte of its answer."""

    def __init__(self, seconds: float) -> None:
        super().__init__(timeout=(min(CONNECT_SECONDS, seconds), seconds))
        self.seconds = seconds

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        if getattr(self._thread_local, "session", None) is None:  # one that the SDK is given, all threads would share
            self._thread_local.session = _Session()
        _running.until = time.monotonic() + self.seconds
        try:
            return super().request(method, url, headers, post_data, **more)
        finally:
            del _running.until
