"""A person in front of a page waits five seconds at most; scheduled work may wait longer. Both find the limit.
Row F21."""

import contextlib
import time
from typing import Any

import pytest

from billing.gateway.client import Json, ask
from billing.gateway.errors import Busy, Unknown
from billing.gateway.objects import fetch, pages
from tests.sandbox.scenes import Account


def slow_down(account: Account, kind: str = "slow", seconds: float = 0.4) -> None:
    account.control("faults", {"operation": "*", "kind": kind, "seconds": seconds})


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.STRIPE_TIMEOUT_SECONDS = 0.15
    settings.STRIPE_BULK_TIMEOUT_SECONDS = 20


def test_what_was_given_up_may_still_have_been_done(account: Account) -> None:
    """That is why the fault is called unknown: asked again under the same key, there is one customer."""
    slow_down(account)
    with pytest.raises(Unknown) as raised:
        create("cmd_slow")
    assert raised.value.code == "no_answer"
    made = until_done("cmd_slow")
    assert [customer.id for customer in account.v1.customers.list().data] == [made["id"]]


def create(key: str, *, bulk: bool = False) -> Json:
    return ask("post", "/v1/customers", {"name": "A"}, operation="test.limit", idempotency_key=key, bulk=bulk)


def until_done(key: str) -> Json:
    """While the first request under the key is still at work, Stripe says that it is busy."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(Busy):
            return create(key, bulk=True)
        time.sleep(0.02)
    raise AssertionError("The first request never ended.")


def test_the_same_key_at_the_same_time_is_busy(account: Account) -> None:
    slow_down(account, seconds=1.5)
    with pytest.raises(Unknown):
        create("cmd_twice")
    with pytest.raises(Busy) as raised:
        create("cmd_twice", bulk=True)
    assert raised.value.code == "idempotency_key_in_use"
    until_done("cmd_twice")


def test_scheduled_work_waits_for_the_same_answer(account: Account) -> None:
    slow_down(account)
    assert ask("get", "/v1/customers", operation="test.limit", bulk=True)["data"] == []


def test_reading_objects_and_lists_is_scheduled_work(account: Account) -> None:
    customer = account.v1.customers.create({"name": "A"}).id
    slow_down(account)
    assert fetch("customer", customer)["name"] == "A"
    slow_down(account)
    assert [one["id"] for one in pages("/v1/customers")] == [customer]


@pytest.mark.parametrize("kind", ["timeout", "reset", "drop_response"])
@pytest.mark.parametrize("bulk", [True, False])
def test_a_connection_that_breaks_is_no_refusal(account: Account, settings: Any, kind: str, bulk: bool) -> None:
    settings.STRIPE_TIMEOUT_SECONDS = 20
    slow_down(account, kind, 0.01)
    with pytest.raises(Unknown) as raised:
        create(f"cmd_{kind}", bulk=bulk)
    assert raised.value.code == "no_answer"
    assert len(account.v1.customers.list().data) == (1 if kind == "drop_response" else 0)


def test_the_next_request_finds_a_new_connection(account: Account) -> None:
    slow_down(account, "reset")
    with pytest.raises(Unknown):
        ask("get", "/v1/customers", operation="test.limit", bulk=True)
    assert ask("get", "/v1/customers", operation="test.limit", bulk=True)["object"] == "list"
