"""The threaded server: one thread a connection, which lives as long as the client keeps it.

A client that stops half way through a request holds its own thread for at most REQUEST_SECONDS, and nothing else.
"""

import contextlib
import io
import socket
import socketserver
import struct

from sandbox.jsons import dumps
from sandbox.protocol.errors import invalid
from sandbox.protocol.incoming import CONTINUE, BadRequest, Incoming, read_body, read_head
from sandbox.protocol.wire import Handler, Request, Response, head_of

SEND_SECONDS = 60
DRAIN_SECONDS, DRAIN_BYTES = 2, 16 * 1024 * 1024


class Connection(socketserver.BaseRequestHandler):
    """Answers the requests of one connection in turn."""

    request: socket.socket
    server: "Server"

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.incoming = Incoming(self.request)
        self.stream = io.BufferedReader(self.incoming)

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError, ValueError):
            while self._answer_one():
                pass

    def _answer_one(self) -> bool:
        self.incoming.deadline = None
        try:
            request = self._read()
        except BadRequest as refused:
            error = invalid(str(refused)).body("req_malformed")
            self._send(Response(refused.status, dumps(error)), keep_alive=False)
            return self._hang_up()
        if request is None:
            return False
        response = self.server.answer(request)
        if response.break_connection:
            self._break(response.break_connection)
            return False
        return self._send(response, request.keep_alive, request.method == "HEAD")

    def _read(self) -> Request | None:
        request = read_head(self.stream)
        if request is not None:
            if request.headers.get("expect", "").lower() == "100-continue":
                self.request.sendall(CONTINUE)
            request.body = read_body(self.stream, request.headers)
        return request

    def _send(self, response: Response, keep_alive: bool, head_only: bool = False) -> bool:
        """Whether the connection goes on. An answer in parts, or one that is cut, ends it."""
        keep_alive = keep_alive and response.parts is None and response.cut_at is None
        head = head_of(response, keep_alive)
        self.request.settimeout(SEND_SECONDS)
        if head_only or response.parts is None:
            self.request.sendall(head + (b"" if head_only else response.body[: response.cut_at]))
            return keep_alive
        self.request.sendall(head)
        for part in response.parts:
            self.request.sendall(part)
        return False

    def _hang_up(self) -> bool:
        """Lets the client read the refusal: a socket that is closed on unread bytes resets, and drops what was sent."""
        self.request.shutdown(socket.SHUT_WR)
        self.request.settimeout(DRAIN_SECONDS)
        left = DRAIN_BYTES
        while left > 0 and (got := self.request.recv(min(left, 65_536))):
            left -= len(got)
        return False

    def _break(self, how: str) -> None:
        if how == "reset":
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Server(socketserver.ThreadingTCPServer):
    """Listens at once; `serve_forever` answers. Port 0 lets the system choose."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, answer: Handler) -> None:
        self._answer = answer
        super().__init__((host, port), Connection)

    def answer(self, request: Request) -> Response:
        return self._answer(request)

    @property
    def port(self) -> int:
        return int(self.server_address[1])
