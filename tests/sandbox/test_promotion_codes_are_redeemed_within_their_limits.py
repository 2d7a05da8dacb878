"""Promotion codes: who may redeem them, when, how often, and for how much."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account


def make(account: Account, code: str = "SAVE", coupon: dict[str, Any] | None = None, **fields: Any) -> Any:
    terms: Any = {"percent_off": 50, "duration": "forever", **(coupon or {})}
    promotion: Any = {"type": "coupon", "coupon": account.v1.coupons.create(terms).id}
    return account.v1.promotion_codes.create({"promotion": promotion, "code": code, **fields})


def refused(account: Account, code: stripe.PromotionCode, match: str, **fields: Any) -> None:
    before = account.control("digest")["counts"]
    with pytest.raises(stripe.InvalidRequestError, match=match) as error:
        account.subscribe(discounts=[{"promotion_code": code.id}], **fields)
    assert error.value.param == "discounts[0][promotion_code]"
    assert account.control("digest")["counts"].get("discount") == before.get("discount")


def test_a_code_is_found_whatever_its_case_and_made_up_where_none_is_given(account: Account) -> None:
    code = make(account, "Summer24")
    assert (code.promotion.type, code.active, code.times_redeemed) == ("coupon", True, 0)
    assert [found.id for found in account.v1.promotion_codes.list({"code": "SUMMER24"}).data] == [code.id]
    coupon: Any = {"promotion": code.promotion.to_dict()}
    assert len(account.v1.promotion_codes.create(coupon).code) == 8
    assert len(account.v1.promotion_codes.list({"coupon": code.promotion.coupon}).data) == 2
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        account.v1.promotion_codes.create({**coupon, "code": "summer24"})
    account.v1.promotion_codes.update(code.id, {"active": False})
    assert account.v1.promotion_codes.create({**coupon, "code": "summer24"}).active


def test_a_code_ends_with_its_redemptions(account: Account) -> None:
    code = make(account, max_redemptions=1)
    subscription = account.subscribe(discounts=[{"promotion_code": code.id}], expand=["discounts"])
    assert subscription.discounts[0].promotion_code == code.id
    code = account.v1.promotion_codes.retrieve(code.id)
    assert (code.times_redeemed, code.active) == (1, False)
    refused(account, code, "no longer active")


def test_a_code_ends_with_its_coupon(account: Account) -> None:
    code = make(account, coupon={"max_redemptions": 1})
    coupon = str(code.promotion.coupon)
    account.subscribe(discounts=[{"coupon": coupon}])
    assert account.v1.coupons.retrieve(coupon).valid is False
    refused(account, code, "no longer active")
    with pytest.raises(stripe.InvalidRequestError, match="Coupon expired"):
        account.subscribe(discounts=[{"coupon": coupon}])
    deleted = make(account, "OTHER")
    account.v1.coupons.delete(str(deleted.promotion.coupon))
    assert account.v1.promotion_codes.retrieve(deleted.id).active is False


def test_a_code_and_a_coupon_expire_at_their_moments(account: Account) -> None:
    code = make(account, expires_at=account.now + DAY)
    coupon = account.v1.coupons.create({"percent_off": 5, "redeem_by": account.now + 2 * DAY})
    account.advance(DAY - 1)
    assert account.v1.promotion_codes.retrieve(code.id).active
    account.advance(1)
    refused(account, code, "no longer active")
    account.advance(DAY)
    assert account.v1.coupons.retrieve(coupon.id).valid is False
    assert {"promotion_code.updated", "coupon.updated"} <= set(account.event_types())


def test_a_code_for_one_customer_is_for_no_other(account: Account) -> None:
    owner = account.customer()
    code = make(account, customer=owner.id)
    refused(account, code, "belongs to another customer")
    assert account.subscribe(discounts=[{"promotion_code": code.id}], customer=owner.id).discounts


def test_a_code_for_first_transactions_refuses_who_has_paid(account: Account) -> None:
    code = make(account, restrictions={"first_time_transaction": True})
    customer = account.customer().id
    account.subscribe(discounts=[{"promotion_code": code.id}], customer=customer)
    refused(account, code, "first-time", customer=customer)


@pytest.mark.parametrize(("amount", "allowed"), [(4999, False), (5000, True)])
def test_a_minimum_is_of_what_is_bought(account: Account, amount: int, allowed: bool) -> None:
    code = make(account, restrictions={"minimum_amount": 5000, "minimum_amount_currency": "usd"})
    items = [{"price": account.price(amount).id}]
    if allowed:
        assert account.subscribe(items=items, discounts=[{"promotion_code": code.id}]).discounts
    else:
        refused(account, code, "at least 5000 usd", items=items)


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({}, "percent_off"),
        ({"percent_off": 10, "amount_off": 5, "currency": "usd"}, "percent_off"),
        ({"percent_off": 101}, "percent_off"),
        ({"percent_off": 0}, "percent_off"),
        ({"amount_off": 5}, "currency"),
        ({"percent_off": 5, "duration": "repeating"}, "duration_in_months"),
        ({"percent_off": 5, "duration": "once", "duration_in_months": 2}, "duration_in_months"),
        ({"percent_off": 5, "redeem_by": 1}, "redeem_by"),
        ({"percent_off": 5, "applies_to": {"products": ["prod_none"]}}, "applies_to[products][0]"),
        ({"percent_off": 5, "name": "x" * 41}, "name"),
    ],
)
def test_coupons_that_make_no_sense_are_refused(account: Account, given: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        account.v1.coupons.create(given)
    assert refusal.value.param == param


def test_a_coupon_keeps_its_terms_and_its_id_can_be_used_again(account: Account) -> None:
    coupon = account.v1.coupons.create({"percent_off": 10, "duration": "forever", "id": "TEN"})
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        account.v1.coupons.create({"percent_off": 20, "id": "TEN"})
    assert account.v1.coupons.update("TEN", {"name": "Ten", "metadata": {"a": "1"}}).name == "Ten"
    subscription = account.subscribe(account.price(1000), discounts=[{"coupon": coupon.id}])
    account.v1.coupons.delete("TEN")
    assert account.v1.coupons.list().data == []
    account.v1.coupons.create({"percent_off": 20, "id": "TEN"})
    account.advance(31 * DAY + 3600)
    assert [invoice.total for invoice in account.invoices(subscription)] == [900, 900]


def test_an_amount_off_needs_the_currency(account: Account) -> None:
    options: Any = {"eur": {"amount_off": 250}}
    coupon = account.v1.coupons.create(
        {"amount_off": 300, "currency": "usd", "duration": "forever", "currency_options": options}
    )
    for currency, total in (("usd", 700), ("eur", 750)):
        subscription = account.subscribe(account.price(1000, currency=currency), discounts=[{"coupon": coupon.id}])
        assert account.invoices(subscription)[0].total == total
    with pytest.raises(stripe.InvalidRequestError, match="no amount off in gbp"):
        account.subscribe(account.price(1000, currency="gbp"), discounts=[{"coupon": coupon.id}])
