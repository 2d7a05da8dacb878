"""Reading requests from a connection."""

import io
import socket
import time
from typing import BinaryIO

from sandbox.protocol.wire import Request

MAX_BODY = 4 * 1024 * 1024
MAX_LINE = 65_536
MAX_HEADERS = 100
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
IDLE_SECONDS = 300
REQUEST_SECONDS = 30


class BadRequest(Exception):
    """The bytes are not an HTTP request that we serve; the connection is closed after answering."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Incoming(io.RawIOBase):
    """The bytes of a connection: the next request may be long in coming, but has to be whole soon after its start."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self.connection = connection
        self.deadline: float | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        left = IDLE_SECONDS if self.deadline is None else self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)
        count = self.connection.recv_into(buffer)
        if self.deadline is None:
            self.deadline = time.monotonic() + REQUEST_SECONDS
        return count


def read_head(stream: BinaryIO) -> Request | None:
    """The next request of a connection, still without its body, or None at the connection's end."""
    line = stream.readline(MAX_LINE)
    if not line:
        return None
    words = line.decode("latin-1").split()
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[1].startswith("/"):
        raise BadRequest("Malformed request line.")
    headers = _read_headers(stream)
    path, _, query = words[1].partition("?")
    connection = headers.get("connection", "").lower()
    keep_alive = connection != "close" and (words[2] == "HTTP/1.1" or connection == "keep-alive")
    return Request(words[0], path, query, headers, b"", keep_alive)


def _read_headers(stream: BinaryIO) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(MAX_HEADERS):
        line = stream.readline(MAX_LINE)
        if line in (b"\r\n", b"\n"):
            return headers
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise BadRequest("Malformed header.")
        headers[name.strip().lower()] = value.strip()
    raise BadRequest(f"More than {MAX_HEADERS} headers.", 431)


def read_body(stream: BinaryIO, headers: dict[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        raise BadRequest("Bodies are sent with a Content-Length; chunks are not served.", 501)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()):
        raise BadRequest("Malformed Content-Length.")
    if int(length) > MAX_BODY:
        _drain(stream, min(int(length), 2 * MAX_BODY))
        raise BadRequest(f"The body is larger than {MAX_BODY} bytes.", 413)
    body = stream.read(int(length)) if int(length) else b""
    if len(body) != int(length):
        raise BadRequest("The body is shorter than its Content-Length.")
    return body


def _drain(stream: BinaryIO, count: int) -> None:
    """Reads on, so that a client that is still sending gets to see the refusal."""
    while count > 0:
        part = stream.read(min(count, 65_536))
        if not part:
            return
        count -= len(part)
