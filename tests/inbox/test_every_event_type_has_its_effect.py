"""One test for each of the 21 event types that the requirements name, and for those of money that goes back or out.
Row F15."""

from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.inbox.registry import handled_types
from billing.models import WebhookEvent
from tests.inbox.signups import body, events_of_a_signup, trouble_after_a_signup
from tests.inbox.webhooks import event
from tests.stripe_events import all_events, ask_sandbox, deliver

pytestmark = pytest.mark.usefixtures("committing")

AFTERWARDS = ("charge.dispute.", "credit_note.", "payout.")
EFFECTS = {
    "customer.subscription.created": "subscription.created",
    "customer.subscription.updated": "subscription.updated",
    "customer.subscription.deleted": "subscription.deleted",
    "customer.subscription.paused": "subscription.paused",
    "customer.subscription.resumed": "subscription.resumed",
    "customer.subscription.trial_will_end": "subscription.trial_will_end",
    "invoice.created": "invoice.created",
    "invoice.finalized": "invoice.finalized",
    "invoice.updated": "invoice.updated",
    "invoice.payment_succeeded": "invoice.paid",
    "invoice.payment_failed": "invoice.payment_failed",
    "invoice.payment_action_required": "invoice.action_required",
    "payment_intent.succeeded": "payment.succeeded",
    "payment_intent.payment_failed": "payment.failed",
    "payment_intent.canceled": "payment.canceled",
    "payment_method.attached": "payment_method.attached",
    "payment_method.detached": "payment_method.detached",
    "charge.succeeded": "charge.succeeded",
    "charge.failed": "charge.failed",
    "charge.refunded": "charge.refunded",
    "checkout.session.completed": "checkout.completed",
    "charge.dispute.created": "dispute.opened",
    "charge.dispute.updated": "dispute.updated",
    "charge.dispute.closed": "dispute.closed",
    "charge.dispute.funds_withdrawn": "dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated": "dispute.funds_reinstated",
    "credit_note.created": "credit_note.issued",
    "credit_note.updated": "credit_note.updated",
    "credit_note.voided": "credit_note.voided",
    "payout.created": "payout.created",
    "payout.updated": "payout.updated",
    "payout.paid": "payout.paid",
    "payout.failed": "payout.failed",
    "payout.canceled": "payout.canceled",
    "payout.reconciliation_completed": "payout.reconciliation_completed",
}


@pytest.mark.parametrize("event_type", sorted(EFFECTS))
def test_the_event_is_processed_and_logged_once(sandbox: str, stripe_client: Any, event_type: str) -> None:
    events_of_a_signup(stripe_client, sandbox)
    if event_type.startswith(AFTERWARDS):
        trouble_after_a_signup(stripe_client, sandbox)
    ask_sandbox(sandbox, "/_sandbox/trigger", {"type": event_type})
    sent = [event for event in all_events(sandbox) if event["type"] == event_type]
    tally = deliver(sandbox, twice=True)
    assert sent
    assert tally.failed == 0, errors()
    rows = WebhookEvent.objects.filter(event_type=event_type)
    assert {row.status for row in rows} == {"processed"}
    entries = AuditEntry.objects.filter(action=EFFECTS[event_type])
    assert entries.count() == len(sent)
    assert {(entry.actor_kind, entry.source) for entry in entries} == {("stripe", "inbox")}


def errors() -> list[Any]:
    return list(WebhookEvent.objects.filter(status="failed").values("event_type", "error_code", "error_message"))


def test_no_handled_type_is_missing_here() -> None:
    own = {
        event_type for event_type in handled_types() if not event_type.startswith("customer.") or "." in event_type[9:]
    }
    assert own - {"countinghouse.test_webhook"} <= set(EFFECTS)  # which is no event of Stripe's, see below


def test_a_type_that_nobody_knows_is_kept_and_left_alone(sandbox: str, stripe_client: Any) -> None:
    event = {**events_of_a_signup(stripe_client, sandbox)[-1], "id": "evt_unknown", "type": "moon.risen"}
    event["data"] = {"object": {"id": "moon_1", "object": "moon"}}
    receive(body(event), now=timezone.now())
    process_due()
    assert WebhookEvent.objects.get(stripe_event_id="evt_unknown").status == "ignored"


def test_our_own_test_event_is_in_the_log() -> None:
    one = event("evt_test_1", "countinghouse.test_webhook", about={})
    receive(body(one), now=timezone.now())
    process_due()
    assert WebhookEvent.objects.get().status == "processed"
    assert AuditEntry.objects.get(action="webhook.tested").target_id == "evt_test_1"
