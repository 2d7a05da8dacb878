"""A client for load on the loopback: keep-alive connections in one thread, one request in flight on each.

Written on sockets because a client of comfort would take more of the two cores than the server that it measures.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MEBIBYTE = 1024 * 1024


@dataclass(slots=True)
class Load:
    """`times` are seconds from request to the answer's last byte; `seconds` is the wall time of all."""

    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def errors(self, expected: int = 200) -> int:
        return sum(count for status, count in self.statuses.items() if status != expected)


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    sent_at: float = 0.0
    answer: bytearray = field(default_factory=bytearray)


def request(url: str, method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
    """The bytes of one HTTP/1.1 request; `_` in names of headers stands for `-`."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
        lines += [] if "Content_Type" in headers else ["Content-Type: application/json"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def run(url: str, requests: list[bytes], connections: int) -> Load:
    """Send all the requests over so many connections, the next one as soon as an answer is there."""
    parts = urlsplit(url)
    load, waiting = Load(), iter(requests)
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for _ in range(min(connections, len(requests))):
            made = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(made)
            selector.register(made, selectors.EVENT_READ, connection)
            _send(connection, next(waiting))
        while selector.get_map():
            for key, _ in selector.select(60):
                if _receive(key.data, load) and not _send_next(key.data, waiting):
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
        load.seconds = time.perf_counter() - started
    return load


def _send_next(connection: _Connection, waiting: Iterator[bytes]) -> bool:
    following = next(waiting, None)
    if following is None:
        return False
    _send(connection, following)
    return True


def _send(connection: _Connection, message: bytes) -> None:
    connection.answer.clear()
    connection.sent_at = time.perf_counter()
    connection.socket.sendall(message)


def _receive(connection: _Connection, load: Load) -> bool:
    """True once the answer is whole. Raises ConnectionError where the server hangs up."""
    piece = connection.socket.recv(MEBIBYTE)
    if not piece:
        raise ConnectionError("the server closed a connection that was to be kept")
    connection.answer += piece
    status = _status_of_whole(connection.answer)
    if status is None:
        return False
    load.times.append(time.perf_counter() - connection.sent_at)
    load.statuses[status] = load.statuses.get(status, 0) + 1
    return True


def _status_of_whole(answer: bytearray) -> int | None:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(answer[:end]).lower()
    if b"\r\ntransfer-encoding: chunked" in head:
        whole = answer.endswith(b"\r\n0\r\n\r\n")
    else:
        _, _, rest = head.partition(b"\r\ncontent-length:")
        whole = len(answer) - end - 4 >= int(rest.split(b"\r\n", 1)[0] or 0)
    return int(head[9:12]) if whole else None
