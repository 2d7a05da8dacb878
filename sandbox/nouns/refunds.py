"""Refunds: full or partial, never more than was captured."""

from sandbox.context import Context
from sandbox.errors import invalid, missing_parameter
from sandbox.jsons import Json, public
from sandbox.params import PAGE, RANGE, Kind, choice, integer, merge_metadata, metadata, text
from sandbox.shapes.charge import balance_transaction

CREATE: dict[str, Kind] = {
    "amount": integer(1),
    "charge": text,
    "metadata": metadata,
    "payment_intent": text,
    "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
}
UPDATE: dict[str, Kind] = {"metadata": metadata}
LIST: dict[str, Kind] = {**PAGE, "charge": text, "created": RANGE, "payment_intent": text}


def create(ctx: Context) -> Json:
    charge = _charge(ctx)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = ctx.param("amount", left)
    if left <= 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", "amount")
    refund = _refund(ctx, charge, amount)
    entry = balance_transaction(ctx.new_id("txn_"), ctx.now, "refund", -amount, refund, "REFUND FOR CHARGE")
    refund["balance_transaction"] = ctx.create(entry)["id"]
    ctx.schedule("balance.available", entry["id"], entry["available_on"])
    ctx.create(refund, "refund.created")
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    ctx.update(charge, "charge.refunded")
    return public(refund)


def _charge(ctx: Context) -> Json:
    if ctx.param("charge"):
        charge = ctx.load("charge", ctx.params["charge"], "charge")
    elif ctx.param("payment_intent"):
        intent = ctx.load("payment_intent", ctx.params["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            raise invalid(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
        charge = ctx.load("charge", intent["latest_charge"])
    else:
        raise missing_parameter("payment_intent")
    if not charge["captured"]:
        raise invalid(f"Charge {charge['id']} was not captured and cannot be refunded.", "charge")
    return charge


def _refund(ctx: Context, charge: Json, amount: int) -> Json:
    return {
        "id": ctx.new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": ctx.now,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        },
        "metadata": merge_metadata({}, ctx.param("metadata", {})),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": ctx.param("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def update(ctx: Context) -> Json:
    refund = ctx.load("refund", ctx.path["id"])
    refund["metadata"] = merge_metadata(refund["metadata"], ctx.param("metadata", {}))
    return public(ctx.update(refund, "refund.updated", "charge.refund.updated"))
