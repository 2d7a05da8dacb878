import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deploy.embedded import databases
from deploy.embedded.failure import CannotStart
from deploy.embedded.testing import RUNNING, TestServer, test_server
from tests.embedded.conftest import ROOT, clean_environment, new_cluster

SECOND_RUN = """
import json
from deploy.embedded.testing import test_server
with test_server() as server:
    print(json.dumps(server.superuser.port))
"""


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As the first run of a suite in a new folder."""
    for name in (RUNNING, "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COUNTINGHOUSE_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


def fill_with(server: TestServer, calls: list[str]):
    def fill(database: str) -> None:
        calls.append(database)
        with psycopg.connect(server.dsn("app_owner", database)) as connection:
            connection.execute("CREATE TABLE filled AS SELECT 1 AS number")

    return fill


def test_a_template_is_made_once_a_key_and_kept_between_runs(alone: Path):
    calls: list[str] = []
    with test_server() as server:
        template = server.template("one", fill_with(server, calls))
        server.clone(template, "test_a")
        server.clone(template, "test_b")
        with psycopg.connect(server.dsn("app_rw", "test_a")) as connection:
            assert connection.execute("SELECT number FROM filled").fetchone() == (1,)
    with test_server() as server:
        assert databases.databases_like(server.superuser, "test_") == [template], "what was left over is dropped"
        assert server.template("one", fill_with(server, calls)) == template
        assert len(calls) == 1
        other = server.template("two", fill_with(server, calls))
        assert databases.databases_like(server.superuser, "test_") == [other]


def test_a_template_that_could_not_be_filled_is_not_used(alone: Path):
    def fail(database: str) -> None:
        raise LookupError(database)

    calls: list[str] = []
    with test_server() as server:
        with pytest.raises(LookupError):
            server.template("one", fail)
        server.template("one", fill_with(server, calls))
        assert len(calls) == 1


def test_nobody_connects_to_a_template(alone: Path):
    with test_server() as server:
        template = server.template("one", fill_with(server, []))
        with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
            psycopg.connect(server.dsn("app_owner", template))


def test_child_processes_use_the_same_server(alone: Path):
    with test_server() as server:
        environment = clean_environment(COUNTINGHOUSE_HOME=str(alone), **{RUNNING: os.environ[RUNNING]})
        assert second_run(environment) == server.superuser.port
    assert RUNNING not in os.environ


def test_a_run_beside_another_has_a_server_of_its_own(alone: Path):
    with test_server() as server:
        assert second_run(clean_environment(COUNTINGHOUSE_HOME=str(alone))) != server.superuser.port


def second_run(environment: dict[str, str]) -> int:
    done = subprocess.run([sys.executable, "-c", SECOND_RUN], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_broken_cluster_is_made_anew(alone: Path):
    with test_server() as server:
        server.create("test_a")
    (alone / "test-pg" / "global" / "pg_control").unlink()
    with test_server() as server:
        assert databases.databases_like(server.superuser, "test_") == []


def test_a_server_of_ones_own_is_used_and_its_other_databases_left_alone(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with new_cluster(tmp_path) as cluster:
        databases.ensure_database(cluster.address, "production")
        monkeypatch.setenv("DATABASE_URL", cluster.address.to_database("production").url())
        for _run in range(2):
            with test_server() as server:
                server.create("test_a")
                assert server.superuser.port == cluster.address.port
                server.drop("test_a")
        assert not (alone / "test-pg").exists()
        with psycopg.connect(cluster.address.url()) as connection:
            query = "SELECT datacl FROM pg_database WHERE datname IN ('production', 'postgres')"
            assert connection.execute(query).fetchall() == [(None,), (None,)]


def test_a_server_whose_roles_are_in_use_is_refused(alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with new_cluster(tmp_path) as cluster:
        with psycopg.connect(cluster.address.url()) as connection:
            connection.execute("CREATE ROLE app_rw LOGIN PASSWORD 'of an installation'")
        monkeypatch.setenv("DATABASE_URL", cluster.address.url())
        with pytest.raises(CannotStart, match="has a role app_rw already"), test_server():
            pass
        psycopg.connect(cluster.address.as_role("app_rw", "of an installation").url()).close()


def test_an_account_that_may_make_roles_and_databases_is_enough(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with new_cluster(tmp_path) as cluster:
        with psycopg.connect(cluster.address.url()) as connection:
            connection.execute("CREATE ROLE tester LOGIN CREATEDB CREATEROLE PASSWORD 'x'")
        monkeypatch.setenv("DATABASE_URL", cluster.address.as_role("tester", "x").url())
        for _run in range(2):
            with test_server() as server:
                template = server.template("one", fill_with(server, []))
                server.clone(template, "test_a")
                with psycopg.connect(server.dsn("app_rw", "test_a")) as connection:
                    assert connection.execute("SELECT number FROM filled").fetchone() == (1,)
                server.drop("test_a")
