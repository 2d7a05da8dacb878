import os
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from deploy.embedded import account, binaries
from tests.embedded.conftest import new_cluster


def encoding_and_case(url: str) -> tuple[str, str]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT current_setting('server_encoding'), lower('ÄÖŁ')").fetchone()


def test_it_knows_unicode_whatever_the_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "C")
    with new_cluster(tmp_path) as cluster:
        assert encoding_and_case(cluster.address.url()) == ("UTF8", "äöł")


def test_it_asks_for_a_password(tmp_path: Path):
    with new_cluster(tmp_path) as cluster:
        wrong = cluster.address.as_role("postgres", "guess").url()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_it_keeps_its_data_over_a_restart(tmp_path: Path):
    with new_cluster(tmp_path) as cluster, psycopg.connect(cluster.address.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    with new_cluster(tmp_path) as cluster, psycopg.connect(cluster.address.url()) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_its_password_file_is_private(tmp_path: Path):
    with new_cluster(tmp_path):
        assert stat.S_IMODE((tmp_path / "pg.json").stat().st_mode) == 0o600


def test_it_runs_below_a_closed_folder_and_opens_nothing(tmp_path: Path):
    closed = tmp_path / "closed"
    folder = closed / "deep"
    folder.mkdir(parents=True)
    closed.chmod(0o700)
    with new_cluster(folder) as cluster:
        assert encoding_and_case(cluster.address.url())[0] == "UTF8"
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "pg").stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")
def test_as_root_it_runs_as_another_account(tmp_path: Path):
    with new_cluster(tmp_path) as cluster:
        assert Path(f"/proc/{cluster.pid}").stat().st_uid == account.account_for_postgres().uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")
def test_the_account_may_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COUNTINGHOUSE_PG_USER", "nobody")
    with new_cluster(tmp_path) as cluster:
        assert Path(f"/proc/{cluster.pid}").stat().st_uid == account.account_for_postgres().uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a copy")
def test_programs_out_of_the_accounts_reach_are_copied_to_a_folder_of_roots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(binaries, "CACHE", Path("/var/tmp") / tmp_path.parent.name / "cache")  # noqa: S108
    monkeypatch.setattr(binaries, "_open_to_all", lambda program: False)
    binaries.CACHE.parent.mkdir(mode=0o755, exist_ok=True)
    try:
        copied = binaries.programs(account.account_for_postgres())
        assert copied.is_relative_to(binaries.CACHE)
        with new_cluster(tmp_path) as cluster:
            assert Path(f"/proc/{cluster.pid}/exe").readlink() == copied / "postgres"
    finally:
        subprocess.run(["/bin/rm", "-rf", str(binaries.CACHE.parent)], check=True)
