"""The shape of a payment method: a card, a US bank account or an account with an IBAN."""

from datetime import UTC, datetime

from sandbox.ids import token
from sandbox.jsons import Json
from sandbox.methods.banks import Bank
from sandbox.methods.cards import Card


def empty_address() -> Json:
    return dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def billing_details() -> Json:
    return {"address": empty_address(), "email": None, "name": None, "phone": None, "tax_id": None}


def payment_method(method_id: str, now: int, token_name: str, instrument: Card | Bank) -> Json:
    kind = "card" if isinstance(instrument, Card) else instrument.kind
    return {
        "id": method_id,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(),
        kind: _card(instrument, now) if isinstance(instrument, Card) else _bank(instrument),
        "created": now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
        "_": {"token": token_name, "charges": 0, "set_up": False, "mandate": None},
    }


def checks_of(card: Card) -> Json:
    line1, postal_code, cvc = card.checks
    return {"address_line1_check": line1, "address_postal_code_check": postal_code, "cvc_check": cvc}


def _card(card: Card, now: int) -> Json:
    return {
        "brand": card.brand,
        "checks": checks_of(card),
        "country": card.country,
        "display_brand": "american_express" if card.brand == "amex" else card.brand,
        "exp_month": 12,
        "exp_year": max(2034, datetime.fromtimestamp(now, UTC).year + 4),
        "fingerprint": token("card", card.number, 16),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.brand not in ("amex", "unionpay")},
        "wallet": None,
    }


def _bank(bank: Bank) -> Json:
    fingerprint = token("bank", bank.number, 16)
    if bank.kind == "sepa_debit":
        return {
            "bank_code": bank.number[4:12],
            "branch_code": "",
            "country": bank.country,
            "fingerprint": fingerprint,
            "generated_from": {"charge": None, "setup_attempt": None},
            "last4": bank.last4,
        }
    return {
        "account_holder_type": "individual",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "financial_connections_account": None,
        "fingerprint": fingerprint,
        "last4": bank.last4,
        "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": bank.routing,
        "status_details": {},
    }
