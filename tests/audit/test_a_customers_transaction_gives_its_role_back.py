"""A request that kept the customer's role could not write; one that lost it early would read everybody's rows."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit import context
from audit.context import CUSTOMER_ROLE, TenantContextError, current_tenant, tenant
from billing.models import Organization
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def asked(what: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what}")
        return cursor.fetchone()[0]


def role() -> str:
    return asked("current_user::text")


def organization_of_the_session() -> str:
    return asked("coalesce(current_setting('app.organization_id', true), '')")


def as_before() -> bool:
    return (role(), organization_of_the_session(), current_tenant()) == ("app_rw", "", None)


class Stop(Exception):
    pass


def test_inside_it_is_the_customer_with_its_organization():
    assert as_before()
    with tenant(42):
        assert role() == CUSTOMER_ROLE == "app_customer"
        assert organization_of_the_session() == "42"
        assert current_tenant() == 42
    assert as_before()


def test_the_account_of_the_session_stays():
    with tenant(42):
        assert asked("session_user::text") == "app_rw"


def test_one_follows_another():
    for number in (1, 2, 1):
        with tenant(number):
            assert organization_of_the_session() == str(number)
        assert as_before()


def test_an_exception_gives_it_back():
    with pytest.raises(Stop), tenant(42):
        raise Stop
    assert as_before()


def test_an_error_of_the_database_gives_it_back():
    with pytest.raises(DatabaseError), tenant(42):
        asked("1 / 0")
    assert as_before()


def fail_twice() -> None:
    with tenant(42):
        try:
            asked("1 / 0")
        except DatabaseError:
            role()  # refused as well: the transaction is broken


def test_an_error_that_was_caught_inside_gives_it_back():
    with pytest.raises(DatabaseError, match="aborted"):
        fail_twice()
    assert as_before()


def test_a_savepoint_that_failed_inside_keeps_the_role():
    with tenant(42):
        with pytest.raises(DatabaseError), transaction.atomic():
            asked("1 / 0")
        assert (role(), organization_of_the_session()) == (CUSTOMER_ROLE, "42")
    assert as_before()


def test_it_does_not_open_inside_another_and_the_outer_goes_on():
    with tenant(1):
        with (
            pytest.raises(TenantContextError, match="A tenant context is open already; contexts do not nest"),
            tenant(2),
        ):
            pytest.fail("it was opened")
        assert (role(), organization_of_the_session(), current_tenant()) == (CUSTOMER_ROLE, "1", 1)
    assert as_before()


def test_not_even_for_the_same_organization():
    with tenant(1), pytest.raises(TenantContextError), tenant(1):
        pytest.fail("it was opened")
    assert as_before()


def test_a_role_that_was_not_taken_is_noticed(monkeypatch: pytest.MonkeyPatch):
    """`none` is accepted by the server and changes nothing: only asking who we are finds it."""
    monkeypatch.setattr(context, "CUSTOMER_ROLE", "none")
    with pytest.raises(TenantContextError, match="The transaction does not run as none"), tenant(42):
        pytest.fail("it was opened")
    monkeypatch.undo()
    assert as_before()


def test_a_role_that_is_not_there_opens_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(context, "CUSTOMER_ROLE", "app_nobody")
    with pytest.raises(DatabaseError, match="app_nobody"), tenant(42):
        pytest.fail("it was opened")
    monkeypatch.undo()
    assert as_before()


def test_the_customer_cannot_write_where_it_may_read():
    organization = OrganizationFactory(name="Before")
    with pytest.raises(DatabaseError, match="permission denied"), tenant(organization.pk):
        Organization.objects.filter(pk=organization.pk).update(name="After")
    organization.refresh_from_db()
    assert organization.name == "Before"


def test_after_reading_the_request_may_write_again():
    organization = OrganizationFactory(name="Before")
    with tenant(organization.pk):
        assert Organization.objects.get(pk=organization.pk).name == "Before"
    Organization.objects.filter(pk=organization.pk).update(name="After")
    organization.refresh_from_db()
    assert organization.name == "After"


def test_a_list_that_leaves_the_block_was_read_as_the_customer(monkeypatch: pytest.MonkeyPatch):
    roles = []

    def note(execute, sql, params, many, state):
        if '"billing_organization"' in sql:
            roles.append(role())
        return execute(sql, params, many, state)

    organization = OrganizationFactory()
    with connection.execute_wrapper(note):
        with tenant(organization.pk):
            read, lazy = list(Organization.objects.all()), Organization.objects.all()
        assert roles == ["app_customer"]
        assert list(lazy) == read
    assert roles == ["app_customer", "app_rw"], "a queryset that is read later runs as the ordinary role"
