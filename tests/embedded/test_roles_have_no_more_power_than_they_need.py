import psycopg
import pytest

from audit import roles
from deploy.embedded.testing import TestServer


def run(server: TestServer, role: str, database: str, *statements: str) -> list[tuple]:
    with psycopg.connect(server.dsn(role, database), autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        cursor = connection.execute(statements[-1])
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def table(server: TestServer, database: str) -> str:
    """A product table as a migration makes it: by the owner, after the roles were prepared."""
    run(server, "app_owner", database, "CREATE TABLE account (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
    return "account"


def test_none_is_a_superuser_and_only_the_backups_passes_by_row_security(server: TestServer, database: str):
    query = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'app\\_%' AND (rolsuper OR rolbypassrls OR rolcreaterole)"
    assert run(server, "superuser", database, query) == [(roles.BACKUP,)]
    assert run(server, "superuser", database, f"{query} AND (rolsuper OR rolcreaterole)") == []
    known = run(server, "superuser", database, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'app\\_%' ORDER BY 1")
    assert {row[0] for row in known} >= set(roles.ROLES)


def test_the_roles_of_customers_and_backups_cannot_log_in(server: TestServer, database: str):
    query = "SELECT rolname FROM pg_roles WHERE NOT rolcanlogin AND rolname LIKE 'app\\_%' ORDER BY 1"
    assert run(server, "superuser", database, query) == [(roles.BACKUP,), ("app_customer",)]


def test_the_ordinary_role_may_not_become_the_backups(server: TestServer, database: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(server, "app_rw", database, f"SET ROLE {roles.BACKUP}")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO account (name) VALUES ('a') RETURNING id",
        "SELECT name FROM account",
        "UPDATE account SET name = 'b' RETURNING id",
        "DELETE FROM account RETURNING id",
        "CREATE TEMPORARY TABLE bulk (name text)",
    ],
)
def test_the_ordinary_role_works_with_rows(server: TestServer, database: str, table: str, statement: str):
    run(server, "app_rw", database, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE account",
        "DROP TABLE account",
        "ALTER TABLE account ADD COLUMN more text",
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "ALTER TABLE account DISABLE TRIGGER ALL",
        "SELECT * FROM pgmq.meta",
    ],
)
def test_the_ordinary_role_does_nothing_else(server: TestServer, database: str, table: str, statement: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(server, "app_rw", database, statement)


def test_the_customer_role_sees_no_table_until_a_migration_grants_it(server: TestServer, database: str, table: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(server, "app_rw", database, "SET ROLE app_customer", "SELECT * FROM account")
    run(server, "app_owner", database, "GRANT SELECT ON account TO app_customer")
    assert run(server, "app_rw", database, "SET ROLE app_customer", "SELECT * FROM account") == []


def test_the_owner_takes_on_the_customer_role(server: TestServer, database: str):
    assert run(server, "app_owner", database, "SET ROLE app_customer", "SELECT current_user") == [("app_customer",)]


def test_the_broker_sees_no_product_table(server: TestServer, database: str, table: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(server, "app_broker", database, "SELECT * FROM public.account")


def test_the_broker_sends_and_reads_in_its_own_schema(server: TestServer, database: str):
    run(server, "app_broker", database, "SELECT pgmq.create('doorbell')", "SELECT pgmq.send('doorbell', '{\"n\": 1}')")
    assert len(run(server, "app_broker", database, "SELECT * FROM pgmq.read('doorbell', 30, 1)")) == 1


def test_the_broker_may_not_make_schemas_after_its_installation(server: TestServer, database: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(server, "app_broker", database, "CREATE SCHEMA another")


def test_a_stranger_may_not_connect(server: TestServer, database: str):
    run(server, "superuser", database, "DROP ROLE IF EXISTS stranger", "CREATE ROLE stranger LOGIN PASSWORD 'x'")
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(server.superuser.to_database(database).as_role("stranger", "x").url())
    finally:
        run(server, "superuser", database, "DROP ROLE stranger")


def test_preparing_again_gives_back_nothing_that_a_migration_took(server: TestServer, database: str, table: str):
    run(server, "app_owner", database, "REVOKE UPDATE, DELETE ON account FROM app_rw")
    roles.install_in_database(server.dsn("superuser", database))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(server, "app_rw", database, "DELETE FROM account")


def test_a_role_that_has_too_much_power_is_refused(server: TestServer, database: str):
    run(server, "superuser", database, "ALTER ROLE app_customer BYPASSRLS")
    try:
        with pytest.raises(psycopg.errors.RaiseException, match="bypasses row security"):
            roles.install_roles(server.dsn("superuser", database), {})
    finally:
        run(server, "superuser", database, "ALTER ROLE app_customer NOBYPASSRLS")


def test_passwords_and_names_are_quoted():
    statements = roles.role_statements({"app_rw": "it's"}) + roles.database_statements('odd"name')
    assert any("'it''s'" in statement for statement in statements)
    assert any('"odd""name"' in statement for statement in statements)
