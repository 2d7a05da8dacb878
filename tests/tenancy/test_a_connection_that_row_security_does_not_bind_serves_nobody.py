"""One wrong DATABASE_URL would show every customer everybody's rows, without any error: so nothing starts on it."""

import os
import signal
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import override_settings

from audit.checks import Connected
from audit.serving import refuse_power, why_refused
from tests.environment import BASE
from tests.flows.processes import CELERY, free_port, until
from tests.tenancy.pooling import server

GUNICORN = [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket", "--workers", "1"]


def url(role: str, database: str) -> str:
    return server.dsn(role, database)


def run(command: list[str], database_url: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": database_url, "DIRECT_URL": database_url, **variables}
    return subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=90, check=False)


@pytest.mark.parametrize("role", ["superuser", "app_owner"])
def test_the_web_server_does_not_start(committing, role):
    done = run([*GUNICORN, "--bind", f"127.0.0.1:{free_port()}"], url(role, committing))
    assert done.returncode != 0
    assert "Use app_rw in DATABASE_URL" in done.stderr


@pytest.mark.parametrize("program", [["worker", "--pool", "solo"], ["beat", "--schedule", "/dev/null"]])
def test_neither_worker_nor_beat_starts(committing, program):
    done = run([*CELERY, *program], url("app_owner", committing))
    assert done.returncode != 0
    assert "who owns the tables" in done.stderr


def test_the_ordinary_role_starts(committing, tmp_path):
    port, log = free_port(), tmp_path / "gunicorn.log"
    environment = {**os.environ, "DATABASE_URL": url("app_rw", committing)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*GUNICORN, "--bind", f"127.0.0.1:{port}"], cwd=BASE, env=environment, stderr=output, start_new_session=True
        )
    try:
        until(lambda: b"Booting worker" in log.read_bytes(), what="a worker")
        assert process.poll() is None
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def connected(**facts: bool) -> Connected:
    return Connected("someone", **{"powerful": False, "owns_tables": False, "may_become_customer": True, **facts})


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"powerful": True, "owns_tables": True}, "whom row-level security does not bind"),
        ({"owns_tables": True}, "who owns the tables"),
        ({"may_become_customer": False}, "may not become app_customer"),
    ],
)
def test_the_reason_is_a_sentence(facts, words):
    reason = why_refused(connected(**facts))
    assert (words in reason) if words else (reason == "")


@pytest.mark.django_db
def test_a_connection_of_ours_is_accepted():
    refuse_power(None, connection)


def test_a_connection_is_closed_before_its_first_query(committing, monkeypatch):
    monkeypatch.setattr("audit.serving.look_at", lambda _: connected(powerful=True))
    with pytest.raises(ImproperlyConfigured, match="someone"):
        refuse_power(None, connection)
    assert connection.connection is None


def test_in_development_any_account_will_do(committing, monkeypatch):
    monkeypatch.setattr("audit.serving.look_at", lambda _: connected(powerful=True))
    with override_settings(DEBUG=True):
        refuse_power(None, connection)
