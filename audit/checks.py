"""What row-level security stands on, found before the first request: `manage.py check --database default`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.anchoring import place, signing
from audit.context import CUSTOMER_ROLE
from audit.roles import ORDINARY, OWNER, ROLES

OLDEST_POSTGRESQL = 15
SETUP = "Run `manage.py setup_database_roles` with the URL of an administrator of the server."


@dataclass(frozen=True, slots=True)
class Connected:
    """What the connection may do. `powerful`: a superuser, or one who passes by row-level security."""

    user: str
    powerful: bool
    owns_tables: bool
    may_become_customer: bool


@register(Tags.database)
def check_databases(*, databases: Sequence[str] | None = None, **_: Any) -> Iterator[CheckMessage]:
    for alias in databases or []:
        connection = connections[alias]
        yield from faults_of_server(server_version(connection))
        yield from missing_roles(connection)
        yield from powerful_roles(connection)
        yield from faults_of_connection(look_at(connection), migrating=settings.DATABASE_ROLE == "owner")
        yield from open_tables(connection)


@register(Tags.security)
def check_anchors(**_: Any) -> Iterator[CheckMessage]:
    """What is set must be usable; that it is set at all is asked of production."""
    try:
        if signing.is_configured():
            signing.public_key()
        if settings.AUDIT_ANCHOR_URL:
            place.check(settings.AUDIT_ANCHOR_URL)
    except (signing.CannotSign, place.CannotKeepAnchor) as error:
        yield Error(str(error), hint="See docs/configuration.md.", id="audit.E007")


@register(Tags.security, deploy=True)
def check_anchors_are_made(**_: Any) -> Iterator[CheckMessage]:
    if not (settings.AUDIT_ANCHOR_URL and settings.AUDIT_SIGNING_KEY):
        yield Warning(
            "The audit log is not anchored: one that was written anew as a whole could not be told from the true one.",
            hint="Set AUDIT_SIGNING_KEY (`manage.py anchor_audit --generate-key`) and AUDIT_ANCHOR_URL.",
            id="audit.W002",
        )


def faults_of_server(version: int) -> Iterator[CheckMessage]:
    if version < OLDEST_POSTGRESQL:
        yield Error(
            f"PostgreSQL {version} is too old.",
            hint=f"Countinghouse needs PostgreSQL {OLDEST_POSTGRESQL} or newer (views with security_invoker).",
            id="audit.E001",
        )


def missing_roles(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    found = {name for (name,) in _rows(connection, "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [*ROLES])}
    missing = [name for name in ROLES if name not in found]
    if missing:
        yield _unless_debug(f"The database has no role {', '.join(missing)}.", SETUP, "audit.E002")


def powerful_roles(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    query = "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND (rolsuper OR rolbypassrls) ORDER BY 1"
    for (name,) in _rows(connection, query, [*ROLES]):
        yield Error(
            f"The role {name} passes by row-level security: customers would see each other's data.",
            hint=f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS;",
            id="audit.E003",
        )


def faults_of_connection(connected: Connected, *, migrating: bool) -> Iterator[CheckMessage]:
    """Migrations connect as the owner by design; what serves requests is to be the ordinary role."""
    user = connected.user
    if connected.powerful and migrating:
        yield Warning(
            f"Migrations run as {user}, which passes by row-level security: they would hide a missing policy.",
            hint=f"Use {OWNER} in DIRECT_URL.",
            id="audit.W001",
        )
    elif connected.powerful:
        yield _unless_debug(
            f"The database is used as {user}, which is a superuser or passes by row-level security.",
            f"Use {ORDINARY} in DATABASE_URL and {OWNER} in DIRECT_URL.",
            "audit.E004",
        )
    elif connected.owns_tables and not migrating:
        yield _unless_debug(
            f"The database is used as {user}, which owns its tables and could change or drop them.",
            f"Use {ORDINARY} in DATABASE_URL; {OWNER} belongs into DIRECT_URL.",
            "audit.E005",
        )
    if not connected.may_become_customer:
        yield _unless_debug(f"{user} may not take on the role {CUSTOMER_ROLE}.", SETUP, "audit.E006")


def open_tables(connection: BaseDatabaseWrapper) -> Iterator[CheckMessage]:
    """Tables that row-level security does not guard, or not against their owner, or with no policy at all."""
    query = (
        "SELECT relname FROM pg_class AS tables WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT (relrowsecurity AND relforcerowsecurity"
        " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = tables.oid)) ORDER BY 1"
    )
    names = [name for (name,) in _rows(connection, query)]
    if names:
        yield _unless_debug(
            f"Row-level security does not guard {', '.join(names)}.",
            "Run `manage.py prepare_installation` as the owner (COUNTINGHOUSE_DATABASE_ROLE=owner).",
            "audit.E008",
        )


def server_version(connection: BaseDatabaseWrapper) -> int:
    [(version,)] = _rows(connection, "SELECT current_setting('server_version_num')::int / 10000")
    return int(version)


def look_at(connection: BaseDatabaseWrapper) -> Connected:
    [row] = _rows(
        connection,
        "SELECT current_user, rolsuper OR rolbypassrls,"
        " EXISTS (SELECT FROM pg_class WHERE relowner = role.oid AND relnamespace = 'public'::regnamespace),"
        " coalesce((SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s), false)"
        " FROM pg_roles AS role WHERE rolname = current_user",
        CUSTOMER_ROLE,
    )
    return Connected(*row)


def _unless_debug(message: str, hint: str, identity: str) -> CheckMessage:
    """In development any server will do, so it is only said."""
    return (Info if settings.DEBUG else Error)(message, hint=hint, id=identity)


def _rows(connection: BaseDatabaseWrapper, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
