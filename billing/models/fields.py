"""Columns that many models share."""

from typing import Any

from django.db import models


def stripe_key() -> "models.CharField[str, str]":
    """The id of an object that Stripe owns. Unique alone: Stripe's ids are unique across accounts."""
    return models.CharField(max_length=255, unique=True)


def stripe_reference(to: str, *, null: bool = False, **options: Any) -> "models.ForeignKey[Any, Any]":
    """A reference by Stripe's id, without a constraint: events arrive in any order, so the row that is named
    may come later. The column holds exactly what Stripe said."""
    return models.ForeignKey(
        to,
        to_field="stripe_id",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        null=null,
        **options,
    )


def currency_code(**options: Any) -> "models.CharField[str, str]":
    """Lower-case ISO 4217 code."""
    return models.CharField(max_length=3, **options)


def minor_units(**options: Any) -> "models.BigIntegerField[int, int]":
    """Minor units of the row's currency."""
    return models.BigIntegerField(**options)


def currency_check(name: str, field: str = "currency") -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{field}__regex": "^[a-z]{3}$"}))


def not_negative(name: str, *fields: str) -> models.CheckConstraint:
    condition = models.Q()
    for field in fields:
        condition &= models.Q(**{f"{field}__gte": 0})
    return models.CheckConstraint(name=name, condition=condition)


def one_of(name: str, field: str, values: Any) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{field}__in": [str(value) for value in values]}))


def choices(values: Any) -> list[tuple[str, str]]:
    return [(str(value), str(value).replace("_", " ").capitalize()) for value in values]
