"""A webhook endpoint for tests: keeps what it was sent, answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import stripe


class Receiver:
    """`answers` are given in turn, then 200. Every event that verified is kept, thin ones with their signature."""

    def __init__(self, url: str) -> None:
        self.url, self.secret = url, ""
        self.answers: list[int] = []
        self.events: list[stripe.Event] = []
        self.notifications: list[tuple[bytes, str]] = []
        self.notified = threading.Event()
        self.refused = 0
        self.lock = threading.Lock()

    def take(self, body: bytes, signature: str) -> int:
        with self.lock:
            try:
                event = stripe.Webhook.construct_event(body, signature, self.secret)
            except stripe.SignatureVerificationError:
                self.refused += 1
                return 400
            except ValueError:  # a thin event: the SDK has another method for it
                self.notifications.append((body, signature))
                self.notified.set()
                return 200
            status = self.answers.pop(0) if self.answers else 200
            if status == 200:
                self.events.append(event)
            return status


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(receiver.take(body, self.headers["Stripe-Signature"]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
