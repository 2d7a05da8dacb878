"""The shape of a balance transaction: one movement of the account's balance."""

from sandbox.jsons import Json

CATEGORIES: dict[str, str] = {
    "payment": "charge",
    "payment_failure_refund": "charge_failure",
    "payment_refund": "refund",
    "payout_cancel": "payout_reversal",
    "payout_failure": "payout_reversal",
}
"""Type -> reporting category, where the two differ."""


def balance_transaction(
    txn_id: str,
    now: int,
    *,
    kind: str,
    amount: int,
    fee: int,
    currency: str,
    source: str,
    description: str | None,
    available_on: int,
    category: str | None = None,
    exchange_rate: float | None = None,
) -> Json:
    """`amount` and `fee` in minor units of the settled currency; `exchange_rate` where that is not the source's."""
    details = {"amount": fee, "application": None, "currency": currency}
    word = "Dispute fee" if category in ("dispute", "dispute_reversal") else "Stripe processing fees"
    return {
        "id": txn_id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": description,
        "exchange_rate": exchange_rate,
        "fee": fee,
        "fee_details": [{**details, "description": word, "type": "stripe_fee"}] if fee else [],
        "net": amount - fee,
        "reporting_category": category or CATEGORIES.get(kind, kind),
        "source": source,
        "status": "available" if available_on <= now else "pending",
        "type": kind,
        "_": {"payout": None},
    }
