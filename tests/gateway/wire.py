"""A server on loopback that answers what a test says, byte for byte, and keeps what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire; header names in lower case."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)


@dataclass
class Wire:
    """`answers` are given in turn, the last one for ever: (status, body, headers); `at` has them by path before."""

    base: str = ""
    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=lambda: [(200, b'{"id": "x_1"}', {})])
    asked: list[Asked] = field(default_factory=list)
    at: dict[str, Any] = field(default_factory=dict)

    def answers_with(self, status: int, body: Any, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers = [(status, raw, {name.replace("_", "-"): value for name, value in headers.items()})]

    def answer_to(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        if path in self.at:
            return 200, json.dumps(self.at[path]).encode(), {}
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def only(self) -> Asked:
        (one,) = self.asked
        return one


class Server(ThreadingHTTPServer):
    request_queue_size = 64  # with the usual 5, callers at the same time wait a second for their connection


@contextmanager
def listening() -> Iterator[Wire]:
    wire = Wire()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            query = parse_qsl(parts.query, keep_blank_values=True)
            wire.asked.append(Asked(self.command, parts.path, query, headers, body))
            status, content, extra = wire.answer_to(parts.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), "Connection": "close", **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_: Any) -> None:
            """Tests read what was asked, not the terminal."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    wire.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield wire
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
