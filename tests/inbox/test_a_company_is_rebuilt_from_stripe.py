"""Everything again from Stripe's API: the same rows as events made, at any page on, whoever writes beside it."""

from typing import Any

import pytest
from django.utils import timezone

from billing import models
from billing.gateway import listing
from billing.gateway.errors import Unknown
from billing.inbox.backfill import REBUILD_JOB
from billing.inbox.mirror_queue import mirror_due
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.jobs import AlreadyRunning, running
from billing.models import JobRun, StripeObject, WebhookEvent
from billing.services.from_stripe.place import NOUNS, Place
from billing.services.from_stripe.rebuild import rebuild_from_stripe
from tests.inbox.companies import Company
from tests.inbox.signups import body, state
from tests.inbox.stripe_calls import calls_to_stripe
from tests.stripe_events import ask_sandbox

pytestmark = pytest.mark.usefixtures("committing")
FACTS_OF_EVENTS = {"SubscriptionChange", "StripeObject", "BalanceTransaction"}
"""Facts come from events only, and a snapshot remembers the event that it came with; movements of the balance have no
events."""
THROWN_AWAY = [
    models.Refund,
    models.InvoicePayment,
    models.PaymentAttempt,
    models.InvoiceLine,
    models.Invoice,
    models.Payment,
    models.SubscriptionItem,
    models.Subscription,
    models.PaymentMethod,
    models.Price,
    models.Plan,
    models.StripeObject,
]


@pytest.fixture
def company(stripe_client: Any, sandbox: str) -> Company:
    """Lived for six weeks, heard of by events."""
    made = Company(stripe_client, sandbox, customers=6)
    hear(made.news())
    for days in (10, 10):
        hear(made.live(days))
    made.change()
    hear(made.live(20))
    return made


def hear(events: list[dict[str, Any]]) -> None:
    for event in events:
        receive(body(event), now=timezone.now())
    process_due()


def rows() -> dict[str, list[str]]:
    return {name: found for name, found in state().items() if name not in FACTS_OF_EVENTS}


def snapshots() -> dict[str, Any]:
    return dict(StripeObject.objects.filter(object_type__in=NOUNS).values_list("stripe_id", "snapshot"))


def test_an_empty_database_ends_in_the_rows_that_events_made(company: Company, sandbox: str) -> None:
    heard, told = rows(), snapshots()
    facts = models.SubscriptionChange.objects.count()
    for model in THROWN_AWAY:
        model.objects.all().delete()
    models.Organization.objects.update(name="", email="", balance=17)
    counts = rebuild_from_stripe()
    read = rows()
    untold = set(read.pop("InvoicePayment")) - set(told_payments := heard.pop("InvoicePayment"))
    assert read == heard
    assert set(told_payments) <= set(rows()["InvoicePayment"])
    assert not any('"status": "paid"' in one for one in untold)  # Stripe has no event for one that is not paid yet
    moved = {one["id"] for one in ask_sandbox(sandbox, "/v1/balance_transactions?limit=100")["data"]}
    assert set(models.BalanceTransaction.objects.values_list("stripe_id", flat=True)) == moved
    found = snapshots()
    assert told.keys() <= found.keys()
    fields = {key for one, was in told.items() for key in was if was[key] != found[one].get(key)}
    assert fields <= {"next_invoice_sequence", "currency"}  # a customer's, which change without an event
    assert counts["done"] == {noun: StripeObject.objects.filter(object_type=noun).count() for noun in counts["done"]}
    assert models.SubscriptionChange.objects.count() == facts  # an answer of the API dates nothing


def test_where_nothing_is_wrong_nothing_changes(company: Company) -> None:
    rebuild_from_stripe()  # brings the invoice payments that no event tells of
    before, versions = state(), dict(StripeObject.objects.values_list("stripe_id", "version"))
    with calls_to_stripe() as calls:
        rebuild_from_stripe()
    assert state() == before
    assert dict(StripeObject.objects.values_list("stripe_id", "version")) == versions
    assert calls().total() < 60  # pages, a list of cards a customer, and what no list shows


