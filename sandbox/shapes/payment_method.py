"""The shape of a payment method of type card."""

from sandbox.cards import Card
from sandbox.ids import token
from sandbox.jsons import Json

CHECKS: Json = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}


def empty_address() -> Json:
    return dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def billing_details() -> Json:
    return {"address": empty_address(), "email": None, "name": None, "phone": None, "tax_id": None}


def payment_method(method_id: str, now: int, token_name: str, card: Card) -> Json:
    return {
        "id": method_id,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(),
        "card": _card(card),
        "created": now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_": {"token": token_name, "charges": 0},
    }


def _card(card: Card) -> Json:
    return {
        "brand": card.brand,
        "checks": dict(CHECKS),
        "country": "US",
        "display_brand": card.brand,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": token("card", card.last4, 16),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
