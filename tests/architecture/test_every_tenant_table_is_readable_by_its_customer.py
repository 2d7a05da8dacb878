"""Customers' requests read as `app_customer`; a tenant table without the grant would answer them with an error."""

import pytest
from django.apps import apps
from django.db import connection

from audit.context import CUSTOMER_ROLE
from audit.tenancy import TenantModel
from tests.architecture.sources import APPS

# Rows of the installation are among them, and customers' requests read neither: keys are looked up before an
# organization is known, commands are the service's own, and approvals are between members of staff
NOT_TENANT = {"billing.ApiKey", "billing.Approval", "billing.Discrepancy", "billing.StripeCommand"}


def tenant_tables() -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel))


def unreadable(tables: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE NOT has_table_privilege(%s, name, 'SELECT')",
            [tables, CUSTOMER_ROLE],
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db
def test_each_has_the_grant():
    assert len(tenant_tables()) > 10
    assert unreadable(tenant_tables()) == []


@pytest.mark.django_db
def test_a_table_without_it_is_found():
    assert unreadable(["billing_apikey", "billing_invoice"]) == ["billing_apikey"]


def test_each_model_with_an_organization_is_a_tenant_model():
    others = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in APPS and not issubclass(model, TenantModel)
        if any(field.name == "organization" for field in model._meta.get_fields() if not field.auto_created)
    }
    assert others - NOT_TENANT == set()
