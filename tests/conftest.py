"""Fixtures of every test: the database, the sandbox, the actor."""

import hashlib
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connections

from audit.actor import SYSTEM, Actor
from billing.gateway import client
from tests.environment import BASE, DATABASE, server
from tests.sandbox.running import running_sandbox

_numbers = itertools.count(1)

hypothesis.settings.register_profile("busy machine", deadline=None)  # a slow example is no wrong one
hypothesis.settings.load_profile("busy machine")


PREPARING = (
    "requirements-dev.txt",
    "audit/roles.py",
    "audit/tenancy.py",
    "billing/management/commands/prepare_installation.py",
    "billing/staff.py",
    "config/schedule.py",
)
"""What makes a database ready, besides its migrations."""


def migration_key() -> str:
    """Changes whenever a freshly prepared database would be another."""
    files = sorted(
        [*BASE.glob("*/migrations/*.py"), *BASE.glob("*/djstripe_migrations/*.py")]
        + [BASE / name for name in PREPARING]
    )
    digest = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    for file in files:
        digest.update(file.relative_to(BASE).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def fill_template(database: str) -> None:
    """Prepare an empty database as an installation does, as its owner."""
    owner = server.dsn("app_owner", database)
    environment = {**os.environ, "COUNTINGHOUSE_DATABASE_ROLE": "owner", "DATABASE_URL": owner, "DIRECT_URL": owner}
    subprocess.run(
        [sys.executable, "manage.py", "prepare_installation"],
        cwd=BASE,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def template() -> str:
    """The name of the migrated database that all tests' databases are cloned from."""
    return server.template(migration_key(), fill_template)


def point_to(database: str) -> None:
    """Make Django's connection the ordinary role's to this database."""
    connections["default"].close()
    name = server.address("app_rw", database)
    connections["default"].settings_dict["NAME"] = name.database
    settings.DATABASES["default"]["NAME"] = name.database


@pytest.fixture(scope="session")
def django_db_setup(template: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Instead of Django's test database: a clone of the template, used as app_rw."""
    server.clone(template, DATABASE)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    server.drop(DATABASE)


@pytest.fixture
def committing(template: str, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, in which everything commits; threads and processes may join in.

    Yields its name. The log refuses TRUNCATE, so nothing is flushed: the database is dropped.
    """
    name = f"{DATABASE}_{next(_numbers)}"
    server.clone(template, name)
    with django_db_blocker.unblock():
        point_to(name)
        try:
            yield name
        finally:
            connections.close_all()
            point_to(DATABASE)
    server.drop(name)


@pytest.fixture
def database_urls(committing: str) -> Callable[[str], str]:
    """`database_urls("app_owner")`: the URL of a role to the test's own database."""
    return lambda role: server.dsn(role, committing)


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Stripe of the test's own; yields its base URL."""
    with running_sandbox(tmp_path / "sandbox.sqlite") as base:
        monkeypatch.setattr(settings, "STRIPE_API_BASE", base)
        client._client.cache_clear()
        yield base
    client._client.cache_clear()


@pytest.fixture
def by() -> Actor:
    """Who acts where it does not matter."""
    return SYSTEM
