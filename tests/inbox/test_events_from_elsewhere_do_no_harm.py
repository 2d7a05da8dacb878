"""Another mode is quarantined, another API version is only a hint, and half an object is fetched whole.
Rows F15 and F16."""

from typing import Any

import pytest
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import AuditEntry
from billing.inbox import registry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Invoice, Organization, StripeObject, Subscription, SubscriptionItem, WebhookEvent
from billing.services import replays
from tests.inbox.signups import events_of_a_signup
from tests.inbox.stripe_calls import calls_to_stripe
from tests.inbox.webhooks import customer, encoded, event
from tests.stripe_events import all_events

pytestmark = pytest.mark.usefixtures("committing")


def give(*events: dict[str, Any]) -> None:
    for one in events:
        receive(encoded(one), now=timezone.now())
    process_due()


def test_an_event_of_live_mode_is_put_aside() -> None:
    give(event(livemode=True, about=customer(livemode=True)))
    row = WebhookEvent.objects.get()
    assert (row.status, row.livemode) == ("quarantined", True)
    assert not Organization.objects.exists()
    assert not StripeObject.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("version", ["2020-08-27", "2030-01-01.future", "", None])
def test_of_another_version_only_the_existence_counts(sandbox: str, stripe_client: Any, version: str | None) -> None:
    made = stripe_client.v1.customers.create({"name": "As Stripe has it"})
    shown = customer(made.id, name="In another version's shape")
    with calls_to_stripe() as calls:
        give(*[event(f"evt_{n}", about=shown, created=made.created, api_version=version) for n in range(3)])
    assert calls() == {"customer.retrieve": 1}
    assert Organization.objects.get().name == "As Stripe has it"
    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"processed"}


def test_a_list_that_goes_on_is_fetched_to_its_end(sandbox: str, stripe_client: Any) -> None:
    """Stripe shows at most the first page of a subscription's items in an event."""
    events = events_of_a_signup(stripe_client, sandbox)
    told = next(one for one in events if one["type"] == "customer.subscription.created")
    subscription = told["data"]["object"]
    cut = {**subscription, "items": {**subscription["items"], "data": [], "has_more": True}}
    others = [one for one in events if one["data"]["object"]["object"] in ("customer", "product", "price")]
    with calls_to_stripe() as calls:
        give(*others, {**told, "data": {"object": cut}})
    assert calls()["subscription.retrieve"] == 1
    assert SubscriptionItem.objects.count() == 1


def test_what_stripe_has_no_more_is_kept_as_deleted(sandbox: str) -> None:
    """404 is an answer: no endless retry."""
    give(event(about=customer("cus_gone"), api_version="2020-08-27"))
    assert WebhookEvent.objects.get().status == "processed"
    assert StripeObject.objects.get().deleted
    assert Organization.objects.get().deleted_at is not None


def test_a_deleted_customer_stays_with_what_it_had(sandbox: str, stripe_client: Any) -> None:
    events = events_of_a_signup(stripe_client, sandbox)
    customer_id = next(one for one in events if one["type"] == "customer.created")["data"]["object"]["id"]
    give(*events)
    stripe_client.v1.customers.delete(customer_id)
    give(*all_events(sandbox))
    organization = Organization.objects.get()
    assert organization.deleted_at is not None
    assert organization.name == "Acme"
    assert StripeObject.objects.get(stripe_id=customer_id).deleted
    assert Subscription.objects.get().status == "canceled"
    assert Invoice.objects.get().organization == organization


def test_an_event_of_a_connected_account_is_put_aside() -> None:
    give(event(account="acct_other"))
    assert WebhookEvent.objects.get().status == "quarantined"
    assert not Organization.objects.exists()


def test_what_another_version_shows_and_nobody_can_ask_for_is_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its handlers read a shape that they do not know, and Stripe has no way to fetch it in ours."""
    monkeypatch.setitem(registry._handlers, "moon.risen", [lambda event, effects: pytest.fail("It was handled.")])
    give(event(event_type="moon.risen", about={"id": "m_1", "object": "moon"}, api_version="2020-08-27"))
    assert WebhookEvent.objects.get().status == "quarantined"


THIN = {
    "id": "evt_test_thin",
    "object": "v2.core.event",
    "type": "v1.billing.meter.error_report_triggered",
    "livemode": False,
    "created": "2026-03-01T12:00:00.000Z",
    "related_object": {"id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/mtr_1"},
}


def test_a_thin_event_is_stored_and_ignored_and_may_be_driven_again_later() -> None:
    give(THIN)
    row = WebhookEvent.objects.get()
    assert (row.status, row.object_id, row.stripe_created_at.isoformat()) == (
        "ignored",
        "mtr_1",
        "2026-03-01T12:00:00+00:00",
    )
    replays.replay(event=row, reason="A handler was added", by=SYSTEM)
    process_due()
    row.refresh_from_db()
    assert row.status == "ignored"
