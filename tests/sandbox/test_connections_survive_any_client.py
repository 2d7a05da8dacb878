"""HTTP as clients really speak it: kept-alive, pipelined, malformed, too large, half sent, and very many at once."""

import re
import socket
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest

from tests.sandbox.running import SECRET_KEY
from tests.sandbox.scenes import Account

HEAD = f"Host: sandbox\r\nAuthorization: Bearer {SECRET_KEY}\r\n"
BALANCE = f"GET /v1/balance HTTP/1.1\r\n{HEAD}\r\n".encode()


def connected(account: Account) -> socket.socket:
    parts = urlsplit(account.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def exchange(account: Account, sent: bytes) -> bytes:
    """Everything that is answered until the server ends the connection."""
    with connected(account) as made:
        made.sendall(sent)
        with suppress(OSError):  # the server may have hung up already; what it said can still be read
            made.shutdown(socket.SHUT_WR)
        got = b""
        while part := made.recv(65_536):
            got += part
    return got


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET v1/balance HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /v1/balance SPDY/3\r\n\r\n", b"400"),
        (b"GET /v1/balance HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"\xff\xfe\x00\x01\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"431"),
        (b"POST /v1/customers HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
        (b"POST /v1/customers HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /v1/customers HTTP/1.1\r\nContent-Length: 10\r\n\r\nname", b"400"),
        (b"POST /v1/customers HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"501"),
        (b"POST /v1/customers HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n" + b"a" * 5_000_000, b"413"),
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_ends(account: Account, sent: bytes, status: bytes) -> None:
    answer = exchange(account, sent)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b'"type":"invalid_request_error"' in answer
    assert account.control("health")["status"] == "ok"


def test_a_connection_is_kept_and_its_requests_are_answered_in_order(account: Account) -> None:
    missing = f"GET /v1/customers/cus_none HTTP/1.1\r\n{HEAD}\r\n".encode()
    answer = exchange(account, BALANCE + missing + BALANCE)
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"404", b"200"]


def test_half_a_request_holds_nobody_else(account: Account) -> None:
    with ExitStack() as stack:
        for half in (b"GET /v1/bal", BALANCE[:-2], b"POST /v1/customers HTTP/1.1\r\nContent-Length: 99\r\n\r\nn"):
            stack.enter_context(connected(account)).sendall(half)
        assert account.v1.balance.retrieve().object == "balance"


def test_three_hundred_connections_are_answered(account: Account) -> None:
    with ExitStack() as stack:
        made = [stack.enter_context(connected(account)) for _ in range(300)]
        for connection in made:
            connection.sendall(BALANCE)
        assert all(connection.recv(12) == b"HTTP/1.1 200" for connection in made)


def test_head_is_get_without_the_body(account: Account) -> None:
    head = f"HEAD /v1/balance HTTP/1.1\r\n{HEAD}\r\n".encode()
    answer = exchange(account, head + BALANCE)
    first, rest = answer.split(b"\r\n\r\n", 1)
    assert first.startswith(b"HTTP/1.1 200")
    assert rest.startswith(b"HTTP/1.1 200")


def test_options_is_answered_without_a_key(account: Account) -> None:
    answer = exchange(account, b"OPTIONS /v1/customers HTTP/1.1\r\nHost: sandbox\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Access-Control-Allow-Methods" in answer


@pytest.mark.parametrize("line", ["PUT /v1/customers", "PATCH /v1/balance", "DELETE /v1/customers", "GET /v1/nonsense"])
def test_a_method_that_a_path_does_not_have_is_an_unknown_url(account: Account, line: str) -> None:
    answer = exchange(account, f"{line} HTTP/1.1\r\n{HEAD}\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404")
    method, path = line.split()
    assert f"Unrecognized request URL ({method}: {path}).".encode() in answer


def test_a_trailing_slash_gets_stripes_hint(account: Account) -> None:
    answer = exchange(account, f"GET /v1/customers/ HTTP/1.1\r\n{HEAD}\r\n".encode())
    assert b"If you are trying to list objects, remove the trailing slash." in answer


def test_a_client_that_asks_before_sending_is_told_to_go_on(account: Account) -> None:
    body = b"name=A"
    head = f"POST /v1/customers HTTP/1.1\r\n{HEAD}Expect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with connected(account) as made:
        made.sendall(head)
        assert made.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        made.sendall(body)
        assert made.recv(12) == b"HTTP/1.1 200"
