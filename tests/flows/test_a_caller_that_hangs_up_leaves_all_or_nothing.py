"""Row X05: a caller resets its connection in the middle of a POST with an `Idempotency-Key`. Either all of it happened
or nothing; the same request again tells which, and ends it; at Stripe there is one, and one charge."""

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from audit.actor import Actor
from audit.models import AuditEntry
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import IdempotencyRecord, StripeCommand
from billing.services import payment_methods
from tests.factories import api_key
from tests.flows.processes import Processes, until
from tests.flows.visitor import Visitor
from tests.services.scenes import a_customer, at_stripe, break_next
from tests.stripe_events import ask_sandbox

pytestmark = pytest.mark.processes
PATH, BODY = "/api/v1/billing/subscriptions", {"plan_id": "professional"}
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no seconds: the socket's end is an RST."""


class Caller:
    """An organization's own program, with a request that it may break off."""

    def __init__(self, base: str, key: str) -> None:
        self.address, self.visitor = urlsplit(base), Visitor(base, key)
        body = json.dumps(BODY).encode()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: {self.address.netloc}\r\nAuthorization: Bearer {key}\r\n"
            f"Idempotency-Key: one\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.head, self.request = head.encode(), head.encode() + body

    @contextmanager
    def hanging_up_after(self, sent: bytes) -> Iterator[None]:
        """Sends this, and resets the connection at the end of the block."""
        with socket.create_connection((self.address.hostname or "", self.address.port or 80), timeout=30) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            line.sendall(sent)
            yield

    def again(self) -> tuple[int, Any]:
        return self.visitor.post(PATH, BODY, **{"Idempotency-Key": "one"})

    def answer(self) -> tuple[int, Any]:
        """To the same request, once no other process is at it."""
        return until(lambda: self._unless_in_progress(), what="the end of the first request")

    def _unless_in_progress(self) -> tuple[int, Any] | None:
        status, told = self.again()
        return None if told.get("code") == "idempotency_in_progress" else (status, told)


@pytest.fixture
def caller(processes: Processes, sandbox: str, by: Actor) -> Caller:
    organization = a_customer(by)
    payment_methods.attach(organization=organization, payment_method="pm_card_visa", by=by)
    return Caller(processes.web(), api_key(organization, *OF_AN_ORGANIZATION))


def met(sandbox: str) -> bool:
    """A fault of the sandbox's is under way."""
    return bool(ask_sandbox(sandbox, "/_sandbox/faults")["spent"])


def assert_done_once(caller: Caller, sandbox: str, answer: tuple[int, Any]) -> None:
    status, told = answer
    assert status == 201, told
    (theirs,) = at_stripe(sandbox, "subscriptions")
    assert told["id"] == theirs["id"]
    assert caller.again() == answer
    assert len(at_stripe(sandbox, "charges")) == 1
    assert StripeCommand.objects.filter(operation="subscriptions.create").values_list("status").get() == ("done",)
    assert AuditEntry.objects.filter(action="subscription.start_requested").count() == 1


PARTS: dict[str, Callable[[Caller], bytes]] = {
    "in the head": lambda caller: caller.head[:-20],
    "before the body": lambda caller: caller.head,
    "in the body": lambda caller: caller.request[:-5],
}


def test_of_half_a_request_nothing_happens(caller: Caller, sandbox: str) -> None:
    for part in PARTS.values():
        with caller.hanging_up_after(part(caller)):
            pass
    assert caller.visitor.get("/api/v1/organization")[0] == 200
    assert not IdempotencyRecord.objects.exists()
    assert not at_stripe(sandbox, "subscriptions")
    assert not StripeCommand.objects.filter(operation="subscriptions.create").exists()
    assert_done_once(caller, sandbox, caller.answer())


def test_a_whole_request_is_done_though_nobody_hears_the_answer(caller: Caller, sandbox: str) -> None:
    with caller.hanging_up_after(caller.request):
        pass
    assert_done_once(caller, sandbox, caller.answer())


def test_while_stripe_is_asked(caller: Caller, sandbox: str) -> None:
    break_next(sandbox, "POST /v1/subscriptions", "slow", seconds=2, count=1)
    with caller.hanging_up_after(caller.request):
        until(lambda: met(sandbox), what="the question to Stripe")
    assert_done_once(caller, sandbox, caller.answer())
