"""What only a real server shows: lengths that lie, senders that vanish, and a broker that is not there.
Rows F07 and F18."""

import http.client
import socket
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from billing.models import WebhookEvent
from tests.flows.processes import Processes, until
from tests.inbox.webhooks import URL, customer, encoded, event, signed

pytestmark = pytest.mark.processes
MEBIBYTE = 1024 * 1024
FLOOD = 50
PATIENCE = 10.0
"""Seconds within which a webhook is answered whatever the broker does."""


def post(base: str, body: bytes, **headers: str) -> int:
    """A sender that writes all of its body before it reads."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
    try:
        connection.request("POST", URL, body, {"Stripe-Signature": signed(body), **headers})
        return connection.getresponse().status
    finally:
        connection.close()


def raw(base: str, head: str, body: bytes, *, of: bytes = b"") -> bytes:
    """Send the bytes as they are, signed as `of`, and say that nothing follows; the answer's first line, if any."""
    parts = urlsplit(base)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=90) as sender:
        lines = [f"POST {URL} HTTP/1.1", "Host: 127.0.0.1", f"Stripe-Signature: {signed(of or body)}", head]
        sender.sendall("\r\n".join(lines).encode() + b"\r\nConnection: close\r\n\r\n" + body)
        sender.shutdown(socket.SHUT_WR)
        return sender.makefile("rb").readline()


def test_lengths_that_lie_store_nothing(web: str) -> None:
    body = encoded(event())
    assert post(web, b"x" * (MEBIBYTE + 1)) == 413
    assert post(web, b"x" * (7 * MEBIBYTE)) == 413  # heard out: a pipe that breaks would be an error here
    assert b" 400 " in raw(web, "Content-Length: 17", body)
    assert b" 400 " in raw(web, "Content-Length: none", body)
    assert b" 400 " in raw(web, "Content-Length: -1", body)
    assert b" 200 " not in raw(web, f"Content-Length: {len(body)}", body[:-100], of=body)  # the sender vanishes
    assert b" 200 " not in raw(web, "Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert not WebhookEvent.objects.exists()
    assert post(web, body) == 200
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize("broker", ["redis://127.0.0.1:9/0", "pgmq://nobody:x@127.0.0.1:9/nothing"])
def test_a_doorbell_that_cannot_ring_is_no_failure(processes: Processes, broker: str) -> None:
    """The event is stored; the sweep finds it."""
    base = processes.web(CELERY_BROKER_URL=broker)
    for number in range(2):
        body = encoded(event(f"evt_{number}", about=customer(f"cus_{number}")))
        began = time.monotonic()
        assert post(base, body) == 200
        assert time.monotonic() - began < PATIENCE
    assert WebhookEvent.objects.filter(status="received").count() == 2
    assert "doorbell_failed" in until(lambda: processes.started[0].words(), what="the server's log")
    assert processes.manage("process_webhooks").returncode == 0
    assert WebhookEvent.objects.filter(status="processed").count() == 2


def test_a_flood_takes_no_memory(processes: Processes) -> None:
    """Fifty mebibytes, with a length and in chunks: refused, or hung up on, and held nowhere."""
    base = processes.web(workers=1)
    assert post(base, encoded(event())) == 200
    before = peak_memory(processes)
    with suppress(BrokenPipeError, ConnectionResetError):
        assert post(base, b"x" * (FLOOD * MEBIBYTE)) == 413
    assert b" 200 " not in in_chunks(base, FLOOD)
    assert peak_memory(processes) - before < FLOOD * MEBIBYTE
    assert WebhookEvent.objects.count() == 1


def in_chunks(base: str, mebibytes: int) -> bytes:
    """The first line that is answered; b"" where the server hangs up while we write."""
    parts, chunk = urlsplit(base), b"%x\r\n%s\r\n" % (MEBIBYTE, b"x" * MEBIBYTE)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=90) as sender:
        lines = [f"POST {URL} HTTP/1.1", "Host: 127.0.0.1", f"Stripe-Signature: {signed(b'x')}"]
        sender.sendall("\r\n".join([*lines, "Transfer-Encoding: chunked", "", ""]).encode())
        try:
            for _ in range(mebibytes):
                sender.sendall(chunk)
            sender.sendall(b"0\r\n\r\n")
            return sender.makefile("rb").readline()
        except (BrokenPipeError, ConnectionResetError):
            return b""


def peak_memory(processes: Processes) -> int:
    """Bytes, of the server's fattest worker so far."""
    kibibytes = []
    for pid in processes.started[0].children():
        status = Path(f"/proc/{pid}/status").read_text()
        kibibytes += [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
    return max(kibibytes) * 1024
