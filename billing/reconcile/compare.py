"""Differences between the typed rows that are here and those that the projection would make of Stripe's objects."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from audit.personal import PERSONAL
from audit.sealed_field import BlindIndexField, SealedTextField
from billing.models.reconciliation import DiscrepancyKind
from billing.models.sets import Texts
from billing.projection.expected import TABLES, Table, standing_on
from billing.projection.snapshot import Projectable

# What an object is worth where it is missing whole
WORTH: dict[str, str] = {
    "invoice": "total",
    "payment_intent": "amount_received",
    "charge": "amount_captured",
    "refund": "amount",
    "invoice_payment": "amount_paid",
    "credit_note": "total",
    "dispute": "amount",
    "balance_transaction": "amount",
    "payout": "amount",
}
NO_MONEY = frozenset({"quantity"})
_IS_PERSONAL = re.compile(PERSONAL)
HIDDEN = "[personal]"


@dataclass(frozen=True, slots=True)
class Finding:
    """`here` and `there` are JSON. `amount` is in minor units of `currency`, not negative."""

    kind: DiscrepancyKind
    object_type: str
    stripe_id: str
    organization_id: int | None = None
    field: str = ""
    here: Any = None
    there: Any = None
    amount: int = 0
    currency: str = ""


def worth(snapshot: dict[str, Any]) -> tuple[int, str]:
    """(minor units, currency) of an object; (0, "") where it is no money."""
    name = WORTH.get(str(snapshot.get("object")), "")
    return (abs(int(snapshot.get(name) or 0)), str(snapshot.get("currency") or "")) if name else (0, "")


def differences(object_type: str, there: Sequence[Projectable]) -> dict[str, list[Finding]]:
    """By Stripe id; one query a table."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for table in TABLES.get(object_type, []):
        here = _rows_here(table, [one.stripe_id for one in there])
        for one in there:
            for finding in _of_one(object_type, table, one, here[one.stripe_id]):
                found[one.stripe_id].append(finding)
    return dict(found)


def _rows_here(table: Table, ids: Sequence[str]) -> dict[str, dict[str, models.Model]]:
    """Object -> key -> row."""
    name = table.parent or table.key
    rows: dict[str, dict[str, models.Model]] = defaultdict(dict)
    for row in table.model._default_manager.filter(**{f"{name}__in": Texts(ids)}):
        rows[str(getattr(row, name))][str(getattr(row, table.key))] = row
    return rows


def _of_one(object_type: str, table: Table, one: Projectable, here: dict[str, models.Model]) -> Iterator[Finding]:
    wanted = {str(getattr(row, table.key)): row for row in table.rows(one)}
    place = f"{table.model._meta.verbose_name}." if table.parent else ""
    amount, currency = worth(one.snapshot) if not table.parent else (0, "")
    for key in sorted(wanted.keys() | here.keys()):
        ours, theirs = here.get(key), wanted.get(key)
        if ours is not None and theirs is not None:
            yield from _of_row(
                object_type, table, one, ours, standing_on(theirs, ours), f"{place}{key}." if place else ""
            )
        elif theirs is not None or one.organization_id is not None or table.parent:
            kind = DiscrepancyKind.MISSING_HERE if theirs is not None else DiscrepancyKind.MISSING_THERE
            field = f"{place}{key}" if table.parent else ""
            yield Finding(
                kind, object_type, one.stripe_id, one.organization_id, field, amount=amount, currency=currency
            )


def _of_row(
    object_type: str, table: Table, one: Projectable, ours: models.Model, theirs: models.Model, place: str
) -> Iterator[Finding]:
    currency = str(getattr(theirs, "currency", "") or one.snapshot.get("currency") or "")
    for field in _compared(table):
        here, there = getattr(ours, field.attname), getattr(theirs, field.attname)
        if here == there:
            continue
        money = isinstance(field, models.BigIntegerField) and field.name not in NO_MONEY
        personal = isinstance(field, SealedTextField) or _IS_PERSONAL.search(field.name) is not None
        yield Finding(
            DiscrepancyKind.AMOUNT_DIFFERS if money else DiscrepancyKind.FIELD_DIFFERS,
            object_type,
            one.stripe_id,
            one.organization_id,
            f"{place}{field.name}",
            here=HIDDEN if personal else _json(here),
            there=HIDDEN if personal else _json(there),
            amount=abs(int(there or 0) - int(here or 0)) if money else 0,
            currency=currency if money else "",
        )


def _compared(table: Table) -> list[Any]:
    """A blind index follows from the field that it is of."""
    fields = [table.model._meta.get_field(name) for name in table.fields]
    return [field for field in fields if not isinstance(field, BlindIndexField)]


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
