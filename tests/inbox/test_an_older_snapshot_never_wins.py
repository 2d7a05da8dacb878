"""What was applied is only ever replaced by something newer. Row F12."""

from typing import Any

import pytest
from django.utils import timezone

from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Subscription, SubscriptionChange, WebhookEvent
from tests.inbox.signups import body, events_of_a_signup

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def events(stripe_client: Any, sandbox: str) -> list[dict[str, Any]]:
    return events_of_a_signup(stripe_client, sandbox)


def later(event: dict[str, Any], number: int, seconds: int, **changes: Any) -> dict[str, Any]:
    """The same object, changed, in an event that is `seconds` younger."""
    previous = {key: event["data"]["object"][key] for key in changes}
    return {
        **event,
        "id": f"evt_later{number}",
        "type": "customer.subscription.updated",
        "created": event["created"] + seconds,
        "data": {"object": {**event["data"]["object"], **changes}, "previous_attributes": previous},
    }


def give(*events: dict[str, Any]) -> None:
    for event in events:
        receive(body(event), now=timezone.now())
        process_due()


def test_the_younger_event_stays(events: list[dict[str, Any]]) -> None:
    last = [event for event in events if event["data"]["object"]["object"] == "subscription"][-1]
    cancelling = later(last, 1, 20, cancel_at_period_end=True)
    metadata = later(last, 2, 10, metadata={"note": "older"})
    give(*events, cancelling, metadata)
    subscription = Subscription.objects.get()
    assert subscription.cancel_at_period_end
    assert subscription.metadata == {}
    assert WebhookEvent.objects.get(stripe_event_id="evt_later2").superseded


def test_the_fact_of_an_older_event_is_recorded_all_the_same(events: list[dict[str, Any]]) -> None:
    last = [event for event in events if event["data"]["object"]["object"] == "subscription"][-1]
    give(*events, later(last, 1, 20, cancel_at_period_end=True), later(last, 2, 10, metadata={"note": "older"}))
    sources = set(SubscriptionChange.objects.values_list("source_id", flat=True))
    assert {"evt_later1", "evt_later2"} <= sources


@pytest.mark.parametrize("reverse", [False, True])
def test_two_changes_of_one_second_are_ordered_by_what_they_changed(
    events: list[dict[str, Any]], reverse: bool
) -> None:
    last = [event for event in events if event["data"]["object"]["object"] == "subscription"][-1]
    first = later(last, 1, 10, cancel_at_period_end=True)
    second = later(first, 2, 0, metadata={"note": "second"})
    give(*events, *([second, first] if reverse else [first, second]))
    subscription = Subscription.objects.get()
    assert subscription.cancel_at_period_end
    assert subscription.metadata == {"note": "second"}
