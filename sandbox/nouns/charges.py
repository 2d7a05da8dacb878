"""Charges: made by payment intents, read and annotated here."""

from sandbox.context import Context
from sandbox.jsons import Json, listing, public
from sandbox.params import PAGE, RANGE, Kind, clearable, merge_metadata, metadata, text

UPDATE: dict[str, Kind] = {"description": clearable(text), "metadata": metadata, "receipt_email": text}
LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text, "payment_intent": text}


def update(ctx: Context) -> Json:
    charge = ctx.load("charge", ctx.path["id"])
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    if "metadata" in given:
        given["metadata"] = merge_metadata(charge["metadata"], given["metadata"])
    charge.update(given)
    return public(ctx.update(charge, "charge.updated"))


def refunds_of(ctx: Context, charge: Json) -> Json:
    made = ctx.store.find("refund", parent=charge["id"])[::-1]
    return listing(f"/v1/charges/{charge['id']}/refunds", [public(refund) for refund in made[:10]], len(made) > 10)
