import json
from pathlib import Path

import psycopg
import pytest

from deploy.embedded import dotenv, environment
from deploy.embedded.given import Given
from deploy.embedded.home import Home
from deploy.embedded.installation import Installation
from deploy.embedded.server_address import ServerAddress
from deploy.embedded.testing import TestServer
from tests.embedded.conftest import Launcher


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "embedded.json")


def test_what_the_person_sets_wins(tmp_path: Path, installation: Installation):
    given = Given({"EMAIL_URL": "smtp://localhost", "PATH": "/bin", "DEBUG": ""})
    variables = environment.completed(given, environment.general(Home(tmp_path), installation, demo=True))
    assert variables["EMAIL_URL"] == "smtp://localhost"
    assert variables["PATH"] == "/bin"
    assert variables["DEBUG"] == "false", "an empty variable is not given"


def test_a_variable_given_by_file_is_given(tmp_path: Path):
    (tmp_path / "secret").write_text("postgres://x@db/y\n")
    given = Given({"DATABASE_URL_FILE": str(tmp_path / "secret")})
    assert given.own_database
    assert given.value("DATABASE_URL") == "postgres://x@db/y"
    assert "DATABASE_URL" not in environment.completed(given, {"DATABASE_URL": "postgres://ours"})


def test_the_demo_demands_neither_tls_nor_a_second_factor(tmp_path: Path, installation: Installation):
    demo = environment.general(Home(tmp_path), installation, demo=True)
    own = environment.general(Home(tmp_path), installation, demo=False)
    assert (demo["HTTPS_ONLY"], demo["STAFF_MFA_REQUIRED"], demo["DEBUG"]) == ("false", "false", "false")
    assert own["STAFF_MFA_REQUIRED"] == "true"


def test_secrets_are_made_once(installation: Installation, tmp_path: Path):
    again = Installation(tmp_path / "embedded.json")
    first = (installation.secret_key, installation.encryption_key, installation.passwords)
    again = Installation(tmp_path / "embedded.json")
    assert (again.secret_key, again.encryption_key, again.passwords) == first
    assert len(set(again.passwords.values())) == 3


def test_a_dotenv_file_is_read_without_surprises(tmp_path: Path):
    (tmp_path / ".env").write_text(
        "# comment\n"
        "PLAIN=a=b#c\n"
        "export EXPORTED = yes # why\n"
        'QUOTED="two words # kept"\n'
        "EMPTY=\n"
        "COMMENTED= # nothing\n"
        "not a line\n"
    )
    assert dotenv.read(tmp_path / ".env") == {"PLAIN": "a=b#c", "EXPORTED": "yes", "QUOTED": "two words # kept"}
    assert dotenv.read(tmp_path / "missing") == {}


@pytest.mark.parametrize(
    "url",
    [
        "postgres://app:p%40ss%2Fword@db.example.com:6432/billing?sslmode=require",
        "postgres://app@%2Fvar%2Frun%2Fpostgresql:5432/billing",
    ],
)
def test_an_address_is_spelt_as_it_was_given(url: str):
    assert ServerAddress.from_url(url).url() == url


def test_another_database_is_no_address():
    with pytest.raises(ValueError, match="postgres://"):
        ServerAddress.from_url("mysql://root@db/billing")


@pytest.mark.processes
def test_with_a_database_of_ones_own_there_is_no_cluster_no_demo_and_no_credentials(
    launcher: Launcher, server: TestServer, database: str
):
    owner = server.dsn("app_owner", database)
    variables = {"DATABASE_URL": server.dsn("app_rw", database), "DIRECT_URL": owner}
    broker = {"CELERY_BROKER_URL": server.dsn("app_broker", database, "pgmq")}
    launcher.start(**variables, **broker)
    assert launcher.wait_for_line("Countinghouse is running.")
    assert launcher.web_answers()
    assert not (launcher.var / "pg").exists()
    assert launcher.stop() == 0
    assert not launcher.ready()
    with psycopg.connect(owner) as connection:
        assert connection.execute("SELECT count(*) FROM seeded").fetchone() == (0,)
    noted = json.loads((launcher.var / "embedded.json").read_text())["environment"]
    assert noted["DATABASE_URL"] == variables["DATABASE_URL"]
