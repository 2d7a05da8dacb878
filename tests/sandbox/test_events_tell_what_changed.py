"""Events: their snapshot, what was before, who asked, and how long and by which filters they are listed."""

import json
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from sandbox.events import differences
from tests.sandbox.scenes import DAY, Account, items_of
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw

PLAIN = st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "a", "b"])
KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))
OBJECTS = st.fixed_dictionaries(dict.fromkeys(("a", "b", "c"), VALUES))


def former(shown: Any, previous: dict[str, Any]) -> dict[str, Any]:
    """The object as it was: mappings are merged by key, everything else is as `previous` says."""
    merged = dict(shown)
    for key, old in previous.items():
        nested = isinstance(old, dict) and isinstance(merged.get(key), dict) and "object" not in old
        merged[key] = former(merged[key], old) if nested else old
    return merged


def without_nulls(value: Any) -> Any:
    """A key that was not there and one that was null are told in the same way."""
    if isinstance(value, dict):
        return {key: without_nulls(entry) for key, entry in value.items() if entry is not None}
    return value


@given(OBJECTS, OBJECTS)
def test_previous_attributes_lead_back_to_what_was(before: dict[str, Any], after: dict[str, Any]) -> None:
    previous = differences(before, after)
    assert without_nulls(former(after, previous)) == without_nulls(before)
    assert differences(before, before) == {}
    assert all(before[key] != after[key] for key in previous)


def test_a_mapping_of_another_thing_is_told_whole() -> None:
    before = {"error": {"type": "card_error", "code": "a"}, "items": {"object": "list", "data": [1]}, "plain": {"a": 1}}
    after = {"error": {"type": "api_error", "code": "a"}, "items": {"object": "list", "data": [2]}, "plain": {"b": 1}}
    assert differences(before, after) == {**before, "plain": {"a": 1, "b": None}}


def last(account: Account, kind: str) -> dict[str, Any]:
    return json.loads(str(account.v1.events.list({"type": kind}).data[0]))


def plain(shown: stripe.StripeObject) -> dict[str, Any]:
    return json.loads(str(shown))


def test_a_customers_changes_are_told_key_by_key(account: Account) -> None:
    customer = account.v1.customers.create({"name": "A", "metadata": {"a": "1"}, "address": {"city": "Bern"}})
    change: Any = {"name": "B", "metadata": {"a": "", "b": "2"}, "address": {"city": "Basel"}, "phone": "1"}
    account.v1.customers.update(customer.id, change)
    event = last(account, "customer.updated")
    assert event["data"]["previous_attributes"] == {
        "address": {"city": "Bern"},
        "metadata": {"a": "1", "b": None},
        "name": "A",
        "phone": None,
    }
    assert without_nulls(former(event["data"]["object"], event["data"]["previous_attributes"])) == without_nulls(
        plain(customer)
    )


def test_a_change_without_an_effect_makes_no_event(account: Account) -> None:
    customer = account.v1.customers.create({"name": "A"})
    account.v1.customers.update(customer.id, {"name": "A"})
    assert account.event_types(type="customer.updated") == []


def test_the_items_of_a_subscription_are_told_whole(account: Account) -> None:
    subscription = account.subscribe()
    item = items_of(subscription)[0]
    account.v1.subscriptions.update(
        subscription.id, {"items": [{"id": item.id, "quantity": 3}], "proration_behavior": "none"}
    )
    event = last(account, "customer.subscription.updated")
    told = event["data"]["previous_attributes"]
    assert (told["items"]["object"], told["items"]["data"]) == ("list", plain(subscription)["items"]["data"])
    assert former(event["data"]["object"], told) == plain(subscription)


@pytest.mark.parametrize(
    "change",
    [
        {"cancel_at_period_end": True},
        {"metadata": {"a": "1"}},
        {"pause_collection": {"behavior": "void"}},
        {"description": "d", "days_until_due": 3, "collection_method": "send_invoice"},
    ],
)
def test_a_subscription_is_led_back_to_what_it_was(account: Account, change: Any) -> None:
    before = plain(account.subscribe())
    account.v1.subscriptions.update(before["id"], change)
    event = last(account, "customer.subscription.updated")
    told = event["data"]["previous_attributes"]
    assert without_nulls(former(event["data"]["object"], told)) == without_nulls(before)


def test_a_life_can_be_read_backwards(account: Account) -> None:
    """Every `updated` event of a subscription leads back to the event before it."""
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal", trial_period_days=10)
    account.advance(60 * DAY)
    events = [plain(e) for e in account.v1.events.list({"limit": 100, "types": ["customer.subscription.*"]}).data]
    lives = [e for e in events if e["data"]["object"]["id"] == subscription.id and "previous_attributes" in e["data"]]
    assert len(lives) >= 2
    for event in lives:
        shown, previous = event["data"]["object"], event["data"]["previous_attributes"]
        assert previous.keys() <= shown.keys()
        assert all(shown[key] != previous[key] for key in previous)


def test_an_event_names_the_request_that_made_it_and_none_when_the_clock_did(account: Account) -> None:
    _, customer, headers = raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k1")
    event = last(account, "customer.created")
    assert event["request"] == {"id": headers["Request-Id"], "idempotency_key": "k1"}
    assert (event["livemode"], event["api_version"], event["object"]) == (False, "2026-08-26.dahlia", "event")
    assert "account" not in event
    assert event["data"]["object"] == customer
    account.subscribe()
    account.advance(40 * DAY)
    assert last(account, "invoice.paid")["request"] == {"id": None, "idempotency_key": None}


def test_events_are_kept_for_thirty_days(account: Account) -> None:
    account.customer(card=None)
    event = account.v1.events.list().data[0]
    account.advance(30 * DAY - 1)
    assert account.v1.events.retrieve(event.id).id == event.id
    account.advance(1)
    assert account.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as gone:
        account.v1.events.retrieve(event.id)
    assert (gone.value.http_status, gone.value.code) == (404, "resource_missing")


def test_events_are_listed_by_type_types_and_groups(account: Account) -> None:
    account.subscribe()
    everything = account.event_types()
    charges = [kind for kind in everything if kind.startswith("charge.")]
    assert charges != []
    assert account.event_types(type="charge.*") == charges
    assert account.event_types(type="customer.created") == ["customer.created"]
    wanted = {"charge.succeeded", "customer.created", "invoice.paid"}
    assert account.event_types(types=sorted(wanted)) == [kind for kind in everything if kind in wanted]
    assert account.event_types(type="*") == everything
    assert account.event_types(type="unicorn.created") == []


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("type=a[b", "type"),
        ("type=charge.succeeded&types[]=charge.failed", None),
        ("&".join(f"types[]=t{number}" for number in range(21)), "types"),
        ("delivery_success=perhaps", "delivery_success"),
        ("created[gte]=yesterday", "created[gte]"),
    ],
)
def test_a_malformed_filter_is_refused(account: Account, query: str, param: str | None) -> None:
    status, body, _ = raw(account, "GET", f"/v1/events?{query}")
    assert (status, body["error"].get("param")) == (400, param)


def test_events_are_listed_by_the_time_of_their_creation(account: Account) -> None:
    for _ in range(3):
        account.customer(card=None)
        account.advance(DAY)
    now = account.now
    between = {"created": {"gte": now - 2 * DAY, "lt": now - DAY}}
    assert len(account.v1.events.list(between).data) == 1  # type: ignore[arg-type]
    assert len(account.v1.events.list({"created": now - DAY}).data) == 1
