"""Write sets of rows."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from billing.models.sets import Texts
from billing.projection.writing import write


def upsert(model: type[models.Model], rows: Sequence[models.Model], *, key: str = "stripe_id") -> None:
    """Insert the rows, or overwrite every projected column of those whose key is there.

    Sorted by key, so that two workers never wait for each other crosswise.
    """
    if not rows:
        return
    newest = {getattr(row, key): row for row in rows}
    write(model, [newest[value] for value in sorted(newest)], key=key, updated=projected_fields(model, key))


def projected_fields(model: type[models.Model], key: str = "stripe_id") -> list[str]:
    """Everything but the primary key, the key, and columns that are ours."""
    ours: frozenset[str] = getattr(model, "OURS", frozenset())
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != key and field.name not in ours
    ]


def replace_children(
    model: type[models.Model], rows: Sequence[models.Model], *, parent: str, parent_ids: Sequence[str]
) -> None:
    """Write the children of these parents and remove those that their parents no longer have."""
    keep = [str(getattr(row, "stripe_id")) for row in rows]  # noqa: B009 - every child model has it
    gone: models.QuerySet[Any] = model._default_manager.filter(**{f"{parent}_id__in": Texts(parent_ids)})
    gone.exclude(stripe_id__in=Texts(keep)).delete()
    upsert(model, rows)
