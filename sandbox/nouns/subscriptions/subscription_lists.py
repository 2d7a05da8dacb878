"""Lists of subscriptions."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.subscriptions.subscriptions import ENDED
from sandbox.operations.lists import page

_PERIOD = "(SELECT {pick}(value ->> '$.{name}') FROM json_each(CAST(body AS TEXT), '$.items.data')) {sign} ?"
_PICKS = {"current_period_start": "max", "current_period_end": "min"}
"""Of several items the latest start and the first end count, as Stripe's reference says."""


def list_all(ctx: Context) -> Json:
    where: list[str] = []
    values: list[object] = []
    status = ctx.param("status")
    if status is None or status == "ended":
        where.append("status NOT IN (?, ?)" if status is None else "status IN (?, ?)")
        values += ENDED
    if ctx.param("collection_method"):
        where.append("json_extract(CAST(body AS TEXT), '$.collection_method') = ?")
        values.append(ctx.param("collection_method"))
    _by_period(ctx, where, values)
    exact = status if status not in ("all", "ended") else None
    return page(
        ctx,
        "subscription",
        "/v1/subscriptions",
        " AND ".join(where),
        tuple(values),
        ("price", ctx.params["price"]) if ctx.param("price") else None,
        customer=ctx.param("customer"),
        status=exact,
    )


def _by_period(ctx: Context, where: list[str], values: list[object]) -> None:
    for name, pick in _PICKS.items():
        given = ctx.param(name)
        ranges = given if isinstance(given, dict) else {"gte": given, "lte": given} if given is not None else {}
        for word, moment in ranges.items():
            sign = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}[word]
            where.append(_PERIOD.format(pick=pick, name=name, sign=sign))
            values.append(moment)
