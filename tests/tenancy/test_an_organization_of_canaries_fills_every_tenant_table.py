"""The other tests of this folder are worth nothing where a table is empty or a text has no canary."""

import pytest
from django.db import connection, models

from audit.tenancy import TenantModel
from tests.tenancy.canaries import filled, fingerprint, tenant_models

pytestmark = pytest.mark.django_db


def test_each_table_has_a_row_of_it():
    organization = filled("canarya")
    for model in tenant_models():
        assert model._default_manager.filter(organization=organization).exists(), model


def test_each_table_with_free_text_has_its_mark():
    organization = filled("canarya")
    for model in tenant_models():
        texts = [field for field in model._meta.concrete_fields if isinstance(field, models.TextField)]
        if texts:
            assert "canarya" in as_text(model, organization.pk), model


def as_text(model: type[TenantModel], organization_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT string_agg(t::text, ' ') FROM {model._meta.db_table} AS t WHERE organization_id = %s",
            [organization_id],
        )
        return str(cursor.fetchone()[0])


def test_a_changed_row_changes_its_tables_fingerprint_alone():
    organization = filled("canarya")
    before = fingerprint(organization)
    tenant_models()[0].objects.filter(organization=organization).update(**changed(tenant_models()[0]))
    after = fingerprint(organization)
    assert {table for table in before if before[table] != after[table]} == {tenant_models()[0]._meta.db_table}


def changed(model: type[models.Model]) -> dict[str, object]:
    field = next(f for f in model._meta.concrete_fields if isinstance(f, models.DateTimeField))
    return {field.name: "2020-01-01T00:00:00Z"}
