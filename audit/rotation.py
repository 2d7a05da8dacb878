"""Seal everything again under the newest key, so that an older one can go.

Goes through each sealed column by primary key, in batches that commit. Nothing is kept of the progress: what the
newest key has sealed is passed over, so that a run which was killed is simply started again. Rows are locked while
they are sealed, and those that a writer holds are left for the next round: nobody waits crosswise, and no writer's
text is written over.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.sql import SQL, Composable, Identifier, Literal

from audit.sealed_columns import SealedColumn
from audit.sealed_field import purpose_of
from audit.sealing import (
    VERSION,
    CannotUnseal,
    blind_index,
    configured_keys,
    is_sealed_with_newest,
    key_id,
    seal,
    sealing_key,
    unseal,
)

BATCH = 500
ROUNDS = 5  # through what writers held
PATIENCE = "5s"  # for each row that is still held then
NOT_SEALED = ""
NAMED = 20

# jsonb is read and written as text
_COUNT = "SELECT CASE WHEN starts_with({column}, {sealed}) THEN split_part({column}, '.', 2) ELSE '' END, count(*)"
_COUNT += " FROM {table} WHERE {column} <> '' GROUP BY 1"
_DUE = "SELECT id FROM {table} WHERE id > %s AND {due} ORDER BY id LIMIT %s"
_ROWS = "SELECT id, {bound_to}, {column}::text FROM {table} WHERE id = ANY(%s) AND {due} ORDER BY id {lock}"
_STORE = "UPDATE {table} SET {column} = %s{cast}{index} WHERE id = %s"

Row = tuple[int, Any, str]


@dataclass(slots=True)
class Tally:
    """Rows that were `sealed` again, that writers `held` to the end, and that are `unreadable`: no key opens them.
    The first `examples` of these say why."""

    sealed: int = 0
    held: int = 0
    unreadable: int = 0
    examples: list[str] = field(default_factory=list)


def count_by_key(column: SealedColumn) -> Counter[str]:
    """How many sealed texts each key has, by its id; NOT_SEALED for what is none."""
    if column.walk is not None:
        return _count_by_reading(column)
    with connection.cursor() as cursor:
        cursor.execute(_worded(_COUNT, column))
        return Counter(dict(cursor.fetchall()))


def _count_by_reading(column: SealedColumn) -> Counter[str]:
    keys: Counter[str] = Counter()

    def counted(sealed: str, place: str) -> str:
        keys[_key_of(sealed)] += 1
        return sealed

    after = 0
    while ids := _due(column, after):
        after = ids[-1]
        for _, key, stored in _rows(column, ids):
            column.changed(stored, key, counted)
    return keys


def _key_of(sealed: str) -> str:
    try:
        return sealing_key(sealed)
    except CannotUnseal:
        return NOT_SEALED


def reseal(column: SealedColumn) -> Iterator[Tally]:
    """Seal the column's texts under the newest key; yields the tally so far after each batch."""
    tally = Tally()
    for _ in range(ROUNDS):
        tally.held, tally.unreadable, tally.examples = 0, 0, []
        after = 0
        while ids := _due(column, after):
            after = ids[-1]
            _reseal(column, ids, tally)
            yield tally
        if not tally.held:
            return
    yield from _reseal_one_by_one(column, tally)


def _reseal_one_by_one(column: SealedColumn, tally: Tally) -> Iterator[Tally]:
    """What busy writers held each time is waited for, one row a transaction: who holds nothing else waits crosswise
    with nobody."""
    tally.held, tally.unreadable, tally.examples = 0, 0, []
    after = 0
    while ids := _due(column, after):
        after = ids[-1]
        for one in ids:
            try:
                _reseal(column, [one], tally, "FOR UPDATE", PATIENCE)
            except OperationalError:
                tally.held += 1
        yield tally


@transaction.atomic
def _reseal(
    column: SealedColumn, ids: Sequence[int], tally: Tally, lock: str = "FOR UPDATE SKIP LOCKED", patience: str = "0"
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])
    rows = _rows(column, ids, lock)
    tally.held += len(ids) - len(rows) if lock.endswith("SKIP LOCKED") else 0
    made = [one for row in rows if (one := _resealed(column, row, tally))]
    if made:
        with connection.cursor() as cursor:
            cursor.executemany(_worded(_STORE, column), made)
    tally.sealed += len(made)


def _resealed(column: SealedColumn, row: Row, tally: Tally) -> list[Any] | None:
    """The parameters of _STORE; None where the row stays as it is."""
    number, key, stored = row
    indexes: list[str] = []

    def again(sealed: str, place: str) -> str:
        if is_sealed_with_newest(sealed):
            return sealed
        text = unseal(sealed, place=place)
        if column.index:
            indexes.append(blind_index(text, purpose=purpose_of(column.table, column.column)))
        return seal(text, place=place)

    try:
        made = column.changed(stored, key, again)
    except CannotUnseal as error:
        tally.unreadable += 1
        tally.examples += [f"{column.name}:{key}: {error}"][: NAMED - len(tally.examples)]
        return None
    return None if made == stored else [made, *indexes, number]


def _due(column: SealedColumn, after: int) -> list[int]:
    """The next rows that may hold a text of an older key."""
    with connection.cursor() as cursor:
        cursor.execute(_worded(_DUE, column), [after, BATCH])
        return [number for (number,) in cursor.fetchall()]


def _rows(column: SealedColumn, ids: Sequence[int], lock: str = "") -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_worded(_ROWS, column, lock=SQL(lock)), [list(ids)])
        return [(number, key, stored) for number, key, stored in cursor.fetchall()]


def _worded(statement: str, column: SealedColumn, **words: Composable) -> Composable:
    names = {"table": Identifier(column.table), "column": Identifier(column.column)}
    newest = Literal(f"{VERSION}.{key_id(configured_keys()[0])}.")
    old = "{column} <> '' AND NOT starts_with({column}, {newest})" if column.walk is None else "{column} IS NOT NULL"
    return SQL(statement).format(
        **names,
        bound_to=Identifier(column.bound_to),
        due=SQL(old).format(**names, newest=newest),
        sealed=Literal(f"{VERSION}."),
        cast=SQL("" if column.walk is None else "::jsonb"),
        index=SQL(", {} = %s").format(Identifier(column.index)) if column.index else SQL(""),
        **words,
    )
