"""The least and the most that can be charged, by currency."""

from sandbox.money.money import shown
from sandbox.protocol.errors import invalid

MOST = 99_999_999
_LEAST: dict[str, int] = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
"""Stripe's minimum charge amounts, in minor units; one minor unit for currencies that it does not name."""


def checked_currency(given: str) -> str:
    """The currency in lower case; raises for what is no currency code."""
    currency = given.lower()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise invalid(f"Invalid currency: {currency}.", "currency")
    return currency


def check_amount(amount: int, currency: str) -> None:
    """Raises `amount_too_small` or `amount_too_large` for what Stripe does not charge."""
    least = _LEAST.get(currency, 1)
    if amount < least:
        words = f"{shown(str(least), currency)} {currency}"
        raise invalid(f"Amount must be at least {words}", "amount", "amount_too_small")
    if amount > MOST:
        words = f"{shown(str(MOST), currency)} {currency}"
        raise invalid(f"Amount must be no more than {words}", "amount", "amount_too_large")
