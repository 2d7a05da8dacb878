"""Typed rows are a function of the stored snapshots: thrown away, they come back the same."""

from typing import Any

import pytest
from django.apps import apps

from billing import models
from billing.jobs import AlreadyRunning, running
from billing.projection import rebuild
from billing.projection.apply import apply
from billing.projection.nouns import PROJECTIONS
from billing.projection.rebuild import rebuild_projection
from tests.projection.payments import charge, invoice_payment, payment_intent, refund
from tests.projection.seen import columns, sighting, stored, told
from tests.projection.settlements import balance_transaction, credit_note, dispute, payout
from tests.projection.snapshots import START, customer, invoice, item, payment_method, price, product, subscription

pytestmark = pytest.mark.django_db

TABLES = [
    models.Payout,
    models.BalanceTransaction,
    models.Dispute,
    models.CreditNoteLine,
    models.CreditNote,
    models.InvoicePayment,
    models.Refund,
    models.PaymentAttempt,
    models.Payment,
    models.PaymentMethod,
    models.InvoiceLine,
    models.Invoice,
    models.SubscriptionItem,
    models.Subscription,
    models.Price,
    models.Plan,
]


def live() -> None:
    told(product(), price(), customer())
    told(payment_method(), subscription(), invoice(), payment_intent(), charge())
    told(refund(), invoice_payment())
    told(credit_note(), dispute(), balance_transaction(), payout())


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row without our own numbers, by table."""
    return {
        model.__name__: [columns(row, "public_id") for row in model.objects.order_by("stripe_id")]
        for model in TABLES
        if model is not models.Plan
    }


def test_every_table_has_a_part_in_this() -> None:
    live()
    assert all(model.objects.exists() for model in TABLES)


def test_rows_that_were_lost_come_back() -> None:
    live()
    before = rows()
    for model in TABLES:
        model.objects.all().delete()
    rebuild_projection()
    assert rows() == before
    assert models.Plan.objects.get().stripe_product_id == "prod_1"


def test_rows_that_are_right_stay_as_they_are() -> None:
    live()
    before = {model: [columns(row) for row in model.objects.order_by("pk")] for model in TABLES}
    rebuild_projection()
    assert {model: [columns(row) for row in model.objects.order_by("pk")] for model in TABLES} == before


def test_a_row_that_somebody_bent_is_straight_again() -> None:
    live()
    models.Invoice.objects.update(total=1, status="void")
    models.Organization.objects.update(name="Bent", locale="de")
    models.InvoiceLine.objects.create(
        stripe_id="il_bent",
        invoice_id="in_1",
        organization=models.Organization.objects.get(),
        amount=1,
        currency="usd",
    )
    rebuild_projection()
    shown = models.Invoice.objects.get()
    assert (shown.total, shown.status, shown.lines.count()) == (2900, "open", 1)
    organization = models.Organization.objects.get()
    assert (organization.name, organization.locale) == ("Acme", "de")  # the locale is ours


def test_deleted_objects_stay_deleted() -> None:
    told(product())
    apply([sighting(product(), START + 1, event_type="product.deleted")])
    models.Plan.objects.update(active=True)
    rebuild_projection()
    assert not models.Plan.objects.get().active


def test_a_detached_method_stays_with_who_had_it() -> None:
    told(payment_method())
    apply([sighting(payment_method(customer=None), START + 1, previous={"customer": "cus_1"})])
    models.PaymentMethod.objects.all().delete()
    rebuild_projection()
    row = models.PaymentMethod.objects.get()
    assert (row.detached, row.organization.stripe_customer_id) == (True, "cus_1")


def test_the_snapshots_are_read_and_never_written() -> None:
    live()
    before = [columns(row) for row in models.StripeObject.objects.order_by("pk")]
    rebuild_projection()
    assert [columns(row) for row in models.StripeObject.objects.order_by("pk")] == before


def test_it_goes_chunk_by_chunk_and_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "CHUNK", 2)
    told(*[price(f"price_{number}") for number in range(5)], product())
    models.Price.objects.all().delete()
    told_of: list[dict[str, int]] = []
    rebuild_projection(progress=lambda done: told_of.append(dict(done)))
    assert told_of == [{"product": 1}, *({"product": 1, "price": count} for count in (2, 4, 5))]
    assert models.Price.objects.count() == 5


class TestBrokenOff:
    """Killed after three chunks of two."""

    @pytest.fixture(autouse=True)
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rebuild, "CHUNK", 2)
        told(*[price(f"price_{number}") for number in range(5)], product())
        models.Price.objects.all().delete()
        done: list[int] = []

        def stop_after_three(counts: dict[str, int]) -> None:
            done.append(counts["product"])
            if len(done) == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rebuild_projection(progress=stop_after_three)
        assert models.Price.objects.count() == 4

    def test_it_goes_on_where_it_stopped(self) -> None:
        models.Plan.objects.update(name="Bent since")
        assert rebuild_projection() == {"product": 1, "price": 5}
        assert models.Price.objects.count() == 5
        assert models.Plan.objects.get().name == "Bent since"  # its chunk was done
        assert models.JobRun.objects.latest("id").counts == {"product": 1, "price": 5}

    def test_it_may_begin_anew(self) -> None:
        models.Plan.objects.update(name="Bent since")
        assert rebuild_projection(restart=True) == {"product": 1, "price": 5}
        assert models.Plan.objects.get().name == "Premium"

    def test_a_run_that_ended_well_is_not_gone_on_with(self) -> None:
        rebuild_projection()
        models.Plan.objects.update(name="Bent since")
        rebuild_projection()
        assert models.Plan.objects.get().name == "Premium"


def test_two_do_not_run_at_once() -> None:
    with running(rebuild.JOB), pytest.raises(AlreadyRunning):
        rebuild_projection()


def test_customers_come_before_what_is_theirs() -> None:
    live()
    order = list(rebuild_projection())
    assert order == list(PROJECTIONS)
    assert order.index("customer") < order.index("subscription") < order.index("invoice") < order.index("refund")


def test_what_has_no_rows_is_passed_over() -> None:
    told({"id": "cs_1", "object": "checkout.session", "livemode": False})
    assert rebuild_projection() == {}
    assert stored("cs_1").object_type == "checkout.session"


def test_objects_of_nobody_do_not_stop_it() -> None:
    """A refund whose charge was never seen was not stored by us; one that an older release stored may be there."""
    models.StripeObject.objects.create(
        stripe_id="re_0",
        object_type="refund",
        api_version="",
        snapshot=refund("re_0", charge=None, payment_intent=None),
    )
    live()
    done = rebuild_projection()
    assert done["refund"] == 2
    assert models.Refund.objects.get().stripe_id == "re_1"


def test_items_come_back_in_their_order() -> None:
    told(subscription(items=[item("si_b"), item("si_a")]))
    models.SubscriptionItem.objects.update(position=0)
    rebuild_projection()
    assert list(models.SubscriptionItem.objects.values_list("stripe_id", flat=True)) == ["si_b", "si_a"]


def test_every_table_of_stripes_objects_is_rebuilt() -> None:
    """A new table with a `stripe_id` belongs into the list above, or here with its reason."""
    source, decided, known = models.StripeObject, models.Discrepancy, models.ReconciledObject
    kept = {source, decided, known}  # what it is rebuilt from, what people decide, what was found equal
    keyed = {
        model
        for model in apps.get_app_config("billing").get_models()
        if any(field.name == "stripe_id" for field in model._meta.concrete_fields)
    }
    assert keyed - kept <= {*TABLES}
