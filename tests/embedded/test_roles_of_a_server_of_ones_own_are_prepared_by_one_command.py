import subprocess
import sys
from pathlib import Path

import psycopg

from deploy.embedded import databases
from tests.embedded.conftest import ROOT, clean_environment, new_cluster


def install(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.install_roles"]
    return subprocess.run(command, cwd=ROOT, env=clean_environment(**environment), capture_output=True, text=True)


def test_the_roles_log_in_afterwards_and_it_may_run_again(tmp_path: Path):
    with new_cluster(tmp_path) as cluster:
        databases.ensure_database(cluster.address, "countinghouse")
        there = cluster.address.to_database("countinghouse")
        for _run in range(2):
            done = install(DATABASE_URL=there.url(), APP_OWNER_PASSWORD="o'wner", APP_RW_PASSWORD="rw")
            assert (done.returncode, done.stderr) == (0, "")
        with psycopg.connect(there.as_role("app_owner", "o'wner").url()) as connection:
            connection.execute("CREATE TABLE kept (id int)")
            connection.commit()
        with psycopg.connect(there.as_role("app_rw", "rw").url()) as connection:
            assert connection.execute("SELECT * FROM kept").fetchall() == []


def test_the_printed_sql_does_the_same(tmp_path: Path):
    printed = subprocess.run(
        [sys.executable, "-m", "deploy.embedded", "roles", "--database", "billing"],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    with new_cluster(tmp_path) as cluster:
        databases.ensure_database(cluster.address, "billing")
        with psycopg.connect(cluster.address.to_database("billing").url()) as connection:
            connection.execute(printed.stdout)
            owner = connection.execute("SELECT datdba::regrole::text FROM pg_database WHERE datname = 'billing'")
            assert owner.fetchone() == ("app_owner",)


def test_without_an_address_it_says_what_it_needs():
    done = install()
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL is not set")


def test_an_account_with_too_few_rights_is_told():
    done = install(DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.startswith("The roles could not be prepared")
