"""Stripe's search query language: `email:"a@b.c" AND -metadata["key"]:null`, read into clauses.

A clause is a field, an operator and a value; `-` negates it. Clauses are joined by AND (or a space) or by OR, never by
both; there are at most ten, and no brackets.
"""

import re
from dataclasses import dataclass

from sandbox.protocol.errors import invalid

MAX_CLAUSES = 10
_CLAUSE = re.compile(
    r"""\s*(?P<minus>-)?(?P<field>[a-z][a-z0-9_.]*)(?:\[(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\])?"""
    r"""\s*(?P<operator>:|~|>=|<=|>|<)\s*(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"']+)"""
)
_JOIN = re.compile(r"\s+(?:(AND|OR)\s+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """`value` is None for null. `key` is that of metadata."""

    field: str
    key: str | None
    operator: str
    value: str | None
    negated: bool


def parse(query: str) -> tuple[list[Clause], str]:
    """(clauses, "AND" or "OR"). Raises 400 for what is no query."""
    clauses: list[Clause] = []
    joins: set[str] = set()
    rest = query.strip()
    while True:
        match = _CLAUSE.match(rest)
        if match is None:
            raise invalid(f"We were unable to parse your search query: {query}", "query")
        clauses.append(_clause(match))
        rest = rest[match.end() :]
        if not rest:
            break
        join = _JOIN.match(rest)
        if join is None:
            raise invalid(f"We were unable to parse your search query: {query}", "query")
        joins.add((join[1] or "AND").upper())
        rest = rest[join.end() :]
    if len(joins) > 1:
        raise invalid("A search query may use AND or OR, not both.", "query")
    if len(clauses) > MAX_CLAUSES:
        raise invalid(f"A search query may have at most {MAX_CLAUSES} clauses.", "query")
    return clauses, joins.pop() if joins else "AND"


def _clause(match: re.Match[str]) -> Clause:
    raw = match["value"]
    value = None if raw == "null" else _unquoted(raw)
    key = _unquoted(match["key"]) if match["key"] else None
    return Clause(match["field"], key, match["operator"], value, bool(match["minus"]))


def _unquoted(raw: str) -> str:
    return re.sub(r"\\(.)", r"\1", raw[1:-1]) if raw[0] in "\"'" else raw
