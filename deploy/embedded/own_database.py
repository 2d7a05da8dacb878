"""A PostgreSQL server of the person's own: what has to be there before the first migration."""

import psycopg
from pgmq import get_embedded_install_sql

from audit import roles
from deploy.embedded.failure import CannotStart

_MISSING = "SELECT name FROM unnest(%s::text[]) AS name WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)"


def prepare(direct_url: str, *, with_broker: bool) -> None:
    """Make the roles where they are missing, and the broker's schema where we are to bring the broker.

    Ownership and grants of the database stay as they are: other accounts may live there. Raises CannotStart with
    the way out where the account may not do it.
    """
    try:
        with psycopg.connect(direct_url, connect_timeout=10) as connection:
            _roles(connection, direct_url)
            if with_broker:
                _broker_schema(connection)
    except psycopg.OperationalError as error:
        raise CannotStart(f"The database of DATABASE_URL (or DIRECT_URL) does not answer: {error}") from error


def _roles(connection: psycopg.Connection, direct_url: str) -> None:
    missing = [row[0] for row in connection.execute(_MISSING, [list(roles.ROLES)]).fetchall()]
    if not missing:
        return
    try:
        roles.install_roles(direct_url, {})
        connection.execute(f"GRANT {roles.CUSTOMER} TO CURRENT_USER")
        connection.execute(f"GRANT USAGE ON SCHEMA public TO {roles.CUSTOMER}")
    except psycopg.errors.InsufficientPrivilege as error:
        raise CannotStart(
            f"The database lacks the roles {', '.join(missing)}, and this account may not make them. "
            "Let a superuser run what `python -m deploy.embedded roles` prints, in that database."
        ) from error


def _broker_schema(connection: psycopg.Connection) -> None:
    from_before = connection.execute("SELECT to_regclass('pgmq.meta') IS NOT NULL").fetchone()
    if from_before is None or not from_before[0]:
        connection.execute(get_embedded_install_sql())
