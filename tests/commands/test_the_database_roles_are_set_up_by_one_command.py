import io
import json

import psycopg
import pytest
from django.core.management import CommandError, call_command

from tests.environment import WORKER, server

NAME = f"test_roles_{WORKER}"


@pytest.fixture
def urls(settings):
    """Settings that name a database which is not there yet."""
    server.drop(NAME)
    settings.DATABASE_URL, settings.DIRECT_URL = server.dsn("app_rw", NAME), server.dsn("app_owner", NAME)
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:6379/0"
    yield settings
    server.drop(NAME)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("setup_database_roles", *arguments, stdout=out)
    return out.getvalue()


def set_up(*arguments: str) -> str:
    return run("--admin-url", server.dsn("superuser", "postgres"), *arguments)


def test_it_makes_the_database_and_what_row_security_stands_on(urls):
    assert f"made the database {NAME}" in set_up()
    with psycopg.connect(urls.DIRECT_URL) as owner:
        owner.execute("CREATE TABLE things (id int)")
    with psycopg.connect(urls.DATABASE_URL) as ordinary:
        ordinary.execute("INSERT INTO things VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), ordinary.transaction():
            ordinary.execute("TRUNCATE things")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), ordinary.transaction():
            ordinary.execute("CREATE TABLE others (id int)")
        ordinary.execute("SET LOCAL ROLE app_customer")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ordinary.execute("SELECT * FROM things")


def test_it_may_run_again_and_says_so_in_json(urls):
    set_up()
    outcome = json.loads(set_up("--json"))
    assert outcome == {
        "database": NAME,
        "created": False,
        "roles": ["app_owner", "app_rw", "app_broker", "app_customer"],
        "passwords": ["app_owner", "app_rw"],
    }


def test_an_account_that_may_not_is_told_so(urls):
    with pytest.raises(CommandError, match="PostgreSQL refused: permission denied"):
        run("--admin-url", server.dsn("app_rw", "postgres"))


def test_without_an_administrator_nothing_happens(urls):
    with pytest.raises(CommandError, match="--admin-url postgres://"):
        run()


def test_the_statements_can_be_read_before(urls):
    statements = run("--sql")
    assert f'ALTER DATABASE "{NAME}" OWNER TO "app_owner"' in statements
    assert "PASSWORD" not in statements
