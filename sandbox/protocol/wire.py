"""HTTP/1.1 on a socket: just what an API server on the loopback needs, with keep-alive."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus


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


def head_of(response: Response, keep_alive: bool) -> bytes:
    phrase = HTTPStatus(response.status).phrase
    lines = [f"HTTP/1.1 {response.status} {phrase}", f"Content-Type: {response.content_type}"]
    if response.parts is None:
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
