"""The threaded server: one thread a connection, which lives as long as the client keeps it."""

import contextlib
import socket
import socketserver
import struct

from sandbox.wire import BadRequest, Handler, Request, Response, head_of, read_request


class Connection(socketserver.StreamRequestHandler):
    """Answers the requests of one connection in turn."""

    timeout = 300
    disable_nagle_algorithm = True
    server: "Server"

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError, ValueError):
            while self._answer_one():
                pass

    def _answer_one(self) -> bool:
        try:
            request = read_request(self.rfile)  # type: ignore[arg-type]
        except BadRequest as refused:
            self._send(Response(400, str(refused).encode(), content_type="text/plain"), keep_alive=False)
            return False
        if request is None:
            return False
        response = self.server.answer(request)
        if response.break_connection:
            self._break(response.break_connection)
            return False
        return self._send(response, request.keep_alive and response.parts is None)

    def _send(self, response: Response, keep_alive: bool) -> bool:
        head = head_of(response, keep_alive)
        if response.parts is None:
            self.connection.sendall(head + response.body)
            return keep_alive
        self.connection.sendall(head)
        for part in response.parts:
            self.connection.sendall(part)
        return False

    def _break(self, how: str) -> None:
        if how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


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
