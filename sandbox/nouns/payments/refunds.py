"""Refunds: full or partial, never more than was captured."""

from sandbox.context import Context
from sandbox.ids import token
from sandbox.jsons import Json, public
from sandbox.lives.payments import refunding
from sandbox.methods.cards import card_of
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import PAGE, RANGE, Kind, choice, integer, merge_metadata, metadata, text

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
    _must_not_be_charged_back(ctx, charge)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = ctx.param("amount", left)
    if left <= 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", "amount")
    if ctx.param("reason") == "fraudulent":
        charge["fraud_details"] = {"user_report": "fraudulent"}
    return public(refunding.begin(ctx, charge, _refund(ctx, charge, amount), _fate(ctx, charge)))


def _fate(ctx: Context, charge: Json) -> str | None:
    """How refunds of the card that paid go."""
    method = ctx.store.get(charge["payment_method"])
    return card_of(method).refund if method and method["type"] == "card" else None


def _must_not_be_charged_back(ctx: Context, charge: Json) -> None:
    if not charge["disputed"]:
        return
    for dispute in ctx.store.find("dispute", parent=charge["id"]):
        if not dispute["is_charge_refundable"]:
            raise invalid(
                f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
            )


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
    if not charge["captured"] or charge["status"] != "succeeded":
        raise invalid(f"Charge {charge['id']} was not captured and cannot be refunded.", "charge")
    return charge


def _refund(ctx: Context, charge: Json, amount: int) -> Json:
    kind = charge["payment_method_details"]["type"]
    refund_id = ctx.new_id("re_" if kind == "card" else "pyr_")
    return {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": ctx.now,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": _destination(kind, refund_id),
        "metadata": merge_metadata({}, ctx.param("metadata", {})),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": ctx.param("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _destination(kind: str, refund_id: str) -> Json:
    if kind == "card":
        reference = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
        return {"card": reference, "type": "card"}
    way = "us_bank_transfer" if kind == "us_bank_account" else "eu_bank_transfer"
    return {way: {"reference": token("trace", refund_id, 15), "reference_status": "available"}, "type": way}


def of_charge(ctx: Context) -> Json:
    charge = ctx.load("charge", ctx.path["id"])
    return page(ctx, "refund", f"/v1/charges/{charge['id']}/refunds", parent=charge["id"])


def update(ctx: Context) -> Json:
    refund = ctx.load("refund", ctx.path["id"])
    refund["metadata"] = merge_metadata(refund["metadata"], ctx.param("metadata", {}))
    return public(ctx.update(refund, "refund.updated", "charge.refund.updated"))


def cancel(ctx: Context) -> Json:
    """Stripe cancels only refunds that wait for the customer to act, which those of cards and debits never do."""
    refund = ctx.load("refund", ctx.path["id"])
    raise invalid(f"Refund {refund['id']} has a status of {refund['status']} and cannot be canceled.")
