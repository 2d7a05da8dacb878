"""Write a set of rows by one statement, as JSON that PostgreSQL takes apart.

Django's bulk_create sends an array for each column and psycopg escapes every cell of it in Python: with Stripe's
objects in a column that is most of the time that a batch of events takes.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, cast
from uuid import UUID

import orjson
from django.db import connection, models
from psycopg.types.json import Jsonb

STATEMENT = """
INSERT INTO {table} ({columns}) SELECT {columns} FROM json_to_recordset(%s::json) AS given ({types}) ORDER BY {key}
ON CONFLICT ({key}) DO UPDATE SET {updates}
"""

NOTHING = type(None)
WHOLE_NUMBERS = (
    *(models.IntegerField, models.BigIntegerField, models.SmallIntegerField),
    *(models.PositiveIntegerField, models.PositiveBigIntegerField, models.PositiveSmallIntegerField),
)
PLAIN: dict[type, frozenset[type]] = {
    models.CharField: frozenset({str, NOTHING}),
    models.TextField: frozenset({str, NOTHING}),
    models.BooleanField: frozenset({bool, NOTHING}),
    models.ForeignKey: frozenset({int, str, NOTHING}),
    **dict.fromkeys(WHOLE_NUMBERS, frozenset({int, NOTHING})),
}


def write(model: type[models.Model], rows: Sequence[models.Model], *, key: str, updated: Iterable[str]) -> None:
    """Insert the rows, or overwrite the `updated` fields of those whose `key` is there.

    Every row is written with the others in the order of the key, so that two writers never wait for each other
    crosswise. What the database makes (other primary keys) is not read back.
    """
    columns = _columns(model, key)
    cells = [{name: _cell(field, row, plain) for name, field, plain in columns} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, key, tuple(updated)), [_json(cells)])


@cache
def _statement(model: type[models.Model], key: str, updated: tuple[str, ...]) -> str:
    name, meta = connection.ops.quote_name, cast(Any, model._meta)
    fields = _fields(model, key)
    changed = [name(meta.get_field(each).column) for each in updated]
    return STATEMENT.format(
        table=name(meta.db_table),
        columns=", ".join(name(field.column) for field in fields),
        types=", ".join(f"{name(field.column)} {field.db_type(connection)}" for field in fields),
        key=name(meta.get_field(key).column),
        updates=", ".join(f"{column} = EXCLUDED.{column}" for column in changed),
    )


@cache
def _fields(model: type[models.Model], key: str) -> tuple[Any, ...]:
    """All columns, but a primary key that the database makes."""
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key or field.name == key)


@cache
def _columns(model: type[models.Model], key: str) -> tuple[tuple[str, Any, frozenset[type]], ...]:
    return tuple((field.column, field, _plain_types(field)) for field in _fields(model, key))


def _plain_types(field: Any) -> frozenset[type]:
    """Of the values that Django gives to the database as they are: most cells, and the way through a field is long."""
    return PLAIN.get(type(field), frozenset())


def _cell(field: Any, row: models.Model, plain: frozenset[type]) -> Any:
    value = getattr(row, field.attname)
    return value if type(value) in plain else field.get_db_prep_save(field.pre_save(row, add=True), connection)


def _json(cells: list[dict[str, Any]]) -> str:
    try:
        return orjson.dumps(cells, default=_plain).decode()
    except orjson.JSONEncodeError:  # numbers beyond 64 bits
        return json.dumps(cells, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Jsonb):
        return value.obj
    if isinstance(value, Decimal | str | UUID):  # a str of a kind of its own, such as a sealed one
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written as JSON.")
