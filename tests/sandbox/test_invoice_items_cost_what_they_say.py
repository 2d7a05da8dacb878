"""Invoice items by amount, price and unit amount, and the lines of drafts that they make."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import Account


def drafted(account: Account, customer: str, **fields: Any) -> stripe.Invoice:
    return account.v1.invoices.create({"customer": customer, "pending_invoice_items_behavior": "include", **fields})


@pytest.mark.parametrize(
    ("given", "amount", "quantity"),
    [
        ({"amount": 700}, 700, 1),
        ({"amount": -300}, -300, 1),
        ({"unit_amount_decimal": "0.125", "quantity": 12}, 2, 12),
        ({"unit_amount_decimal": "-2.5", "quantity": 1}, -3, 1),
        ({"unit_amount_decimal": "100", "quantity_decimal": "1.255"}, 126, 1),
    ],
)
def test_an_amount_is_given_or_made_of_a_unit(account: Account, given: Any, amount: int, quantity: int) -> None:
    customer = account.customer().id
    item = account.v1.invoice_items.create({"customer": customer, "currency": "usd", **given})
    assert (item.amount, item.quantity) == (amount, quantity)
    assert (item.discountable, item.net_amount) == ((True, None) if amount >= 0 else (False, amount))
    line = drafted(account, customer).lines.data[0]
    assert (line.amount, line.quantity, str(line.quantity_decimal)) == (amount, quantity, str(item.quantity_decimal))


def test_an_inline_price_is_made_and_priced(account: Account) -> None:
    customer, product = account.customer().id, account.product("Help").id
    price: Any = {"currency": "eur", "product": product, "unit_amount": 1500}
    item = account.v1.invoice_items.create({"customer": customer, "price_data": price, "quantity": 3})
    assert (item.amount, item.currency, item.description) == (4500, "eur", "Help")
    assert account.v1.prices.retrieve(item.pricing.price_details.price).active is False
    assert account.v1.invoice_items.update(item.id, {"quantity": 2}).amount == 3000


def test_an_items_own_discount_and_rates_come_before_the_invoices(account: Account) -> None:
    """100.00 less 10 % is 90.00; less 20.00 for all of both lines, spread 9 to 10; taxes of each line by its rate."""
    customer = account.customer().id
    tenth = account.v1.coupons.create({"percent_off": 10})
    fixed = account.v1.coupons.create({"amount_off": 1900, "currency": "usd"})
    rates = [
        account.v1.tax_rates.create({"display_name": "Tax", "inclusive": False, "percentage": share}).id
        for share in (5, 10)
    ]
    common = {"customer": customer, "currency": "usd", "amount": 10_000}
    account.v1.invoice_items.create({**common, "discounts": [{"coupon": tenth.id}], "tax_rates": [rates[0]]})
    account.v1.invoice_items.create(common)
    invoice = drafted(account, customer, discounts=[{"coupon": fixed.id}], default_tax_rates=[rates[1]])
    amounts = {line.amount - sum(each.amount for each in line.discount_amounts) for line in invoice.lines.data}
    assert amounts == {8100, 9000}
    assert (invoice.subtotal, invoice.total_excluding_tax) == (19_000, 17_100)
    assert sorted(tax.amount for tax in invoice.total_taxes) == [405, 900]
    assert invoice.total == 17_100 + 1305


def test_one_off_prices_of_a_new_subscription_have_their_own_discounts_and_rates(account: Account) -> None:
    product = account.product("Setup").id
    once = account.v1.prices.create({"currency": "usd", "unit_amount": 5000, "product": product}).id
    coupon = account.v1.coupons.create({"percent_off": 20}).id
    rate = account.v1.tax_rates.create({"display_name": "Tax", "inclusive": False, "percentage": 10}).id
    extra: Any = {"price": once, "discounts": [{"coupon": coupon}], "tax_rates": [rate]}
    invoice = account.invoices(account.subscribe(account.price(1000), add_invoice_items=[extra]))[0]
    assert (invoice.subtotal, invoice.total_taxes[0].amount, invoice.total) == (5000, 400, 5400)


def test_items_on_a_draft_are_changed_and_deleted_with_its_totals(account: Account) -> None:
    customer = account.customer().id
    item = account.v1.invoice_items.create({"customer": customer, "currency": "usd", "amount": 700})
    invoice = drafted(account, customer)
    account.v1.invoice_items.update(item.id, {"amount": 900, "description": "More"})
    changed = account.v1.invoices.retrieve(invoice.id)
    assert (changed.total, changed.lines.data[0].description, changed.lines.data[0].id) == (
        900,
        "More",
        invoice.lines.data[0].id,
    )
    account.v1.invoice_items.delete(item.id)
    emptied = account.v1.invoices.retrieve(invoice.id)
    assert (emptied.total, emptied.lines.data) == (0, [])


def test_an_item_on_an_open_invoice_stays(account: Account) -> None:
    customer = account.customer().id
    item = account.v1.invoice_items.create({"customer": customer, "currency": "usd", "amount": 700})
    account.v1.invoices.finalize_invoice(drafted(account, customer).id, {"auto_advance": False})
    for change in (lambda: account.v1.invoice_items.update(item.id, {"amount": 5}),
                   lambda: account.v1.invoice_items.delete(item.id)):  # fmt: skip
        with pytest.raises(stripe.InvalidRequestError) as refused:
            change()
        assert refused.value.code == "invoice_not_editable"


def test_lines_are_added_changed_and_removed_in_bulk(account: Account) -> None:
    customer = account.customer().id
    waiting = account.v1.invoice_items.create({"customer": customer, "currency": "usd", "amount": 50})
    invoice = account.v1.invoices.create({"customer": customer, "currency": "usd"})
    wanted: Any = [{"amount": 100, "description": "A"}, {"invoice_item": waiting.id}, {"amount": 7, "description": "B"}]
    added = account.v1.invoices.add_lines(invoice.id, {"lines": wanted, "invoice_metadata": {"a": "1"}})
    assert (added.total, [line.amount for line in added.lines.data], added.metadata["a"]) == (157, [100, 50, 7], "1")
    first, second, third = added.lines.data
    changes: Any = [{"id": first.id, "amount": 200}, {"id": third.id, "description": "C"}]
    changed = account.v1.invoices.update_lines(invoice.id, {"lines": changes})
    assert (changed.total, changed.lines.data[2].description) == (257, "C")
    assert account.v1.invoice_items.retrieve(first.parent.invoice_item_details.invoice_item).amount == 200
    gone: Any = [{"id": second.id, "behavior": "unassign"}, {"id": third.id, "behavior": "delete"}]
    assert account.v1.invoices.remove_lines(invoice.id, {"lines": gone}).total == 200
    assert [item.id for item in account.v1.invoice_items.list({"pending": True}).data] == [waiting.id]
    coupon = account.v1.coupons.create({"percent_off": 50})
    line = account.v1.invoices.line_items.update(invoice.id, first.id, {"discounts": [{"coupon": coupon.id}]})
    assert [each.amount for each in line.discount_amounts] == [100]
    assert account.v1.invoices.retrieve(invoice.id).total == 100


def test_a_subscriptions_line_keeps_its_amount(account: Account) -> None:
    subscription = account.subscribe(account.price(1000))
    account.advance(31 * 86_400)
    draft = account.invoices(subscription)[-1]
    line = draft.lines.data[0]
    with pytest.raises(stripe.InvalidRequestError, match="cannot be changed"):
        account.v1.invoices.line_items.update(draft.id, line.id, {"amount": 5})
    coupon = account.v1.coupons.create({"percent_off": 25})
    account.v1.invoices.line_items.update(draft.id, line.id, {"discounts": [{"coupon": coupon.id}]})
    account.advance(3600)
    assert account.v1.invoices.retrieve(draft.id).amount_paid == 750
