"""Tax ids of customers on their invoices, and the discount that a customer may have."""

from typing import Any

import pytest
import stripe

from tests.sandbox.annotations import problems
from tests.sandbox.scenes import Account
from tests.sandbox.test_shapes import plain


def test_tax_ids_are_kept_shown_and_deleted(account: Account) -> None:
    customer = account.customer()
    tax_id = account.v1.customers.tax_ids.create(customer.id, {"type": "eu_vat", "value": "DE123456789"})
    assert (tax_id.country, tax_id.customer, tax_id.verification.status) == ("DE", customer.id, "pending")
    assert account.v1.customers.tax_ids.retrieve(customer.id, tax_id.id).value == "DE123456789"
    expanded = account.v1.customers.retrieve(customer.id, {"expand": ["tax_ids"]})
    assert [entry.id for entry in expanded.tax_ids.data] == [tax_id.id]
    assert problems(plain(expanded), stripe.Customer, "customer") == []
    subscription = account.subscribe(customer=customer.id)
    (shown,) = account.invoices(subscription)[0].customer_tax_ids
    assert (shown.type, shown.value) == ("eu_vat", "DE123456789")
    assert account.v1.customers.tax_ids.delete(customer.id, tax_id.id).deleted
    assert account.v1.customers.tax_ids.list(customer.id).data == []
    assert account.invoices(subscription)[0].customer_tax_ids[0].value == "DE123456789"
    assert [name for name in account.event_types() if "tax_id" in name] == [
        "customer.tax_id.created",
        "customer.tax_id.deleted",
    ]


def test_tax_ids_of_the_account_are_apart(account: Account) -> None:
    customer = account.customer()
    own = account.v1.tax_ids.create({"type": "ch_vat", "value": "CHE123456789MWST"})
    its = account.v1.tax_ids.create(
        {"type": "us_ein", "value": "12-3456789", "owner": {"type": "customer", "customer": customer.id}}
    )
    assert (own.owner.type, own.country, its.owner.customer) == ("self", "CH", customer.id)
    assert [entry.id for entry in account.v1.tax_ids.list().data] == [own.id]
    assert account.v1.tax_ids.delete(own.id).deleted


@pytest.mark.parametrize(("kind", "value"), [("eu_vat", "XX123"), ("us_ein", "1"), ("none", "1")])
def test_values_that_cannot_be_are_refused(account: Account, kind: Any, value: str) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.customers.tax_ids.create(account.customer(None).id, {"type": kind, "value": value})


def test_a_customers_discount_is_inherited_until_it_is_deleted(account: Account) -> None:
    """In this version only the Dashboard gives a customer a discount; the sandbox has a control for it."""
    customer = account.customer()
    coupon = account.v1.coupons.create({"percent_off": 10, "duration": "forever"})
    given = account.control("discounts", {"customer": customer.id, "coupon": coupon.id})
    assert account.v1.customers.retrieve(customer.id).discount.id == given["id"]
    subscription = account.subscribe(account.price(1000), customer=customer.id)
    assert subscription.discounts == []
    invoice = account.invoices(subscription)[0]
    assert (invoice.total, invoice.discounts) == (900, [given["id"]])
    gone = account.v1.customers.delete_discount(customer.id)
    assert (gone.id, gone.deleted) == (given["id"], True)
    assert account.v1.customers.retrieve(customer.id).discount is None
    with pytest.raises(stripe.InvalidRequestError, match="No active discount"):
        account.v1.customers.delete_discount(customer.id)
    assert {"customer.discount.created", "customer.discount.deleted"} <= set(account.event_types())


def test_a_customers_discount_is_switched(account: Account) -> None:
    customer = account.customer()
    coupons = [account.v1.coupons.create({"percent_off": off, "duration": "forever"}).id for off in (10, 20)]
    former, new = (account.control("discounts", {"customer": customer.id, "coupon": each}) for each in coupons)
    assert account.v1.customers.retrieve(customer.id).discount.id == new["id"]
    event = account.v1.events.list({"type": "customer.discount.updated"}).data[0]
    assert event.data.previous_attributes["source"]["coupon"] == coupons[0]
    assert (event.data.previous_attributes["id"], event.data.object["id"]) == (former["id"], new["id"])
    assert account.invoices(account.subscribe(account.price(1000), customer=customer.id))[0].total == 800


def test_a_subscriptions_discount_is_deleted(account: Account) -> None:
    coupons = [account.v1.coupons.create({"percent_off": off, "duration": "forever"}).id for off in (10, 20)]
    two = account.subscribe(discounts=[{"coupon": each} for each in coupons])
    with pytest.raises(stripe.InvalidRequestError, match="several discounts"):
        account.v1.subscriptions.delete_discount(two.id)
    one = account.subscribe(discounts=[{"coupon": coupons[0]}])
    gone = account.v1.subscriptions.delete_discount(one.id)
    assert (gone.deleted, gone.subscription) == (True, one.id)
    assert account.subscription(one).discounts == []
    assert account.event_types()[-2:] == ["customer.discount.deleted", "customer.subscription.updated"]
