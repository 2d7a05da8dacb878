"""A customer's request that reads a tenant table as the ordinary role has one layer of isolation instead of two."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from audit.context import TenantContextError, current_step, current_tenant, ordinary_role, tenant
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import Invoice
from tests.api.calls import Api
from tests.factories import api_key
from tests.tenancy.canaries import filled
from tests.tenancy.conftest import OTHER, OWN
from tests.tenancy.raw_sql import tenant_tables
from tests.tenancy.walk import walk

pytestmark = pytest.mark.django_db

STEPS = {
    "authentication",  # who calls, and for which organization
    "own memberships",  # a person's organizations, of which there may be several
    "api_keys.issue",
    "api_keys.revoke",
    "api_keys.rotate",
    "memberships.add",
    "memberships.change_role",
    "memberships.join",
    "memberships.remove",
    "organization_settings.change",
    "payment_methods.attach",
    "subscriptions.start",
    "subscriptions.change_plan",
    "subscriptions.cancel",
    "usage.receive",
}


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collects statements on tenant tables that run neither in a tenant context nor in a named step."""
    tables = re.compile(rf"\b({'|'.join(tenant_tables())})\b")
    found: list[str] = []

    def look(execute, sql, params, many, state):
        if tables.search(sql) and current_tenant() is None and current_step() not in STEPS:
            found.append(f"{current_step() or 'no step'}: {sql[:200]}")
        return execute(sql, params, many, state)

    with connection.execute_wrapper(look):
        yield found


def test_every_route_keeps_to_it():
    own, other = filled(OWN), filled(OTHER)
    api = Api(api_key(own, *OF_AN_ORGANIZATION))
    strayed: dict[str, list[str]] = {}
    answers = walk(api, other)
    with watched() as found:
        for answer in answers:
            if found:
                strayed[str(answer.call)] = found.copy()
                found.clear()
    assert strayed == {}


def test_a_look_outside_is_noticed():
    with watched() as found:
        list(Invoice.objects.all())
        with ordinary_role("something new"):
            list(Invoice.objects.all())
    assert [one.split(":")[0] for one in found] == ["no step", "something new"]


def test_in_the_context_and_in_a_step_it_is_as_it_should_be():
    own = filled(OWN)
    with watched() as found:
        with tenant(own.pk):
            assert len(Invoice.objects.all()) == 1
        with ordinary_role("subscriptions.cancel"):
            list(Invoice.objects.all())
    assert found == []


def test_a_step_of_the_ordinary_role_does_not_start_inside_the_context():
    with tenant(1), pytest.raises(TenantContextError, match=r"subscriptions\.cancel runs as the ordinary role"):
        ordinary_role("subscriptions.cancel").__enter__()


def test_a_step_ends():
    with ordinary_role("outer"):
        with ordinary_role("inner"):
            assert current_step() == "inner"
        assert current_step() == "outer"
    assert current_step() == ""
