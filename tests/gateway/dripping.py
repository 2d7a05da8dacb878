"""A server that answers a byte at a time, so that no single wait is ever long."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BODY = b'{"id": "x_1", "object": "customer"}'
HEAD = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\nContent-Type: application/json\r\n\r\n".encode()


@contextmanager
def dripping(*, at_once: bytes, slowly: bytes, pause: float) -> Iterator[str]:
    """Yields the base URL of a server that sends `at_once`, then a byte of `slowly` every `pause` seconds."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer(caller: socket.socket) -> None:
        with caller, suppress(OSError):
            caller.recv(65536)
            caller.sendall(at_once)
            for byte in slowly:
                if over.wait(pause):
                    return
                caller.sendall(bytes([byte]))

    def serve() -> None:
        with suppress(OSError):
            while True:
                caller, _ = server.accept()
                threading.Thread(target=answer, args=(caller,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def seconds_since(began: float) -> float:
    return time.monotonic() - began
