"""Previews with discounts, taxes and invoice items of their own equal what is then charged."""

from typing import Any

from tests.sandbox.scenes import DAY, Account, items_of


def amounts(invoice: Any) -> list[Any]:
    lines = [(line.amount, [each.amount for each in line.discount_amounts], [tax.amount for tax in line.taxes])
             for line in invoice.lines.data]  # fmt: skip
    return [invoice.subtotal, invoice.total, invoice.total_excluding_tax, invoice.amount_due, lines]


def test_a_new_subscription_with_everything_costs_what_its_preview_says(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": "12.5"})
    rates = [
        account.v1.tax_rates.create({"display_name": "T", "inclusive": inside, "percentage": "7.7"}).id
        for inside in (True, False)
    ]
    customer = account.customer().id
    items = [{"price": account.price(999).id, "tax_rates": rates, "quantity": 3}, {"price": account.price(501).id}]
    details: Any = {"items": items, "default_tax_rates": rates[1:]}
    before = account.control("digest")
    wanted: Any = {"customer": customer, "subscription_details": details, "discounts": [{"coupon": coupon.id}]}
    preview = account.v1.invoices.create_preview(wanted)
    assert account.control("digest") == before
    made: Any = {"customer": customer, **details, "discounts": [{"coupon": coupon.id}], "expand": ["latest_invoice"]}
    assert amounts(account.v1.subscriptions.create(made).latest_invoice) == amounts(preview)


def test_a_change_with_a_new_discount_costs_what_its_preview_says(account: Account) -> None:
    coupons = [account.v1.coupons.create({"percent_off": off, "duration": "forever"}).id for off in (10, 40)]
    subscription = account.subscribe(account.price(3333), discounts=[{"coupon": coupons[0]}])
    account.advance(11 * DAY + 17)
    change: Any = {
        "items": [{"id": items_of(subscription)[0].id, "quantity": 3}],
        "proration_behavior": "always_invoice",
    }
    discounts: Any = [{"coupon": coupons[1]}]
    preview = account.v1.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": change, "discounts": discounts}
    )
    wanted: Any = {**change, "discounts": discounts, "expand": ["latest_invoice"]}
    charged = account.v1.subscriptions.update(subscription.id, wanted).latest_invoice
    assert amounts(charged) == amounts(preview)
    assert charged.amount_paid == charged.total > 0


def test_items_are_added_to_a_preview_and_changed_in_it(account: Account) -> None:
    subscription = account.subscribe(account.price(1000))
    waiting = account.v1.invoice_items.create({"customer": str(subscription.customer), "currency": "usd", "amount": 50})
    wanted: Any = [{"amount": 200, "currency": "usd"}, {"invoiceitem": waiting.id, "amount": 70},
                   {"unit_amount": 5, "quantity": 3, "currency": "usd"}]  # fmt: skip
    preview = account.v1.invoices.create_preview({"subscription": subscription.id, "invoice_items": wanted})
    assert sorted(line.amount for line in preview.lines.data) == [15, 70, 200, 1000]
    assert account.v1.invoice_items.retrieve(waiting.id).amount == 50


def test_a_one_off_invoice_is_previewed_for_an_exempt_customer(account: Account) -> None:
    rate = account.v1.tax_rates.create({"display_name": "T", "inclusive": False, "percentage": 20}).id
    item = {"amount": 500, "currency": "usd", "tax_rates": [rate]}
    wanted: Any = {"customer": account.customer().id, "invoice_items": [item]}
    assert account.v1.invoices.create_preview(wanted).total == 600
    wanted["customer_details"] = {"tax_exempt": "exempt"}
    assert account.v1.invoices.create_preview(wanted).total == 500
