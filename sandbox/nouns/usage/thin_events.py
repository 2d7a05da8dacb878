"""Thin events of version 2 of the API, kept for 30 days of the clock."""

from sandbox import thin_events
from sandbox.context import Context
from sandbox.events import KEPT_SECONDS
from sandbox.jsons import Json, loads
from sandbox.protocol.errors import missing
from sandbox.protocol.moments import moment, written
from sandbox.protocol.params import Kind, array, integer, mapping, text

LIST: dict[str, Kind] = {
    "limit": integer(1, 100),
    "object_id": text,
    "page": text,
    "types": array(text),
    "created": mapping({"gt": moment, "gte": moment, "lt": moment, "lte": moment}),
}
_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def retrieve(ctx: Context) -> Json:
    event = ctx.load(thin_events.KIND, ctx.path["id"], noun="event")
    if event["created"] <= written(ctx.now - KEPT_SECONDS):
        raise missing("event", event["id"])
    return event


def list_all(ctx: Context) -> Json:
    """The latest first; `page` is where the next one begins."""
    limit, first = ctx.param("limit", 20), int(ctx.param("page") or 0) if (ctx.param("page") or "0").isdecimal() else 0
    where, values = _filters(ctx)
    sql = f"SELECT body FROM objects WHERE {' AND '.join(where)} ORDER BY created DESC, seq DESC LIMIT ? OFFSET ?"  # noqa: S608
    found = [loads(row[0]) for row in ctx.store.rows(sql, (*values, limit + 1, first))]
    return {
        "data": found[:limit],
        "next_page_url": _page(limit, first + limit) if len(found) > limit else None,
        "previous_page_url": _page(limit, max(0, first - limit)) if first else None,
    }


def _filters(ctx: Context) -> tuple[list[str], list[object]]:
    where, values = ["type = ?", "created > ?"], [thin_events.KIND, ctx.now - KEPT_SECONDS]
    for name, bound in (ctx.param("created") or {}).items():
        where.append(f"created {_SIGNS[name]} ?")
        values.append(bound)
    types = ctx.param("types") or []
    if types:
        where.append(f"tag IN ({','.join('?' * len(types))})")
        values += types
    if ctx.param("object_id"):
        where.append("parent = ?")
        values.append(ctx.params["object_id"])
    return where, values


def _page(limit: int, first: int) -> str:
    return f"/v2/core/events?limit={limit}&page={first}"
