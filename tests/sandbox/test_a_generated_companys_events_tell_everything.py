"""Who only reads the events of a generated company knows every object as it is, and saw no impossible change."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.company.calling import Json
from tests.sandbox.lived_company import Company

QUIET = {
    "customer": {"currency", "next_invoice_sequence"},
    "coupon": {"times_redeemed"},
    "promotion_code": {"times_redeemed"},
    "invoiceitem": {"invoice"},
    "payout": {"reconciliation_status"},
}
"""What Stripe changes without an event of the object."""
HOSTED = {"hosted_invoice_url", "invoice_pdf", "receipt_url"}
"""Shown with the address that the sandbox is asked at, so stored in another way."""
LEGAL = {
    "subscription": {
        None: {"trialing", "active", "incomplete"},
        "incomplete": {"active", "incomplete_expired", "canceled"},
        "trialing": {"active", "past_due", "paused", "canceled"},
        "active": {"past_due", "canceled", "trialing"},
        "past_due": {"active", "canceled", "unpaid"},
        "paused": {"active", "past_due", "canceled"},
    },
    "invoice": {
        None: {"draft"},
        "draft": {"open", "paid"},
        "open": {"paid", "void", "uncollectible"},
        "uncollectible": {"paid", "void"},
    },
    "payment_intent": {
        None: {"requires_payment_method"},
        "requires_payment_method": {"requires_action", "processing", "succeeded", "canceled"},
        "requires_action": {"succeeded", "requires_payment_method", "canceled"},
        "processing": {"succeeded", "requires_payment_method"},
    },
    "charge": {None: {"succeeded", "failed", "pending"}, "pending": {"succeeded", "failed"}},
    "refund": {None: {"succeeded", "pending"}, "pending": {"succeeded", "failed"}},
    "dispute": {
        None: {"needs_response", "warning_needs_response"},
        "needs_response": {"under_review", "won", "lost"},
        "under_review": {"won", "lost"},
        "warning_needs_response": {"warning_under_review", "warning_closed"},
    },
    "payout": {None: {"pending", "in_transit"}, "pending": {"in_transit", "paid"}, "in_transit": {"paid", "failed"}},
    "credit_note": {None: {"issued"}, "issued": {"void"}},
    "subscription_schedule": {
        None: {"not_started", "active"},
        "not_started": {"active", "canceled", "released"},
        "active": {"completed", "released", "canceled"},
    },
}
"""Status -> those that may follow it."""


def told(company: Company) -> Iterator[tuple[Json, Json | None]]:
    """Each event with the object as the event before it told of it."""
    known: dict[str, Json] = {}
    for event in company.events:
        shown = event["data"]["object"]
        if "id" in shown:
            yield event, known.get(shown["id"])
            known[shown["id"]] = shown


def undone(shown: Json, previous: Json) -> Json:
    """The object as `previous_attributes` say that it was."""
    before = dict(shown)
    for name, value in previous.items():
        nested = isinstance(value, dict) and isinstance(shown.get(name), dict) and value.get("object") != "list"
        before[name] = undone(shown[name], value) if nested and value else value
    return before


def different(kind: str, one: Json, other: Json) -> list[str]:
    """Names of fields that differ and should not; an absent field is as one that is null."""
    names = (one.keys() | other.keys()) - QUIET.get(kind, set()) - HOSTED
    return sorted(name for name in names if one.get(name) != other.get(name))


def test_the_last_event_of_an_object_shows_it_as_it_is(company: Company) -> None:
    last = {event["data"]["object"]["id"]: event for event, _ in told(company)}
    wrong = {}
    for object_id, event in last.items():
        stored, shown = company.objects.get(object_id), event["data"]["object"]
        if stored and not stored.get("deleted") and (names := different(shown["object"], stored, shown)):
            wrong[f"{object_id} {event['type']}"] = names
    assert wrong == {}
    assert len(last) > 3000


def test_previous_attributes_lead_back_to_the_event_before(company: Company) -> None:
    """Two events may tell of the same change."""
    wrong = {}
    for event, known in told(company):
        previous, shown = event["data"].get("previous_attributes"), event["data"]["object"]
        if known is None or previous is None or not different(shown["object"], known, shown):
            continue
        names = different(shown["object"], undone(shown, previous), known)
        if names and not set(names) <= {"amount_paid_off_stripe"}:
            wrong[f"{event['id']} {event['type']}"] = names
    assert wrong == {}


def test_every_change_of_status_is_legal(company: Company) -> None:
    illegal, seen = set(), set()
    for event, known in told(company):
        shown = event["data"]["object"]
        steps = LEGAL.get(shown["object"])
        if steps is None:
            continue
        before = known["status"] if known else None
        if before != shown["status"]:
            seen.add((shown["object"], before, shown["status"]))
            if shown["status"] not in steps.get(before, set()):
                illegal.add((shown["object"], before, shown["status"], event["type"]))
    assert illegal == set()
    assert len(seen) > 25


def test_ended_subscriptions_say_when_and_stay_so(company: Company) -> None:
    for subscription in company.all("subscription"):
        over = subscription["status"] in ("canceled", "incomplete_expired")
        assert (subscription["ended_at"] is not None) == over, subscription["id"]
    gone = {event["data"]["object"]["id"] for event in company.events if event["type"].endswith("subscription.deleted")}
    assert gone == {entry["id"] for entry in company.of("subscription", status="canceled")}


def test_events_come_in_the_order_of_time(company: Company) -> None:
    moments = [event["created"] for event in company.events]
    assert moments == sorted(moments)
    assert len({event["id"] for event in company.events}) == len(moments)


ID = re.compile(
    r"(?:ch|cus|di|dp|du|evt|ii|il|in|inpay|mandate|mtr|pi|pm|po|price|prod|promo|py|pyr|re|seti|si|sub|sub_sched|txn|txr)"
    r"_[A-Za-z0-9]{14,}"
)


def named(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, id) of all that looks like an id within an object."""
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from named(entry, f"{path}.{name}")
    elif isinstance(value, list):
        for entry in value:
            yield from named(entry, path)
    elif isinstance(value, str) and ID.fullmatch(value):
        yield path, value


def test_no_object_names_another_that_never_was(company: Company) -> None:
    """Items, lines and discounts live inside of others; those that are gone were told by events."""
    known = set(company.objects)
    for source in (*company.objects.values(), *(event["data"]["object"] for event in company.events)):
        known |= {value for path, value in named(source) if path.endswith(".id")}
    for entry in company.objects.values():
        assert [(path, value) for path, value in named(entry) if value not in known] == [], entry["id"]
