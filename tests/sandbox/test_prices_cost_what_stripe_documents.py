"""Tiers, packages, decimals, and lookup keys."""

import pytest
import stripe

from tests.sandbox.scenes import Account, items_of

TIERS = [{"up_to": 5, "unit_amount": 500, "flat_amount": 100}, {"up_to": "inf", "unit_amount": 400}]


def cost(account: Account, quantity: int, **price: object) -> int:
    made = account.v1.prices.create(
        {"currency": "usd", "recurring": {"interval": "month"}, "product_data": {"name": "Seats"}, **price}  # type: ignore[typeddict-item]
    )
    subscription = account.subscribe(items=[{"price": made.id, "quantity": quantity}], expand=["latest_invoice"])
    return subscription.latest_invoice.total


@pytest.mark.parametrize(
    ("mode", "quantity", "total"),
    [
        ("graduated", 1, 600),
        ("graduated", 5, 2600),
        ("graduated", 7, 3400),
        ("volume", 5, 2600),
        ("volume", 6, 2400),
    ],
)
def test_tiers(account: Account, mode: str, quantity: int, total: int) -> None:
    assert cost(account, quantity, billing_scheme="tiered", tiers=TIERS, tiers_mode=mode) == total


@pytest.mark.parametrize(("way", "total"), [("up", 3000), ("down", 2000)])
def test_packages(account: Account, way: str, total: int) -> None:
    packages = {"divide_by": 10, "round": way}
    assert cost(account, 25, unit_amount=1000, transform_quantity=packages) == total


def test_fractions_of_a_cent_are_rounded_once(account: Account) -> None:
    assert cost(account, 3, unit_amount_decimal="0.5") == 2
    price = account.v1.prices.list().data[0]
    assert (price.unit_amount, str(price.unit_amount_decimal)) == (None, "0.5")


@pytest.mark.parametrize(
    "wrong",
    [
        {"billing_scheme": "tiered", "tiers": TIERS},
        {"billing_scheme": "tiered", "tiers": TIERS[:1], "tiers_mode": "volume"},
        {"billing_scheme": "tiered", "tiers": TIERS[::-1], "tiers_mode": "volume"},
        {"unit_amount": 1, "unit_amount_decimal": "1"},
        {},
    ],
)
def test_impossible_prices_are_refused(account: Account, wrong: dict) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.prices.create({"currency": "usd", "product": account.product().id, **wrong})


def test_a_lookup_key_belongs_to_one_price(account: Account) -> None:
    first = account.price(lookup_key="gold")
    with pytest.raises(stripe.InvalidRequestError):
        account.price(lookup_key="gold")
    second = account.price(lookup_key="gold", transfer_lookup_key=True)
    assert account.v1.prices.retrieve(first.id).lookup_key is None
    assert account.v1.prices.retrieve(second.id).lookup_key == "gold"


def test_a_changed_price_is_seen_on_its_subscriptions(account: Account) -> None:
    price = account.price()
    subscription = account.subscribe(price)
    account.v1.prices.update(price.id, {"nickname": "Old", "metadata": {"a": "b"}})
    shown = items_of(account.subscription(subscription))[0].price
    assert (shown.nickname, shown.metadata.to_dict()) == ("Old", {"a": "b"})


def test_metadata_is_merged_and_unset(account: Account) -> None:
    product = account.product(metadata={"a": "1", "b": "2"})
    updated = account.v1.products.update(product.id, {"metadata": {"a": "", "c": "3"}})
    assert updated.metadata.to_dict() == {"b": "2", "c": "3"}
    assert account.v1.products.update(product.id, {"metadata": ""}).metadata.to_dict() == {}


def test_the_currencies_of_a_price_are_shown_when_expanded(account: Account) -> None:
    price = account.price(2900)
    shown = account.v1.prices.retrieve(price.id, {"expand": ["currency_options"]}).currency_options["usd"]
    assert (shown.unit_amount, shown.tax_behavior, shown.custom_unit_amount) == (2900, "unspecified", None)
    assert "currency_options" not in account.v1.prices.retrieve(price.id)


def test_what_was_deleted_is_a_tombstone_whatever_is_expanded(account: Account) -> None:
    customer = account.customer()
    account.v1.customers.delete(customer.id)
    found = account.v1.customers.retrieve(customer.id, {"expand": ["default_source", "subscriptions"]})
    assert found.to_dict() == {"id": customer.id, "object": "customer", "deleted": True}
