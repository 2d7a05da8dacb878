"""The account's balance: what balance transactions add up to, by the time they become available."""

from sandbox.context import Context
from sandbox.jsons import Json

_SUMS = """
SELECT json_extract(CAST(body AS TEXT), '$.currency') AS currency,
  sum(CASE WHEN json_extract(CAST(body AS TEXT), '$.available_on') <= ? THEN
      json_extract(CAST(body AS TEXT), '$.net') ELSE 0 END),
  sum(CASE WHEN json_extract(CAST(body AS TEXT), '$.available_on') > ? THEN
      json_extract(CAST(body AS TEXT), '$.net') ELSE 0 END)
FROM objects WHERE type = 'balance_transaction' GROUP BY 1 ORDER BY 1
"""


def retrieve(ctx: Context) -> Json:
    rows = ctx.store.rows(_SUMS, (ctx.now, ctx.now)) or [(ctx.settings["default_currency"], 0, 0)]
    return {
        "object": "balance",
        "available": [_amount(currency, available) for currency, available, _ in rows],
        "livemode": False,
        "pending": [_amount(currency, pending) for currency, _, pending in rows],
        "refund_and_dispute_prefunding": {
            "available": [_amount(currency, 0) for currency, _, _ in rows],
            "pending": [_amount(currency, 0) for currency, _, _ in rows],
        },
    }


def _amount(currency: str, amount: int) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
