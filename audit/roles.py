"""The database roles that row-level security stands on, and the SQL that prepares them.

- `app_owner` owns the database and its schema `public`: migrations, cache table, maintenance.
- `app_rw` is the ordinary role of web, worker and beat: rows, but no tables of its own and no TRUNCATE.
- `app_customer` has no login: a transaction of a customer's request takes it on, and sees one organization.
- `app_broker` owns the schema `pgmq` and sees nothing else; only installations without Redis use it.
- `app_backup` has no login and passes by row-level security: `pg_dump --role=app_backup`, as the owner, dumps every
  row, where a missing policy would leave rows out without a word. Only a superuser can make it.

None is a superuser, and none of the others passes by row-level security. Everything here may run again at any time:
it changes nothing that is in order, and takes back nothing that a migration has granted or revoked.

Needs PostgreSQL 15 or newer, and a superuser or an account with CREATEROLE and CREATEDB.
"""

from collections.abc import Iterator, Mapping

import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal

OWNER = "app_owner"
ORDINARY = "app_rw"
CUSTOMER = "app_customer"
BROKER = "app_broker"
BACKUP = "app_backup"
LOGIN_ROLES = (OWNER, ORDINARY, BROKER)
ROLES = (*LOGIN_ROLES, CUSTOMER)
BROKER_SCHEMA = "pgmq"

# NOINHERIT: a member uses app_customer's rights only after taking the role on. The owner inherits nothing either.
_CREATE = """DO $roles$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
        CREATE ROLE {role} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOINHERIT;
    END IF;
END $roles$"""

# Changing these attributes, even to what they are, is a superuser's right: so they are looked at instead
_REFUSE_POWER = """DO $roles$ BEGIN
    IF EXISTS (
        SELECT FROM pg_roles WHERE rolname IN ({names}) AND (rolsuper OR rolbypassrls OR rolcreaterole)
    ) THEN
        RAISE EXCEPTION 'a role of the application is a superuser, may create roles or bypasses row security'
            USING HINT = 'Row-level security would not hold. ALTER ROLE ... NOSUPERUSER NOBYPASSRLS NOCREATEROLE.';
    END IF;
END $roles$"""

# An account that is no superuser must be a member of a role to give it a database or a schema
_JOIN = """DO $roles$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT {owner}, {broker} TO %I', current_user);
    END IF;
END $roles$"""

# BYPASSRLS is a superuser's to give; without one the server works, and dumps need another account
_BACKUP = """DO $roles$ BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
            CREATE ROLE {backup} NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOREPLICATION NOINHERIT;
        END IF;
        ALTER ROLE {backup} INHERIT;
        GRANT pg_read_all_data TO {backup};
        GRANT {backup} TO {owner};
    END IF;
END $roles$"""

_DATABASE = (
    "ALTER DATABASE {database} OWNER TO {owner}",
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    # Bulk loads COPY into a temporary table: COPY is refused on tables with row security
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {ordinary}",
    "GRANT CONNECT ON DATABASE {database} TO {broker}",
)

# Run inside the database, before its first migration: default privileges do not reach existing tables
_SCHEMAS = (
    "ALTER SCHEMA public OWNER TO {owner}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {ordinary}, {customer}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {ordinary}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {ordinary}",
    "CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {broker}",
    "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
)


def role_statements(passwords: Mapping[str, str], *, createdb: bool = False) -> list[str]:
    """The statements that make the roles, which all databases of a server share.

    `passwords` maps roles of LOGIN_ROLES to their passwords; a role that is left out keeps the one it has.
    `createdb` lets the owner make databases (tests clone theirs).
    """
    return [statement.as_string(None) for statement in _role_statements(passwords, createdb)]


def database_statements(database: str) -> list[str]:
    """The statements that prepare one database for its first migration, to be run inside it."""
    return [SQL(text).format(**_words(database)).as_string(None) for text in (*_DATABASE, *_SCHEMAS)]


def clone_statements(database: str) -> list[str]:
    """What a clone of a prepared database still needs: all but its own access list is copied."""
    return [SQL(text).format(**_words(database)).as_string(None) for text in _DATABASE[1:]]


def install_roles(dsn: str, passwords: Mapping[str, str], *, createdb: bool = False) -> None:
    """Make the roles, in one transaction. Two processes must not do this at once.

    Raises psycopg.Error where the account may not do it or a role is more powerful than it should be.
    """
    with psycopg.connect(dsn) as connection:
        for statement in role_statements(passwords, createdb=createdb):
            connection.execute(statement)


def install_in_database(dsn: str) -> None:
    """Prepare the database that `dsn` names, in one transaction. The roles must be there."""
    with psycopg.connect(dsn) as connection:
        for statement in database_statements(connection.info.dbname):
            connection.execute(statement)


def _role_statements(passwords: Mapping[str, str], createdb: bool) -> Iterator[Composable]:
    for role in ROLES:
        yield SQL(_CREATE).format(name=Literal(role), role=Identifier(role))
        yield SQL("ALTER ROLE {} NOINHERIT").format(Identifier(role))  # one that somebody made before may inherit
    yield SQL(_REFUSE_POWER).format(names=SQL(", ").join(map(Literal, ROLES)))
    for role in LOGIN_ROLES:
        yield SQL("ALTER ROLE {} LOGIN").format(Identifier(role))
        # compiling a short query that was estimated as a long one costs more than running it
        yield SQL("ALTER ROLE {} SET jit = off").format(Identifier(role))
    for role, password in passwords.items():
        yield SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(role), Literal(password))
    words = _words("")
    if createdb:
        yield SQL("ALTER ROLE {owner} CREATEDB").format(**words)
    yield SQL("GRANT {customer} TO {ordinary}, {owner}").format(**words)
    yield SQL(_BACKUP).format(**words, name=Literal(BACKUP), backup=Identifier(BACKUP))
    yield SQL(_JOIN).format(**words)


def _words(database: str) -> dict[str, Composable]:
    return {
        "database": Identifier(database or "postgres"),
        "owner": Identifier(OWNER),
        "ordinary": Identifier(ORDINARY),
        "customer": Identifier(CUSTOMER),
        "broker": Identifier(BROKER),
        "schema": Identifier(BROKER_SCHEMA),
    }