def test_what_events_did_not_tell_is_brought(company: Company) -> None:
    """Their webhooks were lost."""
    subscription = company.subscriptions[2]
    company.v1.subscriptions.update(subscription.id, {"metadata": {"lost": "yes"}})
    added = company.v1.customers.create({"name": "Unheard of"})
    method = company.v1.payment_methods.attach("pm_card_visa", {"customer": added.id})
    rebuild_from_stripe()
    assert models.Subscription.objects.get(stripe_id=subscription.id).metadata == {"lost": "yes"}
    assert models.Organization.objects.get(stripe_customer_id=added.id).name == "Unheard of"
    assert models.PaymentMethod.objects.get(stripe_id=method.id).organization.stripe_customer_id == added.id


def test_what_is_gone_is_marked_and_what_was_let_go_is_detached(company: Company) -> None:
    gone, method = company.v1.customers.create({"name": "Short"}), company.v1.payment_methods
    kept = method.attach("pm_card_visa", {"customer": company.subscriptions[0].customer})
    draft = company.v1.invoices.create({"customer": company.subscriptions[0].customer, "currency": "usd"})
    hear(company.news())
    company.v1.customers.delete(gone.id)
    company.v1.invoices.delete(draft.id)
    method.detach(kept.id)
    counts = rebuild_from_stripe()
    assert models.Organization.objects.get(stripe_customer_id=gone.id).deleted_at
    assert models.PaymentMethod.objects.get(stripe_id=kept.id).detached
    assert not models.Invoice.objects.filter(stripe_id=draft.id).exists()
    assert counts["gone"]["invoice"] == 1


def test_the_mirror_is_given_all_of_it_again(company: Company) -> None:
    StripeObject.objects.update(mirror_due_at=None)
    rebuild_from_stripe()
    due = StripeObject.objects.mirror_due(now=timezone.now())
    assert {"customer", "subscription", "invoice", "charge"} <= set(due.values_list("object_type", flat=True))
    assert mirror_due(seconds=200).failed == 0


def test_a_broken_off_run_goes_on_at_its_page(company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild_from_stripe()
    monkeypatch.setattr(listing, "ROWS_OF_A_PAGE", 2)
    heard = rows()
    models.Invoice.objects.update(total=1)
    models.InvoicePayment.objects.all().delete()
    pages: list[str] = []

    def break_in_the_invoices(place: Place) -> None:
        pages.append(place.noun)
        if pages.count("invoice") == 2:
            ask_sandbox(sandbox, "/_sandbox/faults", {"operation": "*", "kind": "error_500", "count": 1})

    with pytest.raises(Unknown):
        rebuild_from_stripe(progress=break_in_the_invoices)
    assert models.Invoice.objects.filter(total=1).exists()
    assert not models.InvoicePayment.objects.exists()
    with calls_to_stripe() as calls:
        counts = rebuild_from_stripe()
    assert rows() == heard
    assert "product.list" not in calls()
    assert counts["done"]["invoice"] == models.Invoice.objects.count()
    assert [row.status for row in JobRun.objects.filter(job=REBUILD_JOB).order_by("id")] == ["done", "failed", "done"]


def test_a_page_whose_last_object_was_deleted_is_no_end(
    company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS_OF_A_PAGE", 1)
    lone = company.v1.products.create({"name": "Short"})

    def delete_it(place: Place) -> None:
        if place.after == lone.id:
            company.v1.products.delete(lone.id)

    counts = rebuild_from_stripe(progress=delete_it)
    assert counts["done"]["product"] >= 2
    assert models.Plan.objects.filter(code="premium").exists()


def test_an_event_that_is_applied_meanwhile_is_not_undone(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between Stripe's answer and its use the inbox writes something newer."""
    customer = company.subscriptions[0].customer
    listed = listing.list_page

    def overtaken(noun: str, **options: Any) -> listing.Page:
        page = listed(noun, **options)
        if noun == "customer":
            company.v1.customers.update(customer, {"name": "Newer"})
            hear(company.news())
        return page

    monkeypatch.setattr("billing.services.from_stripe.walk.list_page", overtaken)
    rebuild_from_stripe()
    assert models.Organization.objects.get(stripe_customer_id=customer).name == "Newer"
    assert not WebhookEvent.objects.exclude(status__in=["processed", "ignored"]).exists()


def test_only_one_runs_at_a_time(db: None) -> None:
    with running(REBUILD_JOB), pytest.raises(AlreadyRunning):
        rebuild_from_stripe()
