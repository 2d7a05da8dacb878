"""Balance transactions: pending until the clock reaches their `available_on`."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lists import page
from sandbox.params import PAGE, RANGE, Kind, text

LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "currency": text, "source": text, "type": text}


def list_all(ctx: Context) -> Json:
    source, kind, currency = ctx.param("source"), ctx.param("type"), ctx.param("currency")
    where = "json_extract(CAST(body AS TEXT), '$.currency') = ?" if currency else ""
    values = (currency,) if currency else ()
    return page(ctx, "balance_transaction", "/v1/balance_transactions", where, values, parent=source, tag=kind)
