"""A table that nobody thought of must be closed to customers; a forgotten grant shows as an error, never as rows."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection

from audit.context import CUSTOMER_ROLE, tenant
from audit.tenancy import TenantModel

pytestmark = pytest.mark.django_db

WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
# The first two hold rows of customers, but are not theirs to read by organization
CLOSED = ("billing_apikey", "billing_stripecommand", "billing_user", "django_session", "cache")
# The plans on offer are everybody's
PUBLIC = {"billing_organization", "billing_plan", "billing_price", "billing_planfeature", "billing_feature"}


def rows(query: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def tables_with(right: str) -> set[str]:
    query = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
        " AND has_table_privilege(%s, oid, %s)"
    )
    return {name for (name,) in rows(query, CUSTOMER_ROLE, right)}


def tenant_tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)}


@pytest.mark.parametrize("right", WRITING)
def test_nothing_may_be_written(right: str):
    assert tables_with(right) == set()


def test_no_sequence_may_be_used():
    query = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
    query += " AND (has_sequence_privilege(%s, oid, 'USAGE') OR has_sequence_privilege(%s, oid, 'UPDATE'))"
    assert rows(query, CUSTOMER_ROLE, CUSTOMER_ROLE) == []


def test_what_may_be_read_is_the_customers_own_or_public():
    readable = {name for name in tables_with("SELECT") if not name.startswith("usage_usageevent_")}
    extra = {name for name in readable - tenant_tables() - PUBLIC if not has_organization(name)}
    chains = {"audit_chainhead", "audit_chainnode", "audit_personaldetail"}  # theirs by the chain's number
    assert extra <= {"usage_meter", "usage_usagerecord", "billing_switch", *chains}, extra


def has_organization(table: str) -> bool:
    query = (
        "SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'organization_id' AND NOT attisdropped"
    )
    return bool(rows(query, f'"{table}"'))


@pytest.mark.parametrize("table", CLOSED)
def test_reading_a_closed_table_is_an_error(table: str):
    with pytest.raises(DatabaseError, match=f"permission denied for table {table}"), tenant(1):
        rows(f'SELECT 1 FROM "{table}"')


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE mine (id int)",
        "DROP TABLE billing_invoice",
        "ALTER TABLE billing_invoice DISABLE TRIGGER ALL",
        "COPY billing_user TO STDOUT",
        "SELECT * FROM pgmq.meta",
        "SELECT pg_read_file('/etc/passwd')",
        "SET ROLE app_owner",
        "SELECT set_config('role', 'app_owner', true)",
        "GRANT SELECT ON billing_user TO app_customer",
    ],
)
def test_neither_more_rights_nor_new_things(statement: str):
    with pytest.raises(DatabaseError, match=r"permission denied|must be (owner|able)|temporary"), tenant(1):
        rows(statement)


def test_it_is_nobody_by_itself():
    query = "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit FROM pg_roles"
    assert rows(f"{query} WHERE rolname = %s", CUSTOMER_ROLE) == [(False,) * 6]


def test_it_is_a_member_of_no_other_role():
    query = "SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole"
    assert rows(query, CUSTOMER_ROLE) == [(0,)]


def test_the_ordinary_role_does_not_inherit_it():
    query = "SELECT pg_has_role('app_rw', %s, 'MEMBER'), pg_has_role('app_rw', %s, 'USAGE')"
    assert rows(query, CUSTOMER_ROLE, CUSTOMER_ROLE) == [(True, False)]
