"""What somebody with raw SQL in a customer's transaction gets to see, and what is wrong with that."""

from collections.abc import Iterator

import psycopg

from audit.context import CUSTOMER_ROLE
from billing.models import Organization
from tests.tenancy.canaries import tenant_models

OWN_COLUMN = {"billing_organization": "id"}


def tenant_tables() -> list[str]:
    return ["billing_organization", *(model._meta.db_table for model in tenant_models())]


def faults(dsn: str, own: Organization, other: Organization) -> list[str]:
    """Sentences on everything by which `own`'s transaction sees too much or too little; none is good.

    `dsn` is the ordinary role's. Both organizations have rows in every tenant table.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        return [fault for table in tenant_tables() for fault in _faults_of(connection, table, own, other)]


def _faults_of(connection: psycopg.Connection, table: str, own: Organization, other: Organization) -> Iterator[str]:
    column = OWN_COLUMN.get(table, "organization_id")
    if not _seen(connection, table, str(own.pk), f"{column} = {own.pk}"):
        yield f"{table}: its own rows are hidden"
    if _seen(connection, table, str(own.pk), f"{column} <> {own.pk}"):
        yield f"{table}: rows of others are seen"
    if other.name.split("_")[0] in _texts(connection, table, str(own.pk)):
        yield f"{table}: a canary of the other organization"
    for context in ("", None):
        if _seen(connection, table, context, "true"):
            yield f"{table}: rows are seen without an organization"


def _seen(connection: psycopg.Connection, table: str, context: str | None, where: str) -> int:
    with _as_customer(connection, context) as cursor:
        row = cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {where}').fetchone()
        return int(row[0])


def _texts(connection: psycopg.Connection, table: str, context: str) -> str:
    with _as_customer(connection, context) as cursor:
        row = cursor.execute(f"SELECT string_agg(t::text, ' ') FROM \"{table}\" AS t").fetchone()
        return str(row[0])


class _as_customer:
    """A transaction of the customer's role, rolled back; `context` None sets no organization at all."""

    def __init__(self, connection: psycopg.Connection, context: str | None) -> None:
        self.transaction = connection.transaction(force_rollback=True)
        self.cursor, self.context = connection.cursor(), context

    def __enter__(self) -> psycopg.Cursor:
        self.transaction.__enter__()
        self.cursor.execute(f"SET LOCAL ROLE {CUSTOMER_ROLE}")
        if self.context is not None:
            self.cursor.execute("SELECT set_config('app.organization_id', %s, true)", [self.context])
        return self.cursor

    def __exit__(self, *error: object) -> None:
        self.transaction.__exit__(*error)
