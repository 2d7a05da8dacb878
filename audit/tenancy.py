"""Whose rows a table holds, declared by its model and enforced by the database.

- A TenantModel belongs to one organization: a customer's transaction sees that organization's rows alone.
- A CatalogModel is everybody's to read: plans, prices, meters.
- Every other table is closed to customers: the ordinary role and the owner alone use it.

Migrations write the policies with `tenant_rows`, `catalog_rows` and `staff_rows`; tests compare them with the
declarations, so that a new model without its policies fails. Packages' tables get theirs from `close_open_tables`.
Row security is ENABLEd and FORCEd: without FORCE the owner would pass it by, and a mistake in a migration show no one.
"""

from collections.abc import Sequence
from typing import ClassVar

from django.db import connection, migrations, models

from audit.context import CUSTOMER_ROLE
from audit.roles import ORDINARY, OWNER

OWN = '"{column}" = (SELECT auth.get_current_org_id())'
"""The sub-select is computed once a statement, and lets an index on the column be used."""

_PROTECT = """
ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;
CREATE POLICY staff ON "{table}" FOR ALL TO {ordinary}, {owner} USING (true) WITH CHECK (true);
"""
_FOR_CUSTOMERS = """
CREATE POLICY {policy} ON "{table}" FOR {command} TO {customer} USING ({rows}){check};
GRANT SELECT ON "{table}" TO {customer};
"""
_UNPROTECT = """
DROP POLICY staff ON "{table}";
ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY;
ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY;
"""
_NOT_FOR_CUSTOMERS = """
REVOKE SELECT ON "{table}" FROM {customer};
DROP POLICY {policy} ON "{table}";
"""

# What packages' migrations and `createcachetable` make stands open until it is closed here
_CLOSE_OPEN = """DO $close$
DECLARE open_table regclass;
BEGIN
    FOR open_table IN
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            AND NOT relrowsecurity ORDER BY oid
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', open_table);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', open_table);
        EXECUTE format('CREATE POLICY staff ON %s FOR ALL TO {ordinary}, {owner} USING (true) WITH CHECK (true)',
            open_table);
    END LOOP;
END $close$"""


class TenantModel(models.Model):
    """A row that belongs to one organization, named by `tenant_column`."""

    tenant_column: ClassVar[str] = "organization_id"

    organization = models.ForeignKey("billing.Organization", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class CatalogModel(models.Model):
    """A row that every customer may read, because it tells of nobody."""

    class Meta:
        abstract = True


def tenant_rows(
    *tables: str, column: str = TenantModel.tenant_column, policy: str = "tenant", read_only: bool = False
) -> migrations.RunSQL:
    """A migration step: customers read their own organization's rows of these tables.

    `read_only` makes a policy for SELECT alone, for tables that even with a grant no customer could write.
    """
    own = OWN.format(column=column)
    check = "" if read_only else f" WITH CHECK ({own})"
    return _open_to_customers(tables, policy, "SELECT" if read_only else "ALL", own, check)


def catalog_rows(*tables: str) -> migrations.RunSQL:
    """A migration step: customers read all rows of these tables."""
    return _open_to_customers(tables, "catalog", "SELECT", "true", "")


def staff_rows(*tables: str) -> migrations.RunSQL:
    """A migration step: these tables are closed to customers."""
    return _step(tables, _PROTECT, _UNPROTECT)


def close_open_tables() -> None:
    """Close what stands open in the schema `public`, as the owner; harmless where nothing does."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE_OPEN.format(ordinary=ORDINARY, owner=OWNER))


def grant_customer_read(*tables: str) -> migrations.RunSQL:
    """A migration step of the time before row security: the grant without the policies."""
    return _step(tables, 'GRANT SELECT ON "{table}" TO {customer};', 'REVOKE SELECT ON "{table}" FROM {customer};')


def _open_to_customers(tables: Sequence[str], policy: str, command: str, rows: str, check: str) -> migrations.RunSQL:
    words = {"policy": policy, "command": command, "rows": rows, "check": check}
    return _step(tables, _PROTECT + _FOR_CUSTOMERS, _NOT_FOR_CUSTOMERS + _UNPROTECT, **words)


def _step(tables: Sequence[str], forward: str, backward: str, **words: str) -> migrations.RunSQL:
    names = {"ordinary": ORDINARY, "owner": OWNER, "customer": CUSTOMER_ROLE, **words}
    return migrations.RunSQL(
        "".join(forward.format(table=table, **names) for table in tables),
        "".join(backward.format(table=table, **names) for table in reversed(tables)),
    )
