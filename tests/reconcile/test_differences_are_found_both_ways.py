"""Rows that somebody changed, deleted or made up: each difference is found, named, counted in money and healed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from billing.models import Discrepancy, Invoice, InvoiceLine, Payment, Plan, StripeObject, Subscription
from billing.projection.sighting import Fetched
from billing.reconcile.heal import apply_answers
from tests.inbox.companies import Company
from tests.reconcile.books import differing, reconcile


@pytest.fixture(autouse=True)
def company(committing: str, stripe_client: Any, sandbox: str) -> Company:
    made = Company(stripe_client, sandbox, customers=3)
    made.live(days=20)
    reconcile()
    long_ago = timezone.now() - timedelta(hours=1)
    StripeObject.objects.update(updated_at=long_ago)
    return made


def found(**having: Any) -> list[tuple[Any, ...]]:
    rows = Discrepancy.objects.filter(**having).exclude(kind="effect_missing").order_by("pk")
    return list(rows.values_list("kind", "field", "here", "there", "amount", "currency", "status"))


def last_run() -> Any:
    return {"run": reconcile(full=True)}


def test_an_amount_that_differs_is_reported_with_before_and_after(sandbox: str) -> None:
    invoice = Invoice.objects.filter(status="paid").first()
    assert invoice is not None
    total = invoice.total
    Invoice.objects.filter(pk=invoice.pk).update(total=total - 250)
    seen = last_run()
    assert found(**seen) == [("amount_differs", "total", total - 250, total, 250, "usd", "healed")]
    assert seen["run"].misbilled == {"usd": 250}
    assert differing(sandbox) == []


def test_a_word_that_differs_is_no_money(sandbox: str) -> None:
    subscription = Subscription.objects.filter(status="active").first()
    assert subscription is not None
    Subscription.objects.filter(pk=subscription.pk).update(status="past_due")
    assert found(**last_run()) == [("field_differs", "status", "past_due", "active", 0, "", "healed")]
    assert differing(sandbox) == []


def test_a_persons_name_is_compared_and_not_copied(sandbox: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_organization SET name = 'Ada' WHERE name = 'Customer 0'")
    assert found(**last_run()) == [("field_differs", "name", "[personal]", "[personal]", 0, "", "healed")]
    assert differing(sandbox) == []


def test_a_row_without_its_snapshot_comes_back() -> None:
    """The typed row is there, and the snapshot as Stripe has it is not."""
    payment = Payment.objects.filter(status="succeeded").first()
    assert payment is not None
    StripeObject.objects.filter(stripe_id=payment.stripe_id).delete()
    (row,) = found(**last_run())
    assert row == ("missing_here", "", None, None, payment.amount_received, "usd", "healed")


def test_a_line_too_many_and_a_line_too_few(sandbox: str) -> None:
    line = InvoiceLine.objects.first()
    assert line is not None
    name = line.stripe_id
    InvoiceLine.objects.filter(pk=line.pk).update(stripe_id="il_made_up")
    kinds = {(kind, field) for kind, field, *_ in found(**last_run())}
    assert kinds == {("missing_here", f"invoice line.{name}"), ("missing_there", "invoice line.il_made_up")}
    assert not InvoiceLine.objects.filter(stripe_id="il_made_up").exists()


def test_what_stripe_does_not_have_is_marked_as_deleted() -> None:
    real = StripeObject.objects.filter(object_type="charge").first()
    assert real is not None
    made_up = {**real.snapshot, "id": "ch_made_up", "balance_transaction": None}
    StripeObject.objects.create(
        stripe_id="ch_made_up",
        object_type="charge",
        api_version=real.api_version,
        snapshot=made_up,
        updated_at=real.updated_at,
    )
    assert found(**last_run()) == [("missing_there", "", None, None, made_up["amount_captured"], "usd", "healed")]
    assert StripeObject.objects.get(stripe_id="ch_made_up").deleted
    assert found(**last_run()) == []


def test_what_was_made_after_the_question_is_not_missed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its event came between Stripe's answer and our look at the table."""
    StripeObject.objects.create(
        stripe_id="prod_new",
        object_type="product",
        api_version="x",
        snapshot={"id": "prod_new", "object": "product", "created": 9_999_999_999},
        updated_at=timezone.now() + timedelta(minutes=1),
    )
    assert found(**last_run()) == []
    assert not StripeObject.objects.get(stripe_id="prod_new").deleted


def test_what_was_written_while_it_was_compared_is_asked_for_by_itself(stripe_client: Any, sandbox: str) -> None:
    """A page may be older than an event that was applied meanwhile."""
    plan = Plan.objects.get()
    Plan.objects.update(name="Newer")
    StripeObject.objects.filter(stripe_id=plan.stripe_product_id).update(updated_at=timezone.now())
    run = reconcile(nouns=["product"])
    assert run.stripe_calls == 2
    assert run.tallies["product"]["checked"] == 1
    assert Plan.objects.get().name == "Premium"


def test_an_answer_that_was_overtaken_is_not_applied() -> None:
    """The row was written between the look at its version and the lock."""
    row = StripeObject.objects.filter(object_type="product").first()
    assert row is not None
    old = {**row.snapshot, "name": "Older"}
    from_before = Fetched(row.stripe_id, "product", old, row.version - 1)
    with transaction.atomic():
        assert apply_answers([from_before]) == {row.stripe_id: "product"}
    assert Plan.objects.get().name == "Premium"
