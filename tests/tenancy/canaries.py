"""An organization full of canaries: a row in every tenant table, with its mark in every text that takes one."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db import connection, models

from audit.tenancy import TenantModel
from billing.models import Organization
from tests.factories import UserFactory

START = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = itertools.count(1)

# What a column takes, where its type alone does not tell
FITTING: dict[str, Any] = {
    "currency": "usd",
    "email": "{mark}@example.com",
    "hour": START,
    "period_start": START,
    "period_end": START.replace(month=2),
    "current_period_start": START,
    "current_period_end": START.replace(month=2),
    "created_at": START,
    "stripe_created_at": START,
    "deleted_at": None,
    "detached": False,
    "card_last_four": "4242",
    "card_country": "US",
    "country": "US",
    "time_zone": "UTC",
    "locale": "en",
    "payload_hash": b"0" * 16,
    "role": "owner",
    "billing_invoice.status": "open",
    "billing_subscription.status": "active",
    "billing_paymentattempt.status": "succeeded",
    "billing_invoicepayment.status": "paid",
    "billing_refund.status": "succeeded",
}


def tenant_models() -> list[type[models.Model]]:
    found = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return sorted(found, key=lambda model: model._meta.db_table)


def marked(mark: str) -> Organization:
    """A new organization whose every text begins with `mark`."""
    return Organization.objects.create(**_values(Organization, mark, {}))


def filled(mark: str) -> Organization:
    """A new organization with one row in each tenant table; FKs between them are its own rows."""
    organization = marked(mark)
    rows: dict[type[models.Model], models.Model] = {Organization: organization}
    for model in tenant_models():
        _row(model, mark, rows)
    return organization


def _row(model: type[models.Model], mark: str, rows: dict[type[models.Model], models.Model]) -> models.Model:
    if model not in rows:
        rows[model] = model._default_manager.create(**_values(model, mark, rows))
    return rows[model]


def _values(model: type[models.Model], mark: str, rows: dict[type[models.Model], models.Model]) -> dict[str, Any]:
    return dict(_each(model, mark, rows))


def _each(
    model: type[models.Model], mark: str, rows: dict[type[models.Model], models.Model]
) -> Iterator[tuple[str, Any]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.BigAutoField | models.CompositePrimaryKey):
            continue
        if isinstance(field, models.ForeignKey):
            yield field.name, _related(field, mark, rows)
        else:
            yield field.name, _value(field, mark)


def _related(field: models.ForeignKey, mark: str, rows: dict[type[models.Model], models.Model]) -> models.Model:
    target: type[models.Model] = field.related_model  # type: ignore[assignment]
    if target._meta.label == "billing.User":
        return UserFactory(name=f"{mark} person", email=f"{mark}{next(_numbers)}@example.com")
    if issubclass(target, TenantModel) or target in rows:
        return _row(target, mark, rows)
    existing = target._default_manager.first()
    if existing is None:
        rows_of_nobody: dict[type[models.Model], models.Model] = {}
        existing = target._default_manager.create(**_values(target, "catalog", rows_of_nobody))
    return existing


def _value(field: models.Field, mark: str) -> Any:
    special = FITTING.get(f"{field.model._meta.db_table}.{field.name}", FITTING.get(field.name))
    if special is not None or field.name in FITTING:
        return special.format(mark=mark) if isinstance(special, str) else special
    return field.choices[0][0] if field.choices else _by_type(field, mark)


def _by_type(field: models.Field, mark: str) -> Any:
    match field:
        case models.BooleanField():
            return False
        case models.CharField() | models.TextField():
            text = f"{mark}_{field.name}_{next(_numbers)}"
            return text[: field.max_length] if field.max_length else text
        case models.DateTimeField():
            return START
        case models.DateField():
            return START.date()
        case models.JSONField():
            return {"canary": f"{mark} {field.name}"}
        case models.IntegerField() | models.DecimalField():
            return 1
        case _:
            return field.get_default()


def fingerprint(organization: Organization) -> dict[str, str]:
    """By table: a digest over all columns of the organization's rows."""
    tables = {"billing_organization": "id", **{model._meta.db_table: "organization_id" for model in tenant_models()}}
    return {table: _digest(table, column, organization.pk) for table, column in tables.items()}


def _digest(table: str, column: str, key: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') FROM \"{table}\" AS t"
            f' WHERE "{column}" = %s',
            [key],
        )
        return str(cursor.fetchone()[0])
