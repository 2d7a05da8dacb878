"""Lists: newest first, by cursor, filtered by index columns and creation time."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.context import Context
from sandbox.jsons import Json, listing, loads, public
from sandbox.protocol.errors import invalid, missing
from sandbox.state.schema import TEST_CLOCK
from sandbox.state.tables import filters

HIDDEN_ON_CLOCKS = ("customer", "subscription", "quote")
Step = tuple[str, tuple[Any, ...]]
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass
class _Query:
    """Conditions over `objects`, and what its rows are ordered by: when they were created, then their number."""

    source: str = "objects"
    created: str = "created"
    seq: str = "seq"
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        self.conditions.append(condition)
        self.values += values

    def rows(self, ctx: Context, step: Step, backwards: bool, limit: int) -> list[Any]:
        way = "" if backwards else " DESC"
        where = " AND ".join([*self.conditions, step[0]])
        order = f"{self.created}{way}, {self.seq}{way}"
        sql = f"SELECT body FROM {self.source} WHERE {where} ORDER BY {order} LIMIT ?"  # noqa: S608 - names are ours
        return ctx.store.rows(sql, (*self.values, *step[1], limit))


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
    given = {name: str(value) for name, value in columns.items() if value is not None}
    query = _linked(link, given) if link else _Query()
    query.add("type = ?", kind)
    for condition, value in zip(filters(given), given.values(), strict=True):
        query.add(condition, value)
    if where:
        query.add(where, *values)
    _timeline(ctx, kind, query)
    _created(ctx.param("created"), query)
    limit, (backwards, steps) = ctx.param("limit", 10), _steps(ctx, kind, query)
    rows: list[Any] = []
    for step in steps:
        rows += query.rows(ctx, step, backwards, limit + 1 - len(rows))
        if len(rows) > limit:
            break
    found = [public(loads(row[0])) for row in rows]
    data = found[:limit][::-1] if backwards else found[:limit]
    return listing(url, data, len(found) > limit)


def _linked(link: tuple[str, str], given: Json) -> _Query:
    """Begins with the links, unless another filter leaves fewer objects."""
    if {"customer", "parent", "tag"} & given.keys():
        return _Query(conditions=["+seq IN (SELECT object FROM links WHERE name = ? AND value = ?)"], values=[*link])
    source = "links CROSS JOIN objects ON seq = object"
    return _Query(source, "born", "object", ["name = ?", "value = ?"], [*link])


def _timeline(ctx: Context, kind: str, query: _Query) -> None:
    """Objects of test clocks are listed where the clock or the customer is given, as Stripe documents."""
    if kind not in HIDDEN_ON_CLOCKS:
        return
    if ctx.param("test_clock"):
        ctx.load(TEST_CLOCK, ctx.params["test_clock"], "test_clock", noun="test clock")
        query.add("clock = ?", ctx.params["test_clock"])
    elif not ctx.param("customer"):
        query.add("clock IS NULL")


def _created(given: Any, query: _Query) -> None:
    if given is None:
        return
    ranges = given if isinstance(given, dict) else {"gte": given, "lte": given}
    for name, moment in ranges.items():
        query.add(f"{query.created} {_COMPARISONS[name]} ?", moment)


def _steps(ctx: Context, kind: str, query: _Query) -> tuple[bool, list[Step]]:
    """(whether the page is read backwards, the conditions for where it begins): the rest of the cursor's second, then
    other seconds. In one condition SQLite would read through that whole second again for every page."""
    after, before = cursors(ctx)
    cursor = after or before
    if not cursor:
        return False, [("1", ())]
    row = ctx.store.db.execute("SELECT created, seq FROM objects WHERE id = ? AND type = ?", (cursor, kind)).fetchone()
    if row is None:
        raise missing(kind, cursor, "starting_after" if after else "ending_before")
    sign = "<" if after else ">"
    same = (f"{query.created} = ? AND {query.seq} {sign} ?", tuple(row))
    return bool(before), [same, (f"{query.created} {sign} ?", (row[0],))]


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
