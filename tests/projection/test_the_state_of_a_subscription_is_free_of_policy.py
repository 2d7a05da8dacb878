"""What is recorded of a change is all that any reporting policy may ask for, exactly as Stripe said it."""

from typing import Any

import pytest

from billing.projection.subscriptions import state_of
from tests.projection.snapshots import START, discount, item, price, recurring, subscription

PLAIN = {
    "status": "active",
    "currency": "usd",
    "items": [
        {
            "id": "si_1",
            "price": "price_1",
            "product": "prod_1",
            "quantity": 1,
            "unit_amount": 2900,
            "unit_amount_decimal": "2900",
            "interval": "month",
            "interval_count": 1,
            "usage_type": "licensed",
            "billing_scheme": "per_unit",
            "tiers_mode": None,
            "tiers": None,
            "transform_quantity": None,
            "discounts": [],
        }
    ],
    "discounts": [],
    "trial_end": None,
    "pause": None,
    "cancel_at": None,
    "cancel_at_period_end": False,
    "canceled_at": None,
    "ended_at": None,
    "cancellation_reason": None,
}


def test_the_whole_state_of_a_plain_subscription() -> None:
    assert state_of(subscription()) == PLAIN


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"status": "past_due"}, {"status": "past_due"}),
    ({"currency": "jpy"}, {"currency": "jpy"}),
    ({"trial_end": START + 1}, {"trial_end": START + 1}),
    ({"cancel_at": START + 2}, {"cancel_at": START + 2}),
    ({"cancel_at_period_end": True}, {"cancel_at_period_end": True}),
    ({"canceled_at": START + 3}, {"canceled_at": START + 3}),
    ({"ended_at": START + 4}, {"ended_at": START + 4}),
    ({"cancellation_details": {"reason": "payment_failed"}}, {"cancellation_reason": "payment_failed"}),
    ({"cancellation_details": None}, {}),
    (
        {"pause_collection": {"behavior": "void", "resumes_at": None}},
        {"pause": {"behavior": "void", "resumes_at": None}},
    ),
    (
        {"pause_collection": {"behavior": "keep_as_draft", "resumes_at": START + 5}},
        {"pause": {"behavior": "keep_as_draft", "resumes_at": START + 5}},
    ),
    ({"items": []}, {"items": []}),
    ({"metadata": {"team": "red"}}, {}),
    ({"latest_invoice": "in_9", "default_payment_method": "pm_9"}, {}),
]


@pytest.mark.parametrize(("given", "differs"), CHANGES)
def test_what_changes_the_state_and_what_does_not(given: dict[str, Any], differs: dict[str, Any]) -> None:
    assert state_of(subscription(**given)) == {**PLAIN, **differs}


ITEM_CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"id": "price_2"}, {"price": "price_2"}),
    ({"product": {"id": "prod_2", "object": "product"}}, {"product": "prod_2"}),
    ({"unit_amount": None, "unit_amount_decimal": "0.5"}, {"unit_amount": None, "unit_amount_decimal": "0.5"}),
    ({"recurring": recurring("year", interval_count=2)}, {"interval": "year", "interval_count": 2}),
    ({"recurring": recurring(usage_type="metered", meter="mtr_1")}, {"usage_type": "metered"}),
    (
        {"billing_scheme": "tiered", "tiers_mode": "volume", "tiers": [{"up_to": None, "unit_amount": 5}]},
        {"billing_scheme": "tiered", "tiers_mode": "volume", "tiers": [{"up_to": None, "unit_amount": 5}]},
    ),
    (
        {"transform_quantity": {"divide_by": 10, "round": "up"}},
        {"transform_quantity": {"divide_by": 10, "round": "up"}},
    ),
    ({"nickname": "Monthly", "lookup_key": "m", "active": False}, {}),
]


@pytest.mark.parametrize(("given", "differs"), ITEM_CHANGES)
def test_an_item_states_all_that_its_monthly_amount_depends_on(given: dict[str, Any], differs: dict[str, Any]) -> None:
    shown = state_of(subscription(items=[item(of={**price(), **given})]))
    assert shown["items"] == [{**PLAIN["items"][0], **differs}]


def test_a_metered_item_has_no_quantity() -> None:
    metered = item()
    del metered["quantity"]
    assert state_of(subscription(items=[metered]))["items"][0]["quantity"] is None


def test_a_price_for_once_has_no_interval() -> None:
    once = {**item(), "price": price(recurring=None)}
    shown = state_of(subscription(items=[once]))["items"][0]
    assert (shown["interval"], shown["interval_count"], shown["usage_type"]) == (None, None, None)


COUPON = {"id": "SPRING", "object": "coupon", "percent_off": 20.0}


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("di_1", {"id": "di_1", "coupon": None, "end": None}),
        (discount(coupon=COUPON), {"id": "di_1", "coupon": COUPON, "end": None}),
        (discount(coupon=COUPON, end=START), {"id": "di_1", "coupon": COUPON, "end": START}),
        ({"id": "di_1", "coupon": COUPON}, {"id": "di_1", "coupon": COUPON, "end": None}),
        ({"id": "di_1", "source": {"coupon": "SPRING"}}, {"id": "di_1", "coupon": None, "end": None}),
    ],
    ids=["by id", "expanded", "with an end", "before 2025-09-30", "coupon not expanded"],
)
def test_discounts_tell_their_coupon_where_stripe_told_it(shown: Any, kept: dict[str, Any]) -> None:
    assert state_of(subscription(discounts=[shown]))["discounts"] == [kept]
    assert state_of(subscription(items=[item(discounts=[shown])]))["items"][0]["discounts"] == [kept]


def test_discounts_and_items_keep_their_order() -> None:
    state = state_of(subscription(discounts=["di_2", "di_1"], items=[item("si_2"), item("si_1")]))
    assert [one["id"] for one in state["discounts"]] == ["di_2", "di_1"]
    assert [one["id"] for one in state["items"]] == ["si_2", "si_1"]


def test_the_state_shares_nothing_with_the_snapshot() -> None:
    """A coupon changed in place later must not change a fact."""
    snapshot = subscription(discounts=[discount(coupon=dict(COUPON))])
    state = state_of(snapshot)
    snapshot["discounts"][0]["source"]["coupon"]["percent_off"] = 100.0
    assert state["discounts"][0]["coupon"] == COUPON
