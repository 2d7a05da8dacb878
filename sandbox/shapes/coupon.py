"""The shapes of a coupon, of a promotion code, and of the discount that redeeming them makes."""

from decimal import Decimal
from typing import Any

from sandbox.jsons import Json


def number(exact: str) -> int | float:
    """A percentage as JSON has it; its decimal digits come back exactly from `str`."""
    value = Decimal(exact)
    return int(value) if value == value.to_integral_value() else float(value)


def coupon(coupon_id: str, now: int, given: Json) -> Json:
    """From checked parameters. Product limits and currencies are kept aside: they are sent only when expanded."""
    percent, currency = given.get("percent_off"), given.get("currency")
    products = (given.get("applies_to") or {}).get("products")
    return {
        "id": coupon_id,
        "object": "coupon",
        "amount_off": given.get("amount_off"),
        "created": now,
        "currency": currency.lower() if currency else None,
        "duration": given.get("duration", "once"),
        "duration_in_months": given.get("duration_in_months"),
        "livemode": False,
        "max_redemptions": given.get("max_redemptions"),
        "metadata": given.get("metadata") or {},
        "name": given.get("name"),
        "percent_off": None if percent is None else number(percent),
        "redeem_by": given.get("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
        "_": {"products": products or None, "options": given.get("currency_options") or None},
    }


def promotion_code(code_id: str, now: int, given: Json) -> Json:
    """From checked parameters, with its code."""
    wanted = given.get("restrictions") or {}
    currency = wanted.get("minimum_amount_currency")
    return {
        "id": code_id,
        "object": "promotion_code",
        "active": given.get("active", True),
        "code": given["code"],
        "created": now,
        "customer": given.get("customer"),
        "customer_account": None,
        "expires_at": given.get("expires_at"),
        "livemode": False,
        "max_redemptions": given.get("max_redemptions"),
        "metadata": given.get("metadata") or {},
        "promotion": {"coupon": given["promotion"]["coupon"], "type": "coupon"},
        "restrictions": {
            "first_time_transaction": wanted.get("first_time_transaction", False),
            "minimum_amount": wanted.get("minimum_amount"),
            "minimum_amount_currency": currency.lower() if currency else None,
        },
        "times_redeemed": 0,
    }


def discount(discount_id: str, now: int, coupon: Json, code: Json | None, **place: Any) -> Json:
    """A redeemed coupon. `place` names where: customer, subscription, subscription_item, invoice, invoice_item. The
    coupon's terms are kept, since it may be deleted later."""
    nowhere = ("checkout_session", "customer", "invoice", "invoice_item", "subscription", "subscription_item")
    terms = {key: coupon[key] for key in ("amount_off", "currency", "duration", "duration_in_months", "percent_off")}
    return {
        "id": discount_id,
        "object": "discount",
        **dict.fromkeys(nowhere),
        "customer_account": None,
        "end": None,
        "promotion_code": code["id"] if code else None,
        "source": {"coupon": coupon["id"], "type": "coupon"},
        "start": now,
        **place,
        "_": {
            "terms": {**terms, "products": coupon["_"]["products"], "currency_options": coupon["_"]["options"]},
            "used_by": None,
            "ended": False,
        },
    }
