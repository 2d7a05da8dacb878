"""The shape of a payout."""

from sandbox.jsons import Json


def payout(payout_id: str, now: int, amount: int, currency: str, *, automatic: bool, arrives: int) -> Json:
    """`amount` in minor units; `arrives`: Unix seconds. An automatic payout is on its way at once."""
    nothing = (
        "application_fee application_fee_amount balance_transaction description destination"
        " failure_balance_transaction failure_code failure_message original_payout payout_method reversed_by"
        " statement_descriptor"
    )
    return {
        "id": payout_id,
        "object": "payout",
        "amount": amount,
        **dict.fromkeys(nothing.split()),
        "arrival_date": arrives,
        "automatic": automatic,
        "created": now,
        "currency": currency,
        "description": "STRIPE PAYOUT" if automatic else None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "source_type": "card",
        "status": "in_transit" if automatic else "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }
