"""Lists: newest first, by cursor, filtered by index columns and creation time."""

from typing import Any

from sandbox.context import Context
from sandbox.errors import invalid, missing
from sandbox.jsons import Json, listing, loads, public
from sandbox.tables import filters

HIDDEN_ON_CLOCKS = ("customer", "subscription", "quote")
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(
    ctx: Context,
    kind: str,
    url: str,
    where: str = "",
    values: tuple[Any, ...] = (),
    link: tuple[str, str] | None = None,
    **columns: Any,
) -> Json:
    """One page of a kind. `columns` filter where not None; `where` is further SQL of ours over `objects`; `link` is
    a (name, value) of `schema.links_of`."""
    sql, bound = ["type = ?"], [kind]
    given = {name: _text(value) for name, value in columns.items() if value is not None}
    if link:
        searched = "+seq" if {"customer", "parent", "tag"} & given.keys() else "seq"
        sql.append(f"{searched} IN (SELECT object FROM links WHERE name = ? AND value = ?)")  # noqa: S608
        bound.extend(link)
    sql += filters(given)
    bound += given.values()
    if where:
        sql.append(where)
        bound.extend(values)
    _timeline(ctx, kind, sql, bound)
    _created(ctx.param("created"), sql, bound)
    limit, backwards = ctx.param("limit", 10), _cursor(ctx, kind, sql, bound)
    order = "created, seq" if backwards else "created DESC, seq DESC"
    query = f"SELECT body FROM objects WHERE {' AND '.join(sql)} ORDER BY {order} LIMIT ?"  # noqa: S608 - all names are ours
    found = [public(loads(row[0])) for row in ctx.store.rows(query, (*bound, limit + 1))]
    data = found[:limit][::-1] if backwards else found[:limit]
    return listing(url, data, len(found) > limit)


def _timeline(ctx: Context, kind: str, sql: list[str], bound: list[Any]) -> None:
    """Objects of test clocks are listed where the clock or the customer is given, as Stripe documents."""
    if kind not in HIDDEN_ON_CLOCKS:
        return
    if ctx.param("test_clock"):
        sql.append("clock = ?")
        bound.append(ctx.params["test_clock"])
    elif not ctx.param("customer"):
        sql.append("clock IS NULL")


def _text(value: Any) -> str:
    return str(value)


def _created(given: Any, sql: list[str], bound: list[Any]) -> None:
    if given is None:
        return
    ranges = given if isinstance(given, dict) else {"gte": given, "lte": given}
    for name, moment in ranges.items():
        sql.append(f"created {_COMPARISONS[name]} ?")
        bound.append(moment)


def _cursor(ctx: Context, kind: str, sql: list[str], bound: list[Any]) -> bool:
    after, before = cursors(ctx)
    cursor = after or before
    if not cursor:
        return False
    row = ctx.store.db.execute("SELECT created, seq FROM objects WHERE id = ? AND type = ?", (cursor, kind)).fetchone()
    if row is None:
        raise missing(kind, cursor, "starting_after" if after else "ending_before")
    sql.append(f"(created, seq) {'<' if after else '>'} (?, ?)")
    bound.extend(row)
    return bool(before)


def cursors(ctx: Context) -> tuple[str | None, str | None]:
    """(starting_after, ending_before), of which Stripe takes one."""
    after, before = ctx.param("starting_after"), ctx.param("ending_before")
    if after and before:
        raise invalid("You may only specify one of these parameters: ending_before, starting_after.")
    return after, before


def page_of(ctx: Context, url: str, entries: list[Json]) -> Json:
    """One page of objects that live inside another, in their own order."""
    ids = [entry["id"] for entry in entries]
    limit, (after, before) = ctx.param("limit", 10), cursors(ctx)
    for name, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor and cursor not in ids:
            raise missing("object", cursor, name)
    if before:
        head = entries[: ids.index(before)]
        return listing(url, head[-limit:], len(head) > limit)
    tail = entries[ids.index(after) + 1 :] if after else entries
    return listing(url, tail[:limit], len(tail) > limit)
