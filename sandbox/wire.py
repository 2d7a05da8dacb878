"""HTTP/1.1 on a socket: just what an API server on the loopback needs, with keep-alive."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

MAX_BODY = 4 * 1024 * 1024
MAX_LINE = 65_536
MAX_HEADERS = 100
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class BadRequest(Exception):
    """The bytes are not an HTTP request that we serve; the connection is closed after answering."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Request:
    """Header names are lower case. The path is without its query."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    keep_alive: bool


@dataclass
class Response:
    """A body in one piece, or in parts (then the connection closes at their end)."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    parts: Iterable[bytes] | None = None
    content_type: str = "application/json"
    break_connection: str | None = None
    """"close" or "reset": nothing is sent at all, as when a network fails."""
    cut_at: int | None = None
    """Bytes of the body after which the connection ends, though its whole length was announced."""


Handler = Callable[[Request], Response]


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


def head_of(response: Response, keep_alive: bool) -> bytes:
    phrase = HTTPStatus(response.status).phrase
    lines = [f"HTTP/1.1 {response.status} {phrase}", f"Content-Type: {response.content_type}"]
    if response.parts is None:
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
