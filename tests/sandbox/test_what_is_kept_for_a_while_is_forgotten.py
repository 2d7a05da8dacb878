"""Events are there for 30 days of the account's clock and then gone; what was not delivered yet still will be."""

import pytest
import stripe

from tests.sandbox.receiver import receiving
from tests.sandbox.scenes import DAY, START, Account
from tests.sandbox.twins import state_of

HALF = DAY // 2
"""START is at noon, and events are removed at midnights."""


def events_in_dump(account: Account) -> list[dict]:
    return [entry for entry in account.dump() if entry["object"] == "event"]


def test_an_event_is_shown_for_thirty_days_and_removed_at_midnight(account: Account) -> None:
    account.customer(None)
    event = account.v1.events.list().data[0]
    account.advance(30 * DAY - 1)
    assert account.v1.events.retrieve(event.id).type == "customer.created"
    account.advance(1)
    assert account.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.events.retrieve(event.id)
    assert refused.value.code == "resource_missing"
    assert len(events_in_dump(account)) == 1
    account.advance(HALF)
    assert events_in_dump(account) == []


def test_what_is_removed_depends_on_the_clock_alone(account: Account) -> None:
    states = []
    for steps in ([200], [1] * 45 + [31, 124]):
        account.control("reset", {"clock": START})
        account.subscribe(account.price(900, "week"))
        for step in steps:
            account.advance(step * DAY)
        states.append(state_of(account))
        oldest = min(event["created"] for event in events_in_dump(account))
        assert oldest >= START + 169 * DAY
    assert states[0] == states[1]


def test_the_state_does_not_grow_with_events_for_ever(account: Account) -> None:
    account.subscribe(account.price(900, "week"))
    account.advance(90 * DAY)
    count = account.control("digest")["counts"]["event"]
    account.advance(364 * DAY)
    assert abs(account.control("digest")["counts"]["event"] - count) < 20


def test_a_jump_over_months_still_delivers_every_event(account: Account) -> None:
    with receiving() as receiver:
        endpoint = account.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["invoice.paid"]})
        receiver.secret = endpoint.secret
        account.control("deliveries", {"pause": True})
        subscription = account.subscribe(account.price(900, "week"))
        account.advance(140 * DAY + 7200)
        account.control("deliveries", {"pause": False})
        while account.control("deliveries")["pending"]:
            pass
        assert len(receiver.events) == len(account.invoices(subscription)) == 21
