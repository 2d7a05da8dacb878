"""price -> Price: amounts exactly as stated, with the fractions that whole minor units cannot hold."""

from typing import Any

import pytest

from billing.models import Plan, Price
from billing.projection import prices
from tests.projection.seen import at, only, projectable
from tests.projection.snapshots import DAY, START, Snapshot, price, recurring

pytestmark = pytest.mark.django_db

FULL = price(
    product="prod_7",
    currency="eur",
    unit_amount=7900,
    unit_amount_decimal="7900",
    billing_scheme="per_unit",
    transform_quantity={"divide_by": 10, "round": "up"},
    recurring=recurring("year", interval_count=2, usage_type="metered", meter="mtr_1"),
    tax_behavior="exclusive",
    lookup_key="premium_yearly",
    nickname="Yearly",
    metadata={"shown": "yes"},
    livemode=True,
    created=START + DAY,
)


def show(snapshot: Snapshot, **given: Any) -> dict[str, Any]:
    prices.project([projectable(snapshot, **given)])
    return only(Price)


def test_every_column_comes_from_its_field() -> None:
    assert show(FULL) == {
        "stripe_id": "price_1",
        "plan_id": "prod_7",
        "active": True,
        "currency": "eur",
        "unit_amount": 7900,
        "unit_amount_decimal": "7900",
        "billing_scheme": "per_unit",
        "tiers_mode": "",
        "tiers": [],
        "transform_quantity": {"divide_by": 10, "round": "up"},
        "usage_type": "metered",
        "meter": "mtr_1",
        "interval": "year",
        "interval_count": 2,
        "tax_behavior": "exclusive",
        "lookup_key": "premium_yearly",
        "nickname": "Yearly",
        "metadata": {"shown": "yes"},
        "livemode": True,
        "stripe_created_at": at(START + DAY),
    }


def test_a_later_snapshot_overwrites_all_of_them() -> None:
    show(FULL)
    bare = {
        "id": "price_1",
        "object": "price",
        "active": False,
        "billing_scheme": "tiered",
        "created": START,
        "currency": "usd",
        "livemode": False,
        "metadata": {},
        "product": "prod_1",
        "type": "one_time",
    }
    assert show(bare) == {
        "stripe_id": "price_1",
        "plan_id": "prod_1",
        "active": False,
        "currency": "usd",
        "unit_amount": None,
        "unit_amount_decimal": "",
        "billing_scheme": "tiered",
        "tiers_mode": "",
        "tiers": [],
        "transform_quantity": None,
        "usage_type": "",
        "meter": "",
        "interval": "",
        "interval_count": 1,
        "tax_behavior": "",
        "lookup_key": "",
        "nickname": "",
        "metadata": {},
        "livemode": False,
        "stripe_created_at": at(START),
    }


OPTIONAL = (
    "unit_amount unit_amount_decimal tiers_mode tiers transform_quantity recurring tax_behavior lookup_key nickname"
    " metadata"
).split()


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_is_as_good_as_absent(field: str) -> None:
    absent = show({key: value for key, value in FULL.items() if key != field})
    show(FULL)
    assert show({**FULL, field: None}) == absent


@pytest.mark.parametrize(
    ("stated", "kept"),
    [("2900", "2900"), ("0.5", "0.5"), ("0.000000000001", "0.000000000001"), ("0", "0"), (None, "")],
)
def test_the_exact_amount_is_text(stated: str | None, kept: str) -> None:
    """A float would round; Stripe allows twelve places after the point."""
    assert show(price(unit_amount=None, unit_amount_decimal=stated))["unit_amount_decimal"] == kept


def test_a_price_of_nothing_is_no_missing_price() -> None:
    assert show(price(unit_amount=0, unit_amount_decimal="0"))["unit_amount"] == 0


def test_tiers_are_kept_in_their_order() -> None:
    tiers = [
        {"up_to": 5, "unit_amount": 100, "unit_amount_decimal": "100", "flat_amount": None},
        {"up_to": None, "unit_amount": None, "unit_amount_decimal": "50.5", "flat_amount": 10},
    ]
    shown = show(price(billing_scheme="tiered", tiers_mode="graduated", tiers=tiers, unit_amount=None))
    assert (shown["tiers_mode"], shown["tiers"], shown["unit_amount"]) == ("graduated", tiers, None)


@pytest.mark.parametrize("named", ["prod_1", {"id": "prod_1", "object": "product"}, {"id": "prod_1", "deleted": True}])
def test_the_product_may_be_expanded_or_deleted(named: Any) -> None:
    assert show(price(product=named))["plan_id"] == "prod_1"


def test_a_price_may_come_before_its_product() -> None:
    show(price(product="prod_later"))
    assert not Plan.objects.exists()


@pytest.mark.parametrize("active", [True, False])
def test_a_deleted_price_is_never_on_sale(active: bool) -> None:
    assert show(price(active=active), deleted=True)["active"] is False


@pytest.mark.parametrize("interval", ["day", "week", "month", "year"])
def test_every_interval_of_stripe_has_a_place(interval: str) -> None:
    assert show(price(recurring=recurring(interval)))["interval"] == interval
    assert Price.objects.recurring().count() == 1


def test_a_price_for_once_is_not_recurring() -> None:
    show(price(recurring=None, type="one_time"))
    assert not Price.objects.recurring().exists()
