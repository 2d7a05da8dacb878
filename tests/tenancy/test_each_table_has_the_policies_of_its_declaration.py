"""A model says whose its rows are; a table whose policies say something else fails here, as does one without."""

from typing import NamedTuple

import pytest
from django.apps import apps
from django.db import connection, models

from audit import checks
from audit.tenancy import CatalogModel, TenantModel

pytestmark = pytest.mark.django_db

OWN = "({column} = ( SELECT auth.get_current_org_id() AS get_current_org_id))"
STAFF = ("staff", "ALL", frozenset({"app_rw", "app_owner"}), "true", "true")
# The log's policy has the name of the requirements (S1.10), and nobody may write past its function
LOG = ("billing_audit_log_select", "SELECT", frozenset({"app_customer"}), OWN.format(column="organization_id"), None)


class Policy(NamedTuple):
    name: str
    command: str
    roles: frozenset[str]
    using: str
    check: str | None


def rows(query: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def policies() -> dict[str, set[Policy]]:
    found: dict[str, set[Policy]] = {name: set() for name in tables()}
    query = "SELECT tablename, policyname, cmd, roles::text[], qual, with_check FROM pg_policies WHERE permissive = %s"
    for table, name, command, roles, using, check in rows(query, "PERMISSIVE"):
        found[table].add(Policy(name, command, frozenset(roles), using, check))
    return found


def tables() -> list[str]:
    """Partitions too: they do not inherit the policies of their table."""
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    return [name for (name,) in rows(query)]


def declared(model: type[models.Model]) -> set[Policy]:
    if model._meta.db_table == "audit_auditentry":
        return {Policy(*STAFF), Policy(*LOG)}
    column = getattr(model, "tenant_column", None)
    if column is not None:
        own = OWN.format(column=column)
        if getattr(model, "tenant_read_only", False):
            return {Policy(*STAFF), Policy("tenant", "SELECT", frozenset({"app_customer"}), own, None)}
        return {Policy(*STAFF), Policy("tenant", "ALL", frozenset({"app_customer"}), own, own)}
    if issubclass(model, CatalogModel):
        return {Policy(*STAFF), Policy("catalog", "SELECT", frozenset({"app_customer"}), "true", None)}
    return {Policy(*STAFF)}


def test_each_model_of_every_package():
    actual = policies()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            assert actual[model._meta.db_table] == declared(model), model


def test_each_table_without_a_model_is_closed_too():
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    others = {table: found for table, found in policies().items() if table not in known}
    assert {"cache", "django_migrations"} <= set(others)
    for table, found in others.items():
        assert Policy(*STAFF) in found, table
        assert all("app_customer" not in policy.roles or policy.using != "true" for policy in found), table


def test_row_security_is_on_and_binds_the_owner():
    query = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    assert rows(query) == []
    assert list(checks.open_tables(connection)) == []


def test_each_table_with_an_organization_says_whose_its_rows_are():
    """A column of that name on a table that is closed to customers holds rows of the installation too."""
    query = "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    query += " WHERE attname = 'organization_id' AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    nullable = {name for (name,) in rows(f"{query} AND NOT attnotnull")}
    bound = {name for (name,) in rows(f"{query} AND attnotnull")}
    tenants = {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)}
    assert bound >= tenants, "every tenant table knows its organization"
    open_to_customers = {table for table, found in policies().items() if any("app_customer" in p.roles for p in found)}
    assert nullable & open_to_customers <= {"audit_auditentry"}


def test_organization_is_never_null_in_a_tenant_table():
    for model in apps.get_models():
        if issubclass(model, TenantModel):
            assert not model._meta.get_field("organization").null, model


def test_no_policy_narrows_what_another_opened():
    assert rows("SELECT tablename, policyname FROM pg_policies WHERE permissive <> 'PERMISSIVE'") == []
