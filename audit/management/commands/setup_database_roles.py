"""Prepare a PostgreSQL server of the operator's own: roles, database, grants."""

import json
import sys
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from psycopg.sql import SQL, Identifier

from audit.roles import BROKER, ORDINARY, OWNER, ROLES, database_statements, install_in_database, install_roles
from audit.roles import role_statements as statements_for_roles

VARIABLES = {"DATABASE_URL": ORDINARY, "DIRECT_URL": OWNER, "CELERY_BROKER_URL": BROKER}


class Command(BaseCommand):
    help = (
        "Make the roles app_owner, app_rw, app_customer and app_broker, the database that DIRECT_URL names, and its "
        "grants. Roles get the passwords of DATABASE_URL, DIRECT_URL and a pgmq:// CELERY_BROKER_URL. Run it before "
        "the first migration; it may run again at any time. Exits with 1 where the account may not do it."
    )
    requires_system_checks = ()  # they ask for what this makes

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--admin-url", default="", help="URL of a superuser (or CREATEROLE and CREATEDB); - reads it"
        )
        parser.add_argument(
            "--sql", action="store_true", help="print the statements, without passwords, and do nothing"
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        database = urlsplit(settings.DIRECT_URL).path.lstrip("/")
        if not database:
            raise CommandError("DIRECT_URL (or DATABASE_URL) names no database.")
        if options["sql"]:
            self.stdout.write(";\n".join([*statements_for_roles({}), *database_statements(database)]) + ";")
            return
        created = self._install(self._admin_url(options["admin_url"]), database)
        outcome = {"database": database, "created": created, "roles": list(ROLES), "passwords": sorted(passwords())}
        self.stdout.write(json.dumps(outcome) if options["json"] else _sentence(outcome))

    def _admin_url(self, given: str) -> str:
        url = sys.stdin.readline().strip() if given == "-" else given
        if not url:
            raise CommandError(
                "Give --admin-url postgres://administrator:password@host:5432/postgres, or - to type it."
            )
        return url

    def _install(self, admin_url: str, database: str) -> bool:
        try:
            install_roles(admin_url, passwords())
            created = _ensure_database(admin_url, database)
            install_in_database(_to_database(admin_url, database))
        except psycopg.Error as error:
            raise CommandError(f"PostgreSQL refused: {error}") from error
        return created


def passwords() -> dict[str, str]:
    """By role, of those variables whose URL logs in as the role that they are for."""
    found = {}
    for variable, role in VARIABLES.items():
        parts = urlsplit(getattr(settings, variable))
        if parts.username == role and parts.password:
            found[role] = unquote(parts.password)
    return found


def _ensure_database(admin_url: str, name: str) -> bool:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
            return False
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return True


def _to_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _sentence(outcome: dict[str, Any]) -> str:
    database = f"made the database {outcome['database']}" if outcome["created"] else f"database {outcome['database']}"
    kept = [role for role in VARIABLES.values() if role not in outcome["passwords"]]
    remark = f" Passwords left as they are: {', '.join(kept)}." if kept else ""
    return f"Roles {', '.join(outcome['roles'])}; {database}; grants.{remark} Next: manage.py prepare_installation."
