"""HTTP/1.1 on a socket: just what an API server on the loopback needs, with keep-alive."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

MAX_BODY = 4 * 1024 * 1024
MAX_LINE = 65_536
MAX_HEADERS = 100


class BadRequest(Exception):
    """The bytes are not an HTTP request that we serve; the connection is closed after answering 400."""


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


Handler = Callable[[Request], Response]


def read_request(stream: BinaryIO) -> Request | None:
    """The next request of a connection, or None at its end."""
    line = stream.readline(MAX_LINE)
    if not line:
        return None
    words = line.decode("latin-1").split()
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("malformed request line")
    headers = _read_headers(stream)
    path, _, query = words[1].partition("?")
    connection = headers.get("connection", "").lower()
    keep_alive = connection != "close" and (words[2] == "HTTP/1.1" or connection == "keep-alive")
    return Request(words[0], path, query, headers, _read_body(stream, headers), keep_alive)


def _read_headers(stream: BinaryIO) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(MAX_HEADERS):
        line = stream.readline(MAX_LINE)
        if line in (b"\r\n", b"\n"):
            return headers
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise BadRequest("malformed header")
        headers[name.strip().lower()] = value.strip()
    raise BadRequest("too many headers")


def _read_body(stream: BinaryIO, headers: dict[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        raise BadRequest("chunked bodies are not served")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_BODY:
        raise BadRequest("content-length missing, malformed or over 4 MiB")
    body = stream.read(int(length)) if int(length) else b""
    if len(body) != int(length):
        raise BadRequest("body shorter than its content-length")
    return body


def head_of(response: Response, keep_alive: bool) -> bytes:
    phrase = HTTPStatus(response.status).phrase
    lines = [f"HTTP/1.1 {response.status} {phrase}", f"Content-Type: {response.content_type}"]
    if response.parts is None:
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
