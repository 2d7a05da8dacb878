"""Charges: made by payment intents, read, annotated and captured here."""

from sandbox.context import Context
from sandbox.jsons import Json, listing, public
from sandbox.lives.payments import charging
from sandbox.nouns.payments.intent_params import SHIPPING
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import (
    PAGE,
    RANGE,
    Kind,
    choice,
    clearable,
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    text,
)

UPDATE: dict[str, Kind] = {
    "customer": text,
    "description": clearable(text),
    "fraud_details": mapping({"user_report": required(choice("fraudulent", "safe"))}),
    "metadata": metadata,
    "receipt_email": text,
    "shipping": SHIPPING,
    "transfer_group": text,
}
CAPTURE: dict[str, Kind] = {
    "amount": integer(1),
    "receipt_email": text,
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
}
LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text, "payment_intent": text, "transfer_group": text}


def update(ctx: Context) -> Json:
    charge = ctx.load("charge", ctx.path["id"])
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    if "metadata" in given:
        given["metadata"] = merge_metadata(charge["metadata"], given["metadata"])
    if "customer" in given:
        _set_customer(ctx, charge, given["customer"])
    charge.update(given)
    return public(ctx.update(charge, "charge.updated"))


def _set_customer(ctx: Context, charge: Json, customer_id: str) -> None:
    if charge["customer"] not in (None, customer_id):
        raise invalid("The customer of a charge cannot be changed once it is set.", "customer")
    ctx.load("customer", customer_id, "customer")


def capture(ctx: Context) -> Json:
    """The same as capturing the charge's payment intent."""
    charge = ctx.load("charge", ctx.path["id"])
    intent = ctx.load("payment_intent", charge["payment_intent"])
    if intent["status"] != "requires_capture":
        code = "charge_already_captured" if charge["captured"] else "charge_expired_for_capture"
        raise invalid(f"Charge {charge['id']} cannot be captured.", code=code)
    amount = ctx.param("amount", intent["amount"])
    if amount > intent["amount_capturable"]:
        raise invalid("You cannot capture more than what is capturable.", "amount", "amount_too_large")
    charging.capture(ctx, intent, amount)
    charge = ctx.load("charge", charge["id"])
    for name in ("receipt_email", "statement_descriptor", "statement_descriptor_suffix"):
        charge[name] = ctx.param(name, charge[name])
    return public(ctx.update(charge))


def list_all(ctx: Context) -> Json:
    customer, intent, group = ctx.param("customer"), ctx.param("payment_intent"), ctx.param("transfer_group")
    where = "json_extract(CAST(body AS TEXT), '$.transfer_group') = ?" if group else ""
    values = (group,) if group else ()
    return page(ctx, "charge", "/v1/charges", where, values, customer=customer, parent=intent)


def refunds_of(ctx: Context, charge: Json) -> Json:
    made = ctx.store.find("refund", parent=charge["id"])[::-1]
    return listing(f"/v1/charges/{charge['id']}/refunds", [public(refund) for refund in made[:10]], len(made) > 10)
