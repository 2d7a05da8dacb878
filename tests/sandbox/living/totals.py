"""Coupons, promotion codes, discounts and tax rates, and the invoices that have them."""

from typing import Any

import stripe

from tests.sandbox.scenes import DAY, Account, items_of

ALWAYS = {
    "coupon": "amount_off currency duration_in_months max_redemptions name percent_off redeem_by times_redeemed valid",
    "promotion_code": "customer expires_at max_redemptions promotion restrictions times_redeemed",
    "discount": "checkout_session customer end invoice invoice_item promotion_code source start subscription",
    "credit_note": "customer_balance_transaction memo reason shipping_cost voided_at out_of_band_amount refunds",
    "tax_id": "country owner verification",
    "tax_rate": "country description effective_percentage flat_amount jurisdiction rate_type state tax_type",
}
NEVER = {"coupon": "applies_to currency_options"}


def live(account: Account) -> None:
    v1 = account.v1
    forever = v1.coupons.create({"percent_off": "12.5", "duration": "forever", "name": "Friends", "max_redemptions": 9})
    v1.coupons.create({"percent_off": 5, "id": "GONE"})
    v1.coupons.delete("GONE")
    later = account.now + 20 * DAY
    fixed = v1.coupons.create(
        {
            "amount_off": 300,
            "currency": "usd",
            "currency_options": {"eur": {"amount_off": 250}},
            "duration": "repeating",
            "duration_in_months": 1,
            "redeem_by": later,
        }
    )
    code = v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": fixed.id}, "code": "SAVE3"})
    vat = v1.tax_rates.create({"display_name": "VAT", "inclusive": True, "percentage": 20, "country": "GB"})
    tax = v1.tax_rates.create({"display_name": "Tax", "inclusive": False, "percentage": 7.25, "state": "CA"})
    subscription = account.subscribe(
        items=[{"price": account.price().id, "discounts": [{"coupon": forever.id}], "tax_rates": [vat.id, tax.id]}],
        discounts=[{"promotion_code": code.id}],
        default_tax_rates=[vat.id],
    )
    v1.subscriptions.update(subscription.id, {"items": [{"id": items_of(subscription)[0].id, "quantity": 3}]})
    v1.customers.tax_ids.create(str(subscription.customer), {"type": "gb_vat", "value": "GB123456789"})
    v1.tax_ids.create({"type": "us_ein", "value": "12-3456789"})
    account.advance(60 * DAY)
    credit(account, account.invoices(subscription)[0], vat.id)


def credit(account: Account, paid: stripe.Invoice, rate: str) -> None:
    """Notes of every kind on a paid and on an open invoice, one of them voided."""
    notes, line = account.v1.credit_notes, paid.lines.data[0].id
    part: Any = {"type": "invoice_line_item", "invoice_line_item": line, "amount": 800}
    own: Any = {"type": "custom_line_item", "description": "Delay", "unit_amount_decimal": "12.5", "tax_rates": [rate]}
    preview = notes.preview({"invoice": paid.id, "lines": [part, own]})
    notes.create({"invoice": paid.id, "lines": [part, own], "refund_amount": preview.total, "reason": "duplicate"})
    notes.create({"invoice": paid.id, "amount": 30, "credit_amount": 10, "out_of_band_amount": 20, "memo": "Sorry"})
    account.v1.invoice_items.create({"customer": str(paid.customer), "amount": 900, "currency": "usd"})
    draft = account.v1.invoices.create(
        {"customer": str(paid.customer), "pending_invoice_items_behavior": "include", "default_tax_rates": [rate]}
    )
    opened = account.v1.invoices.finalize_invoice(draft.id, {"auto_advance": False})
    notes.void_credit_note(notes.create({"invoice": opened.id, "amount": 100}).id)
