"""The check of the broker against the queue in PostgreSQL: the embedded installation's own."""

import psycopg
import pytest

from billing.api import health_checks
from tests.environment import server


@pytest.fixture
def looking_at(settings):
    def look(role, database):
        settings.CELERY_BROKER_ON_POSTGRES = True
        settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"conn_string": server.dsn(role, database)}
        health_checks._broker()

    return look


def test_it_is_well(committing, looking_at):
    looking_at("app_broker", committing)


def test_one_that_is_not_there_is_told(committing, looking_at):
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        looking_at("app_broker", f"{committing}_gone")


def test_one_that_may_not_be_touched_is_told(committing, looking_at):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        looking_at("app_rw", committing)
