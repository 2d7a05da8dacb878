"""`grant_customer_read` is the only way a table opens to customers, and a migration that is undone closes it again."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError, connections
from django.db.migrations.state import ProjectState

from audit.context import CUSTOMER_ROLE
from audit.tenancy import grant_customer_read
from tests.environment import WORKER, server

pytestmark = pytest.mark.django_db

NAME = f"test_grants_{WORKER}"
TABLES = ("things", "More things")


@pytest.fixture(scope="module")
def scratch() -> Iterator[None]:
    """An empty prepared database."""
    server.create(NAME)
    yield
    server.drop(NAME)


@pytest.fixture
def owner(scratch: None) -> Iterator[object]:
    """The connection that migrations use, with two new tables."""
    made = connections["default"].copy()
    password = server.address("app_owner", NAME).password
    made.settings_dict = {**made.settings_dict, "NAME": NAME, "USER": "app_owner", "PASSWORD": password}
    with made.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
            cursor.execute(f'CREATE TABLE "{table}" (id int)')
    yield made
    made.close()


def apply(owner, *tables: str) -> None:
    with owner.schema_editor() as editor:
        grant_customer_read(*tables).database_forwards("test", editor, ProjectState(), ProjectState())


def undo(owner, *tables: str) -> None:
    with owner.schema_editor() as editor:
        grant_customer_read(*tables).database_backwards("test", editor, ProjectState(), ProjectState())


def ask(statement: str) -> None:
    """As the ordinary role that has taken on the customer's."""
    with psycopg.connect(server.dsn("app_rw", NAME)) as connection:
        connection.execute(f"SET LOCAL ROLE {CUSTOMER_ROLE}")
        connection.execute(statement)


def readable(table: str) -> bool:
    try:
        ask(f'SELECT * FROM "{table}"')
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def test_a_new_table_is_closed(owner):
    assert [readable(table) for table in TABLES] == [False, False]


def test_forward_opens_exactly_the_named_ones(owner):
    apply(owner, "things")
    assert [readable(table) for table in TABLES] == [True, False]


def test_several_at_once_whatever_their_names(owner):
    apply(owner, *TABLES)
    assert [readable(table) for table in TABLES] == [True, True]


def test_backward_closes_them(owner):
    apply(owner, *TABLES)
    undo(owner, "things")
    assert [readable(table) for table in TABLES] == [False, True]


def test_both_may_run_twice(owner):
    apply(owner, "things")
    apply(owner, "things")
    assert readable("things")
    undo(owner, "things")
    undo(owner, "things")
    assert not readable("things")


def test_reading_is_all_that_is_given(owner):
    apply(owner, "things")
    for statement in ("INSERT INTO things VALUES (1)", "DELETE FROM things", "UPDATE things SET id = 2"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(statement)


def test_a_table_that_is_not_there_stops_the_migration(owner):
    with pytest.raises(DatabaseError, match="missing"):
        apply(owner, "things", "missing")
    assert not readable("things"), "all or nothing"


def test_it_is_reversible():
    assert grant_customer_read("things").reversible
