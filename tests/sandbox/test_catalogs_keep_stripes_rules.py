"""Products and prices: what goes together, what can change, and what is only shown when asked for."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import Account

MONTHLY = {"interval": "month"}
TIERS = [{"up_to": 5, "unit_amount": 500}, {"up_to": "inf", "unit_amount": 400}]


def price(account: Account, **fields: Any) -> stripe.Price:
    fields = {"currency": "usd", "product": account.product().id, **fields}
    return account.v1.prices.create({name: value for name, value in fields.items() if value is not None})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "message", "param"),
    [
        ({}, "Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.", None),
        (
            {"unit_amount": 1, "unit_amount_decimal": "1"},
            "You may only specify one of these parameters: unit_amount, unit_amount_decimal.",
            "unit_amount",
        ),
        (
            {"billing_scheme": "tiered", "tiers_mode": "volume", "tiers": TIERS},
            "Prices with `type=one_time` are not supported with tiered billing.",
            "interval",
        ),
        (
            {
                "billing_scheme": "tiered",
                "tiers_mode": "volume",
                "tiers": TIERS,
                "recurring": MONTHLY,
                "transform_quantity": {"divide_by": 2, "round": "up"},
            },
            "`transform_quantity` cannot be combined with `tiers`.",
            "transform_quantity",
        ),
        (
            {"unit_amount": 1, "recurring": {"interval": "month", "interval_count": 37}},
            "The interval_count for monthly prices can't be greater than 36",
            "recurring[interval_count]",
        ),
        (
            {"unit_amount": 1, "product": None},
            "You must specify either `product` or `product_data` when creating a price.",
            None,
        ),
        (
            {"unit_amount": 1, "product_data": {"name": "Twice"}},
            "You may only specify one of these parameters: product, product_data.",
            "product",
        ),
        (
            {"custom_unit_amount": {"enabled": True}, "recurring": MONTHLY},
            "Prices with `type=recurring` are not supported with `custom_unit_amount`.",
            "custom_unit_amount",
        ),
        (
            {"unit_amount": 1, "currency_options": {"usd": {"unit_amount": 2}}},
            "`currency_options` cannot have the price's own currency.",
            "currency_options[usd]",
        ),
        ({"unit_amount": 1, "tiers": TIERS}, "`tiers` requires `billing_scheme` to be `tiered`.", "tiers"),
    ],
)
def test_what_does_not_go_together_is_refused(account: Account, fields: dict, message: str, param: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        price(account, **fields)
    assert (refused.value.user_message, refused.value.param) == (message, param)


@pytest.mark.parametrize(("interval", "most"), [("day", 1095), ("week", 156), ("month", 36), ("year", 3)])
def test_three_years_are_the_longest_interval(account: Account, interval: str, most: int) -> None:
    made = price(account, unit_amount=1, recurring={"interval": interval, "interval_count": most})
    assert made.recurring.interval_count == most
    with pytest.raises(stripe.InvalidRequestError):
        price(account, unit_amount=1, recurring={"interval": interval, "interval_count": most + 1})


def test_unknown_currencies_are_refused(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        price(account, unit_amount=1, currency="abc")
    assert str(refused.value.user_message).startswith("Invalid currency: abc. Stripe currently supports")
    assert price(account, unit_amount=1, currency="CHF").currency == "chf"


def test_other_currencies_are_shown_when_expanded(account: Account) -> None:
    options = {"eur": {"unit_amount": 900, "tax_behavior": "inclusive"}, "jpy": {"unit_amount_decimal": "1200.5"}}
    made = price(account, unit_amount=1000, currency_options=options)
    assert "currency_options" not in made
    assert in_currencies(account, made) == {
        "usd": (1000, "1000", "unspecified"),
        "eur": (900, "900", "inclusive"),
        "jpy": (None, "1200.5", "unspecified"),
    }
    account.v1.prices.update(made.id, {"currency_options": {"eur": {"unit_amount": 950}}})
    changed = in_currencies(account, made)
    assert (changed["eur"], sorted(changed)) == ((950, "950", "unspecified"), ["eur", "jpy", "usd"])
    account.v1.prices.update(made.id, {"currency_options": ""})
    assert list(in_currencies(account, made)) == ["usd"]


def in_currencies(account: Account, price: stripe.Price) -> dict[str, tuple]:
    """(whole amount, exact amount, tax behavior) by currency."""
    shown = account.v1.prices.retrieve(price.id, {"expand": ["currency_options"]}).currency_options.to_dict()
    names = ("unit_amount", "unit_amount_decimal", "tax_behavior")
    return {currency: tuple(each[name] for name in names) for currency, each in shown.items()}


def test_customers_may_choose_an_amount(account: Account) -> None:
    made = price(account, custom_unit_amount={"enabled": True, "minimum": 500, "preset": 1000})
    assert made.custom_unit_amount.to_dict() == {"maximum": None, "minimum": 500, "preset": 1000}
    assert (made.unit_amount, made.unit_amount_decimal) == (None, None)


def test_a_tax_behavior_is_settled_once(account: Account) -> None:
    made = price(account, unit_amount=1000)
    assert account.v1.prices.update(made.id, {"tax_behavior": "exclusive"}).tax_behavior == "exclusive"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.prices.update(made.id, {"tax_behavior": "inclusive"})
    assert refused.value.param == "tax_behavior"


def test_a_default_price_is_the_products_own_and_cannot_be_archived(account: Account) -> None:
    product = account.v1.products.create(
        {"name": "Starter", "default_price_data": {"currency": "usd", "unit_amount": 900, "recurring": MONTHLY}}  # type: ignore[typeddict-item]
    )
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.prices.update(str(product.default_price), {"active": False})
    assert refused.value.user_message == (
        "This price cannot be archived because it is the default price of its product."
    )
    foreign = price(account, unit_amount=1)
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.products.update(product.id, {"default_price": foreign.id})
    other = price(account, unit_amount=1200, product=product.id)
    assert account.v1.products.update(product.id, {"default_price": other.id}).default_price == other.id
    assert account.v1.prices.update(str(product.default_price), {"active": False}).active is False
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.products.update(product.id, {"default_price": str(product.default_price)})


def test_products_carry_what_the_reference_lists(account: Account) -> None:
    fields: dict[str, Any] = {
        "name": "Box",
        "description": "A box",
        "images": ["https://example.com/box.png"],
        "marketing_features": [{"name": "Sturdy"}],
        "package_dimensions": {"height": 1.5, "length": 2, "weight": 3.25, "width": 4},
        "shippable": True,
        "statement_descriptor": "BOXES INC",
        "tax_code": "txcd_99999999",
        "unit_label": "box",
        "url": "https://example.com/box",
    }
    made = account.v1.products.create(fields)  # type: ignore[arg-type]
    assert made.package_dimensions.to_dict() == {"height": 1.5, "length": 2.0, "weight": 3.25, "width": 4.0}
    assert [feature.name for feature in made.marketing_features] == ["Sturdy"]
    cleared = account.v1.products.update(
        made.id, {"description": "", "url": "", "package_dimensions": "", "images": "", "marketing_features": ""}
    )
    assert (cleared.description, cleared.url, cleared.package_dimensions, cleared.images) == (None, None, None, [])
    assert [entry.id for entry in account.v1.products.list({"shippable": True}).data] == [made.id]
    account.product()
    assert len(account.v1.products.list({"shippable": True}).data) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit_label": "thirteen long"},
        {"statement_descriptor": "x" * 23},
        {"statement_descriptor": "<BOX>"},
        {"statement_descriptor": "12345"},
        {"marketing_features": [{"name": "x" * 81}]},
        {"marketing_features": [{"name": "x"}] * 16},
        {"images": ["https://example.com/a.png"] * 9},
        {"package_dimensions": {"height": 1}},
    ],
)
def test_products_that_cannot_be(account: Account, wrong: dict) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.product(**wrong)
    assert refused.value.param


def test_a_product_with_prices_cannot_be_deleted(account: Account) -> None:
    product = account.product()
    price(account, unit_amount=1, product=product.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.products.delete(product.id)
    assert refused.value.user_message == (
        "This product cannot be deleted because it has one or more user-created prices."
    )
    assert account.v1.products.delete(account.product().id).deleted
