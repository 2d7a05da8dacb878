"""S01: every route and method, called by one organization with everything that names another."""

import pytest
from knox.models import AuthToken

from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import Membership
from tests.api.calls import Api
from tests.factories import api_key
from tests.tenancy.canaries import filled, fingerprint
from tests.tenancy.conftest import OTHER, OWN
from tests.tenancy.walk import calls, faults, ids_of, routes, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(db):
    return filled(OWN)


@pytest.fixture
def other(db):
    made = filled(OTHER)
    api_key(made, Scope.BILLING_READ)
    return made


def by_key(own) -> Api:
    return Api(api_key(own, *OF_AN_ORGANIZATION))


def by_token(own) -> Api:
    user = Membership.objects.get(organization=own).user
    return Api(AuthToken.objects.create(user=user)[1])


@pytest.mark.parametrize("caller", [by_key, by_token])
def test_neither_rows_nor_texts_nor_effects(own, other, caller):
    before = fingerprint(other)
    found = [fault for answer in walk(caller(own), other) for fault in faults(answer, OTHER)]
    assert found == []
    assert fingerprint(other) == before


def test_naming_the_other_in_the_header_is_as_naming_nobody(own, other):
    api = Api(api_key(own, *OF_AN_ORGANIZATION), **{"X-Organization": other.public_id})
    for route in routes():
        if "<" in route or route.startswith(("webhooks", "auth/logout")):
            continue
        answer = api.get(route)
        assert OTHER not in answer.content.decode(), route
        assert answer.status_code in (200, 403, 404, 405, 503), (route, answer.content)


def test_the_walk_goes_everywhere(own, other):
    walked = list(calls(ids_of(other), ["subscription=x"]))
    assert len(routes()) > 25
    assert {"billing/invoices/<id:invoice_id>", "billing/subscription", "usage/meters/<str:code>/query"} <= set(
        routes()
    )
    assert len([call for call in walked if call.names_other]) > 40


def test_the_walk_sees_what_it_looks_for(own, other):
    """The same calls by the other organization itself are full of its canaries."""
    shown = {answer.call.path for answer in walk(by_key(other), other) if OTHER in answer.text}
    for path in ("organization", "billing/subscription", "billing/invoices", "billing/payments", "memberships"):
        assert path in shown
    assert any(path.startswith("billing/invoices/canary") for path in shown)
