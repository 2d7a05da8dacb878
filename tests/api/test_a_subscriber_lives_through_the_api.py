"""Register, preview, start, change, cancel over HTTP; Stripe's part is played by the sandbox."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from audit.models import AuditEntry
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.gateway import client
from billing.models import Organization, StripeCommand, Subscription
from billing.services import catalog, resuming
from tests.api.calls import Api, problem
from tests.factories import api_key
from tests.stripe_events import deliver

pytestmark = pytest.mark.usefixtures("committing")
CARD = {"payment_method": "pm_card_visa"}
ONCE = {"Idempotency-Key": "once"}


@pytest.fixture
def staff(sandbox, by):
    list(catalog.publish(catalog.shipped_catalog(), by=by))
    return Api(api_key(None, *Scope))


@pytest.fixture
def registered(staff):
    answer = staff.post("organizations", {"name": "Acme", "email": "acme@example.com"}, **ONCE)
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.fixture
def customer(registered):
    return Api(api_key(Organization.objects.get(public_id=registered["id"]), *OF_AN_ORGANIZATION))


@pytest.fixture
def subscriber(customer):
    answer = customer.post("billing/subscriptions", {"plan_id": "professional", **CARD})
    assert answer.status_code == 201, answer.content
    return customer


def test_registering_twice_under_a_key_makes_one_customer(staff, registered):
    assert registered["stripe_customer"].startswith("cus_")
    again = staff.post("organizations", {"name": "Acme", "email": "acme@example.com"}, **ONCE)
    assert again.json() == registered
    assert Organization.objects.count() == 1


def test_starting_answers_with_the_subscription_and_the_log_names_the_key(customer):
    preview = customer.post("billing/subscription/preview", {"planTier": "professional"}).json()
    body = customer.post("billing/subscriptions", {"plan_id": "professional", **CARD}, **ONCE).json()
    assert body["status"] == "active"
    assert body["plan"]["id"] == "professional"
    assert preview["preview_token"] == ""
    assert preview["total"] == preview["due_now"] == body["items"][0]["price"]["amount"]
    assert customer.get("billing/subscription").json() == body
    assert customer.post("billing/subscriptions", {"plan_id": "professional", **CARD}, **ONCE).json() == body
    entry = AuditEntry.objects.get(action="subscription.start_requested")
    assert (entry.actor_kind, entry.source) == ("api_key", "api")


def test_the_invoice_is_there_once_its_events_came(sandbox, subscriber):
    deliver(sandbox)
    (invoice,) = subscriber.get("billing/invoices").json()["data"]
    (payment,) = subscriber.get("billing/payments").json()["data"]
    assert invoice["status"] == "paid"
    assert sum(line["amount"]["amount"] for line in invoice["lines"]) == invoice["subtotal"]["amount"]
    assert payment["amount"] == invoice["total"]
    assert payment["invoices"] == [invoice["id"]]


def test_what_was_shown_is_charged(sandbox, subscriber):
    preview = subscriber.post("billing/subscription/preview", {"planTier": "premium"}).json()
    assert {line["proration"] for line in preview["lines"]} == {True}
    assert sum(line["amount"]["amount"] for line in preview["lines"]) == preview["subtotal"]["amount"]
    change = {"planTier": "premium", "preview_token": preview["preview_token"]}
    assert subscriber.put("billing/subscription", change).json()["plan"]["id"] == "premium"
    deliver(sandbox)
    totals = {row["total"]["amount"] for row in subscriber.get("billing/invoices").json()["data"]}
    assert preview["total"]["amount"] in totals


def test_the_interval_alone_or_the_quantity_alone_can_change(subscriber):
    yearly = subscriber.put("billing/subscription", {"isAnnual": True}).json()
    assert yearly["items"][0]["price"]["interval"] == "year"
    more = subscriber.put("billing/subscription", {"quantity": 3}).json()
    assert (more["items"][0]["quantity"], more["plan"]["id"]) == (3, "professional")


def test_a_preview_of_another_plan_is_stale(subscriber):
    token = subscriber.post("billing/subscription/preview", {"plan_id": "premium"}).json()["preview_token"]
    answer = subscriber.put("billing/subscription", {"plan_id": "starter", "preview_token": token})
    problem(answer, 409, "preview_stale")
    problem(subscriber.put("billing/subscription", {"plan_id": "premium", "preview_token": "x"}), 409, "preview_stale")


@pytest.mark.parametrize(("at", "status", "ends"), [("now", "canceled", False), ("period_end", "active", True)])
def test_cancelling(subscriber, at, status, ends):
    body = subscriber.post("billing/subscription/cancel", {"at": at, "reason": "Too much"}).json()
    assert (body["status"], body["cancel_at_period_end"]) == (status, ends)


def test_delete_cancels_at_the_end_of_what_is_paid_once(subscriber):
    first = subscriber.delete("billing/subscription", **ONCE)
    assert (first.json()["status"], first.json()["cancel_at_period_end"]) == ("active", True)
    assert subscriber.delete("billing/subscription", **ONCE).json() == first.json()
    problem(subscriber.delete("billing/subscription"), 409, "already_cancelling")


def test_what_cannot_be_done_changes_nothing(subscriber):
    given = StripeCommand.objects.count()
    problem(subscriber.post("billing/subscriptions", {"plan_id": "gold"}), 422, "unknown_plan")
    problem(subscriber.put("billing/subscription", {"plan_id": "gold"}), 422, "unknown_plan")
    problem(subscriber.post("billing/subscription/preview", {"plan_id": "gold"}), 422, "unknown_plan")
    problem(subscriber.post("billing/subscriptions", {"plan_id": "professional"}), 409, "already_subscribed")
    problem(subscriber.put("billing/subscription", {}), 409, "no_change")
    problem(subscriber.post("billing/subscription/cancel", {"at": "tomorrow"}), 400, "validation_error")
    assert StripeCommand.objects.count() == given


def test_a_declined_card_says_why_and_leaves_nothing(customer):
    answer = customer.post(
        "billing/subscriptions", {"plan_id": "professional", "payment_method": "pm_card_chargeCustomerFail"}
    )
    assert problem(answer, 402, "card_declined")["decline_code"]
    assert not Subscription.objects.exists()


@pytest.fixture
def silence(monkeypatch):
    """Stripe does not answer until the returned function is called."""
    base = settings.STRIPE_API_BASE

    def answer_again():
        monkeypatch.setattr(settings, "STRIPE_API_BASE", base)
        client._client.cache_clear()

    monkeypatch.setattr(settings, "STRIPE_API_BASE", "http://127.0.0.1:9")
    client._client.cache_clear()
    return answer_again


def test_silence_of_stripe_is_accepted_and_told_under_the_key_when_it_ends(subscriber, silence):
    change = {"plan_id": "premium"}
    answer = subscriber.put("billing/subscription", change, **ONCE)
    command = StripeCommand.objects.get(operation="subscriptions.update")
    assert answer.status_code == 202
    shown = {"id": command.public_id, "operation": "subscriptions.update", "status": "unknown"}
    assert answer.json() == {"command": shown}
    assert subscriber.put("billing/subscription", change, **ONCE).json() == {"command": shown}
    silence()
    resuming.resume_due(now=timezone.now() + timedelta(minutes=5))
    done = subscriber.put("billing/subscription", change, **ONCE)
    assert (done.status_code, done.json()["plan"]["id"]) == (200, "premium")
    again = subscriber.put("billing/subscription", change, **ONCE)
    assert (again.json(), again["Idempotent-Replayed"]) == (done.json(), "true")
    assert StripeCommand.objects.filter(operation="subscriptions.update").count() == 1


def test_a_question_that_stripe_does_not_answer_may_be_asked_again(subscriber, silence):
    answer = subscriber.post("billing/subscription/preview", {"plan_id": "premium"}, **ONCE)
    assert problem(answer, 503, "stripe_unavailable")
    silence()
    assert subscriber.post("billing/subscription/preview", {"plan_id": "premium"}, **ONCE).status_code == 200
