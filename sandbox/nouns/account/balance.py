"""The account's balance: what its balance transactions add up to, by whether they are available."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments.ledger import sums


def retrieve(ctx: Context) -> Json:
    rows = sorted(sums(ctx).items())
    return {
        "object": "balance",
        "available": [_amount(currency, available) for currency, (available, _) in rows],
        "livemode": False,
        "pending": [_amount(currency, pending) for currency, (_, pending) in rows],
        "refund_and_dispute_prefunding": {
            "available": [_amount(currency, 0) for currency, _ in rows],
            "pending": [_amount(currency, 0) for currency, _ in rows],
        },
    }


def _amount(currency: str, amount: int) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
