"""A customer who only looks at a price must not find an invoice next month."""

import pytest

from billing.gateway.errors import Missing, Refused
from billing.gateway.previews import preview_invoice
from tests.inbox.stripe_calls import calls_to_stripe
from tests.sandbox.scenes import Account, items_of


def test_it_shows_what_a_new_subscription_would_cost(account: Account) -> None:
    price, customer = account.price(2900), account.customer().id
    before = account.control("digest")
    shown = preview_invoice(customer=customer, subscription_details={"items": [{"price": price.id, "quantity": 3}]})
    assert (shown["object"], shown["total"], shown["currency"]) == ("invoice", 8700, "usd")
    assert account.control("digest") == before


def test_it_shows_what_a_change_would_cost_and_changes_nothing(account: Account) -> None:
    dearer = account.price(7900)
    subscription = account.subscribe(account.price(2900))
    item = items_of(subscription)[0]
    account.advance(86_400)
    before = account.control("digest")
    for _ in range(2):
        shown = preview_invoice(
            subscription=subscription.id,
            subscription_details={
                "items": [{"id": item.id, "price": dearer.id}],
                "proration_behavior": "always_invoice",
            },
        )
        assert 0 < shown["total"] < 7900 - 2900
    assert account.control("digest") == before
    assert items_of(account.subscription(subscription))[0].price.id == item.price.id


def test_it_is_counted_under_its_name(account: Account) -> None:
    with calls_to_stripe() as calls:
        preview_invoice(customer=account.customer().id, subscription_details={"items": [{"price": account.price().id}]})
    assert calls() == {"invoices.create_preview": 1}


def test_a_price_that_is_not_there_is_named(account: Account) -> None:
    with pytest.raises(Refused, match="price_nobody") as raised:
        preview_invoice(customer=account.customer().id, subscription_details={"items": [{"price": "price_nobody"}]})
    assert raised.value.code == "resource_missing"


def test_a_customer_who_is_not_there_is_a_wrong_parameter(account: Account) -> None:
    """404 is for what stands in the address; the fault names the parameter."""
    with pytest.raises(Refused, match="cus_nobody") as raised:
        preview_invoice(customer="cus_nobody", subscription_details={"items": [{"price": account.price().id}]})
    assert (raised.value.code, raised.value.param) == ("resource_missing", "customer")
    assert not isinstance(raised.value, Missing)
