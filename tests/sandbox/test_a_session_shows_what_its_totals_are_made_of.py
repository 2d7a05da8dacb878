"""`total_details.breakdown` of a Checkout session: its discounts and taxes, sent when they are asked for."""

from tests.sandbox.scenes import Account

ASKED = {"expand": ["total_details.breakdown", "line_items", "line_items.data.discounts"]}


def test_discounts_and_taxes_are_told_apart(account: Account) -> None:
    v1, price = account.v1, account.price(3000)
    coupon = v1.coupons.create({"percent_off": 10, "duration": "once"}).id
    rate = v1.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False}).id
    session = v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "https://example.com/",
            "line_items": [{"price": price.id, "quantity": 1, "tax_rates": [rate]}],
            "discounts": [{"coupon": coupon}],
        }
    )
    assert "breakdown" not in session.total_details
    found = v1.checkout.sessions.retrieve(session.id, ASKED)
    assert [(cut.amount, cut.discount.object) for cut in found.line_items.data[0].discounts] == [(300, "discount")]
    shown = found.total_details.breakdown
    assert [(entry.amount, entry.discount.source.coupon) for entry in shown.discounts] == [(300, coupon)]
    assert [(tax.amount, tax.rate.id, tax.taxable_amount) for tax in shown.taxes] == [(540, rate, 2700)]


def test_a_session_without_them_shows_none(account: Account) -> None:
    line = {"price": account.price(3000).id, "quantity": 1}
    given = {"mode": "subscription", "success_url": "https://example.com/", "line_items": [line]}
    session = account.v1.checkout.sessions.create({**given, **ASKED})
    assert session.total_details.breakdown.to_dict() == {"discounts": [], "taxes": []}
