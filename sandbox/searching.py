"""Search: a query made SQL over the objects of a kind, newest first, in pages.

Unlike Stripe's, what was just written is found at once. Every object of the kind may have to be read.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping

from sandbox.context import Context
from sandbox.jsons import Json, loads, public
from sandbox.operations.lists import HIDDEN_ON_CLOCKS
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import Spec, integer, required, text
from sandbox.querying import Clause, parse

SEARCH: Spec = {"query": required(text), "limit": integer(1, 100), "page": text}
MAX_COUNT = 10_000
Fields = Mapping[str, str]
"""Field -> `number`, `string` (also by a part of it), `token` (as a whole) or `flag`; with `@path` where the object
has it elsewhere."""
Bound = list[str | int]
_SHORTEST_PART = 3


def where(noun: str, kind: str, fields: Fields, query: str) -> tuple[str, Bound]:
    """SQL over `objects` for a query, and what it is bound to."""
    clauses, joined = parse(query)
    bound: Bound = [kind]
    parts = [_sql(noun, fields, clause, bound) for clause in clauses]
    hidden = " AND clock IS NULL" if kind in HIDDEN_ON_CLOCKS else ""
    alive = f"type = ? AND {_path('deleted')} IS NULL{hidden}"
    return f"{alive} AND ({f' {joined} '.join(parts)})", bound


def _path(field: str) -> str:
    """Of our own names alone, or of one that was checked against them."""
    return f"json_extract(CAST(body AS TEXT), '$.{field}')"


def _sql(noun: str, fields: Fields, clause: Clause, bound: Bound) -> str:
    kind = "metadata" if clause.field == "metadata" and clause.key is not None else fields.get(_generic(clause.field))
    if kind is None or (clause.key is not None and kind != "metadata"):
        raise invalid(
            f"Field `{clause.field}` is an unsupported search field for resource `{noun}`. See"
            f" http://stripe.com/docs/search#query-fields-for-{noun.replace('_', '-')} for a list of supported fields.",
            "query",
        )
    kind, _, elsewhere = kind.partition("@")
    compared = _COMPARED[kind](clause, _path(elsewhere or clause.field), bound)
    return f"NOT coalesce({compared}, 0)" if clause.negated else compared


def _generic(field: str) -> str:
    """`payment_method_details.card.last4` is a field for whatever kind of method."""
    return re.sub(r"\Apayment_method_details\.[a-z_]+\.", "payment_method_details.*.", field)


def _metadata(clause: Clause, path: str, bound: Bound) -> str:
    _only(clause, ":")
    entry = "(SELECT value FROM json_each(CAST(body AS TEXT), '$.metadata') WHERE key = ?)"
    bound.append(str(clause.key))
    return _equal(entry, clause, bound)


def _token(clause: Clause, path: str, bound: Bound) -> str:
    _only(clause, ":")
    return _equal(path, clause, bound)


def _string(clause: Clause, path: str, bound: Bound) -> str:
    _only(clause, ":", "~")
    if clause.operator == ":":
        return _equal(path, clause, bound)
    if clause.value is None or len(clause.value) < _SHORTEST_PART:
        raise invalid(f"A part to search for has at least {_SHORTEST_PART} characters.", "query")
    bound.append(re.sub("[A-Z]+", lambda match: match[0].lower(), clause.value))
    return f"instr(lower({path}), ?) > 0"


def _number(clause: Clause, path: str, bound: Bound) -> str:
    _only(clause, ":", ">", ">=", "<", "<=")
    if clause.value is None and clause.operator == ":":
        return f"{path} IS NULL"
    if not re.fullmatch(r"-?[0-9]{1,15}", clause.value or ""):
        raise invalid(f"Field `{clause.field}` is compared with a whole number, not with '{clause.value}'.", "query")
    bound.append(int(str(clause.value)))
    return f"{path} {'=' if clause.operator == ':' else clause.operator} ?"


def _flag(clause: Clause, path: str, bound: Bound) -> str:
    _only(clause, ":")
    bound.append({"true": 1, "false": 0}.get(str(clause.value), -1))
    return f"{path} = ?"


def _equal(value: str, clause: Clause, bound: Bound) -> str:
    """Whole texts are compared without regard to case."""
    if clause.value is None:
        return f"{value} IS NULL"
    bound.append(clause.value)
    return f"{value} = ? COLLATE NOCASE"


def _only(clause: Clause, *operators: str) -> None:
    if clause.operator not in operators:
        raise invalid(f"The operator `{clause.operator}` is not supported for the field `{clause.field}`.", "query")


_COMPARED: dict[str, Callable[[Clause, str, Bound], str]] = {
    "token": _token,
    "string": _string,
    "number": _number,
    "flag": _flag,
    "metadata": _metadata,
}


def search(ctx: Context, noun: str, kind: str, fields: Fields) -> Json:
    sql, bound = where(noun, kind, fields, ctx.params["query"])
    limit, after = ctx.param("limit", 10), ctx.param("page")
    if after:
        sql += " AND (created, seq) < (?, ?)"
        bound += _place(after)
    query = f"SELECT created, seq, body FROM objects WHERE {sql} ORDER BY created DESC, seq DESC LIMIT ?"  # noqa: S608 - all names are ours
    rows = ctx.store.rows(query, (*bound, limit + 1))
    more = len(rows) > limit
    return {
        "object": "search_result",
        "data": [public(loads(row[2])) for row in rows[:limit]],
        "has_more": more,
        "next_page": _token_of(*rows[limit - 1][:2]) if more else None,
        "url": f"/v1/{noun}/search",
    }


def count(ctx: Context, noun: str, kind: str, fields: Fields) -> int:
    """Of all pages together, exact up to 10,000."""
    sql, bound = where(noun, kind, fields, ctx.params["query"])
    counted = f"SELECT count(*) FROM (SELECT 1 FROM objects WHERE {sql} LIMIT {MAX_COUNT})"  # noqa: S608 - all names are ours
    return int(ctx.store.rows(counted, bound)[0][0])


def _token_of(created: int, seq: int) -> str:
    return base64.urlsafe_b64encode(f"{created}:{seq}".encode()).decode()


def _place(token: str) -> list[int]:
    try:
        created, seq = base64.urlsafe_b64decode(token.encode()).decode().split(":")
        return [int(created), int(seq)]
    except (binascii.Error, ValueError, UnicodeError):
        raise invalid(f"Invalid page: {token}", "page") from None
