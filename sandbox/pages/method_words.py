"""A payment method in words."""

from sandbox.jsons import Json

_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "jcb": "JCB", "unionpay": "UnionPay"}


def named(method: Json) -> str:
    """A saved payment method in words."""
    if method["type"] != "card":
        bank = method[method["type"]]
        return f"Bank account •••• {bank.get('last4')}"
    card = method["card"]
    return f"{_BRANDS.get(card['brand'], card['brand'].title())} •••• {card['last4']}"


def expiry(method: Json) -> str:
    card = method.get("card")
    return f"expires {card['exp_month']:02d}/{card['exp_year']}" if card else ""
