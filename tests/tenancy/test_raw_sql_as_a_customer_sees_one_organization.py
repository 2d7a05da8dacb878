"""Whatever a request's code asks, the database answers with the rows of one organization, and takes none for others."""

import psycopg
import pytest

from tests.tenancy.canaries import fingerprint
from tests.tenancy.raw_sql import OWN_COLUMN, faults, tenant_tables


def test_each_sees_all_of_its_own_and_nothing_of_the_other(scene):
    assert faults(scene.app_rw, scene.own, scene.other) == []
    assert faults(scene.app_rw, scene.other, scene.own) == []


@pytest.fixture
def may_write(as_owner):
    """Even somebody who had granted customers to write by mistake."""
    for table in tenant_tables():
        as_owner(f'GRANT INSERT, UPDATE, DELETE ON "{table}" TO app_customer')


def as_customer(scene, statement: str) -> int:
    with psycopg.connect(scene.app_rw) as connection:
        connection.execute("SET LOCAL ROLE app_customer")
        connection.execute("SELECT set_config('app.organization_id', %s, true)", [str(scene.own.pk)])
        return connection.execute(statement).rowcount


@pytest.mark.parametrize("table", ["billing_organization", "billing_invoice", "usage_usagebucket"])
def test_a_row_cannot_be_given_to_another(scene, may_write, table):
    column = OWN_COLUMN.get(table, "organization_id")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security policy"):
        as_customer(scene, f'UPDATE "{table}" SET "{column}" = {scene.other.pk}')


def test_no_table_takes_a_row_of_another(scene, may_write):
    for table in tenant_tables():
        copied = f'INSERT INTO "{table}" SELECT * FROM "{table}" LIMIT 0'
        assert as_customer(scene, copied) == 0, "the grant is there"
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security policy"):
        as_customer(
            scene,
            "INSERT INTO billing_membership (public_id, role, created_at, organization_id, user_id)"
            f" SELECT 'mem_stolen', role, created_at, {scene.other.pk}, user_id FROM billing_membership",
        )


def test_rows_of_another_are_neither_changed_nor_deleted(scene, may_write):
    before = fingerprint(scene.other)
    for table in (name for name in tenant_tables() if name not in ("usage_usageevent",)):
        column = OWN_COLUMN.get(table, "organization_id")
        assert (
            as_customer(scene, f'UPDATE "{table}" SET "{column}" = "{column}" WHERE "{column}" = {scene.other.pk}') == 0
        )
        assert as_customer(scene, f'DELETE FROM "{table}" WHERE "{column}" = {scene.other.pk}') == 0
    assert fingerprint(scene.other) == before


def test_a_value_that_is_no_number_shows_nothing(scene):
    with psycopg.connect(scene.app_rw) as connection:
        connection.execute("SET LOCAL ROLE app_customer")
        connection.execute("SELECT set_config('app.organization_id', '1 OR true', true)")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT * FROM billing_invoice")


def test_the_owner_is_bound_too_and_sees_all_by_its_policy(scene):
    """FORCE: else a table without the staff policy would hide nothing from migrations, and a dump of one that has
    none would be empty without a word."""
    with psycopg.connect(scene.owner) as connection:
        assert connection.execute("SELECT count(*) FROM billing_invoice").fetchone() == (2,)
        connection.execute("DROP POLICY staff ON billing_invoice")
        assert connection.execute("SELECT count(*) FROM billing_invoice").fetchone() == (0,)
        connection.rollback()
