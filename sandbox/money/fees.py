"""What Stripe keeps, in minor units of the currency that is settled: its list prices for the United States."""

from sandbox.money.money import divided

DISPUTE_FEE = 1500
_PRICES: dict[str, tuple[int, int, int | None]] = {
    "card": (29, 30, None),
    "us_bank_account": (8, 0, 500),
    "sepa_debit": (8, 30, 600),
}
"""Kind of payment method -> (per mille, fixed part, at most)."""


def fee_of(amount: int, kind: str = "card") -> int:
    """The fee for a payment of a settled amount by a kind of payment method."""
    permille, fixed, most = _PRICES[kind]
    fee = divided(amount * permille, 1000) + fixed
    return fee if most is None else min(fee, most)
