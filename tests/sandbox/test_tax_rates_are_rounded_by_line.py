"""Tax rates on invoices: inclusive and exclusive, by line, after discounts."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import Account


def rate(account: Account, percentage: Any, inclusive: bool = False) -> stripe.TaxRate:
    name = "VAT" if inclusive else "Sales tax"
    return account.v1.tax_rates.create({"display_name": name, "inclusive": inclusive, "percentage": percentage})


def billed(account: Account, *amounts: int, **fields: Any) -> stripe.Invoice:
    """The first invoice of a subscription with an item of each amount."""
    prices = [account.price(amount) for amount in amounts]
    return account.v1.invoices.retrieve(account.subscribe(*prices, **fields).latest_invoice)


def test_15_percent_of_43_and_of_484_cents_are_79_together(account: Account) -> None:
    """Stripe's own example of its rounding by line: 0.06 and 0.73, total 6.06."""
    invoice = billed(account, 43, 484, default_tax_rates=[rate(account, 15).id])
    assert [line.taxes[0].amount for line in invoice.lines.data] == [6, 73]
    assert (invoice.subtotal, invoice.total_excluding_tax, invoice.total) == (527, 527, 606)
    (total,) = invoice.total_taxes
    assert (total.amount, total.taxable_amount, total.tax_behavior) == (79, 527, "exclusive")


@pytest.mark.parametrize(("inclusive", "tax", "total"), [(True, 100, 500), (False, 125, 625)])
def test_25_percent_is_in_the_price_or_on_top_of_it(account: Account, inclusive: bool, tax: int, total: int) -> None:
    invoice = billed(account, 500, default_tax_rates=[rate(account, 25, inclusive).id])
    assert (invoice.total_taxes[0].amount, invoice.total, invoice.amount_paid) == (tax, total, total)
    assert invoice.total_excluding_tax == invoice.subtotal_excluding_tax == total - tax


def test_an_exclusive_rate_is_on_what_the_inclusive_leaves(account: Account) -> None:
    invoice = billed(account, 1200, default_tax_rates=[rate(account, 20, True).id, rate(account, "7.5").id])
    assert [tax.amount for tax in invoice.total_taxes] == [200, 75]
    assert (invoice.subtotal, invoice.subtotal_excluding_tax, invoice.total_excluding_tax) == (1200, 1000, 1000)
    assert invoice.total == 1275


def test_tax_is_on_what_discounts_leave(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 50, "duration": "forever"})
    fields: Any = {"discounts": [{"coupon": coupon.id}], "default_tax_rates": [rate(account, 20, True).id]}
    invoice = billed(account, 1200, **fields)
    assert (invoice.subtotal, invoice.subtotal_excluding_tax) == (1200, 1000)
    assert (invoice.total, invoice.total_excluding_tax, invoice.total_taxes[0].amount) == (600, 500, 100)


def test_an_items_rates_replace_the_default(account: Account) -> None:
    special, common = rate(account, 10), rate(account, 20)
    items = [{"price": account.price(1000).id, "tax_rates": [special.id]}, {"price": account.price(1000).id}]
    invoice = billed(account, items=items, default_tax_rates=[common.id])
    taxes = [[(tax.tax_rate_details.tax_rate, tax.amount) for tax in line.taxes] for line in invoice.lines.data]
    assert taxes == [[(special.id, 100)], [(common.id, 200)]]
    assert invoice.default_tax_rates[0].percentage == 20


@pytest.mark.parametrize(("exempt", "reason"), [("exempt", "customer_exempt"), ("reverse", "reverse_charge")])
def test_an_exempt_customer_pays_no_tax(account: Account, exempt: str, reason: str) -> None:
    customer = account.customer(tax_exempt=exempt).id
    invoice = billed(account, 1000, customer=customer, default_tax_rates=[rate(account, 20).id])
    assert (invoice.total, invoice.total_taxes[0].amount) == (1000, 0)
    assert invoice.total_taxes[0].taxability_reason == reason


def test_a_rate_never_changes_its_percentage_and_is_no_use_when_inactive(account: Account) -> None:
    made = rate(account, "7.7")
    assert (made.percentage, made.effective_percentage) == (7.7, 7.7)
    changed = account.v1.tax_rates.update(made.id, {"active": False, "display_name": "MWST", "country": "CH"})
    assert (changed.active, changed.display_name, changed.percentage) == (False, "MWST", 7.7)
    assert account.v1.tax_rates.list({"active": True}).data == []
    held = account.subscribe(default_tax_rates=[rate(account, 5).id])
    shared = held.default_tax_rates[0].id
    account.v1.tax_rates.update(shared, {"jurisdiction": "Zurich"})
    assert account.subscription(held).default_tax_rates[0].jurisdiction == "Zurich"
    for refused in ({"percentage": 5}, {"inclusive": True}, {"country": "Switzerland"}):
        with pytest.raises(stripe.InvalidRequestError):
            account.v1.tax_rates.update(made.id, refused)  # type: ignore[arg-type]
    with pytest.raises(stripe.InvalidRequestError, match="inactive"):
        account.subscribe(default_tax_rates=[made.id])


def test_automatic_tax_is_refused_clearly(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Stripe Tax is not modelled") as refused:
        account.subscribe(automatic_tax={"enabled": True})
    assert refused.value.param == "automatic_tax[enabled]"
    assert account.subscribe(automatic_tax={"enabled": False}).automatic_tax.enabled is False
