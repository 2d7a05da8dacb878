"""Stripe is silent for long: the web server goes on, its threads are free again at once, and all ends well after.
Row F22."""

import json
import threading
import time
import urllib.request
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import StripeCommand, StripePace, Subscription
from billing.models.stripe_command import UNFINISHED
from billing.services import payment_methods
from billing.services.resuming import resume_due
from tests.factories import api_key
from tests.flows.visitor import Visitor
from tests.services.scenes import a_customer, at_stripe

pytestmark = pytest.mark.processes
CALLERS = 12  # more than the server has threads


def together(work: Any, count: int) -> list[Any]:
    """The answers of so many callers at the same time, each with how long it took."""
    answers: list[Any] = []

    def call(number: int) -> None:
        began = time.monotonic()
        answers.append((work(number), time.monotonic() - began))

    callers = [threading.Thread(target=call, args=(number,)) for number in range(count)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    return answers


def set_faults(sandbox: str, method: str, body: dict[str, Any] | None = None) -> None:
    request = urllib.request.Request(  # noqa: S310 - the sandbox on loopback
        f"{sandbox}/_sandbox/faults", method=method, data=None if body is None else json.dumps(body).encode()
    )
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass


def sweep_until_nothing_is_open() -> None:
    deadline = time.monotonic() + 60
    while (rows := StripeCommand.objects.filter(status__in=UNFINISHED)).exists():
        assert time.monotonic() < deadline
        rows.update(next_attempt_at=timezone.now())
        resume_due()


def test_writes_are_refused_reads_go_on_and_each_gets_one_subscription(web: str, sandbox: str, by: Actor) -> None:
    customers = [a_customer(by, f"Acme {number}") for number in range(CALLERS)]
    for one in customers:
        payment_methods.attach(organization=one, payment_method="pm_card_visa", by=by)
    visitors = [Visitor(web, api_key(one, *OF_AN_ORGANIZATION)) for one in customers]

    def start(number: int) -> int:
        return visitors[number].post("/api/v1/billing/subscriptions", {"plan_id": "professional"})[0]

    silence = {"operation": "POST /v1/subscriptions", "kind": "timeout", "rate": 1.0, "seconds": 60}
    set_faults(sandbox, "POST", silence)
    first = together(start, CALLERS)
    assert {status for status, _ in first} <= {202, 503}
    assert max(seconds for _, seconds in first) < 30  # time-outs of 5 s, in two turns, far below 80
    assert StripePace.objects.get().open_until is not None
    reads = together(lambda number: visitors[number].get("/api/v1/billing/invoices")[0], CALLERS)
    assert {status for status, _ in reads} == {200}
    assert max(seconds for _, seconds in reads) < 5

    set_faults(sandbox, "DELETE")
    StripePace.objects.update(open_until=None, failures=0)
    asked = StripeCommand.objects.filter(operation="subscriptions.create").count()
    sweep_until_nothing_is_open()
    made = at_stripe(sandbox, "subscriptions")
    assert len({one["customer"] for one in made}) == len(made) == asked == Subscription.objects.count()
    assert not StripeCommand.objects.filter(status="failed").exists()
