"""Coupons, promotion codes, tax rates and bank debits in Checkout sessions: shown as they are charged."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account
from tests.sandbox.visiting import look, send

HOSTED = {"success_url": "https://example.com/done"}
PAY = {"action": "pay", "email": "jo@example.com"}


def session_of(account: Account, mode: str = "subscription", **fields: object) -> stripe.checkout.Session:
    """$100.00, as a monthly price or once; `line` may have more of the line."""
    data = {"currency": "usd", "unit_amount": 10_000, "product_data": {"name": "Plan"}}
    if mode == "subscription":
        data["recurring"] = {"interval": "month"}
    line = {"price_data": data, "quantity": 1, **fields.pop("line", {})}  # type: ignore[dict-item]
    return account.v1.checkout.sessions.create({**HOSTED, "mode": mode, "line_items": [line], **fields})  # type: ignore


def fresh(account: Account, session: stripe.checkout.Session) -> stripe.checkout.Session:
    return account.v1.checkout.sessions.retrieve(session.id)


def charged(account: Account) -> list[int]:
    return [charge.amount for charge in account.v1.charges.list().data if charge.paid]


@pytest.mark.parametrize("mode", ["subscription", "payment"])
def test_a_coupon_is_taken_off_what_is_shown_and_charged(account: Account, mode: str) -> None:
    coupon = account.v1.coupons.create({"percent_off": 15, "duration": "once"})
    session = session_of(account, mode, discounts=[{"coupon": coupon.id}])
    assert (session.amount_subtotal, session.amount_total) == (10_000, 8500)
    assert session.total_details is not None
    assert session.total_details.amount_discount == 1500
    assert account.v1.coupons.retrieve(coupon.id).times_redeemed == 0
    assert send(str(session.url), **PAY, method="pm_card_visa").status == 303
    assert charged(account) == [8500]


@pytest.mark.parametrize("mode", ["subscription", "payment"])
@pytest.mark.parametrize(("inclusive", "total", "tax"), [(False, 10_770, 770), (True, 10_000, 715)])
def test_taxes_are_shown_and_charged(account: Account, mode: str, inclusive: bool, total: int, tax: int) -> None:
    rate = account.v1.tax_rates.create({"display_name": "VAT", "percentage": 7.7, "inclusive": inclusive})  # type: ignore
    session = session_of(account, mode, line={"tax_rates": [rate.id]})
    assert session.total_details is not None
    assert (session.amount_total, session.total_details.amount_tax) == (total, tax)
    assert send(str(session.url), **PAY, method="pm_card_visa").status == 303
    assert charged(account) == [total]


def test_the_buyer_applies_and_removes_a_promotion_code(account: Account) -> None:
    coupon = account.v1.coupons.create({"amount_off": 2500, "currency": "usd", "duration": "forever"})
    promotion = {"type": "coupon", "coupon": coupon.id}
    code = account.v1.promotion_codes.create({"promotion": promotion, "code": "SPRING"})  # type: ignore[typeddict-item]
    session = session_of(account, allow_promotion_codes=True)
    page = str(session.url)
    assert "This code is invalid." in send(page, action="code", code="WINTER").text
    assert send(page, action="code", code="spring").status == 303
    applied = fresh(account, session)
    assert applied.amount_total == 7500
    assert applied.discounts is not None
    assert [(entry.coupon, entry.promotion_code) for entry in applied.discounts] == [(None, code.id)]
    assert "SPRING" in look(page).text
    assert send(page, action="remove-code").status == 303
    assert fresh(account, session).amount_total == 10_000
    send(page, action="code", code="SPRING")
    assert send(page, **PAY, method="pm_card_visa").status == 303
    assert charged(account) == [7500]
    assert account.v1.promotion_codes.retrieve(code.id).times_redeemed == 1
    account.advance(32 * DAY)
    assert charged(account) == [7500, 7500]


def test_a_code_that_the_order_does_not_reach_is_refused(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 10, "duration": "once"})
    account.v1.promotion_codes.create(
        {
            "promotion": {"type": "coupon", "coupon": coupon.id},
            "code": "BIG",
            "restrictions": {"minimum_amount": 50_000, "minimum_amount_currency": "usd"},
        }
    )
    session = session_of(account, allow_promotion_codes=True)
    assert send(str(session.url), action="code", code="BIG").status == 400
    assert fresh(account, session).amount_total == 10_000


def test_a_code_after_a_decline_starts_the_attempt_anew(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 10, "duration": "once"})
    account.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "TEN"})
    session = session_of(account, "payment", allow_promotion_codes=True)
    assert send(str(session.url), **PAY, method="pm_card_visa_chargeDeclined").status == 402
    assert send(str(session.url), action="code", code="TEN").status == 303
    assert send(str(session.url), **PAY, method="pm_card_visa").status == 303
    assert charged(account) == [9000]
    assert sorted(intent.status for intent in account.v1.payment_intents.list().data) == ["canceled", "succeeded"]


def test_an_order_that_costs_nothing_needs_no_card(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 100, "duration": "forever"})
    session = session_of(account, "payment", discounts=[{"coupon": coupon.id}])
    assert (session.amount_total, session.payment_status) == (0, "no_payment_required")
    assert send(str(session.url), **PAY).status == 303
    assert (fresh(account, session).status, charged(account)) == ("complete", [])


@pytest.mark.parametrize(
    "fields",
    [
        {"discounts": [{"coupon": "none"}]},
        {"discounts": [{"promotion_code": "promo_none"}]},
        {"discounts": [{"coupon": "a"}, {"coupon": "b"}]},
        {"discounts": [{"coupon": "a", "promotion_code": "b"}]},
        {"line": {"tax_rates": ["txr_none"]}},
    ],
)
def test_unknown_discounts_and_rates_are_refused(account: Account, fields: dict) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        session_of(account, **fields)
    assert account.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize("mode", ["subscription", "payment"])
@pytest.mark.parametrize(
    ("token", "event", "status"),
    [
        ("pm_usBankAccount_success", "checkout.session.async_payment_succeeded", "paid"),
        ("pm_usBankAccount_insufficientFunds", "checkout.session.async_payment_failed", "unpaid"),
    ],
)
def test_a_bank_debit_is_known_days_later(account: Account, mode: str, token: str, event: str, status: str) -> None:
    session = session_of(account, mode, payment_method_types=["card", "us_bank_account"])
    assert token in look(str(session.url)).text
    assert send(str(session.url), **PAY, name="Jo Miller", method=token).status == 303
    done = fresh(account, session)
    assert (done.status, done.payment_status) == ("complete", "unpaid")
    account.advance(6 * DAY)
    assert fresh(account, session).payment_status == status
    types = account.event_types(types=["checkout.session.completed", event])
    assert types == ["checkout.session.completed", event]


def test_a_tax_id_is_asked_for_and_becomes_the_customers(account: Account) -> None:
    wanted = {"enabled": True, "required": "if_supported"}
    session = session_of(account, tax_id_collection=wanted)
    page = str(session.url)
    assert "Enter your tax ID." in send(page, **PAY, method="pm_card_visa").text
    assert send(page, **PAY, method="pm_card_visa", tax_id_type="eu_vat", tax_id="nonsense").status == 400
    declined = "pm_card_visa_chargeDeclined"
    assert send(page, **PAY, method=declined, tax_id_type="eu_vat", tax_id="DE123456789").status == 402
    assert send(page, **PAY, method="pm_card_visa", tax_id_type="eu_vat", tax_id="DE123456789").status == 303
    done = fresh(account, session)
    kept = account.v1.customers.tax_ids.list(str(done.customer)).data
    assert [(entry.type, entry.value) for entry in kept] == [("eu_vat", "DE123456789")]
    assert done.customer_details is not None
    assert [entry.value for entry in done.customer_details.tax_ids or []] == ["DE123456789"]
