"""Payouts: made by the day's schedule, or here by hand."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.payments import ledger, paying_out
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import PAGE, RANGE, Kind, choice, integer, merge_metadata, metadata, required, text

CREATE: dict[str, Kind] = {
    "amount": required(integer(1)),
    "currency": required(text),
    "description": text,
    "metadata": metadata,
    "method": choice("standard"),
    "source_type": choice("card"),
    "statement_descriptor": text,
}
UPDATE: dict[str, Kind] = {"metadata": metadata}
LIST: dict[str, Kind] = {
    **PAGE,
    "arrival_date": RANGE,
    "created": RANGE,
    "destination": text,
    "status": choice("canceled", "failed", "in_transit", "paid", "pending"),
}
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def create(ctx: Context) -> Json:
    given, currency = ctx.params, ctx.params["currency"].lower()
    available = ledger.sums(ctx).get(currency, [0, 0])[0]
    if given["amount"] > available:
        raise invalid(
            "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low."
            " You can use the /v1/balance endpoint to view your Stripe balance.",
            code="balance_insufficient",
        )
    details: Json = {name: given[name] for name in ("description", "statement_descriptor") if name in given}
    details["metadata"] = merge_metadata({}, given.get("metadata", {}))
    return public(paying_out.make(ctx, given["amount"], currency, automatic=False, details=details))


def update(ctx: Context) -> Json:
    payout = ctx.load("payout", ctx.path["id"])
    payout["metadata"] = merge_metadata(payout["metadata"], ctx.param("metadata", {}))
    return public(ctx.update(payout, "payout.updated"))


def cancel(ctx: Context) -> Json:
    payout = ctx.load("payout", ctx.path["id"])
    if payout["automatic"] or payout["status"] != "pending":
        raise invalid("Payouts can only be canceled while they are pending, and only those made by hand.")
    return public(paying_out.cancel(ctx, payout))


def list_all(ctx: Context) -> Json:
    where, values = [], []
    arrival = ctx.param("arrival_date")
    bounds = arrival if isinstance(arrival, dict) else {"gte": arrival, "lte": arrival} if arrival is not None else {}
    for name, moment in bounds.items():
        where.append(f"json_extract(CAST(body AS TEXT), '$.arrival_date') {_COMPARISONS[name]} ?")
        values.append(moment)
    if ctx.param("destination"):
        where.append("json_extract(CAST(body AS TEXT), '$.destination') = ?")
        values.append(ctx.params["destination"])
    return page(ctx, "payout", "/v1/payouts", " AND ".join(where), tuple(values), status=ctx.param("status"))
