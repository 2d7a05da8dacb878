"""Passwords lie in these files: half of one, or one that others can read, would lock the owner out or let others in."""

import json
import os
import stat
from pathlib import Path

import pytest

from deploy.embedded import credentials, private_json
from deploy.embedded.home import REPOSITORY, Home
from deploy.embedded.installation import Installation
from deploy.embedded.log_tail import tail


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept.json"


class TestAFile:
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
    def test_is_for_its_owner_alone_whatever_the_umask(self, path: Path, umask: int):
        before = os.umask(umask)
        try:
            private_json.write(path, {"password": "secret"})
        finally:
            os.umask(before)
        assert mode(path) == 0o600

    def test_that_was_open_to_all_is_closed(self, path: Path):
        path.write_text("{}")
        path.chmod(0o644)
        private_json.write(path, {"a": 1})
        assert mode(path) == 0o600

    def test_comes_back_as_it_was(self, path: Path):
        content = {"text": "ünï \n", "number": 1, "nothing": None, "list": [1, {"a": True}]}
        private_json.write(path, content)
        assert private_json.read(path) == content

    def test_that_is_not_there_is_empty(self, path: Path):
        assert private_json.read(path) == {}

    def test_that_could_not_be_written_leaves_the_old_one_and_no_rubbish(self, path: Path):
        private_json.write(path, {"a": 1})
        with pytest.raises(TypeError):
            private_json.write(path, {"a": 2, "b": object()})
        assert private_json.read(path) == {"a": 1}
        assert list(path.parent.iterdir()) == [path]

    def test_that_is_replaced_is_another_file(self, path: Path):
        """Whoever reads the old one meanwhile reads it to its end."""
        private_json.write(path, {"a": 1})
        with path.open() as reader:
            private_json.write(path, {"a": 2})
            assert json.load(reader) == {"a": 1}
        assert private_json.read(path) == {"a": 2}


class TestAnInstallation:
    SECRETS = ("secret_key", "encryption_key", "stripe_secret_key", "stripe_publishable_key", "passwords")

    @pytest.mark.parametrize("name", SECRETS)
    def test_makes_each_secret_once(self, path: Path, name: str):
        assert getattr(Installation(path), name) == getattr(Installation(path), name)

    @pytest.mark.parametrize("name", SECRETS)
    def test_no_two_have_the_same(self, tmp_path: Path, name: str):
        one, other = Installation(tmp_path / "1"), Installation(tmp_path / "2")
        assert getattr(one, name) != getattr(other, name)

    def test_makes_nothing_that_nobody_asked_for(self, path: Path):
        Installation(path)
        assert not path.exists()

    def test_its_secrets_pass_the_products_own_checks(self, path: Path):
        made = Installation(path)
        assert len(made.secret_key) >= 50
        assert len(made.encryption_key) == 44
        assert set(made.passwords) == {"app_owner", "app_rw", "app_broker"}
        assert all(len(password) >= 32 for password in made.passwords.values())

    def test_is_private(self, path: Path):
        assert Installation(path).secret_key in path.read_text()
        assert mode(path) == 0o600

    @pytest.mark.parametrize("value", [1, "x", [1, 2], {"a": None}, False])
    def test_remembers_and_recalls(self, path: Path, value: object):
        assert Installation(path).remember("thing", value) == value
        assert Installation(path).recall("thing") == value
        assert Installation(path).recall("other") is None

    def test_remembering_the_same_writes_nothing(self, path: Path):
        made = Installation(path)
        made.remember("thing", 1)
        before = path.stat().st_ino
        made.remember("thing", 1)
        assert path.stat().st_ino == before

    def test_a_copy_of_its_passwords_does_not_change_them(self, path: Path):
        made = Installation(path)
        made.passwords.clear()
        assert len(made.passwords) == 3


class TestCredentials:
    ENVIRONMENT = {
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
        "STRIPE_API_BASE": "http://127.0.0.1:1",
        "STRIPE_SECRET_KEY": "sk_x",
        "DIRECT_URL": "postgres://app_owner@127.0.0.1/ch",
        "SECRET_KEY": "never told",
    }

    def test_join_the_products_with_the_runs(self, path: Path):
        product = {key: f"the {key}" for key in credentials.PRODUCT_KEYS}
        credentials.write(path, product, self.ENVIRONMENT, "http://localhost:8000")
        told = private_json.read(path)
        assert told == {
            **product,
            "url": "http://localhost:8000",
            "webhook_secret": "whsec_1",
            "stripe_api_base": "http://127.0.0.1:1",
            "stripe_secret_key": "sk_x",
            "database_url": "postgres://app_owner@127.0.0.1/ch",
        }
        assert mode(path) == 0o600

    def test_where_this_run_is_wins(self, path: Path):
        credentials.write(path, {"url": "http://old"}, self.ENVIRONMENT, "http://localhost:1")
        assert private_json.read(path)["url"] == "http://localhost:1"


class TestHome:
    def test_is_var_unless_told(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        monkeypatch.delenv("COUNTINGHOUSE_HOME", raising=False)
        assert Home.from_environment().path == REPOSITORY / "var"
        monkeypatch.setenv("COUNTINGHOUSE_HOME", "")
        assert Home.from_environment().path == REPOSITORY / "var"
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("COUNTINGHOUSE_HOME", "here")
        assert Home.from_environment().path == tmp_path / "here"

    def test_may_be_made_twice_and_closes_its_logs(self, tmp_path: Path):
        home = Home(tmp_path / "deep" / "home")
        home.create()
        home.log("web").write_text("kept")
        home.create()
        assert home.log("web").read_text() == "kept"
        assert (mode(home.logs), mode(home.metrics)) == (0o700, 0o700)

    def test_counters_begin_anew_and_nothing_else(self, tmp_path: Path):
        home = Home(tmp_path)
        home.create()
        (home.metrics / "counter_1.db").write_text("old")
        home.log("web").write_text("kept")
        home.empty_metrics()
        assert list(home.metrics.iterdir()) == []
        assert home.log("web").exists()

    def test_every_path_is_below_it_and_its_own(self, tmp_path: Path):
        home = Home(tmp_path)
        names = ("logs", "postgres", "test_postgres", "sandbox", "installation", "credentials", "lock", "static")
        paths = [getattr(home, name) for name in (*names, "metrics")]
        assert len(set(paths)) == len(paths)
        assert all(one.parent == tmp_path for one in paths)


class TestTheEndOfALog:
    def test_is_its_last_lines(self, path: Path):
        path.write_text("".join(f"line {number}\n" for number in range(100)))
        assert tail(path, 2) == "line 98\nline 99"
        assert len(tail(path).splitlines()) == 15

    def test_of_a_short_one_is_all(self, path: Path):
        path.write_text("only")
        assert tail(path) == "only"

    @pytest.mark.parametrize("content", [b"", b"\n"])
    def test_of_an_empty_one_is_empty(self, path: Path, content: bytes):
        path.write_bytes(content)
        assert tail(path).strip() == ""

    def test_of_none_is_empty(self, path: Path):
        assert tail(path) == tail(path.parent) == ""

    def test_of_a_very_long_line_is_bounded(self, path: Path):
        path.write_bytes(b"x" * 10_000_000)
        assert len(tail(path)) <= 16_384

    def test_of_no_text_is_shown_as_well_as_can_be(self, path: Path):
        path.write_bytes(b"\xff\xfe fatal: why\n")
        assert tail(path).endswith("fatal: why")
