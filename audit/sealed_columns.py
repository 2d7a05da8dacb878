"""Every column that holds sealed texts.

Those of SealedTextField are found by themselves; `register` makes others known, for instance secrets in a package's
JSON, which `walk` finds:

    register(SealedColumn("mfa_authenticator", "data", walk=walk_secrets))
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from audit.sealed_field import BlindIndexField, SealedTextField, place_of

Change = Callable[[str, str], str]
"""(sealed text, its place) -> the text to store instead."""
Walk = Callable[[Any, Any, Change], Any]
"""(decoded value, the row's key, change) -> the value with every sealed text in it changed; may change it in place."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of a table with a numeric primary key `id`: of text, or of JSON where there is a `walk`. `bound_to` is
    the column whose value is in the place, `index` the column of its blind index."""

    table: str
    column: str
    bound_to: str = "id"
    index: str = ""
    walk: Walk | None = None

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    def changed(self, stored: str, key: Any, change: Change) -> str:
        """The stored value, JSON as its text, with every sealed text changed."""
        if self.walk is None:
            return change(stored, place_of(self.table, self.column, key))
        value = self.walk(json.loads(stored), key, change)
        return stored if value == json.loads(stored) else json.dumps(value)


_registered: dict[str, SealedColumn] = {}


def register(column: SealedColumn) -> None:
    """Make a column known that no model declares."""
    _registered[column.name] = column


def sealed_columns() -> list[SealedColumn]:
    found = {column.name: column for column in _declared()} | _registered
    return [found[name] for name in sorted(found)]


def _declared() -> Iterator[SealedColumn]:
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        indexes = {one.of: one.attname for one in fields if isinstance(one, BlindIndexField)}
        for one in fields:
            if isinstance(one, SealedTextField):
                yield SealedColumn(model._meta.db_table, one.attname, one.bound_to, indexes.get(one.name, ""))
