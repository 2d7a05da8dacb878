"""Early fraud warnings: the card's bank reports a payment as fraud, before any dispute."""

from sandbox.context import Context
from sandbox.jsons import Json


def calm(ctx: Context, charge: Json) -> None:
    """Nothing can be done any more about a warning of a charge that was refunded in full."""
    for made in ctx.store.find("radar.early_fraud_warning", parent=charge["id"]):
        ctx.update({**made, "actionable": False}, "radar.early_fraud_warning.updated")


def warn(ctx: Context, charge: Json) -> Json:
    return ctx.create(
        {
            "id": ctx.new_id("issfr_"),
            "object": "radar.early_fraud_warning",
            "actionable": True,
            "charge": charge["id"],
            "created": ctx.now,
            "fraud_type": "made_with_stolen_card",
            "livemode": False,
            "payment_intent": charge["payment_intent"],
        },
        "radar.early_fraud_warning.created",
    )
