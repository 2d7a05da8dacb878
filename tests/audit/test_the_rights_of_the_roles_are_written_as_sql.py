"""An administrator reads these statements before running them: they must be complete, quoted and free of surprises."""

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import roles
from tests.environment import WORKER, server

NAME = f"test_rights_{WORKER}"
HOSTILE = ["it's", 'dou"ble', "semi; DROP ROLE app_owner", "$roles$", "{braces}", "per%cent", "ünï", "back\\slash"]


def joined(statements: list[str]) -> str:
    return "\n".join(statements)


def test_each_role_is_made_once_and_only_where_missing():
    statements = roles.role_statements({})
    for role in roles.ROLES:
        [made] = [one for one in statements if f'CREATE ROLE "{role}" ' in one]
        assert f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')" in made


def test_no_role_is_made_powerful():
    made = [one for one in roles.role_statements({}) if "CREATE ROLE" in one and roles.BACKUP not in one]
    assert len(made) == 4
    assert all("NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOINHERIT" in one for one in made)


def test_the_backups_role_passes_by_row_security_and_nothing_else():
    [made] = [one for one in roles.role_statements({}) if f'CREATE ROLE "{roles.BACKUP}"' in one]
    assert "NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOREPLICATION" in made
    assert f'GRANT pg_read_all_data TO "{roles.BACKUP}"' in made
    assert made.count("GRANT") == 2


def test_three_log_in_and_the_customer_does_not():
    text = joined(roles.role_statements({}))
    assert {role for role in roles.ROLES if f'ALTER ROLE "{role}" LOGIN' in text} == set(roles.LOGIN_ROLES)
    assert roles.CUSTOMER not in roles.LOGIN_ROLES


def test_without_passwords_none_is_set():
    assert "PASSWORD" not in joined(roles.role_statements({}))


def test_only_the_given_passwords_are_set():
    statements = [one for one in roles.role_statements({"app_rw": "secret"}) if "PASSWORD" in one]
    assert statements == ["""ALTER ROLE "app_rw" PASSWORD 'secret'"""]


@pytest.mark.parametrize(("wanted", "expected"), [(True, True), (False, False)])
def test_databases_are_made_by_the_owner_only_where_asked_for(wanted: bool, expected: bool):
    text = joined(roles.role_statements({}, createdb=wanted))
    assert ('ALTER ROLE "app_owner" CREATEDB' in text) is expected
    assert text.count("CREATEDB") == int(expected)


def test_both_roles_of_the_product_may_become_the_customer():
    assert 'GRANT "app_customer" TO "app_rw", "app_owner"' in roles.role_statements({})


def test_the_broker_may_not():
    grants = [one for one in roles.role_statements({}) if one.startswith('GRANT "app_customer"')]
    assert len(grants) == 1
    assert "app_broker" not in grants[0]


def test_everybody_else_is_shut_out_of_database_and_schemas():
    text = joined(roles.database_statements("ch"))
    assert 'REVOKE ALL ON DATABASE "ch" FROM PUBLIC' in text
    assert "REVOKE ALL ON SCHEMA public FROM PUBLIC" in text
    assert 'REVOKE ALL ON SCHEMA "pgmq" FROM PUBLIC' in text


def test_new_tables_are_for_the_ordinary_role_and_not_to_be_emptied():
    [granted] = [one for one in roles.database_statements("ch") if "ON TABLES" in one]
    assert granted.endswith('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "app_rw"')
    assert "app_customer" not in granted


def test_a_clone_needs_its_own_list_of_who_may_enter():
    whole, clone = roles.database_statements("ch"), roles.clone_statements("ch")
    assert set(clone) < set(whole)
    assert not any("SCHEMA" in one or "OWNER" in one for one in clone)
    assert any("REVOKE ALL ON DATABASE" in one for one in clone)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_databases_are_quoted(name: str):
    quoted = '"' + name.replace('"', '""') + '"'
    assert f"ALTER DATABASE {quoted} OWNER TO" in joined(roles.database_statements(name))


@pytest.mark.parametrize("password", HOSTILE)
def test_any_password_lets_its_role_in(password: str):
    """What is written is what the server understands: tried on a role of its own, in a transaction undone."""
    [statement] = [one for one in roles.role_statements({"app_rw": password}) if "PASSWORD" in one]
    with psycopg.connect(server.dsn("superuser", "postgres")) as connection:
        connection.execute("CREATE ROLE test_only_for_a_moment")
        connection.execute(statement.replace('"app_rw"', "test_only_for_a_moment"))
        connection.rollback()


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1))
def test_a_password_never_ends_its_literal(password: str):
    [statement] = [one for one in roles.role_statements({"app_rw": password}) if "PASSWORD" in one]
    literal = statement.removeprefix('ALTER ROLE "app_rw" PASSWORD ').removeprefix(" E").removeprefix("E")
    assert literal[0] == literal[-1] == "'"
    assert literal[1:-1].replace("''", "").count("'") == 0


@pytest.fixture(scope="module")
def scratch() -> Iterator[str]:
    """An empty prepared database."""
    server.create(NAME)
    yield NAME
    server.drop(NAME)


def asked(role: str, query: str) -> list[tuple]:
    with psycopg.connect(server.dsn(role, NAME)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("role", roles.LOGIN_ROLES)
def test_short_queries_are_never_compiled(scratch: str, role: str):
    assert asked(role, "SHOW jit") == [("off",)]


def test_running_them_again_changes_nothing(scratch: str):
    state = "SELECT nspname, nspacl::text, nspowner::regrole::text FROM pg_namespace ORDER BY 1"
    access = f"SELECT datacl::text FROM pg_database WHERE datname = '{NAME}'"
    before = asked("superuser", state), asked("superuser", access)
    for _ in range(2):
        roles.install_in_database(server.dsn("superuser", NAME))
    assert (asked("superuser", state), asked("superuser", access)) == before


def test_what_a_migration_revoked_stays_revoked(scratch: str):
    with psycopg.connect(server.dsn("app_owner", NAME)) as owner:
        owner.execute("CREATE TABLE closed (id int)")
        owner.execute("REVOKE DELETE ON closed FROM app_rw")
    roles.install_in_database(server.dsn("superuser", NAME))
    query = (
        "SELECT has_table_privilege('app_rw', 'closed', 'DELETE'), has_table_privilege('app_rw', 'closed', 'INSERT')"
    )
    assert asked("superuser", query) == [(False, True)]


def test_the_owner_of_the_database_is_the_owner(scratch: str):
    query = f"SELECT datdba::regrole::text FROM pg_database WHERE datname = '{NAME}'"
    assert asked("superuser", query) == [("app_owner",)]
    assert asked("superuser", "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'pgmq'") == [
        ("app_broker",)
    ]


def test_the_ordinary_role_cannot_run_them(scratch: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        roles.install_in_database(server.dsn("app_rw", NAME))
