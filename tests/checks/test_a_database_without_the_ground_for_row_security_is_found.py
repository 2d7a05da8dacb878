import pytest
from django.db import connection

from audit import checks
from audit.checks import Connected


def ids(messages):
    found = list(messages)
    assert all(message.hint for message in found)
    return [message.id for message in found]


@pytest.mark.parametrize(("version", "expected"), [(14, ["audit.E001"]), (15, []), (18, [])])
def test_an_old_server(version, expected):
    assert ids(checks.faults_of_server(version)) == expected


def connected(**facts: bool) -> Connected:
    return Connected("someone", **{"powerful": False, "owns_tables": False, "may_become_customer": True, **facts})


@pytest.mark.parametrize(
    ("facts", "migrating", "expected"),
    [
        ({}, False, []),
        ({"powerful": True, "owns_tables": True}, False, ["audit.E004"]),
        ({"powerful": True, "owns_tables": True}, True, ["audit.W001"]),
        ({"owns_tables": True}, False, ["audit.E005"]),
        ({"owns_tables": True}, True, []),
        ({"may_become_customer": False}, False, ["audit.E006"]),
    ],
)
def test_a_connection_that_may_too_much_or_too_little(settings, facts, migrating, expected):
    settings.DEBUG = False
    assert ids(checks.faults_of_connection(connected(**facts), migrating=migrating)) == expected


def test_in_development_it_is_only_said(settings):
    settings.DEBUG = True
    [message] = checks.faults_of_connection(connected(powerful=True), migrating=False)
    assert not message.is_serious()


@pytest.mark.django_db
class TestOnTheServer:
    def test_its_version_is_read(self):
        assert checks.server_version(connection) == connection.pg_version // 10000

    def test_a_missing_role_is_named(self, monkeypatch, settings):
        settings.DEBUG = False
        monkeypatch.setattr(checks, "ROLES", ("app_customer", "app_missing"))
        [message] = checks.missing_roles(connection)
        assert message.id == "audit.E002"
        assert "app_missing." in message.msg

    def test_a_role_that_became_powerful_is_named(self, monkeypatch):
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY 1 LIMIT 1")
            (superuser,) = cursor.fetchone()
        monkeypatch.setattr(checks, "ROLES", ("app_customer", superuser))
        [message] = checks.powerful_roles(connection)
        assert message.id == "audit.E003"
        assert superuser in message.msg

    def test_our_own_connection_is_seen_as_it_is(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
            user, powerful = cursor.fetchone()
        seen = checks.look_at(connection)
        assert (seen.user, seen.powerful, seen.may_become_customer) == (user, powerful, True)

    def test_nothing_is_asked_without_a_database(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert list(checks.check_databases(databases=None)) == []
