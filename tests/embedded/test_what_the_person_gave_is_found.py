"""A variable that is overlooked starts an embedded part beside the person's own, and money goes to the wrong books."""

from pathlib import Path

import pytest

from deploy.embedded import environment, given
from deploy.embedded.failure import CannotStart
from deploy.embedded.given import Given
from deploy.embedded.home import Home
from deploy.embedded.installation import Installation
from deploy.embedded.server_address import ServerAddress

PARTS = [
    ("DATABASE_URL", "own_database"),
    ("CELERY_BROKER_URL", "own_broker"),
    ("STRIPE_SECRET_KEY", "own_stripe"),
]


@pytest.mark.parametrize(("name", "part"), PARTS)
class TestEachPart:
    def test_is_the_persons_by_its_variable(self, name: str, part: str):
        assert getattr(Given({name: "x"}), part)

    def test_or_by_a_file(self, name: str, part: str):
        assert getattr(Given({f"{name}_FILE": "/run/secrets/x"}), part)

    @pytest.mark.parametrize("other", [{}, {"PATH": "/bin"}])
    def test_else_it_is_ours(self, name: str, part: str, other: dict):
        assert not getattr(Given(other), part)

    def test_an_empty_one_is_not_given(self, name: str, part: str):
        assert not getattr(Given({name: "", f"{name}_FILE": ""}), part)

    def test_and_no_other(self, name: str, part: str):
        found = Given({name: "x"})
        assert [other for _, other in PARTS if getattr(found, other)] == [part]


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(given, "REPOSITORY", tmp_path)
    (tmp_path / ".env").write_text("CH_FIRST=file\nCH_SECOND=file\n")
    monkeypatch.setenv("CH_FIRST", "environment")
    found = Given.from_environment()
    assert (found.value("CH_FIRST"), found.value("CH_SECOND"), found.value("CH_THIRD")) == ("environment", "file", "")


def test_a_file_of_a_secret_wins_and_is_stripped(tmp_path: Path):
    (tmp_path / "secret").write_text("\n secret \n")
    assert Given({"A": "plain", "A_FILE": str(tmp_path / "secret")}).value("A") == "secret"


@pytest.mark.parametrize("kind", ["missing", "folder", "bytes"])
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, kind: str):
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind == "bytes":
        path.write_bytes(b"\xff")
    with pytest.raises(CannotStart, match=rf"^DATABASE_URL_FILE: cannot read {path}: ."):
        Given({"DATABASE_URL_FILE": str(path)}).value("DATABASE_URL")


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "embedded.json")


SUPERUSER = ServerAddress("postgres", "secret", "127.0.0.1", 5433)


def test_each_role_gets_its_own_address(installation: Installation):
    database = environment.database(SUPERUSER, installation)
    broker = environment.broker(SUPERUSER, installation)
    users = {
        name: ServerAddress.from_url(url.replace("pgmq:", "postgres:")).user
        for name, url in {**database, **broker}.items()
    }
    assert users == {"DATABASE_URL": "app_rw", "DIRECT_URL": "app_owner", "CELERY_BROKER_URL": "app_broker"}
    assert broker["CELERY_BROKER_URL"].startswith("pgmq://")
    assert all("secret" not in url for url in {**database, **broker}.values())
    assert all("/countinghouse" in url for url in database.values())


def test_a_queue_on_the_persons_server_goes_by_the_straight_address():
    found = environment.broker_on("postgres://app_owner:p%40ss@db:6543/ch?sslmode=require")
    assert found == {"CELERY_BROKER_URL": "pgmq://app_owner:p%40ss@db:6543/ch?sslmode=require"}


def test_the_stand_in_for_stripe_has_keys_of_the_test_mode(installation: Installation):
    found = environment.stripe(installation, 12111)
    assert found["STRIPE_API_BASE"] == "http://127.0.0.1:12111"
    assert found["STRIPE_SECRET_KEY"].startswith("sk_test_")
    assert found["STRIPE_PUBLISHABLE_KEY"].startswith("pk_test_")


@pytest.mark.parametrize("demo", [True, False])
def test_everything_lies_below_the_home(tmp_path: Path, installation: Installation, demo: bool):
    found = environment.general(Home(tmp_path), installation, demo=demo)
    for name in ("STATIC_ROOT", "PROMETHEUS_MULTIPROC_DIR", "COUNTINGHOUSE_HOME"):
        assert Path(found[name]).is_relative_to(tmp_path)
    assert found["ENVIRONMENT"] == ("demo" if demo else "development")
    assert found["DEBUG"] == "false", "a page of errors would show secrets, in a demo as well"


@pytest.mark.parametrize("name", environment.YIELDING)
def test_each_that_yields_does(name: str):
    ours = dict.fromkeys(environment.YIELDING, "ours")
    assert environment.completed(Given({name: "theirs"}), ours) == {**ours, name: "theirs"}
    assert name not in environment.completed(Given({f"{name}_FILE": "/secret"}), ours)
    assert environment.completed(Given({name: ""}), ours) == ours


def test_nothing_of_the_person_is_lost_or_changed(installation: Installation):
    theirs = {"PATH": "/bin", "LANG": "C.UTF-8", "HTTP_PROXY": "http://proxy"}
    assert environment.completed(Given(theirs), {}) == theirs
