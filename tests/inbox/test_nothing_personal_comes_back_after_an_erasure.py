"""Stripe goes on telling of a customer that was erased here: what it says is kept without its persons."""

import json
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import AuditEntry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Organization, Payment, PaymentMethod, StripeObject, WebhookEvent
from billing.projection.apply import apply
from billing.projection.rebuild import rebuild_projection
from billing.projection.sighting import Fetched
from billing.services import erasure
from tests.inbox.webhooks import START, customer, encoded, event
from tests.projection.payments import payment_intent
from tests.projection.snapshots import payment_method

pytestmark = pytest.mark.django_db
PERSON = {"name": "Jane Canary", "email": "canary@example.com", "phone": "+49 30 7771234567"}


def tell(event_id: str, about: Any, **more: Any) -> None:
    receive(encoded(event(event_id, about=about, **more)), now=timezone.now())
    tally = process_due()
    assert (tally.succeeded, tally.failed) == (1, 0)


@pytest.fixture
def erased(settings: Any) -> Organization:
    tell("evt_0", customer("cus_1", **PERSON))
    organization = Organization.objects.get(stripe_customer_id="cus_1")
    erasure.erase(organization=organization, reason="Asked", by=SYSTEM)
    return organization


def everything() -> str:
    models = (Organization, StripeObject, WebhookEvent, Payment, PaymentMethod, AuditEntry)
    return json.dumps([list(model.objects.values()) for model in models], default=str).lower()


def test_a_changed_customer_keeps_its_placeholder(erased: Organization) -> None:
    later = {
        **customer("cus_1", **PERSON, balance=-700, metadata={"note": "canary"}),
        "address": {"line1": "Canary st"},
    }
    tell("evt_1", later, created=START + 100, previous={"name": "Old Canary"})
    erased.refresh_from_db()
    assert (erased.name, erased.email, erased.metadata) == (f"Erased {erased.public_id}", "", {})
    assert erased.balance == -700
    assert "canary" not in everything()
    assert "7771234567" not in everything()


def test_the_event_is_kept_for_what_it_was(erased: Organization) -> None:
    tell("evt_1", customer("cus_1", **PERSON, balance=-700), created=START + 100)
    row = WebhookEvent.objects.get(stripe_event_id="evt_1")
    kept = json.loads(row.payload)
    assert (row.status, row.organization_id) == ("processed", erased.pk)
    assert (kept["id"], kept["type"], kept["created"]) == ("evt_1", row.event_type, START + 100)
    assert (kept["data"]["object"]["id"], kept["data"]["object"]["balance"]) == ("cus_1", -700)
    assert kept["data"]["object"]["name"] is None


def test_payments_and_cards_come_without_persons(erased: Organization) -> None:
    tell("evt_1", payment_method("pm_1", billing_details=PERSON), event_type="payment_method.attached")
    tell("evt_2", payment_intent("pi_1", description="For Canary", receipt_email=PERSON["email"]))
    method, payment = PaymentMethod.objects.get(), Payment.objects.get()
    assert (method.card_last_four, method.card_last_four_index, method.card_brand) == ("", "", "visa")
    assert (payment.description, payment.amount > 0) == ("", True)
    assert "canary" not in everything()


def test_a_card_that_names_nobody_any_more_is_still_the_erased_ones(erased: Organization) -> None:
    tell("evt_1", payment_method("pm_1"), event_type="payment_method.attached")
    detached = payment_method("pm_1", customer=None, billing_details=PERSON)
    apply([], [Fetched("pm_1", "payment_method", detached, StripeObject.objects.get(stripe_id="pm_1").version)])
    assert "canary" not in everything()
    assert PaymentMethod.objects.get().detached


def test_an_answer_of_stripes_is_scrubbed_as_an_event_is(erased: Organization) -> None:
    noted = StripeObject.objects.get(stripe_id="cus_1").version
    apply([], [Fetched("cus_1", "customer", customer("cus_1", **PERSON, balance=5), noted)])
    assert "canary" not in everything()
    erased.refresh_from_db()
    assert erased.balance == 5


def test_the_mirror_is_not_given_it(erased: Organization) -> None:
    tell("evt_1", customer("cus_1", **PERSON, balance=1), created=START + 100)
    assert not StripeObject.objects.exclude(mirror_due_at=None).exists()


def test_a_rebuild_brings_nothing_back(erased: Organization) -> None:
    tell("evt_1", customer("cus_1", **PERSON, balance=1), created=START + 100)
    rebuild_projection()
    assert "canary" not in everything()


def test_an_event_that_came_before_is_scrubbed_when_it_is_late(erased: Organization) -> None:
    tell("evt_late", customer("cus_1", **PERSON, balance=9), created=START - 100)
    assert WebhookEvent.objects.get(stripe_event_id="evt_late").superseded
    assert "canary" not in everything()


def test_another_customer_is_told_of_as_ever(erased: Organization) -> None:
    tell("evt_1", customer("cus_2", **PERSON))
    assert Organization.objects.get(stripe_customer_id="cus_2").name == PERSON["name"]
    assert PERSON["email"] in WebhookEvent.objects.get(stripe_event_id="evt_1").payload
