"""Coupons, promotion codes, discounts and tax rates, and the invoices that have them."""

from tests.sandbox.scenes import DAY, Account, items_of

ALWAYS = {
    "coupon": "amount_off currency duration_in_months max_redemptions name percent_off redeem_by times_redeemed valid",
    "promotion_code": "customer expires_at max_redemptions promotion restrictions times_redeemed",
    "discount": "checkout_session customer end invoice invoice_item promotion_code source start subscription",
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
    account.advance(60 * DAY)
