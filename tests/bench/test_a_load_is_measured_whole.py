"""The benchmarks' client: every answer is counted, read to its end, and timed."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.client import Load, request, run
from bench.rounds import Ratio, in_turns

LONG = b"x" * 3_000_000


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    paths: list[str] = []

    def do_GET(self) -> None:
        self.paths.append(self.path)
        body = LONG if self.path == "/long" else b"short"
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nhello\r\n0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    Server.paths.clear()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_request_is_sent_once_and_timed(base: str) -> None:
    load = run(base, [request(f"{base}/{number}") for number in range(50)], connections=4)
    assert sorted(Server.paths) == sorted(f"/{number}" for number in range(50))
    assert (len(load.times), load.statuses, load.errors()) == (50, {200: 50}, 0)
    assert 0 < load.percentile(0.5) <= load.percentile(0.95) <= load.percentile(0.99)
    assert load.per_second > 0


def test_answers_in_pieces_are_read_to_their_end(base: str) -> None:
    assert run(base, [request(f"{base}/long")] * 3, connections=1).statuses == {200: 3}
    assert run(base, [request(f"{base}/", "POST", b"{}")] * 3, connections=2).statuses == {200: 3}


def test_other_answers_are_errors(base: str) -> None:
    load = run(base, [request(f"{base}/missing"), request(f"{base}/there")], connections=1)
    assert (load.errors(), load.statuses) == (1, {404: 1, 200: 1})


def test_contestants_take_turns_and_the_first_round_does_not_count() -> None:
    calls: list[str] = []

    def contestant(name: str) -> Load:
        calls.append(name)
        return Load(times=[len(calls) / 1000], statuses={200: 1}, seconds=1.0)

    figures = in_turns(3, {"a": lambda _: contestant("a"), "b": lambda _: contestant("b")})
    assert calls == ["a", "b"] * 4
    assert figures["a"].p50 == pytest.approx(5)  # of 3, 5 and 7
    assert figures["a"].requests == 3


@pytest.mark.parametrize(
    ("ratio", "holds"),
    [
        (Ratio("", 2.5, at_most=2.5), True),
        (Ratio("", 2.6, at_most=2.5), False),
        (Ratio("", 9.9, at_least=10), False),
        (Ratio("", 10, at_least=10), True),
        (Ratio("", 99), True),
    ],
)
def test_a_gate_holds_up_to_its_bound(ratio: Ratio, holds: bool) -> None:
    assert ratio.holds is holds
