"""Columns that several models share."""

from typing import Any

from django.db import models

from usage.domain.quantity import DECIMALS, MAX_DIGITS

SUM_DIGITS = MAX_DIGITS + 12


def quantity(**options: Any) -> models.DecimalField:
    """One exact quantity, in the meter's unit."""
    return models.DecimalField(max_digits=MAX_DIGITS, decimal_places=DECIMALS, **options)


def quantity_sum(**options: Any) -> models.DecimalField:
    """A sum of quantities: room for 10^12 of the largest."""
    return models.DecimalField(max_digits=SUM_DIGITS, decimal_places=DECIMALS, **options)


def indexed_organization(**options: Any) -> models.ForeignKey:
    """The organization of a row whose own key begins with it: an index of its own would only cost writes."""
    return models.ForeignKey(
        "billing.Organization", on_delete=models.PROTECT, related_name="+", db_index=False, **options
    )


class LongNamedIndex(models.Index):
    """An index whose name has up to PostgreSQL's 63 bytes; Django's own limit serves other databases."""

    max_name_length = 63
