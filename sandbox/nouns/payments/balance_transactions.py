"""Balance transactions: pending until the clock reaches their `available_on`."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.operations.lists import page
from sandbox.protocol.params import PAGE, RANGE, Kind, text

LIST: dict[str, Kind] = {
    **PAGE,
    "created": RANGE,
    "currency": text,
    "payout": text,
    "source": text,
    "type": text,
}


def list_all(ctx: Context) -> Json:
    """With `payout`: what an automatic payout pays out, and the movement of the payout itself."""
    payout = ctx.load("payout", ctx.params["payout"], "payout")["id"] if ctx.param("payout") else None
    source, kind, currency = ctx.param("source"), ctx.param("type"), ctx.param("currency")
    where = "json_extract(CAST(body AS TEXT), '$.currency') = ?" if currency else ""
    values = (currency,) if currency else ()
    url = "/v1/balance_transactions"
    return page(ctx, "balance_transaction", url, where, values, customer=payout, parent=source, tag=kind)
