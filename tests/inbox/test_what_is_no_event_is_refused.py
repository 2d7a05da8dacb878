"""Signed by Stripe's secret, and yet nothing that could be stored as an event. Rows F15 and F18."""

import json

import pytest
from django.utils import timezone

from billing.inbox.process import process_due
from billing.models import Organization, WebhookEvent
from tests.inbox.webhooks import customer, deliver_signed, encoded, event, writes

pytestmark = pytest.mark.django_db

THIN = {"id": "evt_1", "object": "v2.core.event", "type": "x", "livemode": False}
REFUSED = {
    "nothing": b"",
    "cut off": encoded(event())[:-10],
    "more after the end": encoded(event()) + b"{}",
    "a list": b"[]",
    "null": b"null",
    "a number": b"17",
    "not JSON": b"<xml/>",
    "not UTF-8": encoded(event()).replace(b"Acme", b"\xff\xfe"),
    "UTF-16": json.dumps(event()).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + encoded(event()),
    "NaN": encoded(event()).replace(b'"created": 1700000000', b'"created": NaN', 1),
    "no id": encoded({key: value for key, value in event().items() if key != "id"}),
    "an empty id": encoded(event("")),
    "an id of 256 letters": encoded(event("e" * 256)),
    "an id with NUL": encoded(event("evt_\x00")),
    "an id that is a number": encoded(event() | {"id": 17}),
    "a type with NUL": encoded(event(event_type="customer.\x00")),
    "a type of 129 letters": encoded(event(event_type="c" * 129)),
    "no type": encoded({key: value for key, value in event().items() if key != "type"}),
    "a version of 65 letters": encoded(event(api_version="v" * 65)),
    "no data": encoded({key: value for key, value in event().items() if key != "data"}),
    "a thin event without a zone": encoded({**THIN, "created": "2026-03-01T12:00:00"}),
    "data without an object": encoded(event() | {"data": {}}),
    "an object that is text": encoded(event() | {"data": {"object": "cus_A"}}),
    "no time": encoded({key: value for key, value in event().items() if key != "created"}),
    "a time beyond the calendar": encoded(event(created=10**18)),
    "a time before the calendar": encoded(event(created=-(10**18))),
    "a time that is text": encoded(event(created="yesterday")),
    "a mode that is text": encoded(event(livemode="false")),
    "half a character": encoded(event(about=customer(name="A\ud800cme"))),
    "50,000 lists in each other": encoded(event()).replace(b'"Acme"', b"[" * 50_000 + b"]" * 50_000),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_and_nothing_is_written(what: str) -> None:
    before = writes()
    answer = deliver_signed(REFUSED[what])
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "unreadable_event")
    assert writes() == before


ODD = {
    "NUL in a name": event(about=customer(name="A\x00cme")),
    "unknown fields": event(surprise={"deep": [1, {"x": None}]}),
    "an object without an id": event(event_type="balance.available", about={"object": "balance", "available": []}),
    "an object of a kind that nobody knows": event(event_type="moon.risen", about={"id": "m_1", "object": "moon"}),
    "NUL in the object's id": event(about={"id": "moon_\x00", "object": "moon"}),
    "numbers beyond 64 bits": event(about=customer(metadata={"big": 10**40})),
    "a null where an object may be": event(about=customer(invoice_settings=None, metadata=None, address=None)),
}


@pytest.mark.parametrize("what", ODD)
def test_odd_events_are_taken_and_hold_up_nobody(what: str) -> None:
    assert deliver_signed(encoded(ODD[what])).status_code == 200
    other = event("evt_other", about=customer("cus_B", name="Neighbour"))
    assert deliver_signed(encoded(other)).status_code == 200
    process_due(now=timezone.now())
    assert WebhookEvent.objects.get(stripe_event_id="evt_other").status == "processed"
    assert Organization.objects.get(stripe_customer_id="cus_B").name == "Neighbour"
    assert WebhookEvent.objects.get(stripe_event_id="evt_1").status in ("processed", "ignored")


def test_of_a_key_given_twice_the_last_counts() -> None:
    twice = encoded(event()).replace(b'"name": "Acme"', b'"name": "First", "name": "Last"')
    assert deliver_signed(twice).status_code == 200
    process_due()
    assert Organization.objects.get(stripe_customer_id="cus_A").name == "Last"
