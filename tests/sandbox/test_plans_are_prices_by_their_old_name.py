"""`/v1/plans`: the same objects as recurring prices."""

import pytest
import stripe

from tests.sandbox.scenes import Account, items_of


def test_a_plan_is_a_price_and_a_price_a_plan(account: Account) -> None:
    product = account.product().id
    made = account.v1.plans.create(
        {"currency": "usd", "interval": "month", "amount": 900, "product": product, "id": "gold", "nickname": "Gold"}
    )
    assert (made.id, made.amount, str(made.amount_decimal), made.interval_count) == ("gold", 900, "900", 1)
    price = account.v1.prices.retrieve("gold")
    assert (price.unit_amount, price.recurring.interval, price.nickname) == (900, "month", "Gold")
    other = account.price(product=product)
    assert account.v1.plans.retrieve(other.id).amount == 2900
    assert {plan.id for plan in account.v1.plans.list({"product": product}).data} == {"gold", other.id}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.plans.create({"currency": "usd", "interval": "day", "amount": 1, "product": product, "id": "gold"})
    assert refused.value.code == "resource_already_exists"


def test_a_one_time_price_is_no_plan(account: Account) -> None:
    price = account.v1.prices.create({"currency": "usd", "unit_amount": 5, "product": account.product().id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.plans.retrieve(price.id)
    assert refused.value.http_status == 404
    assert account.v1.plans.list().data == []


def test_a_plan_is_made_with_its_product_and_tiers(account: Account) -> None:
    tiers = [{"up_to": 5, "unit_amount": 500}, {"up_to": "inf", "unit_amount": 400}]
    made = account.v1.plans.create(
        {
            "currency": "usd",
            "interval": "year",
            "product": {"name": "Seats", "unit_label": "seat"},
            "billing_scheme": "tiered",
            "tiers_mode": "graduated",
            "tiers": tiers,  # type: ignore[typeddict-item]
            "expand": ["tiers"],
        }
    )
    assert [tier.unit_amount for tier in made.tiers] == [500, 400]
    assert account.v1.products.retrieve(str(made.product)).unit_label == "seat"


def test_a_deleted_plan_goes_on_where_it_is_used(account: Account) -> None:
    price = account.price()
    subscription = account.subscribe(price)
    changed = account.v1.plans.update(price.id, {"nickname": "Old", "trial_period_days": 3})
    assert (changed.nickname, changed.trial_period_days) == ("Old", 3)
    assert items_of(account.subscription(subscription))[0].price.nickname == "Old"
    assert account.v1.plans.delete(price.id).deleted
    assert account.v1.plans.list().data == account.v1.prices.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        account.subscribe(price)
    assert {"plan.deleted", "price.deleted"} <= set(account.event_types())
    account.advance(32 * 86_400)
    assert account.invoices(subscription)[-1].total == 2900
