"""The typed rows of an object, as plain values: to compare what is here with what would be."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, Model

from audit.sealed_field import BlindIndexField
from billing.projection.expected import TABLES

Rows = dict[tuple[str, str], dict[str, Any]]


def typed_rows(objects: Iterable[tuple[str, str]]) -> Rows:
    """(model's label, row's id) -> its values by column, of these (object type, Stripe id)."""
    ids: dict[str, list[str]] = {}
    for object_type, stripe_id in objects:
        ids.setdefault(object_type, []).append(stripe_id)
    found: Rows = {}
    for object_type, names in ids.items():
        for table in TABLES.get(object_type, []):
            for row in table.model._default_manager.filter(**{f"{table.parent or table.key}__in": names}):
                found[table.model._meta.label, str(getattr(row, table.key))] = values_of(row)
    return found


def values_of(row: Model) -> dict[str, Any]:
    """What the row says, by attribute, without the surrogate key and derived columns."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if _tells(field)}


def _tells(field: "Field[Any, Any]") -> bool:
    return not field.primary_key and not isinstance(field, BlindIndexField)
